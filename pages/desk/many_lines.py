"""Holding, removing or taking back many lines at once: those ticked, or the whole result of a filter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from pages.acting import member_of, page_for
from pages.desk import tabs
from pages.desk.batches import batch_of
from pages.desk.line_filters import filtered
from pages.desk.lines import DECISIONS
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from subsidies.models import Batch, LineDecision, LineItem
from subsidies.services.decisions import decide_lines

KINDS = {"hold": LineDecision.Kind.HELD, "remove": LineDecision.Kind.REMOVED, "release": LineDecision.Kind.RELEASED}
#: more lines at once are a mistake, or another batch
MOST_LINES = 5_000


def _chosen(request: HttpRequest, batch: Batch, action: str) -> QuerySet[LineItem]:
    """The lines that are meant: of the tab on which the action stands, ticked or all of the filter."""
    lines: Any = tabs.lines_of(batch)
    if action == "release":
        lines = lines.filter(is_eligible=True, decisions__is_standing=True, decisions__excludes=True)
    else:
        lines = lines.included()
    if request.GET.get("which") == "all":
        lines, _ = filtered(request, batch, lines)
        return lines  # type: ignore[no-any-return]
    ticked = [int(text) for text in request.GET.getlist("line") if text.isascii() and text.isdigit() and len(text) < 18]
    return lines.filter(pk__in=ticked[:MOST_LINES])  # type: ignore[no-any-return]


def _back(batch: Batch, action: str, asked: QueryDict) -> str:
    """The tab with its filters."""
    kept = QueryDict(mutable=True)
    kept["tab"] = "held" if action == "release" else "eligible"
    for key in ("name", "payee", "firm", "trade"):
        if asked.get(key):
            kept[key] = str(asked[key])
    return f"{reverse('batch', args=[batch.pk])}?{kept.urlencode()}"


@page_for(Role.CLERK)
def decide_many(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """How many lines and how much money it is, then the reason, then one decision for all of them or for none."""
    batch = batch_of(request, pk)
    member = member_of(request)
    if action not in KINDS:
        raise Http404
    label, explains, _, phrases = DECISIONS[action]
    back = _back(batch, action, request.GET)
    if not tabs.may_decide_lines(batch, member):
        messages.info(request, f"当前状态为“{batch.status_label()}”，不能办理“{label}”。")
        return redirect(back)
    lines = list(_chosen(request, batch, action).select_related("calculation__batch")[: MOST_LINES + 1])
    if not lines or len(lines) > MOST_LINES:
        messages.warning(request, f"请选择 1 至 {MOST_LINES} 条明细后再办理。")
        return redirect(back)
    error, reason = "", reason_of(request)
    if request.method == "POST" and request.POST.get("count") != str(len(lines)):
        error = f"名单刚有变化，现为 {len(lines)} 条，请核对后再确认。"
    elif request.method == "POST" and not reason:
        error = "请说明原因：选择一条常用原因，或填写具体情况。"
    elif request.method == "POST":
        return _decide(request, batch, lines, action, reason, back)
    context = {
        "here": "batches", "batch": batch, "label": label, "explains": explains, "phrases": phrases, "lines": lines[:12],
        "count": len(lines), "sum_fen": sum(line.amount_fen for line in lines), "error": error, "back": back,
        "note": request.POST.get("note", ""), "action": action,
    }  # fmt: skip
    return render(request, "desk/many_lines.html", context, status=422 if error else 200)


def _decide(
    request: HttpRequest, batch: Batch, lines: list[LineItem], action: str, reason: str, back: str
) -> HttpResponse:
    try:
        done = decide_lines(
            actor=member_of(request), batch=batch, lines=lines, kind=KINDS[action], reason=reason,
            day=business_day(),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(back)
    undo = "" if action == "release" else "提交复核前可在“暂缓与移除”中恢复。"
    messages.success(request, f"已{DECISIONS[action][0]} {done} 条明细。{undo}")
    return redirect(back)
