"""What a class page says of the class as it is held: attendance, results and certificates."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from pages.acting import member_of
from pages.desk.training.attendance import register_of
from park_workers.foundation.business_day import business_day
from park_workers.models import Role
from training.models import TrainingClass
from training.permissions import can_issue_completions, can_plan_sessions
from training.services.standing import verdict_now


def attendance_section(request: HttpRequest, training_class: TrainingClass) -> dict[str, Any]:
    """The register, with the steps of keeping it."""
    member = member_of(request)
    cancelled = training_class.sessions.filter(cancelled_on__isnull=False).order_by("day", "number")
    return register_of(training_class) | {
        "may_plan": can_plan_sessions(member, training_class), "today": business_day(), "cancelled": cancelled,
    }  # fmt: skip


def results_section(request: HttpRequest, training_class: TrainingClass) -> dict[str, Any]:
    """Figures of results, and where results, certificates and papers are worked on."""
    member = member_of(request)
    seats = training_class.enrolments.on_roster().annotate(says=verdict_now())
    results = seats.aggregate(
        people=Count("pk"), passed=Count("pk", filter=Q(says="合格")), failed=Count("pk", filter=Q(says="不合格")),
        absent=Count("pk", filter=Q(says="缺考")),
        certified=Count("assessment__certificate"),
    )  # fmt: skip
    return {
        "results": results, "may_report": member.role == Role.BASE_CLERK,
        "may_issue": can_issue_completions(member, training_class.base_id),
    }  # fmt: skip
