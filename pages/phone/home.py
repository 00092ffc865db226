"""The enterprise's first page: register, people today, what waits, claims and money."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.acting import page_for
from pages.phone.claims import shown_claims
from pages.phone.scan_entries import stamp_of
from pages.phone.todo import todo_list
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, Membership, PostSpan, Role
from subsidies.models import Disbursement
from training.models import LabourDemand


@page_for(Role.ENTERPRISE_HR)
def home(request: HttpRequest) -> HttpResponse:
    """Headcount and front line today, what waits, claims with their state, money received."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    today = business_day()
    employed = Employment.objects.visible_to(member).employed_on(today)
    post = PostSpan.objects.filter(employment=OuterRef("pk"), starts_on__lte=today).order_by("-starts_on", "-pk")
    headcount = employed.count()
    front_line = employed.annotate(front=Subquery(post.values("is_front_line")[:1])).filter(front=True).count()
    paid = Disbursement.objects.filter(organisation_id=member.organisation_id, status="paid")
    context = {
        "today": today, "headcount": headcount, "front_line": front_line, "todos": todo_list(member, today),
        "share": round(front_line * 100 / headcount) if headcount else 0, "claims": shown_claims(member, 2),
        "demands": LabourDemand.objects.visible_to(member).filter(status="open").count(),
        "stamp": stamp_of(member), "paid_fen": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
    }  # fmt: skip
    return render(request, "phone/home.html", context)
