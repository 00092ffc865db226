"""One line of a batch: why it got its verdict, and taking it off the straight road or back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from pages.acting import member_of, page_for
from pages.desk import tabs
from pages.typed_forms import reason_of
from pages.why import Why, why_line
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, LineItem
from subsidies.permissions import can_ask_correction
from subsidies.services.decisions import hold_line, release_line, remove_line

HOLD_PHRASES = ("材料需核实", "企业申请暂缓", "收到反映，正在核查")
REMOVE_PHRASES = ("经核实不符合条件", "企业申请撤回", "重复申报")
DECISIONS: dict[str, tuple[str, str, Any, tuple[str, ...]]] = {
    "hold": ("暂缓", "暂缓后本明细不计入本批次金额；提交复核前可恢复。", hold_line, HOLD_PHRASES),
    "release": ("恢复", "恢复后本明细重新计入本批次金额。", release_line, ("已核实，符合条件", "误操作，予以恢复")),
    "remove": ("移除", "移除后本明细不再计入本批次，原因写入历史；提交复核前可恢复。", remove_line, REMOVE_PHRASES),
}


def explained(batch: Batch, line: LineItem) -> Why:
    """The explanation of a line as judged, with what became of it since."""
    return why_line(line, batch.policy_version, batch.cutoff_on)


def decisions_open_to(batch: Batch, line: LineItem, member: Membership) -> list[tuple[str, str]]:
    """Which decisions the clerk may take on this line now."""
    if not tabs.may_decide_lines(batch, member) or not line.is_eligible:
        return []
    standing = line.decisions.filter(is_standing=True).first()
    if standing is None or not standing.excludes:
        return [("hold", "暂缓"), ("remove", "移除")]
    return [("release", "恢复"), ("remove", "移除")] if standing.kind == "held" else [("release", "恢复")]


def _line(request: HttpRequest, pk: int, line_pk: int) -> tuple[Batch, LineItem]:
    from pages.desk.batches import batch_of

    batch = batch_of(request, pk)
    return batch, get_object_or_404(tabs.lines_of(batch), pk=line_pk)


@page_for(BUREAU_ROLES)
def line_page(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """The explanation, as a page of its own or (for htmx) as the panel beside the list."""
    batch, line = _line(request, pk, line_pk)
    around = tabs.lines_of(batch).filter(is_eligible=line.is_eligible)
    context = {
        "here": "batches", "batch": batch, "line": line, "why": explained(batch, line),
        "decisions": line.decisions.select_related("recorded_by__user").order_by("pk"),
        "city_answers": line.city_answers.select_related("answer").order_by("pk"),
        "payments": line.disbursements.select_related("disbursement__payment_file").order_by("pk"),
        "open_decisions": decisions_open_to(batch, line, member_of(request)),
        "may_ask_correction": line.employment is not None and can_ask_correction(member_of(request), line.employment.enterprise),
        "previous": around.filter(position__lt=line.position).order_by("-position").first(),
        "following": around.filter(position__gt=line.position).first(),
    }  # fmt: skip
    is_panel = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return render(request, "desk/line_panel.html" if is_panel else "desk/line.html", context)


@page_for(Role.CLERK)
def decide(request: HttpRequest, pk: int, line_pk: int, action: str) -> HttpResponse:
    """Hold, release or remove one line, with a reason."""
    batch, line = _line(request, pk, line_pk)
    member = member_of(request)
    if action not in DECISIONS:
        raise Http404
    here = redirect(reverse("line", args=[pk, line_pk]))
    label, explains, service, phrases = DECISIONS[action]
    if action not in dict(decisions_open_to(batch, line, member)):
        messages.info(request, f"当前状态不能办理“{label}”，或已经办理，无需重复操作。")
        return here
    error = ""
    if request.method == "POST":
        reason = reason_of(request)
        if reason:
            try:
                service(actor=member, line=line, reason=reason, day=business_day())
                messages.success(request, f"已{label}：{line.worker}。")
            except RuleViolation as refusal:
                messages.error(request, refusal.sentences)
            return here
        error = "请说明原因：选择一条常用原因，或填写具体情况。"
    context = {
        "here": "batches", "batch": batch, "line": line, "label": label, "explains": explains, "phrases": phrases,
        "error": error, "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/decide.html", context, status=422 if error else 200)
