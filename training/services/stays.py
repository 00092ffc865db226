"""Whether somebody hired by referral is still there after three and six months, read off the employment spans as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from park_workers.foundation.identifiers import add_months
from park_workers.models import Employment, Worker
from training.models import Referral

MONTHS = (3, 6)


@dataclass(frozen=True)
class Stay:
    """The last day of a month counted from the hire, and whether the person was there; None while it is to come."""

    months: int
    mark: date
    was_there: bool | None


def stays_of(referral: Referral, day: date) -> list[Stay]:
    """After three and six months at the enterprise that hired; none for a referral that has not ended in a hire.

    As `placement_rows` counts: employed there on that day, the leaving day included, also after having been hired again.
    """
    if referral.status != Referral.Status.HIRED:
        return []
    hired = referral.hire.employment
    person = hired.worker.canonical_id
    records = Worker.objects.filter(Q(pk=person) | Q(merged_into=person)).values("pk")
    spans = list(Employment.objects.filter(worker__in=records, enterprise=hired.enterprise_id))
    found = []
    for months in MONTHS:
        mark = add_months(hired.hired_on, months) - timedelta(days=1)
        there = any(s.hired_on <= mark and (s.left_on is None or s.left_on >= mark) for s in spans)
        found.append(Stay(months, mark, there if mark <= day else None))
    return found
