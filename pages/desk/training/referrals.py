"""Referrals at the desk: the list, one of them, what the base or the bureau does, and referring several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.choices import choose
from pages.desk.keyset import keyset_page
from pages.desk.navigation import PLACEMENT_ROLES
from pages.desk.training.placements import firms_to_refer_to, open_demands
from pages.referral_steps import referral_steps
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import Enrolment, Referral
from training.models.placements import WAITS
from training.permissions import can_answer_referral, can_call_referred, can_withdraw_referral
from training.services import referrals as service
from training.services.placement_links import link_hires, link_new_hires
from training.services.placement_rows import Scope
from training.services.standing import result_now

ACTORS = (Role.BASE_CLERK, Role.CLERK)
WITHDRAW_PHRASES = ("本人已有去处", "本人暂不就业", "推荐有误", "企业长期未答复")
CALL_PHRASES = ("回访就业意向", "通知面试", "核实入职情况")
STATES = Referral.Status.choices


@page_for(PLACEMENT_ROLES)
@require_safe
def referral_list(request: HttpRequest) -> HttpResponse:
    """By state, or those somebody should ask about; newest first."""
    link_new_hires(day=business_day())
    member = member_of(request)
    seen = Referral.objects.visible_to(member)
    state, waits = request.GET.get("state", ""), request.GET.get("waits", "")
    rows = seen
    if waits in dict(WAITS):
        rows, state = seen.waits_for(waits, business_day()), ""
    elif state in dict(STATES):
        rows = seen.filter(status=state)
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    shown = rows.select_related("worker", "enterprise__organisation", "enrolment__training_class", "base__organisation",
                                "hire__employment")  # fmt: skip
    context = {
        "here": "placements", "page": keyset_page(request, shown), "counts": counts, "state": state,
        "waits": waits, "waits_name": dict(WAITS).get(waits, ""), "is_base": member.role == Role.BASE_CLERK, "all": seen.count(),
        "today": business_day(),
    }  # fmt: skip
    return render(request, "desk/training/referrals.html", context)


def _referral(request: HttpRequest, reference: str) -> Referral:
    seen = Referral.objects.visible_to(member_of(request)).select_related(
        "worker__merged_into", "enrolment__training_class", "base__organisation", "enterprise__organisation", "recorded_by__user",
        "hire__employment__worker",
    )  # fmt: skip
    found: Referral = get_object_or_404(seen, reference=reference)
    return found


@page_for(PLACEMENT_ROLES)
@require_safe
def referral_page(request: HttpRequest, referral: str) -> HttpResponse:
    """One referral with its steps."""
    found = _referral(request, referral)
    if found.is_live and link_hires(day=business_day(), enterprise_id=found.enterprise_id):
        found = _referral(request, referral)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Referral, **more: Any) -> HttpResponse:
    member, today = member_of(request), business_day()
    context = {
        "here": "placements", "referral": found, "person": found.worker.merged_into or found.worker, "today": today,
        "training_class": found.enrolment.training_class, "steps": referral_steps(found, today),
        "marks": result_now(found.enrolment.assessment),
        "others": Referral.objects.visible_to(member).filter(worker=found.worker).exclude(pk=found.pk)
        .select_related("enterprise__organisation").order_by("-pk"),
        "may_answer": found.is_live and can_answer_referral(member, found), "refusals": Referral.Refusal.choices,
        "may_withdraw": found.is_live and can_withdraw_referral(member, found), "phrases": WITHDRAW_PHRASES,
        "may_call": can_call_referred(member, found), "call_phrases": CALL_PHRASES, "errors": {}, "typed": request.POST,
    } | more  # fmt: skip
    return render(request, "desk/training/referral.html", context, status=422 if context["errors"] else 200)


@page_for(ACTORS)
@require_POST
def act(request: HttpRequest, referral: str, action: str) -> HttpResponse:
    """What the enterprise said on the telephone, or the base's own withdrawal."""
    found = _referral(request, referral)
    more: dict[str, Any] = {"actor": member_of(request), "referral": found, "day": business_day()}
    note = request.POST.get("note", "").strip()
    try:
        if action == "agree":
            day, wrong = read_day(request.POST.get("interview_on", ""), "请选择面试日期。")
            if day is None:
                return _shown(request, found, errors={"agree": wrong})
            service.agree_interview(interview_on=day, note=note, **more)
        elif action == "interview":
            service.record_interview(note=note, **more)
        elif action == "offer":
            service.offer_place(note=note, **more)
        elif action == "refuse":
            service.refuse_trainee(refusal=request.POST.get("refusal", ""), note=note, **more)
        elif action == "withdraw":
            service.withdraw_referral(reason=reason_of(request), **more)
        else:
            raise Http404
    except RuleViolation as refusal:
        return _shown(request, found, errors={action: refusal.sentences})
    messages.success(request, f"已登记：{found.worker.name}，{found.status_label()}。")
    return redirect("referral", referral=referral)


@page_for(PLACEMENT_ROLES - {Role.AUDITOR})
@require_POST
@freshly_confirmed()
def call(request: HttpRequest, referral: str) -> HttpResponse:
    """The telephone in plain, for this one answer."""
    found = _referral(request, referral)
    try:
        phone = service.call_referred(
            actor=member_of(request), referral=found, reason=reason_of(request), day=business_day()
        )
    except RuleViolation as refusal:
        return _shown(request, found, errors={"call": refusal.sentences})
    return _shown(request, found, telephone=phone)


@page_for(ACTORS)
@require_POST
def refer(request: HttpRequest) -> HttpResponse:
    """Refer whoever is ticked to an enterprise; whoever cannot be is named."""
    member = member_of(request)
    chosen = request.POST.get("enterprise", "")
    demand = next((one for one in open_demands(member) if one.reference == chosen), None)
    choice = choose(firms_to_refer_to(member), request.POST)
    firm = demand.enterprise if demand else choice.chosen
    numbers = [
        int(text) for text in request.POST.getlist("enrolment") if text.isascii() and text.isdigit() and len(text) < 18
    ]
    scope = Scope.seen_by(member, business_day())
    mine = {"base": scope.base} if scope.base else {"base__bureau": scope.bureau}
    rows = Enrolment.objects.filter(pk__in=numbers, **{f"training_class__{key}": value for key, value in mine.items()})
    try:
        if firm is None:
            fitting = "、".join(name for _, name in choice.offered[:5]) if choice.text else ""
            fix = f"请写全名称，如：{fitting}" if fitting else "请选择要推荐给哪家企业，或填写名录中的企业名称"
            raise RuleViolation("NO_ENTERPRISE", "没有选择企业", fix)
        done = service.refer_trainees(
            actor=member, enrolments=list(rows.select_related("worker")), enterprise=firm, day=business_day(),
            demand=demand, shows_marks=request.POST.get("shows_marks") == "1", note=request.POST.get("note", ""),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    else:
        if done.made:
            messages.success(request, f"已推荐 {len(done.made)} 人给{firm.name}，企业在手机首页会看到待办。")
        for one in done.left_out:
            messages.warning(request, f"{one.name}没有推荐：{one.why}。")
    return redirect(f"{reverse('never_placed')}?{request.GET.urlencode()}")
