"""用工需求 on the phone: what the enterprise looks for, a new demand, and taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.demand_form import blank_demand, read_demand
from pages.hires import TRADES
from pages.phone.roster import enterprise_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import LabourDemand
from training.pass_list.reader import LEVEL_NAMES, LEVELS
from training.permissions import can_end_demand
from training.services.demand_board import demand_figures
from training.services.demands import end_demand

ENDED_SHOWN = 30
PHRASES = ("已自行招满", "订单减少", "岗位调整", "填写有误，重新发布")
DONE = {"withdraw": "已撤回需求。", "fill": "已标为招满。"}


def _demands(request: HttpRequest) -> Any:
    return LabourDemand.objects.visible_to(member_of(request))


def _with_figures(rows: Any) -> list[Any]:
    found = list(rows)
    figures = demand_figures(found)
    for row in found:
        row.figures, row.level_name = figures[row.pk], LEVEL_NAMES.get(row.level or 0, "不限级别")
    return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def demand_list(request: HttpRequest) -> HttpResponse:
    """Open ones, what is needed first on top; then those that ended."""
    seen = _demands(request)
    context = {
        "open": _with_figures(seen.filter(status="open").order_by("needed_by", "pk")), "today": business_day(),
        "ended": _with_figures(seen.exclude(status="open").order_by("-pk")[:ENDED_SHOWN]),
    }  # fmt: skip
    return render(request, "phone/demands.html", context)


@page_for(Role.ENTERPRISE_HR)
def new_demand(request: HttpRequest) -> HttpResponse:
    """One demand more; a double tap makes one."""
    member = member_of(request)
    form = blank_demand()
    if request.method == "POST":
        form = read_demand(request, member, enterprise_of(member))
        if form.demand is not None:
            messages.success(
                request, f"已发布：{form.demand.trade} {form.demand.heads} 人。各培训基地可以看到，并按订单开班。"
            )
            return redirect("phone_demand", demand=form.demand.reference)
    context = {"form": form, "trades": TRADES, "levels": LEVELS, "today": business_day()}
    return render(request, "phone/new_demand.html", context, status=422 if form.errors else 200)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def demand_page(request: HttpRequest, demand: str) -> HttpResponse:
    """What is wanted, what the bases have opened for it, and taking it back."""
    member = member_of(request)
    found = get_object_or_404(_demands(request), reference=demand)
    classes = found.classes.exclude(status__in=("draft", "returned")).select_related("base__organisation")
    context = {
        "demand": found, "figures": demand_figures([found])[found.pk], "classes": classes.order_by("-starts_on"),
        "level_name": LEVEL_NAMES.get(found.level or 0, "不限级别"), "phrases": PHRASES, "today": business_day(),
        "may_end": can_end_demand(member, found, "withdraw"),
    }  # fmt: skip
    return render(request, "phone/demand.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_POST
def end(request: HttpRequest, demand: str, action: str) -> HttpResponse:
    """Take it back or mark it as filled; a second tap finds it done."""
    if action not in DONE:
        raise Http404
    found = get_object_or_404(_demands(request), reference=demand)
    if found.status == LabourDemand.TRANSITIONS[action].target:
        messages.info(request, "已办理，无需重复操作。")
        return redirect("phone_demand", demand=demand)
    try:
        end_demand(
            actor=member_of(request),
            demand=found,
            action=action,
            day=business_day(),
            reason=request.POST.get("phrase", ""),
        )
        messages.success(request, DONE[action])
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("phone_demand", demand=demand)
