"""Weighty operations ask again who it is: a session remembers the answer, a client key sends it along in a header."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework.request import Request

from api.authentication import Acting
from api.errors import Refused
from park_workers.models import User
from park_workers.services.acting import PersonActor
from park_workers.services.confirmations import (
    confirm_person,
    is_confirmation_good,
    is_session_fresh,
    remember_in_session,
    signed_confirmation,
)

HEADER = "Confirmation"


def check_confirmed(request: Request) -> None:
    """Raises Refused 403 unless the person confirmed themselves a moment ago."""
    acting: Acting = request.auth
    if acting.key is not None:
        is_good = is_confirmation_good(request.headers.get(HEADER, ""), request.user, _holder(acting))
    else:
        is_good = is_session_fresh(request._request.session)
    if not is_good:
        way = f"，并把应答中的 confirmation 写在 {HEADER} 头" if acting.key is not None else ""
        raise Refused(
            403, "CONFIRM_AGAIN", "办理此事须再次确认您的身份",
            f"请先用 POST /api/v1/session/confirmation/ 提交密码或动态验证码{way}，再重新办理",
        )  # fmt: skip


def confirm(request: Request, *, password: str, code: str) -> dict[str, Any]:
    """Until when the confirmation is good, and the word to send along with a client key ("" for a session)."""
    acting: Acting = request.auth
    user: User = request.user
    until: datetime = confirm_person(
        actor=PersonActor(user), request=request._request, user=user, password=password, code=code
    )
    if acting.key is not None:
        return {"confirmed_until": until, "confirmation": signed_confirmation(user, _holder(acting))}
    remember_in_session(request._request.session)
    return {"confirmed_until": until, "confirmation": ""}


def _holder(acting: Acting) -> str:
    return f"key:{acting.key.prefix}"
