"""Codes to a telephone, as pages ask for and take them: the session holds the code's reference, never the telephone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from pages.public.visits import seconds_to_wait
from park_workers.foundation.actors import Actor
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import OneTimeCode, User
from park_workers.services.acting import PersonActor
from park_workers.services.confirmations import CODE_KEY
from park_workers.services.own_phones import STRANGER, own_phone
from park_workers.services.phone_codes import Purpose, ask_for_code, person_signing_in


def key_of(purpose: Purpose) -> str:
    """Where the session keeps the reference of the code asked for last."""
    return f"code_{purpose.value}"


def said(refusal: RuleViolation) -> str:
    """A refusal as a page says it."""
    return refusal.sentences


def actor_of(request: HttpRequest) -> Actor:
    """Who asks for a code."""
    return PersonActor(request.user) if isinstance(request.user, User) else STRANGER


def send(request: HttpRequest, purpose: Purpose, phone: str) -> str:
    """Have a code sent; the reason why not, or ""."""
    wait = seconds_to_wait(request, "code")
    if wait:
        return f"此网络获取验证码过于频繁，请在 {-(-wait // 60)} 分钟后再试。"
    user = request.user if isinstance(request.user, User) else None
    try:
        code = ask_for_code(actor=actor_of(request), purpose=purpose, phone=phone, now=timezone.now(), user=user)
    except RuleViolation as refusal:
        return said(refusal)
    request.session[key_of(purpose)] = code.reference
    return ""


def send_again(request: HttpRequest, purpose: Purpose) -> str:
    """Another code to the same telephone."""
    code = asked_for(request, purpose)
    return send(request, purpose, code.open_phone()) if code else "请重新填写手机号。"  # type: ignore[attr-defined]


def asked_for(request: HttpRequest, purpose: Purpose) -> OneTimeCode | None:
    """The code this session asked for last."""
    reference = request.session.get(key_of(purpose), "")
    return OneTimeCode.objects.filter(reference=reference, purpose=purpose).first() if reference else None


def reference_of(request: HttpRequest, purpose: Purpose) -> str:
    """The reference of that code, or ""."""
    return str(request.session.get(key_of(purpose), ""))


def forget(request: HttpRequest, *purposes: Purpose) -> None:
    """The session asks anew next time."""
    for purpose in purposes:
        request.session.pop(key_of(purpose), None)


def masked(code: OneTimeCode | None) -> str:
    """The telephone of a code as it is shown."""
    return mask_phone(code.open_phone()) if code else ""  # type: ignore[attr-defined]


def own_telephone(user: Any) -> str:
    """Masked, of somebody who may confirm themselves by it."""
    is_theirs = bool(user.phone_hash) and person_signing_in(user.phone_hash) == user
    return mask_phone(own_phone(user)) if is_theirs else ""


def send_to_oneself(request: HttpRequest, user: Any) -> str:
    """A code with which the person confirms themselves."""
    return send(request, Purpose.CONFIRM, own_phone(user)) if own_telephone(user) else "您尚未绑定手机号。"


def is_sent(request: HttpRequest) -> bool:
    """Whether such a code is on its way."""
    return CODE_KEY in request.session
