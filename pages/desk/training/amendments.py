"""更正与作废: what waits for its second person, and one of them with what it changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.steps import Step
from pages.desk.training.parts import tabs_for
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from training.models import Amendment
from training.permissions import CERTIFICATE_READERS, CERTIFIERS, can_decide_amendment, can_withdraw_amendment
from training.services import amendments as service
from training.services.standing import certificate_now

STATES = Amendment.Status.choices
REFUSE_PHRASES = ("与证书原件不符", "请补充书面材料", "理由不充分")
SHOWN = (
    "assessment__enrolment__worker",
    "base__organisation",
    "certificate",
    "completion",
    "proposed_by",
    "decided_by",
)


@page_for(CERTIFICATE_READERS)
@require_safe
def amendment_list(request: HttpRequest) -> HttpResponse:
    """By state; what waits first."""
    member, state = member_of(request), request.GET.get("state", "proposed")
    state = state if state in dict(STATES) else "proposed"
    seen = Amendment.objects.visible_to(member)
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    page = keyset_page(request, seen.filter(status=state).select_related(*SHOWN))
    context = {
        "here": "certificates",
        "tabs": tabs_for(member, "amendments"),
        "page": page,
        "counts": counts,
        "state": state,
        "may_propose": member.role in CERTIFIERS,
    }
    return render(request, "desk/training/amendments.html", context)


@page_for(CERTIFICATE_READERS)
@freshly_confirmed(lambda request, **kwargs: request.method == "POST" and request.POST.get("action") == "confirm")
def amendment_page(request: HttpRequest, amendment: int) -> HttpResponse:
    """What it says, what held before; the second person confirms or refuses, the first may take it back."""
    member = member_of(request)
    wanted = Amendment.objects.visible_to(member).select_related(
        *SHOWN, "recorded_by", "assessment__enrolment__training_class__base__bureau"
    )
    found: Amendment = get_object_or_404(wanted, pk=amendment)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, member, found))
            return redirect("amendment", amendment=amendment)
        except RuleViolation as refusal:
            error = refusal.sentences
            found = get_object_or_404(wanted, pk=amendment)
    context = {
        "here": "certificates", "found": found, "seat": found.assessment.enrolment, "changes": changes_of(found),
        "steps": _steps(found), "may_decide": found.status == "proposed" and can_decide_amendment(member, found),
        "may_withdraw": found.status == "proposed" and can_withdraw_amendment(member, found), "error": error,
        "phrases": REFUSE_PHRASES, "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/training/amendment.html", context, status=422 if error else 200)


def _act(request: HttpRequest, member: Membership, found: Amendment) -> str:
    """Take the action that was asked for; returns what is told.  A second tap finds it done."""
    action, day = request.POST.get("action", ""), business_day()
    done = {"confirm": "confirmed", "refuse": "refused", "withdraw": "withdrawn"}
    if action not in done:
        raise Http404
    if found.status == done[action]:
        return "已办理，无需重复操作。"
    if action == "confirm":
        service.confirm_amendment(actor=member, amendment=found, day=day)
        return "已确认，即时生效。"
    if action == "refuse":
        service.refuse_amendment(actor=member, amendment=found, reason=reason_of(request), day=day)
        return "已退回，未作改变。"
    service.withdraw_amendment(actor=member, amendment=found, day=day)
    return "已撤回，未作改变。"


def _steps(found: Amendment) -> list[Step]:
    first = Step("提出", "done", found.proposed_on, str(found.proposed_by))
    if found.status == "proposed":
        return [first, Step("第二人确认", "now", None, "待办理"), Step("生效", "next")]
    by = str(found.decided_by) if found.decided_by else ""
    if found.status == "confirmed":
        return [first, Step("第二人确认", "done", found.decided_on, by), Step("生效", "done", found.decided_on)]
    return [first, Step(found.status_label(), "stopped", found.decided_on, by, found.decision_note)]


def changes_of(found: Amendment) -> list[tuple[str, Any, Any]]:
    """What it changes: word, before, after."""
    earlier = Amendment.objects.filter(
        assessment=found.assessment_id, kind=found.kind, status="confirmed", pk__lt=found.pk
    )
    if found.kind == Amendment.Kind.RESULT:
        row: Any = earlier.order_by("-pk").first() or found.assessment
        attended = getattr(row, "attended_hours", None) or found.assessment.enrolment.attended_hours
        pairs: list[tuple[str, Any, Any]] = [
            ("实到学时", attended, found.attended_hours), ("理论成绩", row.theory_score, found.theory_score),
            ("实操成绩", row.practice_score, found.practice_score), ("结论", row.verdict, found.verdict),
        ]  # fmt: skip
        return [pair for pair in pairs if pair[1] != pair[2]]
    if found.kind == Amendment.Kind.CERTIFICATE and found.certificate is not None:
        number = earlier.exclude(number="").order_by("-pk").values_list("number", flat=True).first()
        issued = earlier.filter(issued_on__isnull=False).order_by("-pk").values_list("issued_on", flat=True).first()
        pairs = [
            ("证书编号", number or found.certificate.number, found.number or None),
            ("发证日期", issued or found.certificate.issued_on, found.issued_on),
        ]  # fmt: skip
        pairs.append(("状态", "已作废", "有效" if certificate_now(found.certificate.pk).revoked_on else None))
        return [pair for pair in pairs if pair[2] is not None]
    return [("状态", "有效", "已作废")]
