"""认定场次 at the desk: the list, one sitting with its steps and results, planning, and each step."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.steps import Step
from pages.desk.tabs import numbered_page
from pages.desk.training.sitting_forms import (
    DUTIES,
    LEVELS,
    SESSIONS,
    Typed,
    of_sitting,
    padded,
    plan_in,
    typed_sitting,
)
from pages.field_errors import errors_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import can_move
from park_workers.models import Membership, Role
from training.models import AssessmentSitting, AssessorOrganisation
from training.models.sittings import WRITERS
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import READERS, can_confirm_results, can_write_sittings
from training.services import sittings as service
from training.services.sitting_results import OPEN

SEERS = READERS | frozenset(map(Role, WRITERS))
STATES = AssessmentSitting.Status.choices
PHRASES = ("考生人数不足", "考评员临时不能到场", "场地或设备故障", "成绩与原始记录不符", "证书编号有误")
DONE = {
    "file": "已备案。", "hold": "已登记开考，可以录入成绩。", "enter_results": "成绩已提交，等待人社局确认。",
    "confirm": "成绩已确认，计入统计。", "return": "成绩已退回。", "cancel": "本场已取消，考评员可另行安排。",
}  # fmt: skip
ACTS = {
    "file": service.file_sitting, "hold": service.hold_sitting, "enter_results": service.hand_in_results,
    "confirm": service.confirm_sitting, "return": service.return_results, "cancel": service.cancel_sitting,
}  # fmt: skip
WITH_REASON = ("return", "cancel")


def sitting_seen(request: HttpRequest, reference: str) -> AssessmentSitting:
    """The sitting of the address, as far as the viewer may see it."""
    seen = AssessmentSitting.objects.visible_to(member_of(request)).select_related(
        "assessor__organisation", "results_by", "confirmed_by", "recorded_by__user"
    )
    found: AssessmentSitting = get_object_or_404(seen, reference=reference)
    return found


def may_plan_for(member: Membership, day: date) -> list[AssessorOrganisation]:
    """Assessors in force for whom this person plans sittings."""
    rows = AssessorOrganisation.objects.visible_to(member).filter(status="confirmed", valid_to__gte=day)
    found = rows.select_related("organisation").prefetch_related("scopes").order_by("organisation__name")
    return [one for one in found if can_write_sittings(member, one)]


def narrowed(request: HttpRequest, rows: QuerySet[Any]) -> tuple[QuerySet[Any], dict[str, Any]]:
    """Rows by what was asked in the address, and what is shown of it in the filters."""
    shown: dict[str, Any] = {
        key: request.GET.get(key, "").strip()[:80] for key in ("q", "level", "trade", "assessor", "first", "last")
    }
    if shown["q"]:
        rows = rows.search(shown["q"])  # type: ignore[attr-defined]
    if shown["level"] in dict(LEVELS):
        rows = rows.filter(level=int(shown["level"]))
    if shown["trade"]:
        rows = rows.filter(trade=shown["trade"])
    if shown["assessor"].isascii() and shown["assessor"].isdigit() and len(shown["assessor"]) < 18:
        rows = rows.filter(assessor__organisation_id=int(shown["assessor"]))
    for key, lookup in (("first", "held_on__gte"), ("last", "held_on__lte")):
        day, _ = read_day(shown[key], "")
        if day is not None:
            rows = rows.filter(**{lookup: day})
    return rows, shown


@page_for(SEERS)
@require_safe
def sitting_list(request: HttpRequest) -> HttpResponse:
    """By state, the nearest day first while something is still to be done."""
    member, today = member_of(request), business_day()
    seen, shown = narrowed(request, AssessmentSitting.objects.visible_to(member))
    counted = dict(seen.order_by().values_list("status").annotate(n=Count("pk")))
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in dict(STATES) else ""
    tabs = [("", "全部", sum(counted.values())), *((key, label, counted.get(key, 0)) for key, label in STATES)]
    rows = seen.filter(status=chosen) if chosen else seen
    current = Q(results__is_current=True)
    rows = rows.select_related("assessor__organisation").annotate(
        entered=Count("results", filter=current),
        issued=Count("results", filter=current & ~Q(results__certificate_number="")),
    )
    order = ("held_on", "pk") if chosen in ("planned", "filed") else ("-held_on", "-pk")
    found = numbered_page(request, rows.order_by(*order))
    for row in found["page"]:
        row.level_name = LEVEL_NAMES[row.level]
    context = {
        "here": "sittings", "chosen": chosen, "tabs": tabs, "levels": LEVELS, "may_plan": bool(may_plan_for(member, today)),
        "is_bureau": member.role in READERS, "today": today,
    }  # fmt: skip
    return render(request, "desk/training/sittings.html", context | shown | found)


@page_for(SEERS)
@require_safe
def sitting_page(request: HttpRequest, sitting: str) -> HttpResponse:
    """One sitting: its steps, what was filed, its examiners, results, and what can be done."""
    return show_sitting(request, sitting_seen(request, sitting))


def show_sitting(request: HttpRequest, found: AssessmentSitting, error: str = "") -> HttpResponse:
    """The page, with what was refused."""
    member, today = member_of(request), business_day()
    results = found.results.select_related("worker", "corrects", "recorded_by__user", "upload")
    listed = numbered_page(request, results.filter(is_current=True).order_by("pk"), 100)
    current = found.results.filter(is_current=True)
    may_write = can_write_sittings(member, found.assessor)
    may_confirm = can_move(found, "confirm", actor=member) and can_confirm_results(member, found)
    can = {key: may_write and can_move(found, key, actor=member) for key in ("file", "hold", "enter_results", "cancel")}
    context = {
        "here": "sittings", "found": found, "level_name": LEVEL_NAMES[found.level], "steps": steps_of(found), "error": error,
        "examiners": found.examiners.filter(is_live=True).order_by("pk"),
        "gone": found.examiners.filter(is_live=False).order_by("pk") if found.status == "cancelled" else [],
        "tally": current.aggregate(
            all=Count("pk"), passed=Count("pk", filter=Q(verdict="合格")), failed=Count("pk", filter=Q(verdict="不合格")),
            absent=Count("pk", filter=Q(verdict="缺考")), issued=Count("pk", filter=~Q(certificate_number="")),
        ),
        "can": can | {"confirm": may_confirm, "return": may_confirm and can_move(found, "return", actor=member)},
        "may_edit": may_write and found.status == "planned", "may_enter": may_write and found.status in OPEN,
        "may_upload": may_write and found.status in (*OPEN, "confirmed"), "may_correct": may_write and found.status in (*OPEN, "confirmed"),
        "waits_for_other": found.status == "results_entered" and can_move(found, "confirm", actor=member) and not may_confirm,
        "terms": service.terms_of(found.assessor, today), "phrases": PHRASES, "today": today,
        "is_bureau": member.role in READERS, "upload_at": "phone_new_upload" if member.role == Role.ENTERPRISE_HR else "new_upload",
    }  # fmt: skip
    return render(request, "desk/training/sitting.html", context | listed, status=422 if error else 200)


def steps_of(found: AssessmentSitting) -> list[Step]:
    """The life of a sitting as dated steps."""
    order = ("planned", "filed", "held", "results_entered", "confirmed")
    if found.status == "cancelled":
        first = Step("计划", "done", found.recorded_at.date(), str(found.recorded_by.user) if found.recorded_by else "")
        return [first, Step("已取消", "stopped", found.cancelled_on, "", found.reason)]
    at = order.index(found.status)
    named = (
        ("计划", found.recorded_at.date(), found.recorded_by.user.display_name if found.recorded_by else "", ""),
        ("考前备案", found.filed_on, "", "待备案"),
        ("开考", found.held_on, "", f"定于 {found.held_on:%m-%d}"),
        ("成绩", found.results_on, found.results_by.display_name if found.results_by else "", "待录入并提交"),
        (
            "确认",
            found.confirmed_on,
            found.confirmed_by.display_name if found.confirmed_by else "",
            "待人社局另一人确认",
        ),
    )
    steps = []
    for i, (name, day, who, note) in enumerate(named):
        state = "done" if i <= at else "now" if i == at + 1 else "next"
        is_done = state == "done"
        steps.append(
            Step(
                name,
                state,
                day if is_done else None,
                who if is_done else "",
                "" if is_done or state == "next" else note,
            )
        )
    return steps


@page_for(frozenset(map(Role, WRITERS)))
def new_sitting(request: HttpRequest) -> HttpResponse:
    """Plan a sitting; what was typed is kept, every wrong field is named."""
    member, today = member_of(request), business_day()
    assessors = may_plan_for(member, today)
    typed = typed_sitting(request)
    chosen = next((one for one in assessors if str(one.pk) == typed.texts["assessor"]), None)
    chosen = chosen or (assessors[0] if len(assessors) == 1 else None)
    typed.texts["key"] = typed.texts["key"] or str(uuid.uuid4())
    if request.method == "POST":
        plan = plan_in(typed)
        if chosen is None:
            typed.errors["assessor"] = "请选择认定机构。"
        if plan is not None and chosen is not None:
            try:
                found = service.plan_sitting(
                    actor=member, assessor=chosen, plan=plan, day=today, request_id=typed.texts["key"][:80]
                )
            except RuleViolation as refusal:
                typed.errors |= errors_of(refusal)
            else:
                messages.success(request, "已登记计划。请在考前备案期限内备案。")
                return redirect("sitting", sitting=found.reference)
    return _form(request, typed, assessors, chosen, None)


@page_for(frozenset(map(Role, WRITERS)))
def edit_sitting(request: HttpRequest, sitting: str) -> HttpResponse:
    """Change a sitting before it is filed."""
    found = sitting_seen(request, sitting)
    if found.status != AssessmentSitting.Status.PLANNED:
        messages.info(request, "备案后不能修改；如需改期，请取消后另行登记。")
        return redirect("sitting", sitting=sitting)
    typed = typed_sitting(request) if request.method == "POST" else of_sitting(found)
    if request.method == "POST":
        plan = plan_in(typed)
        if plan is not None:
            try:
                service.replan_sitting(actor=member_of(request), sitting=found, plan=plan, day=business_day())
            except RuleViolation as refusal:
                typed.errors |= errors_of(refusal)
            else:
                messages.success(request, "已修改。")
                return redirect("sitting", sitting=sitting)
    return _form(request, typed, [found.assessor], found.assessor, found)


def _form(
    request: HttpRequest, typed: Typed, assessors: list[AssessorOrganisation], chosen: AssessorOrganisation | None,
    found: AssessmentSitting | None,
) -> HttpResponse:  # fmt: skip
    scopes = [scope for one in assessors for scope in one.scopes.all()]
    blank = {"examiner_name": "", "examiner_duty": "both", "examiner_card": ""}
    terms = service.terms_of(chosen or assessors[0], business_day()) if assessors else None
    context = {
        "here": "sittings", "typed": typed.texts, "errors": typed.errors, "assessors": assessors, "chosen": chosen, "found": found,
        "trades": sorted({scope.trade for scope in scopes}), "levels": LEVELS, "sessions": SESSIONS, "duties": DUTIES,
        "examiners": padded(typed.examiners, blank), "terms": terms,
    }  # fmt: skip
    return render(request, "desk/training/sitting_form.html", context, status=422 if typed.errors else 200)


@page_for(SEERS)
@require_POST
@freshly_confirmed(lambda request, **address: address["action"] == "confirm")
def act(request: HttpRequest, sitting: str, action: str) -> HttpResponse:
    """One step of a sitting; a second tap finds it done."""
    found = sitting_seen(request, sitting)
    if action not in ACTS:
        raise Http404
    if request.POST.get("version", str(found.version)) != str(found.version):
        messages.info(request, f"本场已是“{found.status_label()}”，请查看最新状态后再办理。")
        return redirect("sitting", sitting=sitting)
    more = {"reason": reason_of(request)} if action in WITH_REASON else {}
    try:
        ACTS[action](actor=member_of(request), sitting=found, day=business_day(), **more)  # type: ignore[operator]
    except RuleViolation as refusal:
        return show_sitting(request, found, refusal.sentences)
    messages.success(request, DONE[action])
    return redirect("sitting", sitting=sitting)
