"""What waits on a person's desk besides batches: counted, with the oldest day, each leading to its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from pages.desk.bureaus import of_own_bureau
from pages.desk.corrections import corrections_seen_by
from pages.desk.hire_dates import requests_seen_by
from pages.desk.money.account_changes import changes_seen_by
from pages.desk.money.decisions import KINDS, decisions_seen_by
from pages.desk.money.payments import files_seen_by, open_bounces
from park_workers.models import Membership, Role, Upload
from subsidies.models import Objection, PolicyVersion
from subsidies.services.revoked_grades import open_findings
from training.models import Amendment, ClassChangeRequest, GradeRevocation, ReviewGrade, TrainingClass


@dataclass(frozen=True)
class Todo:
    """Some rows that wait; `since` is the oldest one's day."""

    label: str
    n: int
    since: date | None
    href: str
    icon: str


def _counted(rows: QuerySet[Any], day: str) -> tuple[int, date | None]:
    found = rows.order_by().aggregate(n=Count("pk", distinct=True), since=Min(day))
    return found["n"], found["since"]


def _todo(label: str, rows: QuerySet[Any], day: str, href: str, icon: str) -> Todo:
    return Todo(label, *_counted(rows, day), href, icon)


def _account_changes(member: Membership) -> Todo:
    rows = changes_seen_by(member).filter(status="proposed")
    word = "账号变更待审批"
    if member.role == Role.APPROVER:
        rows = rows.exclude(proposed_by=member.user_id)
    elif member.role == Role.CLERK:
        rows, word = rows.filter(proposed_by=member.user_id), "我提出的账号变更待审批"
    return _todo(word, rows, "proposed_on", reverse("account_changes"), "switch-horizontal")


def _drafts(member: Membership) -> Todo:
    rows = of_own_bureau(PolicyVersion.objects.filter(status="draft"), member, "policy__bureau")
    if member.role == Role.APPROVER:
        rows = rows.exclude(drafted_by=member.user_id)
    # A draft has no business day of its own, and the day it was typed in is the clock's, not that of a practice.
    return Todo("政策草稿待发布", rows.count(), None, reverse("policies"), "scale")


def _corrections(member: Membership) -> Todo:
    rows = corrections_seen_by(member).filter(status="answered")
    return _todo("企业已答复更正，待核对", rows, "answered_on", reverse("corrections"), "edit")


def _hire_dates(member: Membership) -> Todo:
    rows = requests_seen_by(member).filter(status="waiting").exclude(asked_by=member.user_id)
    return _todo("入职日期更正待核对", rows, "asked_on", reverse("hire_date_requests"), "edit")


def _objections(member: Membership) -> Todo:
    rows = of_own_bureau(Objection.objects.filter(status="received"), member, "notice__batch__bureau")
    first = rows.order_by("received_on", "pk").select_related("notice").first()
    href = reverse("batches")
    if first is not None:
        href = reverse("objection", args=[first.notice.batch_id, first.pk])
    return _todo("异议待处理", rows, "received_on", href, "message-report")


def _bounces(member: Membership) -> Todo:
    rows = open_bounces().filter(payment_file__in=files_seen_by(member), payment_file__batch__status="paying")
    return _todo("退票待重付", rows, "traded_on", f"{reverse('payments')}?state=bounced", "alert-triangle")


def _unreturned(member: Membership) -> Todo:
    rows = files_seen_by(member).filter(status="sent")
    return _todo("付款文件待回盘", rows, "sent_on", f"{reverse('payments')}?state=sent", "cash")


def _money(key: str) -> Callable[[Membership], Todo]:
    def todo(member: Membership) -> Todo:
        rows = decisions_seen_by(member, KINDS[key]).filter(status="proposed")
        if member.role == Role.APPROVER:
            rows = rows.exclude(proposed_by=member.user_id)
        href = f"{reverse('money_decisions')}?kind={key}"
        return _todo(f"{KINDS[key].label}待审批", rows, "proposed_on", href, "arrow-back-up")

    return todo


def _uploads(member: Membership) -> Todo:
    rows = Upload.objects.filter(organisation=member.organisation_id, status="checked", accepted__gt=0)
    return _todo("上传已检查，待确认", rows, "business_day", reverse("uploads"), "upload")


def _class_filings(member: Membership) -> Todo:
    rows = of_own_bureau(TrainingClass.objects.filter(status="filed"), member, "base__bureau")
    return _todo("开班备案待受理", rows, "filed_on", f"{reverse('training_classes')}?state=filed", "school")


def _class_changes(member: Membership) -> Todo:
    rows = of_own_bureau(ClassChangeRequest.objects.filter(status="waiting"), member, "training_class__base__bureau")
    return _todo("名册变更待决定", rows, "asked_on", reverse("class_changes"), "users")


def _amendments(member: Membership) -> Todo:
    rows = Amendment.objects.filter(status="proposed", base__bureau=member.organisation_id)
    rows = rows.exclude(proposed_by=member.user_id)
    return _todo("证书更正、作废待确认", rows, "proposed_on", reverse("amendments"), "certificate")


def _grade_revocations(member: Membership) -> Todo:
    rows = GradeRevocation.objects.visible_to(member).filter(status="proposed").exclude(proposed_by=member.user_id)
    return _todo("评审等次撤销待确认", rows, "proposed_on", f"{reverse('review_grades')}?tab=waiting", "license")


def _money_on_revoked_grades(member: Membership) -> Todo:
    found = open_findings(ReviewGrade.objects.filter(result__application__round__bureau=member.organisation_id))
    return Todo(
        "等次已撤销的补贴待核查",
        sum(len(lines) for _, lines in found),
        None,
        reverse("review_grades"),
        "alert-triangle",
    )


TODOS: dict[str, tuple[Callable[[Membership], Todo], ...]] = {
    Role.CLERK: (
        _uploads,
        _class_filings,
        _class_changes,
        _amendments,
        _money_on_revoked_grades,
        _corrections,
        _hire_dates,
        _objections,
        _account_changes,
        _drafts,
    ),
    Role.REVIEWER: (_objections, _grade_revocations),
    Role.APPROVER: (_account_changes, _drafts, _grade_revocations, _money("clawbacks"), _money("write-offs")),
    Role.FINANCE: (_bounces, _unreturned, _money_on_revoked_grades, _money("clawbacks"), _money("write-offs")),
    Role.AUDITOR: (_account_changes, _drafts, _objections, _bounces, _money("clawbacks"), _money("write-offs")),
}


def todos_for(member: Membership) -> list[Todo]:
    """What waits, the oldest first; nothing for roles whose work is batches alone."""
    found = [todo(member) for todo in TODOS.get(member.role, ())]
    return sorted((todo for todo in found if todo.n), key=lambda todo: todo.since or date.max)
