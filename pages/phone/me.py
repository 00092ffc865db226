"""我的: name, telephone, password, size of the type, the bureau's telephone, and the way out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from pages.accounts import codes
from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.public.text_size import COOKIE, LARGE
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import OwnerHandover, Role
from park_workers.services.acting import PersonActor
from park_workers.services.own_phones import change_phone, is_shown, own_phone
from park_workers.services.phone_codes import Purpose, use_code
from park_workers.services.sign_ins import SIGN_IN_KEY, end_sessions, set_first_password

OLD_SHOWN = "old_phone_shown"


@page_for(Role.ENTERPRISE_HR)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Everything of one's own on one page."""
    member = member_of(request)
    user: Any = request.user
    offer = OwnerHandover.objects.filter(to=member, status="offered").select_related("offered_by__user").first()
    context = {
        "telephone": mask_phone(own_phone(user)) if user.phone_hash else "", "is_large": request.COOKIES.get(COOKIE) == LARGE,
        "has_password": user.has_usable_password(), "offer": offer, "help": settings.HELP_PHONE,
    }  # fmt: skip
    return render(request, "phone/me.html", context)


def _step(request: HttpRequest, user: Any) -> str:
    """What is to be done next: show the old telephone, name the new one, show the new one."""
    if user.phone_hash and not is_shown(user, str(request.session.get(OLD_SHOWN, ""))):
        return "old"
    return "code" if codes.asked_for(request, Purpose.NEW_PHONE) else "new"


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("phone", "code")
@freshly_confirmed(when=lambda request, **kwargs: not request.user.phone_hash)
def phone(request: HttpRequest) -> HttpResponse:
    """Another telephone: a code to the old one, then a code to the new one."""
    user: Any = request.user
    if request.method == "GET" and "anew" in request.GET:
        codes.forget(request, Purpose.NEW_PHONE)
        return redirect("my_phone")
    step, error = _step(request, user), ""
    if request.method == "POST":
        try:
            error = STEPS[step](request, user)
        except RuleViolation as refusal:
            error = codes.said(refusal)
        if not error:
            return redirect("me" if step == "code" and "again" not in request.POST else "my_phone")
    asked = codes.asked_for(request, Purpose.NEW_PHONE if step == "code" else Purpose.OLD_PHONE)
    context = {
        "step": step, "error": error, "is_sent": step != "new" and asked is not None, "phone": request.POST.get("phone", "")[:20],
        "telephone": codes.masked(asked) if step == "code" else mask_phone(own_phone(user)) if user.phone_hash else "",
    }  # fmt: skip
    return render(request, "phone/my_phone.html", context, status=422 if error else 200)


def _show_old(request: HttpRequest, user: Any) -> str:
    if "again" in request.POST:
        return codes.send(request, Purpose.OLD_PHONE, own_phone(user))
    row = use_code(
        actor=PersonActor(user), purpose=Purpose.OLD_PHONE, reference=codes.reference_of(request, Purpose.OLD_PHONE),
        code=request.POST.get("code", "")[:20], now=timezone.now(),
    )  # fmt: skip
    codes.forget(request, Purpose.OLD_PHONE, Purpose.NEW_PHONE)
    request.session[OLD_SHOWN] = row.reference
    return ""


def _name_new(request: HttpRequest, user: Any) -> str:
    return codes.send(request, Purpose.NEW_PHONE, request.POST.get("phone", "").strip()[:30])


def _show_new(request: HttpRequest, user: Any) -> str:
    if "again" in request.POST:
        return codes.send_again(request, Purpose.NEW_PHONE)
    actor, now = PersonActor(user), timezone.now()
    change_phone(
        actor=actor, user=user, old=str(request.session.get(OLD_SHOWN, "")),
        new=codes.reference_of(request, Purpose.NEW_PHONE), code=request.POST.get("code", "")[:20], now=now,
    )  # fmt: skip
    codes.forget(request, Purpose.NEW_PHONE)
    request.session.pop(OLD_SHOWN, None)
    end_sessions(actor=actor, user=user, now=now, reason="手机号已更换", but=request.session.get(SIGN_IN_KEY))
    update_session_auth_hash(request, user)
    messages.success(request, "手机号已绑定，其他设备上的登录均已退出。")
    return ""


STEPS = {"old": _show_old, "new": _name_new, "code": _show_new}


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("new", "again")
@freshly_confirmed()
def first_password(request: HttpRequest) -> HttpResponse:
    """A password for somebody who comes in by telephone so far."""
    user: Any = request.user
    if user.has_usable_password():
        return redirect("change_password")
    error = ""
    if request.method == "POST":
        new, again = request.POST.get("new", "")[:200], request.POST.get("again", "")[:200]
        try:
            if new != again:
                error = "两次输入的密码不一致。"
            else:
                here = request.session.get(SIGN_IN_KEY)
                set_first_password(actor=PersonActor(user), user=user, password=new, now=timezone.now(), but=here)
        except RuleViolation as refusal:
            error = codes.said(refusal)
        if not error:
            update_session_auth_hash(request, user)
            messages.success(request, f"密码已设置。登录名是 {user.username}。")
            return redirect("me")
    context = {"error": error, "hints": password_validators_help_texts()}
    return render(request, "phone/first_password.html", context, status=422 if error else 200)
