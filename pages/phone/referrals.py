"""People a training base refers to the enterprise: the list, one person, agreeing on an interview, its result, and the hire."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pages import hires
from pages.acting import member_of, own_enterprise, page_for
from pages.days import read_day
from pages.phone.register import form_context, with_defaults
from pages.phone.waiting import Todo
from pages.referral_steps import referral_steps
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from training.models import Referral
from training.permissions import can_answer_referral, can_call_referred
from training.services.placement_links import link_hires
from training.services.referrals import (
    agree_interview,
    begin_hire,
    call_referred,
    offer_place,
    record_interview,
    refuse_trainee,
)
from training.services.standing import result_now

ENDED_SHOWN = 50
CALL_PHRASES = ("约面试时间", "通知录用", "核对报到时间")
#: what may come of an interview
RESULTS = (("interviewed", "已面试，再考虑"), ("offered", "录用"), ("refused", "不录用"))


def referrals_todo(member: Membership, today: date) -> Todo | None:
    """Whom the enterprise has still to answer about: new ones, and interviews whose day has come."""
    waits = Q(status="referred") | Q(status="interview_agreed", interview_on__lte=today) | Q(status="interviewed")
    found = Referral.objects.visible_to(member).filter(waits).aggregate(n=Count("pk"), first=Min("referred_on"))
    note = f"最早 {found['first'].month}月{found['first'].day}日推荐。" if found["n"] else ""
    return Todo("培训基地推荐的人待您答复", found["n"], reverse("phone_referrals"), "school", note=note)


def offers_todo(member: Membership, today: date) -> Todo | None:
    """Taken, and not yet in the roster."""
    n = Referral.objects.visible_to(member).filter(status="offered").count()
    return Todo("录用的人待登记入职", n, reverse("phone_referrals"), "user-plus") if n else None


@page_for(Role.ENTERPRISE_HR)
@require_safe
def referral_list(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, the longest wait first; then how earlier ones ended."""
    member, today = member_of(request), business_day()
    link_hires(day=today, enterprise_id=member.organisation_id)
    seen = Referral.objects.visible_to(member).select_related(
        "worker", "enrolment__training_class", "base__organisation"
    )
    live = list(seen.live().order_by("referred_on", "pk"))
    groups = [
        ("待您答复", [r for r in live if _waits(r, today)]),
        ("已约面试", [r for r in live if r.status == "interview_agreed" and not _waits(r, today)]),
        ("待登记入职", [r for r in live if r.status == "offered"]),
    ]
    ended = list(
        seen.exclude(pk__in=[r.pk for r in live]).select_related("hire__employment").order_by("-pk")[:ENDED_SHOWN]
    )
    context = {"groups": [group for group in groups if group[1]], "ended": ended, "today": today}
    return render(request, "phone/referrals/list.html", context)


def _waits(referral: Referral, today: date) -> bool:
    if referral.status == "interview_agreed":
        return referral.interview_on is not None and referral.interview_on <= today
    return referral.status in ("referred", "interviewed")


def _referral(request: HttpRequest, reference: str) -> Referral:
    seen = Referral.objects.visible_to(member_of(request)).select_related(
        "worker__merged_into",
        "demand",
        "enrolment__training_class",
        "base__organisation",
        "hire__employment__worker",
        "recorded_by__user",
    )
    found: Referral = get_object_or_404(seen, reference=reference)
    return found


def _card(request: HttpRequest, referral: Referral, **more: Any) -> HttpResponse:
    member, today = member_of(request), business_day()
    person = referral.worker.merged_into or referral.worker
    marks = result_now(referral.enrolment.assessment) if referral.shows_marks else None
    context = {
        "referral": referral, "person": person, "seat": referral.enrolment, "training_class": referral.enrolment.training_class,
        "marks": marks, "steps": referral_steps(referral, today), "today": today, "may_call": can_call_referred(member, referral),
        "may_answer": referral.is_live and can_answer_referral(member, referral), "phrases": CALL_PHRASES,
    } | more  # fmt: skip
    return render(request, "phone/referrals/referral.html", context, status=422 if more.get("error") else 200)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def referral_page(request: HttpRequest, referral: str) -> HttpResponse:
    """One person: trade, level, marks if the base lets them be seen, how far it has come, and what to do next."""
    found = _referral(request, referral)
    if found.is_live and link_hires(day=business_day(), enterprise_id=found.enterprise_id):
        found = _referral(request, referral)
    return _card(request, found)


@page_for(Role.ENTERPRISE_HR)
@require_POST
def call(request: HttpRequest, referral: str) -> HttpResponse:
    """The telephone in plain, for this one answer; the log keeps who looked and why."""
    found = _referral(request, referral)
    reason = reason_of(request)
    try:
        phone = call_referred(actor=member_of(request), referral=found, reason=reason, day=business_day())
    except RuleViolation as refusal:
        return _card(request, found, error=refusal.sentences)
    return _card(request, found, telephone=phone)


@page_for(Role.ENTERPRISE_HR)
def interview(request: HttpRequest, referral: str) -> HttpResponse:
    """Agree on a day for the interview, or on another one."""
    found, error = _referral(request, referral), ""
    typed = request.POST.get("interview_on", "") or (found.interview_on.isoformat() if found.interview_on else "")
    note = request.POST.get("note", "").strip()[:200]
    if request.method == "POST":
        day, error = read_day(typed, "请选择面试日期。")
        try:
            if day is not None:
                agree_interview(
                    actor=member_of(request), referral=found, interview_on=day, day=business_day(), note=note,
                    seen_version=_version(request),
                )  # fmt: skip
                messages.success(request, f"已约 {found.worker.name} 于 {day.month}月{day.day}日面试。请电话通知本人。")
                return redirect("phone_referral", referral=referral)
        except RuleViolation as refusal:
            error = refusal.sentences
    context = {"referral": found, "typed": typed, "note": note, "error": error, "today": business_day()}
    return render(request, "phone/referrals/interview.html", context, status=422 if error else 200)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@page_for(Role.ENTERPRISE_HR)
def result(request: HttpRequest, referral: str) -> HttpResponse:
    """What came of the interview: still open, taken, or not taken with a reason."""
    found, errors = _referral(request, referral), dict[str, str]()
    given = {key: request.POST.get(key, "").strip()[:200] for key in ("result", "refusal", "note")}
    if request.method == "POST":
        if given["result"] not in dict(RESULTS):
            errors["result"] = "请选择面试结果。"
        else:
            try:
                words = _record(member_of(request), found, given, _version(request))
            except RuleViolation as refusal:
                errors["refusal" if refusal.code == "REASON_MISSING" else "result"] = refusal.sentences
            else:
                messages.success(request, words)
                return redirect("phone_referral", referral=referral)
    context = {
        "referral": found, "results": RESULTS[1:] if found.status in ("interviewed", "offered") else RESULTS, "given": given,
        "errors": errors, "refusals": Referral.Refusal.choices,
    }  # fmt: skip
    return render(request, "phone/referrals/result.html", context, status=422 if errors else 200)


def _record(member: Membership, referral: Referral, given: dict[str, str], version: int | None) -> str:
    more: dict[str, Any] = {"actor": member, "referral": referral, "day": business_day(), "seen_version": version}
    if given["result"] == "interviewed":
        record_interview(note=given["note"], **more)
        return f"已登记 {referral.worker.name} 面试，请尽快决定是否录用。"
    if given["result"] == "offered":
        offer_place(note=given["note"], **more)
        return f"已录用 {referral.worker.name}，报到后请登记入职。"
    refuse_trainee(refusal=given["refusal"], note=given["note"], **more)
    return f"已答复不录用 {referral.worker.name}，基地会看到原因。"


@page_for(Role.ENTERPRISE_HR)
@require_POST
def hire(request: HttpRequest, referral: str) -> HttpResponse:
    """The ordinary form of a hire, begun with what the base holds; it is sent the ordinary way."""
    found = _referral(request, referral)
    try:
        start = begin_hire(actor=member_of(request), referral=found, day=business_day())
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("phone_referral", referral=referral)
    enterprise = own_enterprise(request)
    form = with_defaults(hires.blank(enterprise))
    form.typed |= {"name": start.name, "id_number": start.id_number, "phone": start.phone, "trade": start.trade}
    context = form_context(form, enterprise, "", is_blank=False)
    if start.trade not in {trade["name"] for trade in context["trades"]}:
        form.typed |= {"trade": "", "other_trade": start.trade}
    return render(request, "phone/register_hire.html", context | {"referral": found})
