"""入职日期更正申请 at the desk: what enterprises ask for, what speaks for it, granting or refusing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.bureaus import of_own_bureau
from pages.desk.navigation import DESK_ROLES
from pages.desk.tabs import numbered_page
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import HireDateRequest, InsuredMonth, Membership
from park_workers.permissions import can_decide_hire_date
from park_workers.services.hire_date_requests import decide_hire_date
from subsidies.services.hire_dates import batches_that_judged

STATES = dict(HireDateRequest.Status.choices)
PHRASES = ("与合同原件一致", "与社保记录一致", "依据材料不足，请补充后再申请", "与合同原件不一致")


def requests_seen_by(member: Membership) -> QuerySet[HireDateRequest]:
    """Of the own bureau's enterprises."""
    return of_own_bureau(HireDateRequest.objects.visible_to(member), member, "employment__enterprise__bureau")


@page_for(DESK_ROLES)
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """By state; what waits, the oldest first."""
    seen = requests_seen_by(member_of(request))
    chosen = request.GET.get("state", "waiting")
    chosen = chosen if chosen in STATES else "waiting"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES.items()]
    order = ("asked_on", "pk") if chosen == "waiting" else ("-pk",)
    rows = seen.filter(status=chosen).order_by(*order)
    rows = rows.select_related("employment__worker", "employment__enterprise__organisation", "asked_by", "decided_by")
    context = {"here": "hire_date_requests", "chosen": chosen, "counts": counts} | numbered_page(request, rows)
    return render(request, "desk/hire_date_requests.html", context)


@page_for(DESK_ROLES)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, what is recorded beside it, which batches judged the old date; and the decision."""
    member = member_of(request)
    wanted = requests_seen_by(member).select_related(
        "employment__worker", "employment__enterprise__organisation", "asked_by", "decided_by"
    )
    asked: HireDateRequest = get_object_or_404(wanted, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _decide(request, member, asked))
            return redirect("hire_date_request", pk=pk)
        except RuleViolation as refusal:
            error = refusal.sentences
            asked.refresh_from_db()
    context = {
        "here": "hire_date_requests", "asked": asked, "error": error, "phrases": PHRASES, "typed": request.POST,
        "may_decide": asked.status == "waiting" and can_decide_hire_date(member, asked),
        "batches": of_own_bureau(batches_that_judged(asked.employment), member).select_related("policy").order_by("-pk"),
    } | _beside(asked)  # fmt: skip
    return render(request, "desk/hire_date_request.html", context, status=422 if error else 200)


def _decide(request: HttpRequest, member: Membership, asked: HireDateRequest) -> str:
    action = request.POST.get("action", "")
    if action not in ("grant", "refuse"):
        raise Http404
    decide_hire_date(
        actor=member, asked=asked, is_granted=action == "grant", reason=reason_of(request), day=business_day()
    )
    if action == "refuse":
        return "已告知企业不同意及原因。"
    return f"已更正入职日期为 {asked.hired_on}；已提交批次的判断不变，以后的测算按新日期。"


def _beside(asked: HireDateRequest) -> dict[str, Any]:
    """What else is recorded that tells when the person came: contracts, first insured month here."""
    employment = asked.employment
    insured = InsuredMonth.objects.filter(
        worker=employment.worker_id, credit_code=employment.enterprise.organisation.credit_code, voided_at__isnull=True
    )
    return {
        "contracts": employment.contracts.order_by("starts_on"),
        "first_insured": insured.order_by("month").values_list("month", flat=True).first(),
    }
