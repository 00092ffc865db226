"""The second factor: codes of a phone, and recovery codes for the day it is lost.  Every code works once."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.search_hash import search_hash
from park_workers.models import RecoveryCode, SecondFactor, User
from park_workers.models.users import STAFF_ROLES

ISSUER = "一线通"
STEP_SECONDS = 30
#: a phone's clock may be one step early or late
DRIFT = (0, -1, 1)
MOST_TRIES, PAUSE = 5, timedelta(minutes=15)
RECOVERY_CODES, RECOVERY_LENGTH = 10, 10
#: without signs that are read wrongly from paper
RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def has_second_factor(user: User) -> bool:
    """Whether the person's codes are in force."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def should_have_second_factor(user: User) -> bool:
    """Whether one of the person's roles asks for it."""
    return user.memberships.in_force().filter(role__in=STAFF_ROLES).exists()


@transaction.atomic
def begin_enrolment(*, actor: Actor, user: User) -> SecondFactor:
    """The secret to show: the same until a first code confirms it.  Raises RuleViolation when one is in force."""
    factor, is_new = SecondFactor.objects.get_or_create(user=user, defaults={"secret": ""})
    if factor.confirmed_at is not None:
        raise RuleViolation("SECOND_FACTOR_IN_FORCE", "您已启用动态验证码", "更换手机请联系安全管理员重置")
    if is_new or not factor.secret:
        factor.seal_secret(pyotp.random_base32())  # type: ignore[attr-defined]
        factor.save(update_fields=["secret"])
        record_event(actor=actor, code="second_factor.offered", subject=user)
    return factor


def secret_of(factor: SecondFactor) -> str:
    """The secret in plain, for the enrolment page only."""
    plain: str = factor.open_secret()  # type: ignore[attr-defined]
    return plain


def enrolment_address(factor: SecondFactor) -> str:
    """What the QR code says (otpauth://)."""
    address: str = pyotp.TOTP(secret_of(factor)).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)
    return address


def confirm_enrolment(*, actor: Actor, user: User, code: str, now: datetime) -> list[str]:
    """The first code puts the factor in force; returns the recovery codes, shown once.  Raises RuleViolation."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None:
        raise RuleViolation("SECOND_FACTOR_IN_FORCE", "您已启用动态验证码", "请直接登录")
    _claim_try(factor, now)
    if not _takes_code(factor, _digits(code), now):
        raise RuleViolation("CODE_WRONG", "验证码不正确", "请核对手机时间，输入当前显示的 6 位数字")
    with transaction.atomic():
        if not SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True).update(
            confirmed_at=now, wrong_tries=0
        ):
            raise RuleViolation("SECOND_FACTOR_IN_FORCE", "您已启用动态验证码", "请直接登录")
        record_event(actor=actor, code="second_factor.enrolled", subject=user)
        return _write_recovery_codes(user)


def check_code(*, actor: Actor, user: User, code: str, now: datetime) -> None:
    """A code of the phone or from paper; raises RuleViolation when it is wrong, used, or too many were wrong.

    The try is counted before the code is looked at, so that parallel guesses count too.  The count is the person's, not
    the source's: whoever stands here knows the password already.
    """
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        raise RuleViolation("NO_SECOND_FACTOR", "您尚未启用动态验证码", "请先绑定")
    _claim_try(factor, now)
    is_right = _takes_code(factor, _digits(code), now)
    if not is_right and _takes_recovery_code(user, code, now):
        is_right = True
        record_event(actor=actor, code="second_factor.recovery_code_used", subject=user)
    if not is_right:
        record_event(actor=actor, code="second_factor.refused", subject=user)
        raise RuleViolation("CODE_WRONG", "验证码不正确或已使用", "请输入手机上新显示的 6 位数字，或一个未用过的恢复码")
    SecondFactor.objects.filter(pk=factor.pk).update(wrong_tries=0)


@transaction.atomic
def remove_second_factor(*, actor: Actor, user: User) -> None:
    """The phone is lost: the next log-in enrols another one, and every session ends."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    record_event(actor=actor, code="second_factor.removed", subject=user)


def _claim_try(factor: SecondFactor, now: datetime) -> None:
    begins_anew = Q(tried_at__isnull=True) | Q(tried_at__lte=now - PAUSE)
    claimed = SecondFactor.objects.filter(Q(wrong_tries__lt=MOST_TRIES) | begins_anew, pk=factor.pk).update(
        wrong_tries=Case(When(begins_anew, then=Value(1)), default=F("wrong_tries") + 1), tried_at=now
    )
    if not claimed:
        raise RuleViolation("TOO_MANY_TRIES", "验证码错误次数过多", "请在 15 分钟后再试")


def _takes_code(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether this is the code of now, never taken before; an older code than the last one is not taken either."""
    generator = pyotp.TOTP(secret_of(factor))
    this_step = int(now.timestamp()) // STEP_SECONDS
    for step in (this_step + drift for drift in DRIFT):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode()):
            unused = Q(last_step__isnull=True) | Q(last_step__lt=step)
            return bool(SecondFactor.objects.filter(unused, pk=factor.pk).update(last_step=step))
    return False


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isdigit())[:6]


def _hash_of(user: User, code: str) -> str:
    letters = "".join(sign for sign in code.upper() if sign in RECOVERY_ALPHABET)
    return search_hash(f"{user.pk}:{letters}", purpose="recovery_code")


def _takes_recovery_code(user: User, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, code_hash=_hash_of(user, code), used_at__isnull=True)
    return bool(unused.update(used_at=now))


def _write_recovery_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash_of(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]
