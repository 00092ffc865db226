"""People: the list, finding one, and the page of one person, whose heart is the thread of everything known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.navigation import DESK_ROLES
from pages.desk.thread import insured_years, received_fen, records_of, worker_thread
from pages.desk.worker_search import narrowed, understand
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, EmploymentOverlap, Enterprise, Membership, PerhapsNeverHired, Role, Worker
from park_workers.permissions import (
    can_correct_hire_date,
    can_merge_workers,
    can_record_leave,
    can_register_workers,
    can_reveal,
)
from park_workers.services.people import Revealed, reveal
from subsidies.permissions import can_ask_correction

STATES = {"now": "在职", "left": "已离职", "never": "未就业"}
REVEAL_PHRASES = ("核对证件原件", "与企业核对人员信息", "与银行核对收款人", "处理异议需要核实", "查找重复记录")


def worker_of(request: HttpRequest, pk: int) -> Worker:
    """One person this role may see; 404 otherwise."""
    seen = Worker.objects.visible_to(member_of(request))
    found: Worker = get_object_or_404(seen.select_related("merged_into"), pk=pk)
    return found


@page_for(DESK_ROLES)
@require_safe
def worker_list(request: HttpRequest) -> HttpResponse:
    """Everybody known, masked, the newest first; merged records stand with the person they are."""
    member = member_of(request)
    return _list(request, member)


def _list(request: HttpRequest, member: Membership, *, typed: str = "", error: str = "") -> HttpResponse:
    today = business_day()
    rows, shown = chosen_workers(request.GET, member)
    page = keyset_page(request, rows)
    with_work(page.rows, today)
    context = {
        "here": "workers", "page": page, "states": STATES, "error": error, "typed": typed or shown["name"], "today": today,
        "may_register": can_register_workers(member), "is_filtered": any(shown.values()),
    } | shown  # fmt: skip
    return render(request, "desk/workers.html", context, status=404 if error else 200)


def chosen_workers(parameters: Mapping[str, str], member: Membership) -> tuple[Any, dict[str, Any]]:
    """People of the address's filter, and what the filter bar says of it."""
    rows, shown = narrowed(Worker.objects.visible_to(member).filter(merged_into__isnull=True), parameters)
    state, firm = parameters.get("state", ""), parameters.get("firm", "")
    state, enterprise = (state if state in STATES else ""), None
    if firm.isascii() and firm.isdigit() and len(firm) < 18:
        enterprise = Enterprise.objects.filter(pk=int(firm)).select_related("organisation").first()
    if enterprise is not None:
        rows = rows.filter(Exists(Employment.objects.filter(worker=OuterRef("pk"), enterprise=enterprise)))
    return _in_state(rows, state, business_day()), shown | {"state": state, "enterprise": enterprise}


def _in_state(rows: Any, state: str, day: Any) -> Any:
    """People at work on a day; whose work has ended; whom nobody has ever employed."""
    ever = Employment.objects.filter(worker=OuterRef("pk"))
    if state == "now":
        return rows.filter(Exists(ever.employed_on(day)))
    if state == "left":
        return rows.filter(Exists(ever.filter(left_on__lt=day))).exclude(Exists(ever.employed_on(day)))
    return (
        rows.filter(pk__in=PerhapsNeverHired.objects.values("worker")).exclude(Exists(ever))
        if state == "never"
        else rows
    )


def with_work(workers: list[Any], day: Any) -> None:
    """Give each person of a page the newest employment, and whether it lasts."""
    found: dict[int, Employment] = {}
    rows = Employment.objects.filter(worker__in=[w.pk for w in workers]).select_related("enterprise__organisation")
    for row in rows.prefetch_related("posts").order_by("hired_on", "pk"):
        found[row.worker_id] = row
    for worker in workers:
        worker.work = work = found.get(worker.pk)
        worker.is_employed = work is not None and (work.left_on is None or work.left_on >= day)
        posts = sorted(work.posts.all(), key=lambda post: post.starts_on) if work else []
        worker.post = posts[-1] if posts else None


@page_for(DESK_ROLES)
@require_POST
@sensitive_post_parameters("q")
def find(request: HttpRequest) -> HttpResponse:
    """The search box: a full number leads to the person, everything else to a filtered list."""
    member = member_of(request)
    text = request.POST.get("q", "").strip()[:80]
    search = understand(text, Worker.objects.visible_to(member))
    if search.worker is not None:
        return redirect("worker", pk=search.worker.pk)
    if search.is_full_number:
        return _list(request, member, typed=text, error="没有这个证件号码的人员。请核对号码，或先登记。")
    kept = {key: request.POST.get(key, "")[:18] for key in ("state", "firm")} | {search.parameter: search.value}
    query = urlencode({key: value for key, value in kept.items() if value})
    return redirect(reverse("workers") + (f"?{query}" if query else ""))


@page_for(DESK_ROLES)
@require_safe
def worker_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The person with the whole thread."""
    worker = worker_of(request, pk)
    if worker.merged_into is not None:
        messages.info(request, f"记录 {worker.reference} 已并入本人员。")
        return redirect("worker", pk=worker.merged_into_id)
    return shown(request, worker)


def shown(
    request: HttpRequest, worker: Worker, *, revealed: Revealed | None = None, error: str = "", typed: str = ""
) -> HttpResponse:
    """The page, with the numbers in plain when they were just asked for with a reason."""
    member = member_of(request)
    records = records_of(worker)
    people = [record.pk for record in records]
    employments = list(
        Employment.objects.filter(worker__in=people).select_related("enterprise__organisation").order_by("-hired_on")
    )
    today = business_day()
    for row in employments:
        row.may_leave = can_record_leave(member, row)  # type: ignore[attr-defined]
        row.may_correct = can_correct_hire_date(member, row)  # type: ignore[attr-defined]
        row.may_ask = can_ask_correction(member, row.enterprise)  # type: ignore[attr-defined]
        row.is_now = row.hired_on <= today and (row.left_on is None or row.left_on >= today)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "here": "workers", "worker": worker, "merged": records[1:], "knots": worker_thread(people, member),
        "years": insured_years(people), "employments": employments, "overlaps": overlaps_of(people), "may_merge": can_merge_workers(member),
        "may_reveal": can_reveal(member, worker), "revealed": revealed, "phrases": REVEAL_PHRASES, "error": error,
        "typed": typed, "received_fen": received_fen(people), "now": [row for row in employments if row.is_now],  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "desk/worker.html", context, status=422 if error else 200)


def overlaps_of(people: list[int]) -> list[EmploymentOverlap]:
    """Employments of a person at two enterprises at once that nobody has looked into."""
    rows = EmploymentOverlap.objects.filter(closed_at__isnull=True)
    rows = rows.filter(Q(earlier__worker__in=people) | Q(later__worker__in=people))
    return list(rows.select_related("earlier__enterprise__organisation", "later__enterprise__organisation"))


@page_for(DESK_ROLES - {Role.AUDITOR})
@require_POST
@freshly_confirmed()
def reveal_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Document number and phone in plain, for this one answer; the log keeps who looked and why."""
    worker, member = worker_of(request, pk), member_of(request)
    note = request.POST.get("note", "").strip()
    reason = reason_of(request)
    try:
        found = reveal(actor=member, worker=worker, reason=reason, day=business_day())
    except RuleViolation as refusal:
        return _answer(request, worker, error=refusal.sentences, typed=note)
    return _answer(request, worker, revealed=found)


def _answer(request: HttpRequest, worker: Worker, **more: Any) -> HttpResponse:
    """For htmx the card of numbers alone: the page stays one that Back leads to; otherwise the whole page."""
    if request.headers.get("HX-Request") != "true":
        return shown(request, worker, **more)
    return render(
        request, "desk/_numbers.html", {"worker": worker, "may_reveal": True, "phrases": REVEAL_PHRASES} | more
    )
