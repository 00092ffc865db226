"""The board of placement: from passing to staying, who stands where, and who was never placed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.choices import choose
from pages.desk.navigation import PLACEMENT_ROLES
from pages.downloads import workbook_response
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, Membership, Role, TrainingBase
from training.models import LabourDemand, Referral
from training.models.placements import WAITS
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import can_refer
from training.services import placement_workbooks as workbooks
from training.services.placed_people import NEVER, STAGES, people_of, seats_in
from training.services.placement_funnel import WITHOUT_ORDER, funnel_of, never_placed
from training.services.placement_links import link_new_hires
from training.services.placement_rows import Scope, placement_rows

PAGE_SIZE = 50
#: so many classes are offered in the filter, the newest; a base or trade chosen before narrows them
CLASSES_OFFERED = 60


@dataclass
class Chosen:
    """The filter of the address, and the rows it leaves."""

    day: date
    rows: pl.DataFrame
    filters: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    error: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return any(value for key, value in self.filters.items() if key != "day")


def chosen(request: HttpRequest) -> Chosen:
    """Rows of the filter: as of a day not after today, of a base, class, trade, level and order."""
    today, error = business_day(), ""
    text = request.GET.get("day", "").strip()
    day, error = read_day(text, "") if text else (today, "")
    day = min(day or today, today)
    rows = placement_rows(Scope.seen_by(member_of(request), day))
    found = Chosen(day, rows, {"day": day.isoformat() if day != today else ""}, error=error)
    found.choices = _choices(rows)
    columns = {"base": "base_id", "trade": "trade", "level": "level", "order": "order_name", "class": "class_id"}
    for name, column in columns.items():
        value = request.GET.get(name, "")
        if name == "class":  # of the base, trade, level and order chosen before
            found.choices[name] = _classes(found.rows)
        if value not in dict(found.choices[name]):
            value = ""
        found.filters[name] = value
        if value:
            wanted = "" if value == WITHOUT_ORDER else value
            found.rows = found.rows.filter(pl.col(column).cast(pl.String) == wanted)
    offered = [choice for choice in found.choices["class"] if choice[0] == found.filters["class"]]
    found.choices["offered"] = found.choices["class"][:CLASSES_OFFERED]
    found.choices["offered"] += [choice for choice in offered if choice not in found.choices["offered"]]
    return found


def _classes(rows: pl.DataFrame) -> list[tuple[str, str]]:
    """Classes of some rows, the newest first."""
    classes = rows.select("class_id", "class_number", "ends_on").unique().sort("ends_on", "class_id", descending=True)
    return [(str(pk), f"{number}（{ends_on} 结业）") for pk, number, ends_on in classes.iter_rows()]


def _choices(rows: pl.DataFrame) -> dict[str, list[tuple[str, str]]]:
    bases = dict(TrainingBase.objects.filter(pk__in=rows["base_id"].unique()).values_list("pk", "organisation__name"))
    levels = sorted(rows["level"].unique(), reverse=True)
    orders = sorted(rows["order_name"].unique())
    return {
        "base": [(str(pk), name) for pk, name in sorted(bases.items())],
        "trade": [(name, name) for name in sorted(rows["trade"].unique())],
        "level": [(str(one), LEVEL_NAMES[one]) for one in levels],
        "order": [(name or WITHOUT_ORDER, name or WITHOUT_ORDER) for name in orders],
    }


def heading(request: HttpRequest, found: Chosen, here: str) -> dict[str, Any]:
    """What all pages of the board show: tabs with counts, and what waits to be asked about."""
    member, today = member_of(request), business_day()
    seen = Referral.objects.visible_to(member)
    waits = [(key, label, seen.waits_for(key, today).count()) for key, label in WAITS]
    return {
        "here": "placements", "tab": here, "chosen": found, "filters": found.filters, "choices": found.choices, "today": today,
        "day": found.day, "never": never_placed(found.rows).height, "live": seen.live().count(), "waits": waits,
        "may_refer": can_refer(member), "is_base": member.role == Role.BASE_CLERK,
    }  # fmt: skip


@page_for(PLACEMENT_ROLES)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The stages with their people."""
    link_new_hires(day=business_day())
    found = chosen(request)
    stage = request.GET.get("stage", "passed")
    stage = stage if stage in dict(STAGES) else "passed"
    total = funnel_of(found.rows, by="base", day=found.day).total
    page = Paginator(seats_in(found.rows, stage), PAGE_SIZE).get_page(request.GET.get("page"))
    context = heading(request, found, "board") | {
        "stages": [(key, label, getattr(total, key), _share(total, key)) for key, label in STAGES], "stage": stage, "page": page,
        "total": total, "people": people_of(list(page.object_list), found.rows, found.day),
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "stage_name": dict(STAGES)[stage],
    }  # fmt: skip
    return render(request, "desk/training/placements.html", context)


def _share(total: Any, stage: str) -> str:
    """A stage beside the one it is part of."""
    if stage in ("kept_3", "kept_6"):
        due = getattr(total, f"due_{stage[-1]}")
        return f"已满 {due} 人中" if due else "尚无人满期"
    if stage == "hired":
        return f"其中经推荐 {total.hired_by_referral} 人"
    if stage == "passed":
        return f"合格 {total.results} 人次"
    return f"占合格 {round(getattr(total, stage) * 100 / total.passed)}%" if total.passed else ""


def division_of(request: HttpRequest) -> str:
    """What the funnel is divided by."""
    by = request.GET.get("by", "base")
    return by if by in workbooks.DIVISION_NAMES else "base"


@page_for(PLACEMENT_ROLES)
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """The funnel as a table, divided as asked for."""
    link_new_hires(day=business_day())
    found = chosen(request)
    by = division_of(request)
    made = funnel_of(found.rows, by=by, day=found.day)
    page = Paginator(made.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = heading(request, found, "funnel") | {
        "funnel": made,
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "by": by,
        "divisions": workbooks.DIVISION_NAMES.items(),
        "by_name": workbooks.DIVISION_NAMES[by],
    }
    return render(request, "desk/training/funnel.html", context)


@page_for(PLACEMENT_ROLES)
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """合格未就业: who passed, was hired nowhere since and is referred to nobody now; several ticked and referred."""
    link_new_hires(day=business_day())
    found = chosen(request)
    waiting = never_placed(found.rows)["enrolment_id"].to_list()
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    context = heading(request, found, "never") | {
        "page": page, "people": people_of(list(page.object_list), found.rows, found.day),
        "choice": choose(firms_to_refer_to(member_of(request)), {}),
        "demands": open_demands(member_of(request)),
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
    }  # fmt: skip
    return render(request, "desk/training/never_placed.html", context)


def open_demands(member: Membership) -> list[LabourDemand]:
    """Open demands (用工需求) that the member may refer to, the most urgent first."""
    rows = LabourDemand.objects.visible_to(member).filter(status="open").select_related("enterprise__organisation")
    return list(rows.order_by("needed_by", "pk"))


def firms_to_refer_to(member: Membership) -> QuerySet[Enterprise]:
    """Enterprises of the bureau, in the order of the directory."""
    bureau: int = member.organisation_id
    if member.role == Role.BASE_CLERK:
        bureau = TrainingBase.objects.get(pk=member.organisation_id).bureau_id
    return Enterprise.objects.filter(bureau_id=bureau).select_related("organisation").in_directory_order()


@page_for(PLACEMENT_ROLES)
@require_POST
@freshly_confirmed()
def export_funnel(request: HttpRequest) -> HttpResponse:
    """The funnel as a workbook."""
    return _take(request, reverse("placement_funnel"), partial(workbooks.export_funnel, by=division_of(request)))


@page_for(PLACEMENT_ROLES)
@require_POST
@freshly_confirmed()
def export_people(request: HttpRequest) -> HttpResponse:
    """People of a stage (or never placed) as a workbook, masked as on the page."""
    stage = request.GET.get("stage", "passed")
    stage = stage if stage in (NEVER, *dict(STAGES)) else "passed"
    back = reverse("never_placed" if stage == NEVER else "placements")
    return _take(request, back, partial(workbooks.export_people, stage=stage))


def _take(request: HttpRequest, back: str, export: Callable[..., tuple[str, bytes]]) -> HttpResponse:
    """The workbook of what the filter leaves, noted in the log first; a refusal leads back to the page."""
    found = chosen(request)
    shown = (dict(found.choices[key]).get(value, "") for key, value in found.filters.items() if key != "day")
    only, now = "、".join(filter(None, shown)), timezone.localtime()
    try:
        name, content = export(actor=member_of(request), rows=found.rows, day=found.day, only=only, now=now)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(f"{back}?{request.GET.urlencode()}")
    return workbook_response(content, name)
