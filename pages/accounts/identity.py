"""Confirming oneself again before something weighty: the password or a code, not longer ago than a few minutes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pages.accounts.door import CONFIRMED_KEY
from pages.acting import View
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import check_code, has_second_factor

PASSWORD, CODE = "confirm_password", "confirm_code"
OURS = frozenset({PASSWORD, CODE, "csrfmiddlewaretoken"})
ALWAYS: Callable[..., bool] = lambda request, **kwargs: True  # noqa: E731


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person confirmed themselves within the window (0 = never asked again)."""
    window: int = settings.CONFIRM_AGAIN_SECONDS
    return window <= 0 or int(timezone.now().timestamp()) - int(request.session.get(CONFIRMED_KEY, 0)) <= window


def freshly_confirmed(when: Callable[..., bool] = ALWAYS) -> Callable[[View], View]:
    """The view runs only for somebody who confirmed themselves lately; otherwise they are asked, and what was typed is kept.

    Stands under `page_for`.  `when(request, **kwargs)` limits it to some actions of a view.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @sensitive_post_parameters(PASSWORD, CODE)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_fresh(request) or not when(request, **kwargs):
                return view(request, *args, **kwargs)
            if request.method != "POST":
                return _ask(request, onward=request.get_full_path(), status=403)
            error = _confirm(request) if PASSWORD in request.POST or CODE in request.POST else ""
            if error == "" and is_fresh(request):
                return view(request, *args, **kwargs)
            return _ask(request, error=error, status=422 if error else 403)

        return wrapped

    return decorate


@never_cache
@sensitive_post_parameters(PASSWORD, CODE)
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm, then on to the address that asked for it (a download)."""
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    if request.method != "POST":
        return redirect(onward) if is_fresh(request) else _ask(request, onward=onward, status=200)
    error = _confirm(request)
    return _ask(request, onward=onward, error=error, status=422) if error else redirect(onward)


def _confirm(request: HttpRequest) -> str:
    """Check the password or the code; wrong ones count as wrong ones at the door do.  The reason why not, or ""."""
    user: Any = request.user
    code, password = request.POST.get(CODE, "").strip()[:40], request.POST.get(PASSWORD, "")
    if code:
        try:
            check_code(actor=PersonActor(user), user=user, code=code, now=timezone.now())
        except RuleViolation as refusal:
            return f"{refusal.message}。{refusal.fix}。"
    elif not password:
        return "请输入密码或动态验证码。"
    elif authenticate(request, username=user.username, password=password) != user:
        return "密码不正确，请重新输入。"
    request.session[CONFIRMED_KEY] = int(timezone.now().timestamp())
    record_event(actor=PersonActor(user), code="sign_in.confirmed_again", subject=user)
    return ""


def _ask(request: HttpRequest, *, onward: str = "", error: str = "", status: int) -> HttpResponse:
    kept = [(key, value) for key, values in request.POST.lists() if key not in OURS for value in values]
    user: Any = request.user
    context = {
        "onward": onward, "kept": [] if onward else kept, "error": error, "has_code": has_second_factor(user),
        "minutes": max(1, settings.CONFIRM_AGAIN_SECONDS // 60), "address": request.get_full_path(),
    }  # fmt: skip
    return render(request, "accounts/confirm.html", context, status=status)
