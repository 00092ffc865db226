"""A draft tried on real rows: asking for it, its progress, and what it would change, firm by firm and person by person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages import why
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.bureaus import of_own_bureau
from pages.desk.policies.reading import version_of
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import LineItem, PolicyVersion, Simulation
from subsidies.services.simulations import is_running, simulate_version

VIEWS = {"gain": "受益", "lose": "受损"}


@page_for(Role.CLERK)
def new_simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """On which day, and how to count what has been paid already."""
    version = version_of(request, pk)
    member = member_of(request)
    today, error = business_day(), ""
    typed = {
        "cutoff_on": (request.POST.get("cutoff_on") or _usual_cutoff(version, today).isoformat()).strip(),
        "mode": request.POST.get("mode", "start"),
        "number": request.POST.get("number", "") or str(version.simulations.count() + 1),
    }
    if request.method == "POST":
        cutoff_on, error = read_day(typed["cutoff_on"], "请选择截止日，如 2023-12-31。")
    if request.method == "POST" and cutoff_on is not None:
        try:
            made = simulate_version(
                actor=member, version=version, cutoff_on=cutoff_on,
                is_from_start=typed["mode"] == "start", day=today,
                number=int(typed["number"]) if typed["number"].isdigit() and len(typed["number"]) < 9 else 0,
            )  # fmt: skip
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, "已开始模拟测算；可关闭页面，完成后在此查看结果。")
            return redirect("simulation", pk=made.pk)
    context = {"here": "policies", "version": version, "policy": version.policy, "typed": typed, "error": error,
               "today": today}  # fmt: skip
    return render(request, "desk/policies/new_simulation.html", context, status=422 if error else 200)


def _usual_cutoff(version: PolicyVersion, today: date) -> date:
    """The newest cut-off date of the family: lists are complete up to it."""
    official = version.policy.batches.filter(is_trial=False, cutoff_on__lte=today)
    newest: date | None = official.order_by("-cutoff_on").values_list("cutoff_on", flat=True).first()
    return newest or today


def _simulation(request: HttpRequest, pk: int) -> Simulation:
    wanted = Simulation.objects.select_related(
        "version__policy", "baseline", "job", "batch__current", "batch__policy_version", "baseline_batch__current",
        "recorded_by__user",
    )  # fmt: skip
    member = member_of(request)
    found: Simulation = get_object_or_404(of_own_bureau(wanted, member, "version__policy__bureau"), pk=pk)
    return found


def _lines(calculation_id: int | None) -> QuerySet[LineItem]:
    return LineItem.objects.filter(calculation_id=calculation_id)


def _with_other(lines: QuerySet[LineItem], other_id: int | None) -> QuerySet[LineItem]:
    """Each line with what the other trial gives the same employment for the same period."""
    same = LineItem.objects.filter(
        calculation_id=other_id,
        employment=OuterRef("employment"),
        period_key=OuterRef("period_key"),
        corrects__isnull=True,  # as the index over these columns has it
    )
    return lines.annotate(
        other_fen=Coalesce(Subquery(same.values("amount_fen")[:1]), 0), other_mask=Subquery(same.values("fail_mask")[:1]),
        other_pk=Subquery(same.values("pk")[:1]),
    )  # fmt: skip


def gains_and_losses(simulation: Simulation) -> dict[str, QuerySet[LineItem]]:
    """Lines under the version that get more than before, and lines under the baseline that get less now."""
    new = simulation.batch.current_id
    old = simulation.baseline_batch.current_id if simulation.baseline_batch else None
    gain = _with_other(_lines(new), old).filter(amount_fen__gt=F("other_fen"))
    lose = _with_other(_lines(old), new).filter(amount_fen__gt=F("other_fen"))
    return {"gain": gain, "lose": lose}


def _figures(calculation_id: int | None) -> dict[str, int]:
    eligible = Q(is_eligible=True)
    found = _lines(calculation_id).aggregate(
        lines=Count("pk"), people=Count("worker", filter=eligible, distinct=True), fen=Coalesce(Sum("amount_fen"), 0)
    )
    return {key: int(value) for key, value in found.items()}


def _firms(simulation: Simulation) -> list[dict[str, Any]]:
    """People and money of each firm under both, the largest change first."""
    found: dict[int, dict[str, Any]] = {}
    old = simulation.baseline_batch.current_id if simulation.baseline_batch else None
    for side, calculation in (("new", simulation.batch.current_id), ("old", old)):
        rows = (
            _lines(calculation).filter(is_eligible=True).order_by().values("employment__enterprise_id")
            .annotate(name=F("employment__enterprise__organisation__name"))
            .annotate(people=Count("worker", distinct=True), fen=Sum("amount_fen"))
        )  # fmt: skip
        for row in rows:
            firm = found.setdefault(
                row["employment__enterprise_id"],
                {"name": row["name"], "new_people": 0, "new_fen": 0, "old_people": 0, "old_fen": 0},
            )
            firm |= {f"{side}_people": row["people"], f"{side}_fen": row["fen"]}
    for firm in found.values():
        firm["fen"] = firm["new_fen"] - firm["old_fen"]
        firm["people"] = firm["new_people"] - firm["old_people"]
    return sorted(found.values(), key=lambda firm: (-abs(firm["fen"]), firm["name"]))


def _in_words(rows: Iterable[LineItem], view: str, simulation: Simulation) -> None:
    """Verdict before and after of each line of a page."""
    baseline: PolicyVersion | None = simulation.baseline
    mine, other = simulation.version, baseline
    if view == "lose":
        mine, other = (baseline or simulation.version), simulation.version
    terms = {one.pk: one.parsed_terms for one in (mine, other) if one is not None}
    for row in rows:
        here = _verdict(row.fail_mask, terms[mine.pk], row.period_key)
        mask = row.other_mask  # type: ignore[attr-defined]
        known = _verdict(mask, terms[other.pk], row.period_key) if other and mask is not None else "—"
        there = "不在名单" if mask is None else known
        row.before, row.after = (there, here) if view == "gain" else (here, there)  # type: ignore[attr-defined]
        change = row.amount_fen - row.other_fen  # type: ignore[attr-defined]
        row.change_fen = change if view == "gain" else -change  # type: ignore[attr-defined]
        new, old = (row.pk, row.other_pk) if view == "gain" else (row.other_pk, row.pk)  # type: ignore[attr-defined]
        row.new_pk, row.old_pk = new, old  # type: ignore[attr-defined]


def _verdict(mask: int, terms: Any, period_key: str) -> str:
    return "、".join(words for _, words in why.reasons_of(mask, terms, period_key)) or "合格"


@page_for(BUREAU_ROLES)
@require_safe
def simulation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """People and money against the version in force, by firm, and who gains and loses; nothing is reserved."""
    found = _simulation(request, pk)
    context: dict[str, Any] = {"here": "policies", "simulation": found, "version": found.version,
                               "policy": found.version.policy, "is_running": is_running(found)}  # fmt: skip
    if found.job is None or found.job.status != "done":
        return render(request, "desk/policies/simulation.html", context)
    sides = gains_and_losses(found)
    if found.baseline_batch is None:
        sides["lose"] = sides["lose"].none()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "firms"
    new = _figures(found.batch.current_id)
    old = _figures(found.baseline_batch.current_id if found.baseline_batch else None)
    sums = {key: rows.aggregate(n=Count("worker", distinct=True), fen=Coalesce(Sum(F("amount_fen") - F("other_fen")), 0))
            for key, rows in sides.items()}  # fmt: skip
    context |= {"new": new, "old": old, "fen": new["fen"] - old["fen"], "people": new["people"] - old["people"],
                "sums": sums, "view": view, "views": [(key, label, sums[key]["n"]) for key, label in VIEWS.items()]}  # fmt: skip
    if view == "firms":
        context["firms"] = _firms(found)
        return render(request, "desk/policies/simulation.html", context)
    people = sides[view].select_related("worker", "employment__enterprise__organisation")
    rows = people.order_by("other_fen", "position", "pk")  # who had nothing before, or has nothing now, comes first
    context |= numbered_page(request, rows)
    _in_words(context["page"], view, found)
    return render(request, "desk/policies/simulation.html", context)


@page_for(BUREAU_ROLES)
@require_safe
def simulation_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; when it has ended the page is loaded again."""
    found = _simulation(request, pk)
    response = render(request, "desk/policies/_progress.html", {"simulation": found})
    if not is_running(found):
        response["HX-Refresh"] = "true"
    return response
