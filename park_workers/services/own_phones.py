"""A person's own telephone: bound and changed with codes, and the way in with it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import OneTimeCode, User
from park_workers.services.acting import PersonActor
from park_workers.services.phone_codes import Purpose, person_signing_in, phone_key, use_code

STRANGER = SystemActor("手机验证码")


def person_with_code(*, actor: Actor, reference: str, code: str, now: datetime) -> User:
    """Whose telephone the code was sent to.  Raises RuleViolation CODE_WRONG or CODE_ENDED."""
    row = use_code(actor=actor, purpose=Purpose.SIGN_IN, reference=reference, code=code, now=now)
    user = person_signing_in(row.phone_hash)
    if user is None:  # the role ended while the code was on its way
        raise RuleViolation("CODE_ENDED", "验证码已失效", "请重新获取验证码")
    return user


def own_phone(user: User) -> str:
    """The person's telephone in plain, to send something to it."""
    plain: str = user.open_phone()  # type: ignore[attr-defined]
    return plain


@transaction.atomic
def bind_phone(*, actor: Actor, user: User, phone: str, now: datetime) -> User:
    """Keep a telephone that was shown to be this person's.  Raises RuleViolation PHONE_TAKEN."""
    key = phone_key(phone)
    user.seal_phone(phone)  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(phone=user.phone, phone_hash=key, phone_proven_at=now)
    except IntegrityError as taken:
        user.refresh_from_db()
        raise RuleViolation("PHONE_TAKEN", "该手机号已绑定其他账号", "请换一个手机号，或联系区人社局") from taken
    user.refresh_from_db()
    record_event(actor=actor, code="person.phone_bound", subject=user, changes={"phone": mask_phone(phone)})
    return user


def change_phone(*, actor: PersonActor, user: User, old: str, new: str, code: str, now: datetime) -> User:
    """The new telephone's code, after the old one's (`old`: reference of its used code; "" when there was no telephone).

    Raises RuleViolation CODE_WRONG, CODE_ENDED, OLD_PHONE_NOT_SHOWN, PHONE_TAKEN.
    """
    if user.phone_hash and not is_shown(user, old):
        raise RuleViolation("OLD_PHONE_NOT_SHOWN", "原手机号尚未验证", "请先输入原手机号收到的验证码")
    row = use_code(actor=actor, purpose=Purpose.NEW_PHONE, reference=new, code=code, now=now)
    if row.user_id != user.pk:
        raise RuleViolation("CODE_ENDED", "验证码已失效", "请重新获取验证码")
    return bind_phone(actor=actor, user=user, phone=row.open_phone(), now=now)  # type: ignore[attr-defined]


def is_shown(user: User, reference: str) -> bool:
    """Whether the code of the old telephone was used by this person, for the telephone still bound."""
    return OneTimeCode.objects.filter(
        reference=reference, purpose=Purpose.OLD_PHONE, user=user, phone_hash=user.phone_hash, used_at__isnull=False
    ).exists()
