"""Enterprises: the directory with its figures, and the page of one with everything that hangs on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.enterprise_figures import narrowed, payment_years, totals_of, with_figures
from pages.desk.enterprise_tabs import TABS, tab_bar, warnings_of
from pages.desk.navigation import DESK_ROLES
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.models import Enterprise, PayeeAccount
from park_workers.permissions import can_keep_directory
from subsidies.permissions import can_ask_correction


def _year(request: HttpRequest, years: list[int]) -> int:
    """The year of ?year=, or the newest in which anything was paid."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if year in years else years[0]


@page_for(DESK_ROLES)
@require_safe
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """The directory, narrowed by what the address says, with people and money of each and of all."""
    member = member_of(request)
    today = business_day()
    years = payment_years(today)
    year = _year(request, years)
    seen = Enterprise.objects.visible_to(member).select_related("organisation").in_directory_order()
    rows, shown = narrowed(seen, request.GET, today)
    found = numbered_page(request, rows)
    with_figures(list(found["page"]), today, year)
    context = {
        "here": "enterprises", "today": today, "year": year, "years": years, "totals": totals_of(rows, today, year),
        "is_clerk": can_keep_directory(member), "is_filtered": any(shown[key] for key in ("q", "kind", "only")),
    } | shown | found  # fmt: skip
    return render(request, "desk/enterprises.html", context)


@page_for(DESK_ROLES)
@require_safe
def enterprise_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise: who it is, its figures, and a tab for each kind of thing."""
    member = member_of(request)
    seen = Enterprise.objects.visible_to(member).select_related("organisation")
    enterprise: Enterprise = get_object_or_404(seen, pk=pk)
    today = business_day()
    years = payment_years(today)
    year = _year(request, years)
    with_figures([enterprise], today, year)
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "people"
    context: dict[str, Any] = {
        "here": "enterprises", "enterprise": enterprise, "today": today, "year": year, "tab": tab,
        "warnings": warnings_of(enterprise, today), "is_clerk": can_keep_directory(member),
        "may_ask_correction": can_ask_correction(member, enterprise),
        "account": PayeeAccount.objects.in_force_on(today).filter(organisation_id=pk).order_by("-valid_from").first(),
    }  # fmt: skip
    context["tabs"] = tab_bar(enterprise)
    context |= TABS[tab][1](request, enterprise)
    return render(request, "desk/enterprise.html", context)
