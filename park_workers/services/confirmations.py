"""Confirming oneself again before something weighty: password or code, not longer ago than a few minutes.

A session remembers when; a client key carries a signed word instead, good for the same time, for that key, that person
and the sessions of now: whatever ends the person's sessions ends it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.utils import timezone

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import User
from park_workers.services.phone_codes import Purpose, use_code
from park_workers.services.second_factors import check_code, has_second_factor
from park_workers.services.sessions import CONFIRMED_KEY, person_with_password

WORD = "confirmed"
#: where the session keeps the reference of the code sent to the person's telephone
CODE_KEY = "code_confirm"


def window() -> timedelta:
    """How long a confirmation is good for; nothing = nobody is ever asked again."""
    return timedelta(seconds=max(0, settings.CONFIRM_AGAIN_SECONDS))


def is_session_fresh(session: Mapping[str, Any]) -> bool:
    """Whether the person of a session confirmed themselves within the window."""
    age = int(timezone.now().timestamp()) - int(session.get(CONFIRMED_KEY, 0))
    return not window() or age <= window().total_seconds()


def confirm_person(*, actor: Actor, request: HttpRequest, user: User, password: str = "", code: str = "") -> datetime:
    """Check the password or the code; wrong ones count as wrong ones at the door do.  Returns until when it is good.

    Raises RuleViolation CONFIRMATION_EMPTY, PASSWORD_WRONG, or what `check_code` says of a code.
    """
    now = timezone.now()
    if code.strip() and user.phone_hash and not has_second_factor(user):
        reference = str(request.session.get(CODE_KEY, ""))
        use_code(actor=actor, purpose=Purpose.CONFIRM, reference=reference, code=code, now=now)
    elif code.strip():
        check_code(actor=actor, user=user, code=code.strip()[:40], now=now)
    elif not password:
        raise RuleViolation("CONFIRMATION_EMPTY", "请输入密码或动态验证码", "两者任填其一")
    elif person_with_password(request, username=user.username, password=password) != user:
        raise RuleViolation("PASSWORD_WRONG", "密码不正确", "请检查大小写后重新输入")
    record_event(actor=actor, code="sign_in.confirmed_again", subject=user)
    return now + window()


def remember_in_session(session: Any) -> None:
    """The person of this session has just confirmed themselves."""
    session[CONFIRMED_KEY] = int(timezone.now().timestamp())


def signed_confirmation(user: User, holder: str) -> str:
    """The word that a confirmed `holder` (a client key) sends along."""
    return _signer(user, holder).sign(WORD)


def is_confirmation_good(text: str, user: User, holder: str) -> bool:
    """Whether a word was given to this holder and person within the window, and none of the person's sessions were ended since."""
    if not window():
        return True
    try:
        return _signer(user, holder).unsign(text, max_age=window()) == WORD
    except BadSignature:
        return False


def _signer(user: User, holder: str) -> TimestampSigner:
    return TimestampSigner(salt=f"confirmation:{holder}:{user.pk}:{user.get_session_auth_hash()}")
