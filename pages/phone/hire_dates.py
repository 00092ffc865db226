"""A wrong hire date on the phone: corrected at once until a batch has judged it, asked of the bureau afterwards."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from pages.acting import member_of, page_for
from pages.days import read_day
from pages.phone.person import employment_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, HireDateRequest, Role
from park_workers.services.hire_date_requests import ask_hire_date, waiting_request, withdraw_hire_date_request
from subsidies.services.hire_dates import is_judged, state_hire_date

REASONS = ("录入有误", "与合同原件不一致", "与社保记录不一致")


@page_for(Role.ENTERPRISE_HR)
def hire_date(request: HttpRequest, employment: str) -> HttpResponse:
    """The form; all that is wrong is named at once, and what was typed is kept."""
    found, today = employment_of(request, employment), business_day()
    judged = is_judged(found)
    typed = {"hired_on": found.hired_on.isoformat(), "reason": "", "note": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:150] for name in typed}
        errors = _take(request, found, typed, today, judged=judged)
        if not errors:
            return redirect("roster_person", employment=found.reference)
    past = HireDateRequest.objects.filter(employment=found).select_related("asked_by", "decided_by").order_by("-pk")
    context = {
        "employment": found, "typed": typed, "errors": errors, "is_judged": judged, "reasons": REASONS, "today": today,
        "waiting": waiting_request(found), "past": past.exclude(status="waiting")[:10],
    }  # fmt: skip
    return render(request, "phone/hire_date.html", context, status=422 if errors else 200)


def _take(
    request: HttpRequest, found: Employment, typed: dict[str, str], today: date, *, judged: bool
) -> dict[str, str]:
    """Correct it or ask for it; what is wrong, by field."""
    member = member_of(request)
    errors: dict[str, str] = {}
    day, wrong = read_day(typed["hired_on"], "请选择正确的入职日期，如 2026-11-01。")
    reason = "；".join(filter(None, (typed["reason"], typed["note"])))
    if day is None:
        errors["hired_on"] = wrong
    elif day == found.hired_on:
        errors["hired_on"] = f"现在登记的就是 {day}。请填写正确的入职日期。"
    if not reason:
        errors["reason"] = "请选择或填写更正原因。"
    if errors or day is None:
        return errors
    try:
        if judged:
            ask_hire_date(actor=member, employment=found, hired_on=day, reason=reason, day=today)
            messages.success(request, "已提交更正申请，由区人社局核对；核对前仍按原入职日期。")
        else:
            state_hire_date(actor=member, employment=found, hired_on=day, reason=reason, day=today)
            messages.success(request, f"已更正入职日期为 {day}。更正前的日期留在“变更记录”里。")
    except RuleViolation as refusal:
        place = {"REASON_MISSING": "reason", "JUDGED_ALREADY": "whole", "REQUEST_WAITING": "whole"}
        errors[place.get(refusal.code, "hired_on")] = refusal.sentences
    return errors


@page_for(Role.ENTERPRISE_HR)
@require_POST
def withdraw(request: HttpRequest, employment: str) -> HttpResponse:
    """Take the request back before it is decided."""
    found = employment_of(request, employment)
    asked = get_object_or_404(HireDateRequest, employment=found, reference=request.POST.get("asked", "")[:20])
    try:
        withdraw_hire_date_request(actor=member_of(request), asked=asked, day=business_day())
        messages.success(request, "已撤回更正申请。")
    except RuleViolation as refusal:
        messages.info(request, refusal.sentences)
    return redirect("roster_hire_date", employment=found.reference)
