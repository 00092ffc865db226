"""From a right password to a session and out of it again: the same steps for whoever comes by a page or by the API."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, User
from park_workers.services.acting import SESSION_KEY, PersonActor
from park_workers.services.second_factors import has_second_factor, should_have_second_factor
from park_workers.services.sign_ins import (
    SIGN_IN_KEY,
    change_password,
    is_password_expired,
    record_sign_in,
    record_sign_out,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: a right password waits this long for its code
PENDING_KEY, PENDING_SECONDS = "pending_sign_in", 300
#: what the session keeps once the person is in
FACTOR_KEY, CONFIRMED_KEY, SINCE_KEY, SEEN_KEY = "second_factor", "confirmed_at", "signed_in_at", "seen_at"
MUST_CHANGE_KEY = "must_change_password"
#: how a session was opened that a code to the telephone opened
PHONE_CODE = "phone_code"
LONGEST_NAME, LONGEST_PASSWORD = 60, 200


class SignInStep(StrEnum):
    """What a right password leads to."""

    IN = ""
    CODE = "second_factor"
    ENROLMENT = "enrolment"


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; the header of proxies is believed only as far as we have proxies of our own."""
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return str(hops[-proxies])[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def cleaned_username(text: str) -> str:
    """A log-in name as it is looked up."""
    return text.replace("\0", "").strip()[:LONGEST_NAME]


def person_with_password(request: HttpRequest, *, username: str, password: str) -> User | None:
    """Whose name and password these are.

    A wrong try counts for this account from this source, and the hash is computed for names nobody has as well, so that
    known and unknown ones are answered alike, in words and in time.
    """
    found = authenticate(request, username=cleaned_username(username), password=password[:LONGEST_PASSWORD])
    return found if isinstance(found, User) else None


def begin_sign_in(request: HttpRequest, user: User, onward: str = "", *, factor: str = "none") -> SignInStep:
    """The password (or the code to the telephone, `factor`) was right: the session begins, or waits for the second factor."""
    if has_second_factor(user):
        step = SignInStep.CODE
    elif settings.REQUIRE_SECOND_FACTOR and should_have_second_factor(user):
        step = SignInStep.ENROLMENT
    else:
        complete_sign_in(request, user, factor=factor)
        return SignInStep.IN
    request.session.flush()
    request.session[PENDING_KEY] = {
        "user": user.pk, "hash": user.get_session_auth_hash(), "at": _seconds(), "onward": onward,
    }  # fmt: skip
    return step


def pending_user(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago; nobody when it took too long or something changed meanwhile."""
    pending = request.session.get(PENDING_KEY)
    if not pending or _seconds() - pending["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), pending["hash"]):
        return None
    return user


def pending_onward(request: HttpRequest) -> str:
    """Where the person wanted to go."""
    return str((request.session.get(PENDING_KEY) or {}).get("onward", ""))


def complete_sign_in(request: HttpRequest, user: User, *, factor: str) -> None:
    """A new session under a new key, with what it was opened with."""
    request.session.pop(PENDING_KEY, None)
    login(request, user, backend=BACKEND)
    now = timezone.now()
    signed_in = record_sign_in(
        actor=PersonActor(user), user=user, address=client_address(request),
        device=request.headers.get("User-Agent", ""), now=now,
    )  # fmt: skip
    request.session[SIGN_IN_KEY] = signed_in.pk
    request.session[FACTOR_KEY] = factor
    request.session[SINCE_KEY] = request.session[SEEN_KEY] = request.session[CONFIRMED_KEY] = _seconds()
    if factor != PHONE_CODE and is_password_expired(user, now=now, max_days=settings.PASSWORD_MAX_DAYS):
        request.session[MUST_CHANGE_KEY] = True


def renew_password(request: HttpRequest, user: User, *, old: str, new: str) -> None:
    """The old password for a new one; this session goes on under a new key, every other one ends.

    Raises RuleViolation PASSWORD_WRONG (counted as at the door), PASSWORD_UNCHANGED, PASSWORD_WEAK.
    """
    if person_with_password(request, username=user.username, password=old) != user:
        raise RuleViolation("PASSWORD_WRONG", "原密码不正确", "请检查大小写后重新输入")
    here = request.session.get(SIGN_IN_KEY)
    change_password(actor=PersonActor(user), user=user, password=new, now=timezone.now(), but=here)
    request.session.pop(MUST_CHANGE_KEY, None)
    update_session_auth_hash(request, user)


def act_as(request: HttpRequest, membership: Membership) -> None:
    """Choose a role for this session; the session key changes with it."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = membership.pk


def sign_out(request: HttpRequest) -> None:
    """Leave by the door; the session ends on the server."""
    user = request.user
    if isinstance(user, User):
        number = request.session.get(SIGN_IN_KEY)
        record_sign_out(actor=PersonActor(user), user=user, number=number, now=timezone.now())
    logout(request)


def _seconds() -> int:
    return int(timezone.now().timestamp())
