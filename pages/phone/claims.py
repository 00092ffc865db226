"""What an enterprise sees of its claims on the phone, and why a line was refused."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pages import why
from pages.acting import page_for
from pages.desk.lines import explained
from park_workers.models import Membership, Role
from subsidies.models import Claim, Disbursement, LineItem

#: states in which a computation is still the bureau's own work
NOT_YET_SHOWN = ("draft", "computed", "cancelled")


def claims_of(member: Membership) -> QuerySet[Claim]:
    """Claims of this enterprise in computations that stand and have been signed by the bureau's clerk."""
    return (
        Claim.objects.visible_to(member)
        .filter(batch__is_trial=False, calculation=F("batch__current"))
        .exclude(batch__status__in=NOT_YET_SHOWN)
    )


def _claim(request: HttpRequest, reference: str) -> Claim:
    member: Membership = request.membership  # type: ignore[attr-defined]
    claims = claims_of(member).select_related("batch__policy", "batch__policy_version", "organisation")
    found: Claim = get_object_or_404(claims, reference=reference)
    return found


def _lines(claim: Claim) -> QuerySet[LineItem]:
    return claim.line_items.select_related("worker", "employment").order_by("is_eligible", "position", "pk")


@page_for(Role.ENTERPRISE_HR)
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One claim: sum, state, each person with the verdict."""
    claim = _claim(request, reference)
    terms = claim.batch.policy_version.parsed_terms
    lines = list(_lines(claim))
    for line in lines:
        line.reasons = why.reasons_of(line.fail_mask, terms)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "claim": claim, "batch": claim.batch, "refused": [x for x in lines if not x.is_eligible],
        "eligible": [x for x in lines if x.is_eligible],
        "payments": Disbursement.objects.filter(
            organisation_id=claim.organisation_id, payment_file__batch=claim.batch
        ).order_by("pk"),
    }  # fmt: skip
    return render(request, "phone/claim.html", context)


@page_for(Role.ENTERPRISE_HR)
def claim_line(request: HttpRequest, reference: str, line_pk: int) -> HttpResponse:
    """Why one person was accepted or refused."""
    claim = _claim(request, reference)
    line = get_object_or_404(_lines(claim), pk=line_pk)
    return render(
        request,
        "phone/line.html",
        {"claim": claim, "batch": claim.batch, "line": line, "why": explained(claim.batch, line)},
    )
