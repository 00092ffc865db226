"""考核规则 and 评价机构代码, and what the measures find: certificates in bursts."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.days import demanded_day
from pages.desk.training.parts import tabs_for, whole_number
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Organisation, TrainingBase
from training.models import AssessorCode, PassRule
from training.pass_list.limits import PassLimits
from training.permissions import CERTIFICATE_READERS, READERS, can_keep_pass_rules
from training.services.bursts import find_bursts
from training.services.pass_rules import add_assessor_code, end_assessor_code, limits_on, set_pass_rule

EVIDENCE = 60


def _bureau(member: Membership) -> Organisation:
    own = TrainingBase.objects.select_related("bureau").filter(pk=member.organisation_id).first()
    return own.bureau if own is not None else member.organisation


@page_for(CERTIFICATE_READERS)
@require_safe
def burst_list(request: HttpRequest) -> HttpResponse:
    """Bases and assessors with more certificates in a few days than the measure, each with its certificates."""
    member = member_of(request)
    limits = limits_on(_bureau(member), business_day())
    found = find_bursts(viewer=member, limits=limits)
    context = {
        "here": "certificates",
        "tabs": tabs_for(member, "bursts"),
        "bursts": found,
        "limits": limits,
        "most": EVIDENCE,
    }
    return render(request, "desk/training/bursts.html", context)


@page_for(CERTIFICATE_READERS)
def pass_rules(request: HttpRequest) -> HttpResponse:
    """The measures in force and those before and after; a clerk sets new ones from a day on and keeps the codes."""
    member, today = member_of(request), business_day()
    bureau, error, where = _bureau(member), "", request.POST.get("form", "")
    if request.method == "POST":
        act = {"rule": _set_rule, "code": _add_code}.get(where)
        if act is None:
            raise Http404
        error = _tried(request, member, act)
        if not error:
            return redirect("pass_rules")
    rules = PassRule.objects.filter(bureau=bureau).select_related("recorded_by__user").order_by("-effective_on")
    codes = AssessorCode.objects.visible_to(member).select_related("base__organisation").order_by("base_id", "prefix")
    context = {
        "here": "certificates", "tabs": tabs_for(member, "pass_rules"), "limits": limits_on(bureau, today), "rules": rules,
        "codes": codes, "may_keep": can_keep_pass_rules(member), "error": error, "where": where, "typed": request.POST,
        "today": today, "reads_filings": member.role in READERS,
        "bases": TrainingBase.objects.filter(bureau=bureau).select_related("organisation").order_by("pk"),
    }  # fmt: skip
    return render(request, "desk/training/rules.html", context, status=422 if error else 200)


def _tried(request: HttpRequest, member: Membership, act: Callable[[HttpRequest, Membership], str]) -> str:
    try:
        messages.success(request, act(request, member))
    except RuleViolation as refusal:
        return refusal.sentences
    return ""


def _set_rule(request: HttpRequest, member: Membership) -> str:
    starts = demanded_day(request.POST.get("effective_on", ""), "生效日期")
    given = [
        whole_number(request.POST.get(key, ""))
        for key in ("pass_mark", "hours_percent", "burst_certificates", "burst_days")
    ]
    numbers = [number for number in given if number is not None]
    if len(numbers) != len(given):
        raise RuleViolation("MEASURE_INVALID", "有数值没有填写或不是整数", "请填写整数")
    limits = PassLimits(*numbers)
    basis = request.POST.get("basis", "")
    set_pass_rule(actor=member, effective_on=starts, limits=limits, basis=basis, day=business_day())
    return f"已登记，自 {starts} 起按新规则判断名单。"


def _add_code(request: HttpRequest, member: Membership) -> str:
    chosen = request.POST.get("base", "")
    base = TrainingBase.objects.filter(
        pk=int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0
    ).first()
    if base is None:
        raise RuleViolation("BASE_MISSING", "没有选择基地", "请选择基地")
    name = request.POST.get("assessor_name", "")
    add_assessor_code(
        actor=member, base=base, prefix=request.POST.get("prefix", "")[:40], assessor_name=name, day=business_day()
    )
    return "已登记代码，今后的名单会对照核对。"


@page_for(CERTIFICATE_READERS)
@require_POST
def end_code(request: HttpRequest, code: int) -> HttpResponse:
    """The code is given no more."""
    member = member_of(request)
    found: AssessorCode = get_object_or_404(AssessorCode.objects.visible_to(member), pk=code)
    try:
        end_assessor_code(actor=member, code=found, day=business_day())
        messages.success(request, "已停用，以前的证书不受影响。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("pass_rules")
