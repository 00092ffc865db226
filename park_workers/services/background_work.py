"""Who sees which background work."""

from __future__ import annotations

from typing import Any

from park_workers.foundation.jobs import Job
from park_workers.models import Membership, Role
from park_workers.services.audit_log import VERIFY

#: bureau staff see the bureau's work; the city bureau, bases and firms their own
SEES_ALL = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})


def jobs_visible_to(member: Membership) -> Any:
    """The bureau's staff see every job but those of the log; everybody else what they asked for themselves."""
    rows = Job.objects.all()
    if member.role == Role.AUDITOR:
        return rows
    return rows.exclude(kind=VERIFY) if member.role in SEES_ALL else rows.filter(actor_id=member.pk)
