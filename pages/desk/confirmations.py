"""请企业确认: the clerk puts a computed batch before the enterprises and sees who has confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import member_of, page_for
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, ConfirmationRound
from subsidies.permissions import can_ask_confirmation
from subsidies.services.confirmations import (
    CONFIRMED,
    MOST_DAYS,
    NOTHING,
    STALE,
    WAITING,
    ask_confirmation,
    claims_to_confirm,
    latest_round,
    needs_confirmation,
    states_of,
)

WORDS = {
    CONFIRMED: ("closed", "已确认"), STALE: ("held", "名单有变动，须再确认"), WAITING: ("submitted", "待确认"),
    NOTHING: ("draft", "没有应拨付的明细"),
}  # fmt: skip
USUAL_DAYS = 5


@dataclass(frozen=True)
class Asked:
    """How far the confirmation of a batch has come, for its page."""

    round: ConfirmationRound | None
    confirmed: int
    waiting: int
    may_ask: bool
    is_needed: bool


def asked_of(batch: Batch, member: Membership) -> Asked | None:
    """Confirmed and waiting enterprises, counted while it matters; None where nobody was asked and nobody may or must be."""
    asked, may_ask = latest_round(batch), can_ask_confirmation(member, batch)
    is_needed = needs_confirmation(batch.policy_version.parsed_terms) and batch.status == Batch.Status.COMPUTED
    if asked is None and not may_ask and not is_needed:
        return None
    is_counted = batch.status == Batch.Status.COMPUTED and (asked or is_needed)
    states = [one.state for one in states_of(claims_to_confirm(batch))] if is_counted else []
    waiting = sum(state in (STALE, WAITING) for state in states)
    return Asked(asked, states.count(CONFIRMED), waiting, may_ask, is_needed)


@page_for(BUREAU_ROLES)
def confirmations(request: HttpRequest, pk: int) -> HttpResponse:
    """Each enterprise with what it confirmed and when; the clerk asks, or asks again with a later day."""
    from pages.desk.batches import batch_of

    batch, member = batch_of(request, pk), member_of(request)
    typed, error = request.POST.get("days", str(USUAL_DAYS)).strip()[:3], ""
    if request.method == "POST":
        try:
            days = int(typed) if typed.isascii() and typed.isdigit() else 0
            made = ask_confirmation(actor=member, batch=batch, working_days=days, day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, f"已请企业确认，截止 {made.last_day}；企业手机首页会显示待办。")
            return redirect("batch_confirmations", pk=pk)
    states = states_of(claims_to_confirm(batch))
    rows = [(one, *WORDS[one.state]) for one in states]
    context: dict[str, Any] = {
        "here": "batches", "batch": batch, "rows": rows, "asked": asked_of(batch, member), "days": typed, "error": error,
        "most": MOST_DAYS, "counts": {key: sum(one.state == key for one in states) for key in WORDS},
        "rounds": batch.confirmation_rounds.select_related("recorded_by__user").order_by("number"),
    }  # fmt: skip
    return render(request, "desk/confirmations.html", context, status=422 if error else 200)
