"""The enterprise's own roster on the phone: incomplete records first, found by name, pinyin, initials or last four."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.days import day_asked
from pages.desk.worker_search import HASH, HASHED, understand
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, Enterprise, Membership, Role, Worker
from park_workers.services.gaps import gaps_of, incomplete_first, read_in_order

PAGE_SIZE = 50
TABS = {"now": "在职", "left": "已离职"}
PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{1,18})")


@dataclass(frozen=True)
class RosterPage:
    """One page: rows, how many there are in all, and the place after which the next page begins."""

    rows: list[Any]
    count: int
    next_place: str = ""
    incomplete: int = 0


def enterprise_of(member: Membership) -> Enterprise:
    """The enterprise this person acts for."""
    seen = Enterprise.objects.visible_to(member).select_related("organisation")
    found: Enterprise = get_object_or_404(seen, pk=member.organisation_id)
    return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def roster(request: HttpRequest) -> HttpResponse:
    """Who works here, or who has left, as the search says."""
    return _list(request)


def _list(request: HttpRequest, *, typed: str = "", error: str = "") -> HttpResponse:
    member = member_of(request)
    enterprise, today = enterprise_of(member), business_day()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "now"
    here = Employment.objects.visible_to(member)
    rows, shown = _searched(here, request)
    counts = {"now": rows.filter(left_on__isnull=True).count(), "left": rows.filter(left_on__isnull=False).count()}
    place = request.GET.get("place", "")
    if tab == "now":
        page = _present(rows.filter(left_on__isnull=True), enterprise, today, place)
    else:
        page = _gone(rows.filter(left_on__isnull=False), place)
    context = {
        "page": page, "tab": tab, "tabs": [(key, name, counts[key]) for key, name in TABS.items()], "today": today,
        "typed": typed or shown["name"], "error": error, "is_searched": any(shown.values()), "is_first": not place,
    } | shown  # fmt: skip
    return render(request, "phone/roster.html", context, status=404 if error else 200)


def _searched(rows: Any, request: HttpRequest) -> tuple[Any, dict[str, str]]:
    """Employments of people the address asks for; numbers come as keyed hashes only."""
    shown = {"name": " ".join(request.GET.get("name", "").split())[:40], "by": ""}
    if shown["name"]:
        rows = rows.filter(worker__in=Worker.objects.search(shown["name"]).values("pk"))
    for parameter, (column, words) in HASHED.items():
        value = request.GET.get(parameter, "")
        if HASH.fullmatch(value):
            rows, shown["by"] = rows.filter(**{f"worker__{column}": value}), words
    return rows, shown


def _present(rows: QuerySet[Employment], enterprise: Enterprise, today: date, place: str) -> RosterPage:
    """Those who work here, incomplete records first; `place` is the employment a page ends with."""
    keys, incomplete = incomplete_first(rows, enterprise=enterprise, day=today)
    after = int(place) if place.isascii() and place.isdigit() and len(place) < 19 else 0
    start = keys.index(after) + 1 if after in keys else 0
    found = read_in_order(keys[start : start + PAGE_SIZE], enterprise=enterprise, day=today)
    for row in found:
        row.gaps = gaps_of(row)
        row.post = post_of(row)
    more = start + PAGE_SIZE < len(keys)
    return RosterPage(found, len(keys), str(keys[start + PAGE_SIZE - 1]) if more else "", incomplete)


def _gone(rows: QuerySet[Employment], place: str) -> RosterPage:
    """Those who have left, the latest first; the page begins after a day and an employment."""
    count, match = rows.count(), PLACE.fullmatch(place)
    day = day_asked(match[1]) if match else None
    if match and day:
        rows = rows.filter(Q(left_on__lt=day) | Q(left_on=day, pk__lt=int(match[2])))
    rows = rows.select_related("worker").prefetch_related("posts")
    found: list[Any] = list(rows.order_by("-left_on", "-pk")[: PAGE_SIZE + 1])
    has_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    for row in found:
        row.post = post_of(row)
    return RosterPage(found, count, f"{found[-1].left_on}_{found[-1].pk}" if has_more else "")


def post_of(row: Any) -> Any:
    """The newest post of an employment whose posts are at hand."""
    return max(row.posts.all(), key=lambda post: post.starts_on, default=None)


@page_for(Role.ENTERPRISE_HR)
@require_POST
@sensitive_post_parameters("q")
def find(request: HttpRequest) -> HttpResponse:
    """The search box: a full number leads to the person, all else to a list whose address holds no number."""
    member = member_of(request)
    search = understand(request.POST.get("q", "").strip()[:80], Worker.objects.visible_to(member))
    tab = request.POST.get("tab", "")
    if search.worker is not None:
        here = Employment.objects.visible_to(member).filter(
            Q(worker=search.worker) | Q(worker__merged_into=search.worker)
        )
        newest = here.order_by("-hired_on", "-pk").first()
        if newest is not None:
            return redirect("roster_person", employment=newest.reference)
    if search.is_full_number:
        return _list(request, error="贵企业没有这个证件号码的员工。请核对号码，或先登记。")
    wanted = {"tab": tab if tab in TABS and tab != "now" else "", search.parameter: search.value}
    query = urlencode({key: value for key, value in wanted.items() if value})
    return redirect(reverse("roster") + (f"?{query}" if query else ""))
