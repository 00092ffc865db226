"""The second factor at the door: binding a phone, and the code of every log-in."""

from __future__ import annotations

import base64

import qrcode
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from qrcode.image.svg import SvgPathImage

from pages.accounts.door import go_on
from pages.public.visits import limited
from park_workers.foundation.errors import RuleViolation
from park_workers.models import User
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    enrolment_address,
    has_second_factor,
    secret_of,
)
from park_workers.services.sessions import FACTOR_KEY, complete_sign_in, pending_onward, pending_user

TOO_LATE = "登录已超时，请重新输入登录名和密码。"


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def verify(request: HttpRequest) -> HttpResponse:
    """The code after the password."""
    user = pending_user(request)
    if user is None:
        messages.warning(request, TOO_LATE)
        return redirect("log_in")
    error = ""
    if request.method == "POST":
        try:
            check_code(actor=PersonActor(user), user=user, code=request.POST.get("code", "")[:40], now=timezone.now())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            onward = _safe(request, pending_onward(request))
            complete_sign_in(request, user, factor="code")
            return go_on(request, onward)
    return render(request, "accounts/verify.html", {"error": error}, status=422 if error else 200)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def enrol(request: HttpRequest) -> HttpResponse:
    """Bind a phone: on the way in (when the role asks for it), or later by oneself."""
    user = request.user if isinstance(request.user, User) else pending_user(request)
    if user is None or has_second_factor(user):
        if user is None:
            messages.warning(request, TOO_LATE)
        return redirect("log_in" if user is None or not request.user.is_authenticated else "my_account")
    actor, error = PersonActor(user), ""
    factor = begin_enrolment(actor=actor, user=user)
    if request.method == "POST":
        try:
            codes = confirm_enrolment(
                actor=actor, user=user, code=request.POST.get("code", "")[:40], now=timezone.now()
            )
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            return _enrolled(request, user, codes)
    secret = secret_of(factor)
    context = {
        "error": error, "picture": _picture(enrolment_address(factor)),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }  # fmt: skip
    return render(request, "accounts/enrol.html", context, status=422 if error else 200)


def _enrolled(request: HttpRequest, user: User, codes: list[str]) -> HttpResponse:
    onward = _safe(request, pending_onward(request))
    if request.user.is_authenticated:
        request.session[FACTOR_KEY] = "code"
    else:
        complete_sign_in(request, user, factor="code")
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "onward": onward})


def _safe(request: HttpRequest, onward: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if is_ours else ""


def _picture(text: str) -> str:
    """A QR code as an address an <img> takes."""
    drawn = qrcode.make(text, image_factory=SvgPathImage, border=2)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.to_string()).decode()
