"""An objection to a notice: read it, see how to reach the person, decide it with reasons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk import tabs
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from subsidies.models import Batch, LineItem, Objection
from subsidies.permissions import can_decide_objection, can_reveal_contact
from subsidies.services.objections import decide_objection, reveal_contact

PHRASES = ("经核实情况属实", "经核实情况不属实，材料齐全", "反映事项与发放条件无关")
STAFF = (Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)


def _found(request: HttpRequest, pk: int, objection_pk: int) -> tuple[Batch, Objection]:
    from pages.desk.batches import batch_of

    batch = batch_of(request, pk)
    objections = Objection.objects.filter(notice__batch=batch).select_related(
        "notice__batch", "line__worker", "decided_by"
    )
    return batch, get_object_or_404(objections, pk=objection_pk)


@page_for(STAFF)
def objection_page(request: HttpRequest, pk: int, objection_pk: int) -> HttpResponse:
    """The objection; a reviewer decides it here."""
    batch, objection = _found(request, pk, objection_pk)
    member = member_of(request)
    may_decide = can_decide_objection(member, objection)
    typed = {key: request.POST.get(key, "").strip() for key in ("verdict", "phrase", "note", "line")}
    error = ""
    if request.method == "POST":
        if not may_decide:
            messages.info(request, "该异议已处理，或您的岗位不能处理，无需重复操作。")
            return redirect("objection", pk=pk, objection_pk=objection_pk)
        error = _decide(member, batch, objection, typed)
        if not error:
            messages.success(request, "处理意见已记录。")
            return redirect(reverse("batch", args=[pk]) + "?tab=objections")
    lines = tabs.lines_of(batch).included() if may_decide else LineItem.objects.none()  # type: ignore[attr-defined]
    context = {
        "here": "batches", "batch": batch, "objection": objection, "may_decide": may_decide, "typed": typed, "error": error,
        "phrases": PHRASES, "lines": lines, "chosen_line": typed["line"] or str(objection.line_id or ""),
        "may_reveal": can_reveal_contact(member, objection),
    }  # fmt: skip
    return render(request, "desk/objection.html", context, status=422 if error else 200)


def _decide(member: Membership, batch: Batch, objection: Objection, typed: dict[str, str]) -> str:
    """Take the decision; the reason why not, or ""."""
    if typed["verdict"] not in ("uphold", "reject"):
        return "请选择异议成立或不成立。"
    note = "；".join(filter(None, (typed["phrase"], typed["note"])))[:300]
    line: Any = None
    if typed["verdict"] == "uphold" and typed["line"].isdigit() and len(typed["line"]) < 18:
        line = tabs.lines_of(batch).filter(pk=int(typed["line"])).first()
    try:
        decide_objection(
            actor=member, objection=objection, is_upheld=typed["verdict"] == "uphold", note=note,
            day=business_day(), line=line,
        )  # fmt: skip
    except RuleViolation as refusal:
        return refusal.sentences
    return ""


@page_for(Role.REVIEWER)
@require_POST
@freshly_confirmed()
def contact(request: HttpRequest, pk: int, objection_pk: int) -> HttpResponse:
    """How to reach the objector, in plain; the log keeps who looked."""
    _, objection = _found(request, pk, objection_pk)
    member = member_of(request)
    plain = reveal_contact(actor=member, objection=objection, day=business_day())
    messages.info(request, f"联系方式：{plain}（查看已记入日志）")
    return redirect("objection", pk=pk, objection_pk=objection_pk)
