"""评审等次 at the desk: who holds which grade, revoking one by two persons, and the money that rests on a revoked one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.training.parts import person_found
from pages.field_errors import errors_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from subsidies.services.revoked_grades import is_open, lines_on_grade, open_findings
from training.models import GradeRevocation, ReviewGrade
from training.permissions import (
    READERS,
    can_decide_grade_revocation,
    can_propose_grade_revocation,
    can_withdraw_grade_revocation,
)
from training.services import grade_revocations as service

TABS = (("valid", "有效"), ("waiting", "撤销待确认"), ("revoked", "已撤销"))
REFUSE_PHRASES = ("查实材料不足", "与档案不符", "请补充书面说明")
SHOWN = ("worker", "result__application__round__bureau", "result__application__enterprise__organisation")


def grades_seen(member: Membership) -> QuerySet[ReviewGrade]:
    """Grades that the member's bureau has given, with what holds of each now."""
    own = ReviewGrade.objects.visible_to(member).filter(result__application__round__bureau=member.organisation_id)
    return own.with_present().select_related(*SHOWN)


def _in(rows: QuerySet[ReviewGrade], tab: str) -> QuerySet[ReviewGrade]:
    if tab == "waiting":
        return rows.filter(is_waiting=True)
    return rows.filter(revoked_on__isnull=tab != "revoked")


@page_for(READERS)
@require_safe
def grade_list(request: HttpRequest) -> HttpResponse:
    """By state, and by name, pinyin or last four; above them what is still to be done about money on revoked grades."""
    member, tab = member_of(request), request.GET.get("tab", "valid")
    tab = tab if tab in dict(TABS) else "valid"
    seen, q = grades_seen(member), " ".join(request.GET.get("q", "").split())[:60]
    counts = [(key, label, _in(seen, key).count()) for key, label in TABS]
    rows = _in(seen, tab)
    if q:
        rows = rows.filter(person_found(q))
    context = {
        "here": "review_grades", "tab": tab, "counts": counts, "page": keyset_page(request, rows), "q": q,
        "findings": open_findings(seen),
    }  # fmt: skip
    return render(request, "desk/training/reviews/grades.html", context)


def _confirms(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST" and request.POST.get("action") == "confirm"


@page_for(READERS)
@freshly_confirmed(when=_confirms)
def grade_page(request: HttpRequest, grade_pk: int) -> HttpResponse:
    """One grade: what it rests on, its revocation, and the lines that rest on it; a form sent back keeps what was typed."""
    member = member_of(request)
    grade: ReviewGrade = get_object_or_404(grades_seen(member), pk=grade_pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request, member, grade))
            return redirect("review_grade", grade_pk=grade_pk)
        except RuleViolation as refusal:
            errors = errors_of(refusal)
    history = list(grade.revocations.select_related("proposed_by", "decided_by").order_by("-pk"))
    waiting = next((one for one in history if one.status == "proposed"), None)
    context = {
        "here": "review_grades", "grade": grade, "round": grade.result.application.round, "history": history, "waiting": waiting,
        "causes": GradeRevocation.Cause.choices, "errors": errors, "typed": request.POST, "phrases": REFUSE_PHRASES,
        "may_propose": not waiting and not grade.revoked_on and can_propose_grade_revocation(member, grade),  # type: ignore[attr-defined]
        "may_decide": bool(waiting) and can_decide_grade_revocation(member, waiting),
        "may_withdraw": bool(waiting) and can_withdraw_grade_revocation(member, waiting),
        "lines": [(one, is_open(one)) for one in lines_on_grade(grade)],
    }  # fmt: skip
    return render(request, "desk/training/reviews/grade.html", context, status=422 if errors else 200)


def _act(request: HttpRequest, member: Membership, grade: ReviewGrade) -> str:
    action, day = request.POST.get("action", ""), business_day()
    if action == "propose":
        service.propose_grade_revocation(
            actor=member, grade=grade, cause=request.POST.get("cause", ""), reason=request.POST.get("reason", ""), day=day
        )  # fmt: skip
        return "已提出撤销，待另一位复核或审批人员确认后生效。"
    number, version = request.POST.get("revocation", ""), request.POST.get("version", "")
    seen: dict[str, Any] = {"seen_version": int(version) if version.isdigit() and len(version) < 9 else None}
    rows = grade.revocations.select_related("grade__result__application__round")
    found = get_object_or_404(rows, pk=int(number) if number.isdigit() and len(number) < 18 else 0)
    if action == "confirm":
        service.confirm_grade_revocation(actor=member, revocation=found, day=day, **seen)
        return "等次已撤销，公开页面和补贴核算即时不再认可。"
    if action == "refuse":
        service.refuse_grade_revocation(actor=member, revocation=found, reason=reason_of(request), day=day, **seen)
        return "未同意撤销，等次不变。"
    if action == "withdraw":
        service.withdraw_grade_revocation(actor=member, revocation=found, day=day, **seen)
        return "已撤回，等次不变。"
    raise Http404
