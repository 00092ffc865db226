"""The directory kept by hand: a firm entered, its row corrected, a credit code checked on the spot."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_credit_code, clean_credit_code
from park_workers.foundation.spreadsheets.cleaning import parse_date
from park_workers.models import Enterprise, Role
from park_workers.services.directory import (
    DirectoryRow,
    correct_enterprise,
    enter_enterprise,
    enterprise_with,
    judge_entry,
)
from park_workers.services.employments import FieldsInvalid

FIELDS = ("name", "kind", "park_name", "contact_name", "contact_phone", "admitted_on", "credit_code")
PHRASES = ("企业名称变更", "联系人变更", "登记有误", "入园日期核实")


def _stated(typed: dict[str, str], errors: dict[str, str]) -> DirectoryRow:
    admitted: date | None = None
    if typed["admitted_on"]:
        try:
            admitted = parse_date(typed["admitted_on"])
        except IdentifierProblem as wrong:
            errors["admitted_on"] = wrong.sentences
    return DirectoryRow(
        typed["name"], typed["kind"], admitted, typed["park_name"], typed["contact_name"], typed["contact_phone"]
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {key: request.POST.get(key, "").strip()[:120] for key in FIELDS}


def _say(errors: dict[str, str], refusal: RuleViolation) -> None:
    """Every wrong field of a refusal, or its one reason."""
    if isinstance(refusal, FieldsInvalid):
        for problem in refusal.problems:
            errors.setdefault(problem.field, problem.sentences)
    else:
        errors["reason"] = refusal.sentences


@page_for(Role.CLERK)
def enter(request: HttpRequest) -> HttpResponse:
    """A firm for the directory; what was typed is kept."""
    typed, errors = _typed(request), dict[str, str]()
    if request.method == "POST":
        stated = _stated(typed, errors)
        try:
            if errors:  # an unread date enters nothing; what else is wrong is named with it
                raise FieldsInvalid(judge_entry(typed["credit_code"], stated))
            found = enter_enterprise(
                actor=member_of(request), credit_code=typed["credit_code"], stated=stated, day=business_day()
            )
        except RuleViolation as refusal:
            _say(errors, refusal)
        else:
            messages.success(request, f"已列入名录：{found.name}。收款账户请另行提出账号变更。")
            return redirect("enterprise", pk=found.pk)
    context = {"here": "enterprises", "typed": typed, "errors": errors, "kinds": Enterprise.Kind.choices}
    return render(request, "desk/enterprise_form.html", context, status=422 if errors else 200)


@page_for(Role.CLERK)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A firm's row of the directory, corrected with a reason."""
    seen = Enterprise.objects.visible_to(member_of(request)).select_related("organisation")
    enterprise = get_object_or_404(seen, pk=pk)
    typed, errors = _typed(request), dict[str, str]()
    if request.method != "POST":
        typed = {
            "name": enterprise.name, "kind": enterprise.kind, "park_name": enterprise.park_name,
            "contact_name": enterprise.contact_name, "contact_phone": "", "credit_code": "",
            "admitted_on": enterprise.admitted_on.isoformat() if enterprise.admitted_on else "",
        }  # fmt: skip
    elif not _correct(request, enterprise, typed, errors):
        return redirect("enterprise", pk=pk)
    context = {
        "here": "enterprises", "enterprise": enterprise, "typed": typed, "errors": errors, "kinds": Enterprise.Kind.choices,
        "phrases": PHRASES, "note": request.POST.get("note", ""), "chosen_phrase": request.POST.get("phrase", ""),
    }  # fmt: skip
    return render(request, "desk/enterprise_form.html", context, status=422 if errors else 200)


def _correct(request: HttpRequest, enterprise: Enterprise, typed: dict[str, str], errors: dict[str, str]) -> bool:
    """Do it; True when it was refused.  The phone is shown masked, so an empty field keeps the one recorded."""
    if not typed["contact_phone"]:
        typed = typed | {"contact_phone": enterprise.open_contact_phone()}  # type: ignore[attr-defined]
    stated = _stated(typed, errors)
    if errors:
        return True
    try:
        is_changed = correct_enterprise(
            actor=member_of(request), enterprise=enterprise, stated=stated, reason=reason_of(request), day=business_day()
        )  # fmt: skip
    except RuleViolation as refusal:
        _say(errors, refusal)
        return True
    messages.success(request, f"已更正：{stated.name}。" if is_changed else "没有不同，未作更改。")
    return False


@page_for(Role.CLERK)
@require_safe
def check_code(request: HttpRequest) -> HttpResponse:
    """What is known of a credit code while the form is being filled in."""
    code = clean_credit_code(request.GET.get("credit_code", ""))[:40]
    error = ""
    try:
        check_credit_code(code)
    except IdentifierProblem as wrong:
        error = wrong.sentences
    context = {"error": error, "known": None if error else enterprise_with(code), "code": code}
    return render(request, "desk/_credit_code.html", context)
