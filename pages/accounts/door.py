"""From a right password to a session: the second factor first, then the log-in itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from pages.acting import act_as, live_memberships
from park_workers.foundation.audit import record_event
from park_workers.foundation.search_hash import search_hash
from park_workers.models import User
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import has_second_factor, should_have_second_factor
from park_workers.services.sign_ins import SIGN_IN_KEY, is_password_expired, record_sign_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: a right password waits this long for its code
PENDING_KEY, PENDING_SECONDS = "pending_sign_in", 300
#: what the session keeps once the person is in
FACTOR_KEY, CONFIRMED_KEY, SINCE_KEY, SEEN_KEY = "second_factor", "confirmed_at", "signed_in_at", "seen_at"
MUST_CHANGE_KEY = "must_change_password"


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; the header of proxies is believed only as far as we have proxies of our own."""
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return str(hops[-proxies])[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under what the wrong passwords of a name are counted: its keyed hash, for people also type their document number."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return search_hash(str(name), purpose="log_in_name")


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Too many wrong passwords: this account, from this source, for a while; the same words whether there is such a person."""
    name = str((credentials or {}).get("username") or request.POST.get("username", ""))[:60]
    user = User.objects.filter(username=name).first()
    if user is not None:
        address = {"address": client_address(request)}
        record_event(actor=PersonActor(user), code="sign_in.locked", subject=user, changes=address)
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    response = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    response["Cache-Control"] = "no-store, private"
    return response


def begin_sign_in(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """The password was right: on to the code, to the enrolment, or straight in."""
    if has_second_factor(user):
        _wait_for_code(request, user, onward)
        return redirect("verify_second_factor")
    if settings.REQUIRE_SECOND_FACTOR and should_have_second_factor(user):
        _wait_for_code(request, user, onward)
        return redirect("enrol_second_factor")
    complete_sign_in(request, user, factor="none")
    return go_on(request, onward)


def _wait_for_code(request: HttpRequest, user: User, onward: str) -> None:
    request.session.flush()
    request.session[PENDING_KEY] = {
        "user": user.pk, "hash": user.get_session_auth_hash(), "at": _seconds(), "onward": onward,
    }  # fmt: skip


def pending_user(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago; nobody when it took too long or something changed meanwhile."""
    pending = request.session.get(PENDING_KEY)
    if not pending or _seconds() - pending["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), pending["hash"]):
        return None
    return user


def pending_onward(request: HttpRequest) -> str:
    """Where the person wanted to go."""
    return str((request.session.get(PENDING_KEY) or {}).get("onward", ""))


def complete_sign_in(request: HttpRequest, user: User, *, factor: str) -> None:
    """A new session under a new key, with what it was opened with."""
    request.session.pop(PENDING_KEY, None)
    login(request, user, backend=BACKEND)
    now = timezone.now()
    signed_in = record_sign_in(
        actor=PersonActor(user), user=user, address=client_address(request),
        device=request.headers.get("User-Agent", ""), now=now,
    )  # fmt: skip
    request.session[SIGN_IN_KEY] = signed_in.pk
    request.session[FACTOR_KEY] = factor
    request.session[SINCE_KEY] = request.session[SEEN_KEY] = request.session[CONFIRMED_KEY] = _seconds()
    if is_password_expired(user, now=now, max_days=settings.PASSWORD_MAX_DAYS):
        request.session[MUST_CHANGE_KEY] = True


def go_on(request: HttpRequest, onward: str) -> HttpResponse:
    """To the page that was asked for, in the only role or after choosing one."""
    found = live_memberships(request)
    if len(found) == 1:
        act_as(request, found[0])
        return redirect(onward or "home")
    return redirect("choose_role")


def _seconds() -> int:
    return int(timezone.now().timestamp())
