"""用工需求 at the desk: the board of demand against classes, a demand posted for an enterprise, and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.demand_form import DemandForm, blank_demand, read_demand
from pages.desk.choices import Choice, choose
from pages.desk.tabs import numbered_page
from pages.hires import TRADES
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, Membership, Role
from training.models import LabourDemand, TrainingClass
from training.pass_list.reader import LEVEL_NAMES, LEVELS
from training.permissions import READERS, can_end_demand, can_open_class
from training.services.demand_board import demand_figures
from training.services.demands import end_demand

DEMAND_READERS = READERS | {Role.BASE_CLERK}
PHRASES = ("企业已招满", "企业已停产或搬离", "需求信息有误", "到岗期限已过")
DONE = {"withdraw": "已撤回需求。", "fill": "已标为招满。", "close": "已关闭需求，企业会看到原因。"}


def demands_seen(member: Membership) -> Any:
    """Demands of this viewer with what every page of them shows."""
    return LabourDemand.objects.visible_to(member).select_related("enterprise__organisation").distinct()


@page_for(DEMAND_READERS)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Heads wanted, seats opened, people passed and missing; what is needed first stands on top."""
    member, today = member_of(request), business_day()
    seen, q = demands_seen(member), request.GET.get("q", "").strip()[:60]
    if q:
        named = Enterprise.objects.search(q).values("pk")
        seen = seen.filter(Q(trade__icontains=q) | Q(enterprise_id__in=named) | Q(reference=q))
    states = LabourDemand.Status.choices
    chosen = request.GET.get("state", "open")
    chosen = chosen if chosen in dict(states) else "open"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in states]
    found = numbered_page(request, seen.filter(status=chosen).order_by("needed_by", "pk"))
    figures = demand_figures(list(found["page"]))
    for row in found["page"]:
        row.figures, row.level_name = figures[row.pk], LEVEL_NAMES.get(row.level or 0, "不限")
    rows = list(found["page"])
    sums = {key: sum(getattr(row.figures, key) for row in rows) for key in ("heads", "seats", "passed", "missing")}
    context = {
        "here": "demands", "chosen": chosen, "counts": counts, "q": q, "today": today, "sums": sums,
        "may_post": member.role == Role.CLERK, "may_open": can_open_class(member),
    }  # fmt: skip
    return render(request, "desk/training/demands.html", context | found)


@page_for(DEMAND_READERS)
@require_safe
def demand_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What is wanted, and the classes opened to order."""
    member = member_of(request)
    demand = get_object_or_404(demands_seen(member), reference=reference)
    classes = TrainingClass.objects.visible_to(member).filter(demand=demand).select_related("base__organisation")
    context = {
        "here": "demands", "demand": demand, "figures": demand_figures([demand])[demand.pk], "today": business_day(),
        "level_name": LEVEL_NAMES.get(demand.level or 0, "不限"), "classes": classes.order_by("-starts_on"), "phrases": PHRASES,
        "may_open": can_open_class(member) and demand.status == "open",
        "may": {action: can_end_demand(member, demand, action) for action in DONE},
    }  # fmt: skip
    return render(request, "desk/training/demand.html", context)


@page_for(Role.CLERK)
def new_demand(request: HttpRequest) -> HttpResponse:
    """A demand in an enterprise's name."""
    member = member_of(request)
    rows = Enterprise.objects.visible_to(member).filter(bureau_id=member.organisation_id).select_related("organisation")
    choice = choose(rows.in_directory_order(), request.POST if request.method == "POST" else request.GET)
    form = blank_demand()
    if request.method == "POST":
        form = read_demand(request, member, choice.chosen)
        if choice.problem:
            form.errors["enterprise"] = choice.problem
        if form.demand is not None:
            messages.success(
                request, f"已发布需求：{form.demand.enterprise.name}，{form.demand.trade} {form.demand.heads} 人。"
            )
            return redirect("demand", reference=form.demand.reference)
    return _form(request, form, choice)


def _form(request: HttpRequest, form: DemandForm, choice: Choice) -> HttpResponse:
    context = {
        "here": "demands", "form": form, "choice": choice, "trades": TRADES, "levels": LEVELS, "today": business_day(),
    }  # fmt: skip
    return render(request, "desk/training/demand_form.html", context, status=422 if form.errors else 200)


@page_for(Role.CLERK)
@require_POST
def end(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Withdraw, mark as filled, or close with a reason; a second tap finds it done."""
    member = member_of(request)
    demand = get_object_or_404(demands_seen(member), reference=reference)
    if action not in DONE:
        raise Http404
    if demand.status == LabourDemand.TRANSITIONS[action].target:
        messages.info(request, "已办理，无需重复操作。")
        return redirect("demand", reference=reference)
    try:
        end_demand(actor=member, demand=demand, action=action, day=business_day(), reason=reason_of(request))
        messages.success(request, DONE[action])
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("demand", reference=reference)
