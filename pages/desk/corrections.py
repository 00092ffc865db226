"""请企业更正: asking an enterprise from a line, a person's employment or its own page, and looking at its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.days import day_asked
from pages.desk.bureaus import of_own_bureau
from pages.desk.tabs import numbered_page
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import days_after
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, Enterprise, Membership, Role
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import CorrectionRequest, LineItem
from subsidies.permissions import can_settle_correction
from subsidies.services.corrections import ask_correction, close_correction, reopen_correction, withdraw_correction

STATES = {"answered": "企业已答复", "open": "待企业更正", "closed": "已办结", "withdrawn": "已撤回"}
PHRASES = (
    "合同起止日与合同文本不符，请核对",
    "岗位是否一线请核对",
    "离职日期请核对",
    "入职日期请提供依据材料",
    "该月未见参保缴费，请核对",
)
USUAL_DAYS = 5


@dataclass(frozen=True)
class Subject:
    """What the request is about."""

    enterprise: Enterprise
    employment: Employment | None = None
    line: LineItem | None = None


def corrections_seen_by(member: Membership) -> QuerySet[CorrectionRequest]:
    """Requests to the own bureau's enterprises."""
    return of_own_bureau(CorrectionRequest.objects.visible_to(member), member, "enterprise__bureau")


def _row(rows: Any, text: str) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return get_object_or_404(rows, pk=int(text))


def _subject(request: HttpRequest, member: Membership) -> Subject:
    """The line, employment or enterprise named in the address."""
    if line_pk := request.GET.get("line"):
        lines = LineItem.objects.visible_to(member).filter(employment__isnull=False)
        line = _row(lines.select_related("employment__enterprise__organisation", "employment__worker"), line_pk)
        return Subject(line.employment.enterprise, line.employment, line)
    if employment_pk := request.GET.get("employment"):
        rows = Employment.objects.visible_to(member).select_related("enterprise__organisation", "worker")
        employment = _row(rows, employment_pk)
        return Subject(employment.enterprise, employment)
    seen = Enterprise.objects.visible_to(member).select_related("organisation")
    return Subject(_row(seen, request.GET.get("enterprise", "")))


@page_for(Role.CLERK)
def new_correction(request: HttpRequest) -> HttpResponse:
    """Ask: about what, in words, until when; what was typed is kept."""
    member = member_of(request)
    subject, today, errors = _subject(request, member), business_day(), dict[str, str]()
    usual = days_after(start=today, length=USUAL_DAYS, unit="working_days").last_day
    typed = {key: request.POST.get(key, "").strip()[:300] for key in ("about", "phrase", "note")}
    typed["until"] = request.POST.get("until", usual.isoformat()).strip()[:10]
    if request.method == "POST":
        text = "；".join(filter(None, (typed["phrase"], typed["note"])))
        until = day_asked(typed["until"])
        errors = _missing(typed, text, until)
        if not errors and until is not None:
            try:
                made = ask_correction(
                    actor=member, enterprise=subject.enterprise, employment=subject.employment, line=subject.line,
                    about=typed["about"], text=text, until=until, day=today,
                )  # fmt: skip
            except RuleViolation as refusal:
                errors["until" if refusal.code == "DAY_TOO_EARLY" else "note"] = refusal.sentences
            else:
                messages.success(request, f"已请 {subject.enterprise.name} 更正，企业手机首页会显示待办。")
                return redirect("correction", pk=made.pk)
    context = {
        "here": "enterprises", "subject": subject, "typed": typed, "errors": errors, "phrases": PHRASES,
        "abouts": CorrectionRequest.About.choices,
    }  # fmt: skip
    return render(request, "desk/new_correction.html", context, status=422 if errors else 200)


def _missing(typed: dict[str, str], text: str, until: date | None) -> dict[str, str]:
    errors = {}
    if typed["about"] not in CorrectionRequest.About.values:
        errors["about"] = "请选择更正事项。"
    if not text:
        errors["note"] = "请选择或填写请企业更正的内容。"
    if until is None:
        errors["until"] = "请填写办理期限，如 2026-12-01。"
    return errors


@page_for(BUREAU_ROLES)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """By state, answered ones first."""
    member = member_of(request)
    seen = corrections_seen_by(member)
    chosen = request.GET.get("state", "answered")
    chosen = chosen if chosen in STATES else "answered"
    order = ("until", "pk") if chosen == "open" else ("-answered_on", "-pk")
    rows = seen.filter(status=chosen).select_related("enterprise__organisation", "worker", "asked_by").order_by(*order)
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES.items()]
    context = {"here": "enterprises", "chosen": chosen, "counts": counts, "today": business_day()} | numbered_page(
        request, rows
    )
    return render(request, "desk/corrections.html", context)


@page_for(BUREAU_ROLES)
def correction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The question, the answer, and what the clerk may do: close, ask on, withdraw."""
    member = member_of(request)
    wanted = corrections_seen_by(member).select_related(
        "enterprise__organisation", "worker", "employment", "line__calculation__batch", "asked_by", "answered_by"
    )
    correction: CorrectionRequest = get_object_or_404(wanted, pk=pk)
    today, error = business_day(), ""
    if request.method == "POST":
        try:
            words = _settle(request, member, correction, today)
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, words)
            return redirect("correction", pk=pk)
    events = AuditEvent.objects.filter(subject_kind=correction._meta.label, subject_id=correction.pk).order_by("pk")
    context = {
        "here": "enterprises", "correction": correction, "error": error, "events": events,
        "may": {action: can_settle_correction(member, correction, action) for action in ("close", "reopen", "withdraw")},
        "until": request.POST.get("until") or days_after(start=today, length=USUAL_DAYS, unit="working_days").last_day.isoformat(),
        "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/correction.html", context, status=422 if error else 200)


def _settle(request: HttpRequest, member: Membership, correction: CorrectionRequest, today: date) -> str:
    """Take the action that was asked for; returns what is told."""
    action, note = request.POST.get("action", ""), request.POST.get("note", "")
    if action == "close":
        close_correction(actor=member, correction=correction, day=today)
        return "已办结。"
    if action == "withdraw":
        withdraw_correction(actor=member, correction=correction, reason=note, day=today)
        return "已撤回，企业手机上不再显示待办。"
    if action != "reopen":
        raise Http404
    until = day_asked(request.POST.get("until", ""))
    if until is None:
        raise RuleViolation("DAY_MISSING", "没有填写办理期限", "请填写日期，如 2026-12-01")
    reopen_correction(actor=member, correction=correction, text=note, until=until, day=today)
    return "已请企业再更正。"
