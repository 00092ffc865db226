"""Results of a sitting one by one: entered, corrected with a reason, and what each has been."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from pages.acting import member_of, page_for
from pages.desk.training.sitting_forms import of_result, result_in, typed_result
from pages.desk.training.sittings import sitting_seen
from pages.field_errors import errors_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from park_workers.services.rosters.hire import Problem
from training.models import SittingResult
from training.models.sittings import WRITERS
from training.pass_list.reader import LEVEL_NAMES
from training.services.sitting_results import OPEN, correct_result, enter_result, facts_of

PHRASES = ("成绩录入有误", "复核后更正", "补报证书", "证书编号有误")
VERDICTS = SittingResult.Verdict.values


def _say(request: HttpRequest, warnings: list[Problem]) -> None:
    for one in warnings:
        messages.warning(request, one.sentences)


@page_for(frozenset(map(Role, WRITERS)))
@sensitive_post_parameters("id_number")
def new_result(request: HttpRequest, sitting: str) -> HttpResponse:
    """One person's result; the next form follows at once."""
    found = sitting_seen(request, sitting)
    if found.status not in OPEN:
        messages.info(request, f"本场当前为“{found.status_label()}”，不能录入成绩。")
        return redirect("sitting", sitting=sitting)
    typed = typed_result(request)
    if request.method == "POST":
        stated = result_in(typed)
        if stated is not None:
            try:
                result, warnings = enter_result(
                    actor=member_of(request), sitting=found, name=typed.texts["name"],
                    id_number=request.POST.get("id_number", "")[:40], stated=stated, day=business_day(),
                )  # fmt: skip
            except RuleViolation as refusal:
                typed.errors |= errors_of(refusal)
            else:
                messages.success(request, f"已录入：{result.worker.name} {result.verdict}。")
                _say(request, warnings)
                return redirect("new_sitting_result", sitting=sitting)
    context = {
        "here": "sittings", "found": found, "typed": typed.texts, "errors": typed.errors, "verdicts": VERDICTS,
        "level_name": LEVEL_NAMES[found.level], "facts": facts_of(found), "result": None,
        "entered": found.results.filter(is_current=True).count(),
    }  # fmt: skip
    return render(request, "desk/training/sitting_result.html", context, status=422 if typed.errors else 200)


@page_for(frozenset(map(Role, WRITERS)))
def correct(request: HttpRequest, sitting: str, result_pk: int) -> HttpResponse:
    """Another row in place of a result, with the reason."""
    found = sitting_seen(request, sitting)
    rows = SittingResult.objects.filter(sitting=found).select_related("worker", "sitting__assessor")
    result = get_object_or_404(rows, pk=result_pk)
    if not result.is_current:
        messages.info(request, "该成绩已被更正，请更正最新的一行。")
        return redirect("sitting", sitting=sitting)
    typed = typed_result(request) if request.method == "POST" else of_result(result)
    typed.texts["name"] = result.worker.name
    if request.method == "POST":
        stated = result_in(typed)
        if stated is not None:
            try:
                _, warnings = correct_result(
                    actor=member_of(request),
                    result=result,
                    stated=stated,
                    reason=reason_of(request),
                    day=business_day(),
                )
            except RuleViolation as refusal:
                typed.errors |= errors_of(refusal)
            else:
                messages.success(request, f"已更正：{result.worker.name}。本场成绩须由另一人确认。")
                _say(request, warnings)
                return redirect("sitting", sitting=sitting)
    context = {
        "here": "sittings", "found": found, "typed": typed.texts, "errors": typed.errors, "verdicts": VERDICTS,
        "level_name": LEVEL_NAMES[found.level], "facts": facts_of(found), "result": result, "phrases": PHRASES,
        "chosen_phrase": request.POST.get("phrase", ""), "note": request.POST.get("note", ""), "before": _before(result),
    }  # fmt: skip
    return render(request, "desk/training/sitting_result.html", context, status=422 if typed.errors else 200)


def _before(result: SittingResult) -> list[SittingResult]:
    """What the result was before, newest first."""
    found, one = [], result.corrects
    while one is not None:
        found.append(one)
        one = one.corrects
    return found
