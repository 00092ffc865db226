"""A class as the base writes it: opened, and changed until it is filed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import member_of, page_for
from pages.days import typed_day
from pages.desk.training.classes import class_seen
from pages.hires import TRADES
from pages.typed_forms import key_of, number_in, say, typed_texts, whole
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from park_workers.services.employments import FieldsInvalid
from training.class_rules import judge_class
from training.models import LabourDemand, TrainingClass
from training.pass_list.reader import LEVELS
from training.permissions import can_write_class
from training.services.classes import ClassPlan, open_class, rewrite_class

FIELDS = ("number", "trade", "level", "starts_on", "ends_on", "planned_hours", "place", "capacity", "demand")
BLANK_TEACHERS, MOST_TEACHERS = 2, 20


@page_for(Role.BASE_CLERK)
def new_class(request: HttpRequest) -> HttpResponse:
    """A class more; opened to order when a demand is named."""
    member, errors = member_of(request), dict[str, str]()
    demands = _demands(member, None)
    if request.method == "POST":
        typed, plan = _read(request, demands, errors)
        found = _saved(
            lambda: open_class(actor=member, plan=plan, day=business_day(), request_id=key_of(request)), plan, errors
        )
        if found is not None:
            messages.success(request, f"已新建班次 {found.number}，请添加学员后提交备案。")
            return redirect("training_class", pk=found.pk)
    else:
        typed = _blank(demands, number_in(request.GET.get("demand", "")))
    return _shown(request, typed, errors, demands, None)


@page_for(Role.BASE_CLERK)
def edit_class(request: HttpRequest, pk: int) -> HttpResponse:
    """The class as written, until it is filed."""
    member, found, errors = member_of(request), class_seen(request, pk), dict[str, str]()
    if not can_write_class(member, found):
        messages.info(request, f"班次“{found.status_label()}”，计划与名册已固定。")
        return redirect("training_class", pk=pk)
    demands = _demands(member, found)
    if request.method == "POST":
        typed, plan = _read(request, demands, errors)
        saved = _saved(
            lambda: rewrite_class(actor=member, training_class=found, plan=plan, day=business_day()), plan, errors
        )
        if saved is not None:
            messages.success(request, "已保存。")
            return redirect("training_class", pk=pk)
    else:
        typed = _written(found)
    return _shown(request, typed, errors, demands, found)


def _saved(save: Any, plan: ClassPlan, errors: dict[str, str]) -> TrainingClass | None:
    """The class, or None with the errors by field; an unread date saves nothing, what else is wrong is named with it."""
    try:
        if errors:
            raise FieldsInvalid(judge_class(plan))
        saved: TrainingClass = save()
    except RuleViolation as refusal:
        say(errors, refusal, "number" if refusal.code == "CLASS_NUMBER_TAKEN" else "whole")
        return None
    return saved


def _demands(member: Membership, found: TrainingClass | None) -> list[LabourDemand]:
    """Open demands of the bureau's enterprises, and the one the class has already."""
    seen = (
        LabourDemand.objects.visible_to(member).select_related("enterprise__organisation").order_by("needed_by", "pk")
    )
    return [one for one in seen.distinct() if one.status == "open" or (found is not None and found.demand_id == one.pk)]


def _read(
    request: HttpRequest, demands: list[LabourDemand], errors: dict[str, str]
) -> tuple[dict[str, Any], ClassPlan]:
    typed: dict[str, Any] = typed_texts(request, FIELDS)
    typed["plan"] = request.POST.get("plan", "").strip()[:4_000]
    names = [text.strip()[:80] for text in request.POST.getlist("teacher_name")[:MOST_TEACHERS]]
    words = [text.strip()[:120] for text in request.POST.getlist("teacher_qualification")[:MOST_TEACHERS]]
    typed["teachers"] = [pair for pair in zip(names, words, strict=False) if any(pair)]
    demand = next((one for one in demands if str(one.pk) == typed["demand"]), None)
    if typed["demand"] and demand is None:
        errors["demand"] = "该需求已结束或不存在。请重新选择。"
    plan = ClassPlan(
        number=typed["number"], trade=typed["trade"], level=LEVELS.get(typed["level"]),
        starts_on=typed_day(typed, "starts_on", errors), ends_on=typed_day(typed, "ends_on", errors),
        planned_hours=whole(typed["planned_hours"]), plan=typed["plan"], place=typed["place"],
        capacity=whole(typed["capacity"]), teachers=typed["teachers"], demand=demand,
    )  # fmt: skip
    return typed, plan


def _blank(demands: list[LabourDemand], wanted: int) -> dict[str, Any]:
    typed: dict[str, Any] = dict.fromkeys((*FIELDS, "plan"), "") | {"teachers": []}
    demand = next((one for one in demands if one.pk == wanted), None)
    if demand is not None:
        level = next((name for name, number in LEVELS.items() if number == (demand.level or 5)), "")
        typed |= {"demand": str(demand.pk), "trade": demand.trade, "level": level, "capacity": str(demand.heads)}
    return typed


def _written(c: TrainingClass) -> dict[str, Any]:
    return {
        "number": c.number, "trade": c.trade, "level": next(name for name, n in LEVELS.items() if n == c.level),
        "starts_on": c.starts_on.isoformat(), "ends_on": c.ends_on.isoformat(), "planned_hours": str(c.planned_hours),
        "place": c.place, "capacity": str(c.capacity or ""), "demand": str(c.demand_id or ""), "plan": c.plan,
        "teachers": [(one.name, one.qualification) for one in c.teachers.order_by("pk")],
    }  # fmt: skip


def _shown(
    request: HttpRequest, typed: dict[str, Any], errors: dict[str, str], demands: list[LabourDemand], found: TrainingClass | None
) -> HttpResponse:  # fmt: skip
    blank = max(BLANK_TEACHERS, 3 - len(typed["teachers"]))
    context = {
        "here": "training_classes", "typed": typed, "errors": errors, "demands": demands, "found": found, "levels": LEVELS,
        "trades": TRADES, "key": key_of(request), "teacher_rows": [*typed["teachers"], *([("", "")] * blank)],
    }  # fmt: skip
    return render(request, "desk/training/class_form.html", context, status=422 if errors else 200)
