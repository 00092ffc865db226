"""Where a person is signed in, and ending it; passwords that must be renewed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import SignIn, User

#: where the session keeps the number of its SignIn
SIGN_IN_KEY = "sign_in"


@transaction.atomic
def record_sign_in(*, actor: Actor, user: User, address: str, device: str, now: datetime) -> SignIn:
    """One more place the person is signed in."""
    signed_in = SignIn.objects.create(
        user=user, epoch=user.session_epoch, address=address[:45], device=device[:200], signed_in_at=now
    )
    record_event(actor=actor, code="sign_in.opened", subject=user, changes={"address": address[:45]})
    return signed_in


@transaction.atomic
def record_sign_out(*, actor: Actor, user: User, number: object, now: datetime) -> None:
    """The person left by the door."""
    SignIn.objects.filter(user=user, pk=number, ended_at__isnull=True).update(ended_at=now)
    record_event(actor=actor, code="sign_in.ended", subject=user)


def open_sign_ins(user: User, *, since: datetime) -> list[SignIn]:
    """Sign-ins that may still be alive: of this epoch, not ended, not older than a session gets."""
    alive = SignIn.objects.filter(user=user, epoch=user.session_epoch, ended_at__isnull=True, signed_in_at__gt=since)
    return list(alive.order_by("-signed_in_at"))


@transaction.atomic
def end_sessions(*, actor: Actor, user: User, now: datetime, reason: str, but: object = None) -> User:
    """Every session of the person is over at once; the caller lets its own (`but`) go on under the new epoch."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    SignIn.objects.filter(user=user, ended_at__isnull=True).exclude(pk=but).update(ended_at=now)
    SignIn.objects.filter(user=user, pk=but, ended_at__isnull=True).update(epoch=user.session_epoch)
    record_event(actor=actor, code="sign_in.all_ended", subject=user, note=reason)
    return user


def check_password_is_good(user: User, password: str) -> None:
    """Length, list, likeness to the name and whatever else the settings ask; raises RuleViolation with every reason."""
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise RuleViolation("PASSWORD_WEAK", " ".join(wrong.messages), "请换一个密码") from wrong


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str, now: datetime, but: object = None) -> User:
    """A new password, other than the one before; every other session ends.  Raises RuleViolation."""
    if user.check_password(password):
        raise RuleViolation("PASSWORD_UNCHANGED", "新密码与原密码相同", "请换一个密码")
    check_password_is_good(user, password)
    user.set_password(password)
    user.save(update_fields=["password", "password_set_at"])
    record_event(actor=actor, code="password.changed", subject=user)
    return end_sessions(actor=actor, user=user, now=now, reason="密码已更改", but=but)


@transaction.atomic
def set_first_password(*, actor: Actor, user: User, password: str, now: datetime, but: object = None) -> User:
    """A password for somebody who had none; every other session ends.  Raises RuleViolation PASSWORD_THERE, PASSWORD_WEAK."""
    if user.has_usable_password():
        raise RuleViolation("PASSWORD_THERE", "您已设置过密码", "请用原密码更改")
    check_password_is_good(user, password)
    user.set_password(password)
    user.save(update_fields=["password", "password_set_at"])
    record_event(actor=actor, code="password.changed", subject=user)
    return end_sessions(actor=actor, user=user, now=now, reason="密码已设置", but=but)


def is_password_expired(user: User, *, now: datetime, max_days: int) -> bool:
    """Whether a password is older than the settings allow (0 = never expires)."""
    if max_days <= 0:
        return False
    return user.password_set_at is None or user.password_set_at < now - timedelta(days=max_days)
