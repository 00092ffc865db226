"""企业开户申请 without a log-in: show the telephone, fill in one form with the licence, look up what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from pages.accounts import codes
from pages.public.visits import limited
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_credit_code
from park_workers.foundation.pictures import DEFAULT_LIMITS
from park_workers.models import AccountRequest, OneTimeCode
from park_workers.services.account_requests import (
    firm_named,
    proven_phone,
    request_account,
    request_shown,
    withdraw_account_request,
)
from park_workers.services.employments import FieldsInvalid
from park_workers.services.own_phones import STRANGER
from park_workers.services.phone_codes import Purpose, use_code

#: where the session keeps references: of the used code behind the form, of the request it has made or looked up
PROOF, SHOWN = "join_proof", "join_request"


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, is_wrong: bool = False) -> HttpResponse:
    return render(request, f"join/{template}.html", context, status=422 if is_wrong else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("phone")
@limited("log_in", methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """What it is, what is needed, and the telephone."""
    phone, error = request.POST.get("phone", "").strip()[:30], ""
    if request.method == "POST":
        error = codes.send(request, Purpose.JOIN, phone)
        if not error:
            return redirect("join_code")
    return _answer(request, "begin", {"phone": phone, "error": error}, is_wrong=bool(error))


def _take_code(request: HttpRequest, purpose: Purpose) -> tuple[OneTimeCode | None, str]:
    """The used code, or why it was not taken."""
    if "again" in request.POST:
        return None, codes.send_again(request, purpose)
    if request.method != "POST":
        return None, ""
    try:
        typed = request.POST.get("code", "")[:20]
        reference = codes.reference_of(request, purpose)
        row = use_code(actor=STRANGER, purpose=purpose, reference=reference, code=typed, now=timezone.now())
    except RuleViolation as refusal:
        return None, codes.said(refusal)
    codes.forget(request, purpose)
    return row, ""


def _code_page(request: HttpRequest, purpose: Purpose, error: str, **more: Any) -> HttpResponse:
    context = {
        "error": error, "telephone": codes.masked(codes.asked_for(request, purpose)), "button": "下一步",
        "is_again": "again" in request.POST and not error, "heading": "请验证手机号",
    } | more  # fmt: skip
    return render(request, "accounts/phone_code.html", context, status=422 if error else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def code(request: HttpRequest) -> HttpResponse:
    """The code that shows the telephone to be the applicant's."""
    if codes.asked_for(request, Purpose.JOIN) is None:
        return redirect("join")
    row, error = _take_code(request, Purpose.JOIN)
    if row is None:
        return _code_page(request, Purpose.JOIN, error)
    request.session[PROOF] = row.reference
    return redirect("join_form")


@login_not_required
@never_cache
@limited("join", methods=("POST",))
def form(request: HttpRequest) -> HttpResponse:
    """Firm, name, licence, consent; all that is wrong at once, and what was typed is kept."""
    now = timezone.now()
    proof = proven_phone(reference=request.session.get(PROOF, ""), purpose=Purpose.JOIN, now=now)
    if proof is None:
        messages.warning(request, "手机号验证已超时，请重新获取验证码。")
        return redirect("join")
    typed = {key: request.POST.get(key, "").strip()[:60] for key in ("credit_code", "applicant_name")}
    errors: dict[str, str] = {}
    if request.method == "POST" and "check" not in request.POST:
        errors = _send(request, proof, typed)
        if not errors:
            return redirect("join_state")
    context = {
        "typed": typed, "errors": errors, "telephone": codes.masked(proof), "has_consented": "consent" in request.POST,
        "code": judged_code(typed["credit_code"]) if typed["credit_code"] else None,
    }  # fmt: skip
    return _answer(request, "form", context, is_wrong=bool(errors))


def _send(request: HttpRequest, proof: OneTimeCode, typed: dict[str, str]) -> dict[str, str]:
    picture = request.FILES.get("licence")
    content = picture.read(DEFAULT_LIMITS.bytes + 1) if picture else b""
    try:
        made = request_account(
            actor=STRANGER, proof=proof, licence=content, has_consented="consent" in request.POST, now=timezone.now(),
            **typed,
        )  # fmt: skip
    except FieldsInvalid as refusal:
        return {problem.field: problem.sentences for problem in refusal.problems}
    request.session[SHOWN] = made.reference
    return {}


def judged_code(text: str) -> dict[str, str]:
    """A credit code looked at on the spot: what is wrong with it, or the firm's public name when the directory has it."""
    try:
        good = check_credit_code(text)
    except IdentifierProblem as wrong:
        return {"error": wrong.sentences, "name": ""}
    firm = firm_named(good)
    return {"error": "", "name": firm.name if firm else ""}


@login_not_required
@never_cache
@require_safe
@limited("code", methods=("GET",))
def check_code(request: HttpRequest) -> HttpResponse:
    """The same while the form is being filled in."""
    return _answer(request, "_credit_code", {"code": judged_code(request.GET.get("credit_code", "")[:40])})


def _shown(request: HttpRequest) -> AccountRequest | None:
    return AccountRequest.objects.filter(reference=request.session.get(SHOWN, "")).first()


@login_not_required
@never_cache
@limited("log_in", methods=("POST",))
def state(request: HttpRequest) -> HttpResponse:
    """What became of the request; whoever has shown the telephone may withdraw it while it waits."""
    found = _shown(request)
    if found is None:
        return redirect("join_look_up")
    if request.method == "POST" and "withdraw" in request.POST:
        try:
            withdraw_account_request(actor=STRANGER, request=found, now=timezone.now())
            messages.success(request, "申请已撤回。")
        except RuleViolation as refusal:
            messages.error(request, codes.said(refusal))
        return redirect("join_state")
    return _answer(request, "state", {"found": found, "firm": firm_named(found.credit_code)})


@login_not_required
@never_cache
@sensitive_post_parameters("phone", "code")
@limited("log_in", methods=("POST",))
def look_up(request: HttpRequest) -> HttpResponse:
    """Request number and telephone; the answer is the same whether there is such a request."""
    typed = {key: request.POST.get(key, "").strip()[:40] for key in ("reference", "phone")}
    error = ""
    if request.method == "POST":
        error = codes.send(request, Purpose.LOOK_UP, typed["phone"]) if typed["reference"] else "请填写申请编号。"
        if not error:
            request.session["look_up"] = typed["reference"][:20]
            return redirect("join_look_up_code")
    return _answer(request, "look_up", {"typed": typed, "error": error}, is_wrong=bool(error))


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def look_up_code(request: HttpRequest) -> HttpResponse:
    """The code, then the request if it is this telephone's."""
    if codes.asked_for(request, Purpose.LOOK_UP) is None:
        return redirect("join_look_up")
    row, error = _take_code(request, Purpose.LOOK_UP)
    if row is not None:
        found = request_shown(reference=request.session.pop("look_up", ""), phone_hash=row.phone_hash)
        if found is not None:
            request.session[SHOWN] = found.reference
            return redirect("join_state")
        messages.error(request, "没有找到该手机号的这个申请编号，请核对后重新查询。")
        return redirect("join_look_up")
    return _code_page(request, Purpose.LOOK_UP, error)
