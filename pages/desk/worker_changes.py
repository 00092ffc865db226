"""What a clerk changes about a person: leaving recorded, hire date corrected, two records made one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.worker_search import understand
from pages.desk.workers import worker_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, Role, Worker
from park_workers.services.employments import record_leave
from park_workers.services.people import merge_workers
from subsidies.services.hire_dates import state_hire_date

LEAVE_PHRASES = ("本人辞职", "合同期满", "企业解除", "退休", "自行离开")
CORRECT_PHRASES = ("企业填报有误", "与合同原件不一致", "与社保记录不一致")
MERGE_PHRASES = ("同一人的两个证件号码", "证件号码录入有误", "换领证件后号码变更")


@page_for(Role.CLERK)
def leave(request: HttpRequest, pk: int, employment_pk: int) -> HttpResponse:
    """Record the last day of an employment."""

    def act(employment: Employment, day: date) -> str:
        record_leave(
            actor=member_of(request), employment=employment, left_on=day, reason=reason_of(request)[:60], day=business_day()
        )  # fmt: skip
        return f"已登记离职：{employment.worker}，最后在职日 {day}。"

    words = {
        "title": "登记离职", "label": "最后在职日", "hint": "当天仍算在职。", "phrases": LEAVE_PHRASES, "button": "登记离职",
        "phrase_title": "离职原因",
    }  # fmt: skip
    return _dated(request, pk, employment_pk, words, act)


@page_for(Role.CLERK)
def correct(request: HttpRequest, pk: int, employment_pk: int) -> HttpResponse:
    """Another hire date, with a reason."""

    def act(employment: Employment, day: date) -> str:
        state_hire_date(
            actor=member_of(request), employment=employment, hired_on=day, reason=reason_of(request), day=business_day()
        )  # fmt: skip
        return f"已更正：{employment.worker} 入职日期为 {day}。"

    words = {
        "title": "更正入职日期", "label": "正确的入职日期", "phrases": CORRECT_PHRASES, "button": "更正",
        "phrase_title": "更正原因", "hint": "入职日期影响补贴资格；已提交批次的判断不变，以后的测算按新日期。",
    }  # fmt: skip
    return _dated(request, pk, employment_pk, words, act)


def _dated(request: HttpRequest, pk: int, employment_pk: int, words: dict[str, Any], act: Any) -> HttpResponse:
    """One form: a date and a reason about an employment; a refusal keeps what was typed."""
    worker = worker_of(request, pk)
    rows = Employment.objects.visible_to(member_of(request)).select_related("worker", "enterprise__organisation")
    employment = get_object_or_404(rows, Q(worker=worker) | Q(worker__merged_into=worker), pk=employment_pk)
    errors = {}
    if request.method == "POST":
        day, wrong = read_day(request.POST.get("day", ""), "请选择日期，如 2026-11-01。")
        if day is None:
            errors["day"] = wrong
        else:
            try:
                messages.success(request, act(employment, day))
                return redirect("worker", pk=pk)
            except RuleViolation as refusal:
                errors["reason" if refusal.code == "REASON_MISSING" else "day"] = refusal.sentences
    context = words | {
        "here": "workers", "worker": worker, "employment": employment, "errors": errors, "typed": request.POST,
    }  # fmt: skip
    return render(request, "desk/employment_date.html", context, status=422 if errors else 200)


@page_for(Role.CLERK)
@sensitive_post_parameters("q")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Another record is the same person: it stands for this one from now on."""
    worker, member = worker_of(request, pk), member_of(request)
    seen = Worker.objects.visible_to(member).filter(merged_into__isnull=True).exclude(pk=pk)
    rows = seen.filter(Q(name=worker.name) | ~Q(phone_hash="") & Q(phone_hash=worker.phone_hash))
    error, chosen = "", request.POST.get("other", "")
    if q := request.POST.get("q", "").strip():
        search = understand(q[:80], seen)
        rows = seen.filter(pk=search.worker.pk) if search.worker else rows.none()
        error = "" if search.worker else "没有这个证件号码的其他人员。请核对号码。"
    elif request.method == "POST":
        error = _merge(request, worker, seen, chosen)
        if not error:
            return redirect("worker", pk=pk)
    candidates = list(rows.annotate(spans=Count("employments", distinct=True)).order_by("pk")[:20])
    context = {
        "here": "workers", "worker": worker, "candidates": candidates, "error": error, "chosen": chosen, "searched": bool(q),
        "phrases": MERGE_PHRASES, "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/merge.html", context, status=422 if error else 200)


def _merge(request: HttpRequest, worker: Worker, seen: Any, chosen: str) -> str:
    """Do it; the reason why not, or ""."""
    is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 18
    other = seen.filter(pk=int(chosen)).first() if is_number else None
    if other is None:
        return "请选择要并入的记录。"
    try:
        merge_workers(
            actor=member_of(request), duplicate=other, into=worker, reason=reason_of(request), day=business_day()
        )
    except RuleViolation as refusal:
        return refusal.sentences
    messages.success(request, f"已合并：记录 {other.reference} 并入 {worker}。")
    return ""
