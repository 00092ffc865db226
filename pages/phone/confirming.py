"""Claims the bureau has put before the enterprise: which wait for it, and confirming one."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pages.acting import member_of, page_for
from pages.phone.waiting import Todo
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import format_fen
from park_workers.models import Membership, Role
from subsidies.models import Claim, ConfirmationRound
from subsidies.services.confirmations import STALE, WAITING, ClaimState, confirm_claim, states_of


def waiting_claims(member: Membership) -> list[tuple[ClaimState, ConfirmationRound]]:
    """Claims of computed batches the bureau has asked about and this enterprise has not confirmed as they are."""
    asked = Claim.objects.visible_to(member).filter(
        batch__status="computed", batch__is_trial=False, calculation=F("batch__current"),
        batch__in=ConfirmationRound.objects.values("batch"),
    )  # fmt: skip
    claims = list(asked.select_related("batch__policy").order_by("batch__cutoff_on", "pk"))
    if not claims:
        return []
    rounds = {
        one.batch_id: one
        for one in ConfirmationRound.objects.filter(batch__in=[c.batch_id for c in claims]).order_by("number")
    }
    return [(one, rounds[one.claim.batch_id]) for one in states_of(claims) if one.state in (WAITING, STALE)]


def claims_todo(member: Membership, today: date) -> Todo | None:
    """待确认申报, with the sum and the first last day."""
    found = waiting_claims(member)
    if not found:
        return None
    fen = sum(one.amount_fen for one, _ in found)
    href = reverse("claim", args=[found[0][0].claim.reference]) if len(found) == 1 else reverse("phone_money")
    last_day = min(one.last_day for _, one in found)
    return Todo("待确认申报", len(found), href, "clipboard-check", last_day, f"共 {format_fen(fen)}，")


@page_for(Role.ENTERPRISE_HR)
@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm what the page showed; a second tap finds it done."""
    from pages.phone.claims import claims_of

    member = member_of(request)
    claim = get_object_or_404(claims_of(member), reference=reference)
    account = request.POST.get("account", "")
    try:
        confirm_claim(
            actor=member, claim=claim, seen_digest=request.POST.get("digest", ""),
            account_seen=int(account) if account.isascii() and account.isdigit() and len(account) < 18 else 0,
            commitment=request.POST.get("commitment", ""), day=business_day(),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    else:
        messages.success(request, "已确认。区人社局将继续办理，进度会显示在本页。")
    return redirect("claim", reference=reference)
