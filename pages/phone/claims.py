"""What an enterprise sees on the phone: its people, its claims, and why a line was refused."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pages import why
from pages.acting import page_for
from pages.desk.lines import explained
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, Membership, PostSpan, Role
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


@page_for(Role.ENTERPRISE_HR)
def home(request: HttpRequest) -> HttpResponse:
    """Headcount and front line today, claims with their state, money received."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    today = business_day()
    employed = Employment.objects.visible_to(member).employed_on(today)
    post = PostSpan.objects.filter(employment=OuterRef("pk"), starts_on__lte=today).order_by("-starts_on", "-pk")
    headcount = employed.count()
    front_line = employed.annotate(front=Subquery(post.values("is_front_line")[:1])).filter(front=True).count()
    claims = list(claims_of(member).select_related("batch__policy").order_by("-batch__cutoff_on", "-pk"))
    paid = Disbursement.objects.filter(organisation_id=member.organisation_id, status="paid")
    context = {
        "today": today, "headcount": headcount, "front_line": front_line,
        "share": round(front_line * 100 / headcount) if headcount else 0, "claims": claims,
        "paid_fen": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
    }  # fmt: skip
    return render(request, "phone/home.html", context)


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
