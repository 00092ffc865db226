"""The enterprise's first page: register, people today, what waits, claims and money."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.acting import member_of, page_for
from pages.phone.claims import shown_claims
from pages.phone.scan_entries import stamp_of
from pages.phone.todo import todo_list
from park_workers.foundation.business_day import business_day
from park_workers.models import Role
from park_workers.services.headcount import NOBODY
from park_workers.services.kept_headcounts import headcounts_of
from subsidies.models import Disbursement
from training.models import LabourDemand


@page_for(Role.ENTERPRISE_HR)
def home(request: HttpRequest) -> HttpResponse:
    """Headcount and front line today, what waits, claims with their state, money received."""
    member = member_of(request)
    today = business_day()
    here = member.organisation_id
    headcount, front_line = headcounts_of(day=today, enterprises=[here]).get(here, NOBODY)
    paid = Disbursement.objects.filter(organisation_id=member.organisation_id, status="paid")
    context = {
        "today": today, "headcount": headcount, "front_line": front_line, "todos": todo_list(member, today),
        "share": round(front_line * 100 / headcount) if headcount else 0, "claims": shown_claims(member, 2),
        "demands": LabourDemand.objects.visible_to(member).filter(status="open").count(),
        "stamp": stamp_of(member), "paid_fen": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
    }  # fmt: skip
    return render(request, "phone/home.html", context)
