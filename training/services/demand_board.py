"""Demand against classes: how many are wanted, how many seats were opened to order, how many passed, how many are missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from training.models import LabourDemand, TrainingClass
from training.services.standing import passed_now


@dataclass(frozen=True)
class DemandFigures:
    """One demand; seats and people of classes opened to order that were not called off."""

    heads: int
    classes: int = 0
    seats: int = 0
    enrolled: int = 0
    passed: int = 0

    @property
    def seats_missing(self) -> int:
        """Heads for whom no class has been opened."""
        return max(self.heads - self.seats, 0)

    @property
    def missing(self) -> int:
        """Heads wanted, less people who passed."""
        return max(self.heads - self.passed, 0)


def demand_figures(demands: Collection[LabourDemand]) -> dict[int, DemandFigures]:
    """Figures by demand; two queries, however many there are."""
    ids = [demand.pk for demand in demands]
    alive = TrainingClass.objects.filter(demand__in=ids).exclude(status="cancelled").order_by()
    opened = {
        pk: (n, seats) for pk, n, seats in alive.values_list("demand").annotate(n=Count("pk"), seats=Sum("capacity"))
    }
    on_roster = Q(enrolments__withdrawn_on__isnull=True)
    people = {
        pk: (enrolled, passed)
        for pk, enrolled, passed in alive.values_list("demand").annotate(
            enrolled=Count("enrolments", filter=on_roster),
            passed=Count("enrolments", filter=on_roster & passed_now("enrolments__assessment")),
        )
    }
    return {d.pk: DemandFigures(d.heads, *opened.get(d.pk, (0, 0)), *people.get(d.pk, (0, 0))) for d in demands}
