"""在岗确认 at the bureau: who has confirmed a month, who is late and whom to call."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.line_pages import KeyedPaginator
from pages.desk.navigation import DESK_ROLES
from pages.desk.tabs import PAGE_SIZE, numbered_page
from pages.months import month_in
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import working_days_between
from park_workers.models import Enterprise, HeadcountConfirmation, Role
from park_workers.permissions import REVEALERS
from park_workers.services.changed_months import changed_months_of
from park_workers.services.headcount import NOBODY
from park_workers.services.headcount_confirmations import (
    confirm_until,
    due_month,
    latest_of_month,
    reveal_contact_of_late,
)
from park_workers.services.headcount_reminders import reminders_of_month
from park_workers.services.kept_headcounts import month_headcounts_of
from park_workers.services.month_lists import employing, month_before, month_end_of

MONTHS_OFFERED = 12
STATES = {"": "全部", "waiting": "未确认", "confirmed": "已确认"}


@page_for(DESK_ROLES)
@require_safe
def headcounts(request: HttpRequest) -> HttpResponse:
    """Enterprises with people in a month: confirmed by whom, what the rows say now, or since when it is late."""
    return _shown(request)


def _shown(request: HttpRequest, *, called: Enterprise | None = None, phone: str = "") -> HttpResponse:
    member = member_of(request)
    today = business_day()
    newest = due_month(today)
    month = month_in(request.GET.get("month", "")) or newest
    month = min(month, newest)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    firms = employing(Enterprise.objects.visible_to(member), month)
    confirmed = HeadcountConfirmation.objects.filter(enterprise=OuterRef("pk"), month=month)
    counts = firms.annotate(is_confirmed=Exists(confirmed)).aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(is_confirmed=True))
    )
    counts["waiting"] = counts["all"] - counts["confirmed"]
    rows = firms
    if state:
        rows = rows.filter(Exists(confirmed)) if state == "confirmed" else rows.filter(~Exists(confirmed))
    paginator = KeyedPaginator(rows.select_related("organisation").in_directory_order(), PAGE_SIZE)
    paginator.count = counts[state or "all"]
    found = numbered_page(request, paginator)
    _with_confirmations(list(found["page"]), month)
    until = confirm_until(month)
    context = {
        "here": "enterprises", "month": month, "months": _offered(newest), "state": state, "states": STATES, "counts": counts,
        "waiting": counts["waiting"], "until": until, "today": today, "called": called, "phone": phone,
        "may_call": member.role in REVEALERS,
        "late_by": working_days_between(first=until, last=today) if today > until else 0,
        "left_for_it": working_days_between(first=today, last=until) if today <= until else 0,
    } | found  # fmt: skip
    return render(request, "desk/headcounts.html", context)


@page_for(DESK_ROLES - {Role.AUDITOR})
@require_POST
@freshly_confirmed()
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone of one enterprise in plain, for this one answer; the log keeps who looked."""
    member = member_of(request)
    enterprise = get_object_or_404(Enterprise.objects.visible_to(member).select_related("organisation"), pk=pk)
    today = business_day()
    month = month_in(request.GET.get("month", "")) or due_month(today)
    phone = reveal_contact_of_late(actor=member, enterprise=enterprise, month=month, day=today)
    return _shown(request, called=enterprise, phone=phone)


def _offered(newest: date) -> list[date]:
    """The months of the picker, the newest first."""
    months = [newest]
    while len(months) < MONTHS_OFFERED:
        months.append(month_before(months[-1]))
    return months


def _with_confirmations(firms: list[Any], month: date) -> None:
    """Give each enterprise of a page its confirmation, its newest reminder, the heads the rows say now, and whether they differ."""
    keys = [firm.pk for firm in firms]
    latest, reminded = latest_of_month(month=month, enterprises=keys), reminders_of_month(month=month, enterprises=keys)
    heads = month_headcounts_of(month_end=month_end_of(month), enterprises=keys)
    changed = changed_months_of(enterprises=keys)
    for firm in firms:
        firm.confirmation, firm.reminder = latest.get(firm.pk), reminded.get(firm.pk)
        firm.heads, firm.front_line = heads.get(firm.pk, NOBODY)
        known = firm.confirmation
        is_known_changed = any(one.month == month for one in changed.get(firm.pk, ()))
        firm.differs = known is not None and (
            is_known_changed or (known.heads_at_end, known.front_line) != (firm.heads, firm.front_line)
        )
