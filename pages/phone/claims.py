"""What an enterprise sees of its claims on the phone: steps, confirmation, payments, and why a line was refused or returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pages import why
from pages.acting import member_of, page_for
from pages.desk.lines import explained
from pages.phone.claim_steps import claim_steps
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import working_days_between
from park_workers.models import Membership, PayeeAccount, Role
from park_workers.services.accounts import account_in_force
from subsidies.models import Claim, ConfirmationRound, Disbursement, LineDecision, LineItem, PublicNotice
from subsidies.permissions import can_confirm_claim
from subsidies.services.confirmations import (
    COMMITMENT,
    COMMITMENTS,
    CONFIRMED,
    STALE,
    WAITING,
    ClaimState,
    latest_round,
    states_of,
)

#: states in which a computation is the bureau's own work, unless the clerk has asked the enterprises about it
NOT_YET_SHOWN = ("draft", "computed", "cancelled")
#: what a decision about a line means for the enterprise, and what it can do
DECISION_WORDS: dict[str, tuple[str, str]] = {
    "held": ("本批次暂缓，未计入金额", "补齐或核实后，可在本批次恢复或以后的批次申报"),
    "removed": ("已从本批次移除", "如有异议，请联系区人社局经办人员；符合条件后可在以后的批次申报"),
    "objected": ("公示期间异议成立，不予拨付", "如有新的材料，请联系区人社局"),
    "returned": ("市局退回", "区人社局核实后重新上报；需要材料时会请贵企业更正"),
    "resubmitted": ("已重新上报市局", "等待市局批复"),
    "rejected": ("市局不同意，不予拨付", "请查看原因；符合条件后可在以后的批次申报"),
    "bounced": ("银行退票，款项未到账", "请核对收款账户；账户有误的请申请变更，批准后重新拨付"),
    "repaid": ("已重新拨付", "等待到账"),
    "clawed_back": ("补贴被追回", "请按区人社局通知退回款项"),
    "written_off": ("不再补付", "如有疑问，请联系区人社局"),
}


def claims_of(member: Membership) -> QuerySet[Claim]:
    """Claims of this enterprise in computations that stand: signed by the bureau's clerk, or put before the enterprises."""
    asked = Q(batch__status="computed", batch__in=ConfirmationRound.objects.values("batch"))
    return (
        Claim.objects.visible_to(member)
        .filter(batch__is_trial=False, calculation=F("batch__current"))
        .filter(~Q(batch__status__in=NOT_YET_SHOWN) | asked)
    )


def shown_claims(member: Membership, most: int | None = None) -> list[ClaimState]:
    """The newest claims with the people and money they stand for now."""
    claims = claims_of(member).select_related("batch__policy").order_by("-batch__cutoff_on", "-pk")
    return states_of(claims[:most])


def _claim(request: HttpRequest, reference: str) -> Claim:
    member = member_of(request)
    claims = claims_of(member).select_related("batch__policy", "batch__policy_version", "organisation")
    found: Claim = get_object_or_404(claims, reference=reference)
    return found


def _lines(claim: Claim) -> QuerySet[LineItem]:
    return claim.line_items.select_related("worker", "employment").order_by("is_eligible", "position", "pk")


@page_for(Role.ENTERPRISE_HR)
@require_safe
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One claim: sum, dated steps, what to confirm, each person with the verdict and what became of it."""
    claim, today = _claim(request, reference), business_day()
    terms = claim.batch.policy_version.parsed_terms
    lines = list(_lines(claim))
    decided = LineDecision.objects.filter(line__claim=claim, is_standing=True).exclude(kind="released")
    standing = {decision.line_id: decision for decision in decided}
    for line in lines:
        line.reasons = why.reasons_of(line.fail_mask, terms, line.period_key)  # type: ignore[attr-defined]
        line.decision = standing.get(line.pk)  # type: ignore[attr-defined]
        line.words = DECISION_WORDS.get(line.decision.kind) if line.decision else None  # type: ignore[attr-defined]
    (state,) = states_of([claim])
    payments = list(
        Disbursement.objects.filter(organisation_id=claim.organisation_id, payment_file__batch=claim.batch).order_by(
            "pk"
        )
    )
    eligible = [x for x in lines if x.is_eligible]
    context: dict[str, Any] = {
        "claim": claim, "batch": claim.batch, "refused": [x for x in lines if not x.is_eligible], "payments": payments,
        "eligible": [x for x in eligible if not (x.decision and x.decision.kind in DECISION_WORDS)],  # type: ignore[attr-defined]
        "decided": [x for x in eligible if x.decision and x.decision.kind in DECISION_WORDS],  # type: ignore[attr-defined]
        "state": state, "notices": _notices(claim, today), "steps": claim_steps(claim, state, payments),
        "bounced": any(p.status == "bounced" and p.paid_lines.filter(is_live=True).exists() for p in payments),
    } | _confirming(member_of(request), claim, state, today)  # fmt: skip
    return render(request, "phone/claim.html", context)


def _notices(claim: Claim, today: date) -> list[PublicNotice]:
    """Public notices of the batch that still say something, with the working days left to object."""
    found = list(claim.batch.notices.exclude(status="superseded").order_by("-edition"))
    for notice in found:
        is_open = notice.status == "open" and notice.last_day >= today
        notice.may_object = is_open  # type: ignore[attr-defined]
        notice.days_left = len([d for d in notice.counted_days if d >= today.isoformat()]) if is_open else 0  # type: ignore[attr-defined]
    return found


def _confirming(member: Membership, claim: Claim, state: Any, today: date) -> dict[str, Any]:
    """What the confirmation form shows: until when, the account, the commitment."""
    asked = latest_round(claim.batch)
    may = asked is not None and can_confirm_claim(member, claim)
    assert claim.organisation is not None
    return {
        "asked": asked, "may_confirm": may and state.state in (WAITING, STALE), "is_confirmed": state.state == CONFIRMED,
        "is_stale": state.state == STALE, "commitment": COMMITMENT, "commitment_text": COMMITMENTS[COMMITMENT],
        "account": account_in_force(organisation=claim.organisation, day=today),
        "pending": PayeeAccount.objects.filter(organisation=claim.organisation, status="proposed").first(),
        "days_left": working_days_between(first=today, last=asked.last_day) if asked else 0,
        "is_over": asked is not None and asked.last_day < today,
    }  # fmt: skip


@page_for(Role.ENTERPRISE_HR)
@require_safe
def claim_line(request: HttpRequest, reference: str, line_pk: int) -> HttpResponse:
    """Why one person was accepted or refused, and what became of the line since."""
    claim = _claim(request, reference)
    line = get_object_or_404(_lines(claim), pk=line_pk)
    decisions = list(line.decisions.order_by("pk"))
    for decision in decisions:
        decision.words = DECISION_WORDS.get(decision.kind)  # type: ignore[attr-defined]
    return render(
        request, "phone/line.html",
        {"claim": claim, "batch": claim.batch, "line": line, "why": explained(claim.batch, line), "decisions": decisions},
    )  # fmt: skip
