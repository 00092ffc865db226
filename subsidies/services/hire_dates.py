"""The hire date, which decides about money: the enterprise corrects it itself until a batch has judged it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from park_workers.models import Employment, Membership
from park_workers.services.employments import correct_hire_date
from subsidies.models import Batch


def batches_that_judged(employment: Employment) -> QuerySet[Batch]:
    """Batches with a line of this employment in any computation; trials and cancelled ones do not count."""
    rows = Batch.objects.filter(calculations__line_items__employment=employment, is_trial=False)
    return rows.exclude(status=Batch.Status.CANCELLED).distinct()


def is_judged(employment: Employment) -> bool:
    """Whether some batch has judged it."""
    return batches_that_judged(employment).exists()


@transaction.atomic
def state_hire_date(
    *, actor: Membership, employment: Employment, hired_on: date, reason: str, day: date
) -> Employment:  # fmt: skip
    """Another hire date: by the bureau's clerk at any time, by the enterprise until a batch has judged it.

    Raises PermissionRefused JUDGED_ALREADY for the enterprise afterwards; what correct_hire_date refuses.
    """
    return correct_hire_date(
        actor=actor, employment=employment, hired_on=hired_on, reason=reason, day=day, is_judged=is_judged(employment)
    )
