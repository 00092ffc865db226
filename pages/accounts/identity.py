"""Confirming oneself again before something weighty: the password or a code, not longer ago than a few minutes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pages.accounts import codes
from pages.acting import View
from park_workers.foundation.errors import RuleViolation
from park_workers.services.acting import PersonActor
from park_workers.services.confirmations import confirm_person, is_session_fresh, remember_in_session
from park_workers.services.second_factors import has_second_factor

PASSWORD, CODE, SEND = "confirm_password", "confirm_code", "confirm_send"
OURS = frozenset({PASSWORD, CODE, SEND, "csrfmiddlewaretoken"})
ALWAYS: Callable[..., bool] = lambda request, **kwargs: True  # noqa: E731


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person confirmed themselves within the window (0 = never asked again)."""
    return is_session_fresh(request.session)


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
            is_answer = not request.POST.keys().isdisjoint({PASSWORD, CODE, SEND})
            error = _confirm(request) if is_answer else ""
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
    if SEND in request.POST or error:
        return _ask(request, onward=onward, error=error, status=422 if error else 200)
    return redirect(onward)


def _confirm(request: HttpRequest) -> str:
    """Check the password or the code; wrong ones count as wrong ones at the door do.  The reason why not, or ""."""
    user: Any = request.user
    code, password = request.POST.get(CODE, ""), request.POST.get(PASSWORD, "")
    if SEND in request.POST:
        return codes.send_to_oneself(request, user)
    try:
        confirm_person(actor=PersonActor(user), request=request, user=user, password=password, code=code)
    except RuleViolation as refusal:
        return refusal.sentences
    remember_in_session(request.session)
    return ""


def _ask(request: HttpRequest, *, onward: str = "", error: str = "", status: int) -> HttpResponse:
    kept = [(key, value) for key, values in request.POST.lists() if key not in OURS for value in values]
    user: Any = request.user
    context = {
        "onward": onward, "kept": [] if onward else kept, "error": error, "has_code": has_second_factor(user),
        "telephone": codes.own_telephone(user), "is_sent": codes.is_sent(request),
        "has_password": user.has_usable_password(),
        "minutes": max(1, settings.CONFIRM_AGAIN_SECONDS // 60), "address": request.get_full_path(),
    }  # fmt: skip
    return render(request, "accounts/confirm.html", context, status=status)
