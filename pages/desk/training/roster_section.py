"""Who sits in a class, what is worth a look about them, and what was asked about the roster."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest

from pages.acting import member_of
from pages.desk.tabs import numbered_page
from pages.typed_forms import key_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.identifiers import age_on
from training.models import ClassChangeRequest, Enrolment, TrainingClass
from training.permissions import can_ask_change, can_decide_change, can_withdraw_change, can_write_class
from training.services.class_hours import attended_hours
from training.services.enrolment_checks import judge_roster
from training.services.standing import verdict_now

SEATS_A_PAGE = 100
CHANGE_PHRASES = ("本人放弃", "已就业上岗", "证件号码录入有误", "因病不能参加", "补录漏报学员")
DECISION_PHRASES = ("情况属实，同意", "材料齐全，同意", "原因不充分", "已临近结业，不再变更")


def roster_section(request: HttpRequest, training_class: TrainingClass) -> dict[str, Any]:
    """Seats in the order in which they were taken; those given up stand at the end."""
    member = member_of(request)
    rows = training_class.enrolments.select_related("worker", "assessment", "assessment__certificate").annotate(
        says=verdict_now()
    )
    found = numbered_page(request, rows.order_by(F("withdrawn_on").asc(nulls_first=True), "pk"), SEATS_A_PAGE)
    is_over = training_class.status in ("completed", "cancelled")
    notices = {} if is_over else judge_roster(training_class=training_class, day=business_day())
    hours = attended_hours(training_class)
    for row in found["page"]:
        row.age = age_on(row.worker.birth_on, training_class.starts_on)
        row.notices, row.hours = notices.get(row.pk, []), hours.get(row.pk, 0)
        row.result = getattr(row, "assessment", None)
    return found | {
        "may_write": can_write_class(member, training_class), "has_begun": training_class.status in ("running", "completed"),
        "may_ask": can_ask_change(member, training_class),
    }  # fmt: skip


def changes_section(request: HttpRequest, training_class: TrainingClass) -> dict[str, Any]:
    """Requests, those that wait first, and the form for another one."""
    member = member_of(request)
    rows = training_class.changes.select_related("enrolment__worker", "worker", "asked_by", "decided_by")
    changes = sorted(rows, key=lambda one: (one.status != "waiting", -one.pk))
    for one in changes:
        one.may_decide = one.status == "waiting" and can_decide_change(member, one)  # type: ignore[attr-defined]
        one.may_withdraw = can_withdraw_change(member, one)  # type: ignore[attr-defined]
    seats = Enrolment.objects.on_roster().filter(training_class=training_class, assessment__isnull=True)
    return {
        "changes": changes, "may_ask": can_ask_change(member, training_class), "seats": seats.select_related("worker"),
        "kinds": ClassChangeRequest.Kind.choices, "change_phrases": CHANGE_PHRASES, "phrases": DECISION_PHRASES,
        "key": key_of(request),
    }  # fmt: skip
