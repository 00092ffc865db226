"""One's own account: the password, the phone that shows codes, and where one is signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages.acting import acting
from park_workers.foundation.errors import RuleViolation
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import has_second_factor
from park_workers.services.sessions import MUST_CHANGE_KEY, renew_password
from park_workers.services.sign_ins import SIGN_IN_KEY, end_sessions, open_sign_ins


@never_cache
@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    """Sign-ins that are alive, the second factor, the password."""
    user: Any = request.user
    acting(request)
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    context = {
        "sign_ins": open_sign_ins(user, since=since), "this": request.session.get(SIGN_IN_KEY),
        "has_code": has_second_factor(user),
    }  # fmt: skip
    return render(request, "accounts/mine.html", context)


@never_cache
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Every other session of the person ends; this one goes on under a new key."""
    user: Any = request.user
    end_sessions(
        actor=PersonActor(user), user=user, now=timezone.now(), reason="本人结束其他登录",
        but=request.session.get(SIGN_IN_KEY),
    )  # fmt: skip
    update_session_auth_hash(request, user)
    messages.success(request, "其他设备上的登录均已退出。")
    return redirect("my_account")


@never_cache
@sensitive_post_parameters("old", "new", "again")
def new_password(request: HttpRequest) -> HttpResponse:
    """The old password, and the new one twice."""
    user: Any = request.user
    acting(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _change(request, user)
        if not errors:
            messages.success(request, "密码已更改，其他设备上的登录均已退出。")
            return redirect("home")
    context = {
        "errors": errors, "hints": password_validators_help_texts(), "must": request.session.get(MUST_CHANGE_KEY),
    }  # fmt: skip
    return render(request, "accounts/new_password.html", context, status=422 if errors else 200)


def _change(request: HttpRequest, user: Any) -> dict[str, str]:
    old, new, again = (request.POST.get(key, "")[:200] for key in ("old", "new", "again"))
    if new != again:
        return {"again": "两次输入的新密码不一致。"}
    try:
        renew_password(request, user, old=old, new=new)
    except RuleViolation as refusal:
        if refusal.code == "PASSWORD_WRONG":
            return {"old": f"{refusal.message}。"}
        return {"new": f"{refusal.message} {refusal.fix}。"}
    return {}
