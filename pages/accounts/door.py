"""The door of the pages: where a right password leads, and what somebody is told who is locked out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import live_memberships
from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.problems import problem_response
from park_workers.foundation.search_hash import search_hash
from park_workers.models import User
from park_workers.services import sessions
from park_workers.services.acting import PersonActor
from park_workers.services.sessions import SignInStep, act_as, cleaned_username, client_address


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under what the wrong passwords of a name are counted: its keyed hash, for people also type their document number."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return search_hash(cleaned_username(str(name)), purpose="log_in_name")


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Too many wrong passwords: this account, from this source, for a while; the same words whether there is such a person."""
    name = cleaned_username(str((credentials or {}).get("username") or request.POST.get("username", "")))
    user = User.objects.filter(username=name).first()
    # An event either way: names nobody has are answered as late as the others.
    actor = PersonActor(user) if user else SystemActor("登录")
    record_event(actor=actor, code="sign_in.locked", subject=user, changes={"address": client_address(request)})
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    wait = str(minutes * 60)
    if request.path.startswith("/api/"):
        words = f"密码错误次数过多，已在此处暂停登录 {minutes} 分钟"
        return problem_response(
            429, "LOCKED_OUT", words, f"请在 {minutes} 分钟后再试，或联系安全管理员", {"Retry-After": wait}
        )
    response = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = wait
    response["Cache-Control"] = "no-store, private"
    return response


def begin_sign_in(request: HttpRequest, user: User, onward: str, *, factor: str = "none") -> HttpResponse:
    """The password was right: on to the code, to the enrolment, or straight in."""
    step = sessions.begin_sign_in(request, user, onward, factor=factor)
    if step == SignInStep.CODE:
        return redirect("verify_second_factor")
    if step == SignInStep.ENROLMENT:
        return redirect("enrol_second_factor")
    return go_on(request, onward)


def go_on(request: HttpRequest, onward: str) -> HttpResponse:
    """To the page that was asked for, in the only role or after choosing one."""
    found = live_memberships(request)
    if len(found) == 1:
        act_as(request, found[0])
        return redirect(onward or "home")
    return redirect("choose_role")
