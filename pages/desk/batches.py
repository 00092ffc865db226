"""The list of batches and the page of one batch, which is the heart of the desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pages.acting import member_of, page_for
from pages.desk import tabs
from pages.desk.acts import acts_for
from pages.desk.batch_figures import figures
from pages.desk.confirmations import asked_of
from pages.desk.steps import batch_steps, notice_note
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership
from park_workers.models.users import BUREAU_ROLES
from park_workers.permissions import can_export_lists
from subsidies.models import Batch, LineItem, PublicNotice, Simulation
from subsidies.permissions import can_open_batches

#: groups of states as the list offers them
GROUPS = {
    "": ("全部", ()),
    "open": ("办理中", ("draft", "computed", "submitted", "reviewed", "approved")),
    "notice": ("公示", ("in_notice", "notice_ended")),
    "city": ("市局与拨付", ("sent_to_city", "answered", "paying")),
    "closed": ("已办结", ("closed",)),
    "trial": ("试算", ()),
    "cancelled": ("已撤销", ("cancelled",)),
}


def batches_seen_by(membership: Membership) -> Any:
    """Batches this role may see, with what every page of them shows."""
    return Batch.objects.visible_to(membership).select_related(
        "policy", "policy_version", "current", "submitted_by", "compute_job"
    )


def with_standing_totals(batches: list[Batch]) -> list[Batch]:
    """Give each batch the people and money it stands for now: as computed, less what decisions have taken out."""
    taken = (
        LineItem.objects.filter(calculation__in=[batch.current_id for batch in batches if batch.current_id])
        .filter(is_eligible=True, decisions__is_standing=True, decisions__excludes=True)
        .order_by()
        .values_list("calculation")
        .annotate(people=Count("worker", distinct=True), fen=Sum("amount_fen"))
    )
    out = {calculation: (people, fen) for calculation, people, fen in taken}
    for batch in batches:
        people, fen = out.get(batch.current_id, (0, 0))
        batch.people = batch.current.people - people if batch.current else None  # type: ignore[attr-defined]
        batch.amount_fen = batch.current.amount_fen - fen if batch.current else None  # type: ignore[attr-defined]
    return batches


def totals_of(batches: list[Batch]) -> dict[str, int]:
    """People and fen of several batches."""
    return {key: sum(getattr(batch, key) or 0 for batch in batches) for key in ("people", "amount_fen")}


def batch_of(request: HttpRequest, pk: int) -> Batch:
    """One batch this role may see; 404 otherwise."""
    found: Batch = get_object_or_404(batches_seen_by(member_of(request)), pk=pk)
    return found


@page_for(BUREAU_ROLES)
def batch_list(request: HttpRequest) -> HttpResponse:
    """All batches with state, people and money; trials apart, because they pay nothing."""
    chosen = request.GET.get("state", "")
    if chosen not in GROUPS:
        chosen = ""
    seen = batches_seen_by(member_of(request))
    shown = _in_group(seen, chosen)
    counts = [(key, name, _in_group(seen, key).count()) for key, (name, _) in GROUPS.items()]
    batches = with_standing_totals(list(shown))
    notices = PublicNotice.objects.filter(batch__in=batches, status="open").order_by("edition")
    by_batch = {notice.batch_id: notice for notice in notices}
    today = business_day()
    for batch in batches:
        notice = by_batch.get(batch.pk)
        batch.days_left = notice_note(notice, today) if notice else ""  # type: ignore[attr-defined]
    totals = totals_of([batch for batch in batches if not batch.is_trial and batch.status != "cancelled"])
    context = {
        "here": "batches", "batches": batches, "totals": totals, "groups": [c for c in counts if c[2] or c[0] == chosen],
        "chosen": chosen, "may_open": can_open_batches(member_of(request)),
        "has_trials": any(b.is_trial for b in batches),
    }  # fmt: skip
    return render(request, "desk/batches.html", context)


def _in_group(seen: Any, group: str) -> Any:
    if group == "trial":
        return seen.filter(is_trial=True)
    seen = seen.exclude(pk__in=Simulation.objects.values("batch"))
    seen = seen.exclude(pk__in=Simulation.objects.filter(baseline_batch__isnull=False).values("baseline_batch"))
    states = GROUPS[group][1]
    return seen.filter(is_trial=False, status__in=states) if states else seen


@page_for(BUREAU_ROLES)
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """State as dated steps, totals, tabs, and what the person may do now."""
    batch = batch_of(request, pk)
    tab = request.GET.get("tab", "")
    if tab not in tabs.TABS:
        tab = tabs.first_tab(batch)
    context: dict[str, Any] = {
        "here": "batches", "batch": batch, "steps": batch_steps(batch), "tab": tab,
        "figures": figures(batch), "acts": acts_for(batch, member_of(request)),
        "notice": batch.notices.order_by("-edition").first(),
        "asked": asked_of(batch, member_of(request)),
        "may_export": batch.current is not None and can_export_lists(member_of(request)),
    }  # fmt: skip
    if batch.status == Batch.Status.COMPUTED:
        context["returned"] = batch.reviews.filter(verdict="returned").select_related("reviewer").last()
    context["tabs"] = tabs.tab_bar(batch, context["figures"])
    context |= tabs.TABS[tab](request, batch, context["figures"])
    return render(request, "desk/batch.html", context)


@page_for(BUREAU_ROLES)
def batch_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a computation is; when it has ended the page is loaded again."""
    batch = batch_of(request, pk)
    response = render(request, "desk/_progress.html", {"batch": batch})
    if batch.compute_job is None or not batch.compute_job.is_live:
        response["HX-Refresh"] = "true"
    return response
