"""One-time codes to a telephone: asked for, sent by a job that makes them, used once.

Whoever asks is told the same, and as fast, whether anybody has the telephone: a row and a job are written either way, and
the job decides whether there is somebody to send to.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_phone
from park_workers.foundation.jobs import JobRun, enqueue, job_kind
from park_workers.foundation.search_hash import search_hash
from park_workers.foundation.senders import NotSent, ShortText, chosen_sender
from park_workers.models import AccountRequest, CodeAllowance, Membership, OneTimeCode, Role, User
from park_workers.models.phone_codes import MOST_TRIES

SEND_CODE = "texts.send_code"
VALID_FOR = timedelta(minutes=5)
PAUSE, HOUR, DAY = timedelta(seconds=60), timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY = 5, 10
DIGITS = 6
SIGNATURE = "【一线通】"
Purpose = OneTimeCode.Purpose


def phone_key(phone: str) -> str:
    """Keyed hash of a person's own telephone."""
    return search_hash(phone, purpose="own_phone")


def cleaned_phone(text: str) -> str:
    """A mobile number as typed, cleaned; raises RuleViolation."""
    try:
        return check_phone(text)
    except IdentifierProblem as wrong:
        raise RuleViolation(wrong.code, wrong.message, wrong.fix) from wrong


def person_signing_in(phone_hash: str) -> User | None:
    """Who may come in by a code to this telephone: enterprise staff who hold no other role; staff keep their second factor."""
    user = User.objects.filter(phone_hash=phone_hash, is_active=True).first() if phone_hash else None
    if user is None or not Membership.objects.in_force().filter(user=user).exists():
        return None
    others = user.memberships.filter(valid_to__isnull=True).exclude(role=Role.ENTERPRISE_HR)
    return None if others.exists() else user


@transaction.atomic
def ask_for_code(
    *, actor: Actor, purpose: Purpose, phone: str, now: datetime, user: User | None = None
) -> OneTimeCode:  # fmt: skip
    """A code is on its way to the telephone, if anybody is to have one.

    Raises RuleViolation PHONE_INVALID, CODE_TOO_SOON (60 seconds between two, 5 an hour, 10 a day for one telephone).
    """
    phone = cleaned_phone(phone)
    key = phone_key(phone)
    _claim_allowance(key, now)
    code = OneTimeCode(purpose=purpose, phone_hash=key, user=user, expires_at=now + VALID_FOR)
    code.seal_phone(phone)  # type: ignore[attr-defined]
    code.save()
    record_event(actor=actor, code="phone_code.asked", subject=code, changes={"purpose": purpose.value})
    enqueue(actor=actor, kind=SEND_CODE, subject=code, parameters={"code": code.pk})
    return code


def _claim_allowance(key: str, now: datetime) -> None:
    """Of two that ask at once one is sent a code: the allowance is taken by one guarded UPDATE."""
    CodeAllowance.objects.get_or_create(
        phone_hash=key, defaults={"next_at": now, "hour_began_at": now, "day_began_at": now}
    )
    hour, day = Q(hour_began_at__lte=now - HOUR), Q(day_began_at__lte=now - DAY)
    instant = Value(now, output_field=DateTimeField())
    taken = CodeAllowance.objects.filter(
        Q(hour_count__lt=PER_HOUR) | hour, Q(day_count__lt=PER_DAY) | day, phone_hash=key, next_at__lte=now
    ).update(
        next_at=now + PAUSE,
        hour_count=Case(When(hour, then=Value(1)), default=F("hour_count") + 1),
        hour_began_at=Case(When(hour, then=instant), default=F("hour_began_at")),
        day_count=Case(When(day, then=Value(1)), default=F("day_count") + 1),
        day_began_at=Case(When(day, then=instant), default=F("day_began_at")),
    )
    if not taken:
        raise RuleViolation("CODE_TOO_SOON", "验证码发送过于频繁", _when_again(key, now))


def _when_again(key: str, now: datetime) -> str:
    row = CodeAllowance.objects.get(phone_hash=key)
    until = row.next_at
    if row.day_count >= PER_DAY and row.day_began_at > now - DAY:
        until = row.day_began_at + DAY
    elif row.hour_count >= PER_HOUR and row.hour_began_at > now - HOUR:
        until = max(until, row.hour_began_at + HOUR)
    seconds = max(1, int((until - now).total_seconds()))
    return f"请在 {seconds} 秒后重新获取" if seconds <= 60 else f"请在 {-(-seconds // 60)} 分钟后重新获取"


def use_code(*, actor: Actor, purpose: Purpose, reference: str, code: str, now: datetime) -> OneTimeCode:
    """The code that came by telephone, once.  Raises RuleViolation CODE_WRONG or CODE_ENDED.

    A try is counted before the code is looked at, so that parallel guesses count too.  A telephone nobody has is answered
    alike: its row holds no hash, and no code fits.
    """
    open_ones = OneTimeCode.objects.filter(
        reference=reference, purpose=purpose, used_at__isnull=True, expires_at__gt=now
    )
    if not open_ones.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise RuleViolation("CODE_ENDED", "验证码已失效", "请重新获取验证码")
    row = OneTimeCode.objects.get(reference=reference)
    typed = _hash_of(row, "".join(sign for sign in code if sign.isdigit())[:DIGITS])
    if not constant_time_compare(typed, row.code_hash) or not open_ones.update(used_at=now):
        record_event(actor=actor, code="phone_code.refused", subject=row, changes={"purpose": row.purpose})
        raise RuleViolation("CODE_WRONG", "验证码不正确", "请核对短信中的 6 位数字后重新输入")
    row.refresh_from_db()
    record_event(actor=actor, code="phone_code.used", subject=row, changes={"purpose": row.purpose})
    return row


def _hash_of(row: OneTimeCode, code: str) -> str:
    return search_hash(f"{row.reference}:{code}", purpose="one_time_code")


def _is_wanted(row: OneTimeCode) -> bool:
    """Whether anybody is to have this code."""
    if row.purpose == Purpose.SIGN_IN:
        return person_signing_in(row.phone_hash) is not None
    if row.purpose == Purpose.LOOK_UP:
        return AccountRequest.objects.filter(phone_hash=row.phone_hash).exists()
    return True


@job_kind(SEND_CODE)
def send_code(run: JobRun) -> dict[str, bool]:
    """Make the code, keep its hash, hand it over.  Taken up again after a crash, it makes another one."""
    row = OneTimeCode.objects.get(pk=run.parameters["code"])
    now = timezone.now()
    if not _is_wanted(row):
        return {"is_sent": False}
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    live = OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True, expires_at__gt=now)
    if not live.update(code_hash=_hash_of(row, code)):
        return {"is_sent": False}
    minutes = int(VALID_FOR.total_seconds() // 60)
    words = f"验证码 {code}，{minutes} 分钟内有效，用于{row.get_purpose_display()}。请勿告诉他人。"
    hand_over(number=f"code-{row.reference}-{run.attempt}", phone=row.open_phone(), words=words)  # type: ignore[attr-defined]
    return {"is_sent": True}


def hand_over(*, number: str, phone: str, words: str) -> None:
    """Give a text to the sender; a refusal is the reason with which the job fails."""
    try:
        chosen_sender().send(ShortText(number, phone, f"{SIGNATURE}{words}"))
    except NotSent as reason:
        raise RuleViolation("TEXT_NOT_SENT", str(reason), "请检查短信发送设置后重新办理") from reason
