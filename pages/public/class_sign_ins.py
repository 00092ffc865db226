"""扫码签到 without a log-in: the code on the wall opens one screen, name and last four sign in; no cookie.

A code opens the screen in its own minute and the next; the screen carries a signed token of its own, good for some minutes of
typing.  Not found is one answer, whatever the reason, and whoever goes on guessing is asked a captcha.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from pages.public.visits import limited, tries_within_the_hour
from park_workers.foundation import captcha
from park_workers.foundation.business_day import business_day
from park_workers.services.captchas import passes_captcha
from training.models import ClassSession
from training.services.class_sign_ins import (
    TRAINEE,
    Outcome,
    SignedIn,
    opens_at,
    session_by_reference,
    session_of_code,
    sign_in,
    when_open,
)

FIELDS = ("name", "last_four")
LONGEST = 80
SCREEN_SALT, SCREEN_SECONDS = "class.sign_in", 600
FORM_KEY = re.compile(r"[0-9a-f-]{36}")
NOT_FOUND = "没有找到。请核对姓名和身份证末四位，与报名时一致；还是不行的，请找老师登记。"


@dataclass
class Screen:
    """What was typed, what is wrong with it, and the question to answer when there is one."""

    key: str
    token: str
    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    errors: dict[str, str] = field(default_factory=dict)
    captcha: captcha.Captcha | None = None


# No cookie, so there is no session that a foreign page could ride on; the screen carries a signed token of its own.
@csrf_exempt
@login_not_required
@never_cache
@sensitive_post_parameters(*FIELDS)
@limited("class_sign_in", methods=("POST",))
@limited("scanning", methods=("GET", "HEAD"))
def class_sign_in(request: HttpRequest, signed: str) -> HttpResponse:
    """The screen behind a session's code, and the signing in."""
    now = timezone.now()
    if request.method == "POST":
        session, screen = _returned(request)
    else:
        session, screen = session_of_code(signed, now=now), None
    if session is None:
        return render(request, "scan/sign_in_stale.html", status=410)
    closed = when_open(session, day=business_day(), now=now)
    if closed is not None:
        return _told(request, session, SignedIn(closed))
    if screen is None:
        screen = _new_screen(session)
        if _misses(request, session) >= settings.SIGN_IN_FREE_MISSES:
            screen.captcha = captcha.ask(screen.key)
    else:
        done = _take(request, session, screen)
        if done is not None:
            return _told(request, session, done)
    context = {"session": session, "training_class": session.training_class, "screen": screen}
    return render(request, "scan/sign_in.html", context, status=422 if screen.errors else 200)


def _new_screen(session: ClassSession) -> Screen:
    key = str(uuid.uuid4())
    return Screen(key, signing.dumps([key, session.reference], salt=SCREEN_SALT))


def _returned(request: HttpRequest) -> tuple[ClassSession | None, Screen | None]:
    """The session and the screen that comes back, with what was typed; (None, None) for one opened too long ago."""
    token = request.POST.get("screen", "")[:600]
    try:
        key, reference = signing.loads(token, salt=SCREEN_SALT, max_age=SCREEN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None, None
    if not FORM_KEY.fullmatch(key):
        return None, None
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return session_by_reference(reference), Screen(key, token, typed)


def _misses(request: HttpRequest, session: ClassSession, *, is_another: bool = False) -> int:
    """Names of this source not found at this session within the hour; a whole class may stand behind one address."""
    return tries_within_the_hour(request, f"sign_in:{session.pk}", is_another=is_another)


def _take(request: HttpRequest, session: ClassSession, screen: Screen) -> SignedIn | None:
    """Sign in; None with the screen's errors when it is to be mended."""
    is_asked = _misses(request, session) >= settings.SIGN_IN_FREE_MISSES
    if not screen.typed["name"]:
        screen.errors["name"] = "请填写姓名，与身份证一致。"
    if len(screen.typed["last_four"]) != 4:
        screen.errors["last_four"] = "请填写身份证号码的最后四位，末位可以是 X。"
    if request.POST.get("website"):  # people do not see that field; programs fill it
        screen.errors["whole"] = "提交的内容不完整，请重新填写。"
    if is_asked and not screen.errors and not _is_answered(request, screen):
        screen.errors["captcha"] = "验证码不对或已过期。请看新的图片再填一次。"
    done = None
    if not screen.errors:
        now, day, typed = timezone.now(), business_day(), screen.typed
        done = sign_in(
            actor=TRAINEE, session=session, name=typed["name"], last_four=typed["last_four"], day=day, now=now
        )
        if done.outcome == Outcome.NOT_FOUND:
            screen.errors["whole"] = NOT_FOUND
            is_asked = _misses(request, session, is_another=True) >= settings.SIGN_IN_FREE_MISSES
            done = None
    if done is None and is_asked:
        screen.captcha = captcha.ask(screen.key)
    return done


def _is_answered(request: HttpRequest, screen: Screen) -> bool:
    token, answer = request.POST.get("question", "")[:600], request.POST.get("captcha", "")[:20]
    return passes_captcha(token, answer, form_key=screen.key)


def _told(request: HttpRequest, session: ClassSession, done: SignedIn) -> HttpResponse:
    """The end of it: signed in, signed in before, or why not now."""
    context: dict[str, Any] = {
        "session": session, "training_class": session.training_class, "done": done, "outcome": done.outcome.value,
        "opens_at": opens_at(session), "is_good": done.outcome in (Outcome.SIGNED_IN, Outcome.ALREADY),
    }  # fmt: skip
    return render(request, "scan/signed_in.html", context)
