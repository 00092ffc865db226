"""Enterprise staff come in with a code to their telephone; staff of bureau and base keep password and second factor."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pages.accounts import codes
from pages.accounts.door import begin_sign_in
from pages.public.visits import limited
from park_workers.foundation.errors import RuleViolation
from park_workers.services.own_phones import STRANGER, person_with_code
from park_workers.services.phone_codes import Purpose
from park_workers.services.sessions import PHONE_CODE

ONWARD = "code_onward"


def safe_onward(request: HttpRequest, address: str) -> str:
    """An address of ours, or ""."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else ""


@login_not_required
@never_cache
@sensitive_post_parameters("phone")
@limited("log_in", methods=("POST",))
def ask(request: HttpRequest) -> HttpResponse:
    """The telephone; the next page is the same whether anybody has it."""
    onward = safe_onward(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward or "home")
    phone, error = request.POST.get("phone", "").strip()[:30], ""
    if request.method == "POST":
        error = codes.send(request, Purpose.SIGN_IN, phone)
        if not error:
            request.session[ONWARD] = onward
            return redirect("enter_phone_code")
    context = {"error": error, "phone": phone, "next": onward, "tab": "phone"}
    return render(request, "accounts/by_phone.html", context, status=422 if error else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def enter(request: HttpRequest) -> HttpResponse:
    """The code that came, or another one asked for."""
    row = codes.asked_for(request, Purpose.SIGN_IN)
    if row is None:
        return redirect("log_in_by_phone")
    error, is_again = "", "again" in request.POST
    if is_again:
        error = codes.send_again(request, Purpose.SIGN_IN)
    elif request.method == "POST":
        try:
            user = person_with_code(
                actor=STRANGER, reference=row.reference, code=request.POST.get("code", "")[:20], now=timezone.now()
            )
        except RuleViolation as refusal:
            error = codes.said(refusal)
        else:
            onward = safe_onward(request, str(request.session.get(ONWARD, "")))
            codes.forget(request, Purpose.SIGN_IN)
            return begin_sign_in(request, user, onward, factor=PHONE_CODE)
    context = {"error": error, "telephone": codes.masked(row), "is_again": is_again and not error, "tab": "phone"}
    return render(request, "accounts/phone_code.html", context, status=422 if error else 200)
