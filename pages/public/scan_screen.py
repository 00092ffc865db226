"""A worker registers by scanning the enterprise's poster: one screen, no account, no cookie; then a receipt that shows the state."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from pages.hires import TRADES
from pages.public.scans import no_standing_poster
from pages.public.visits import limited, tries_within_the_hour
from park_workers.foundation import captcha
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Poster
from park_workers.services.captchas import passes_captcha
from park_workers.services.consents import CURRENT
from park_workers.services.employments import FieldsInvalid
from park_workers.services.posters import poster_of
from park_workers.services.scan_entries import SCANNER, Entered, enter_by_scan, judge_entry, stated_entry

FIELDS = ("name", "id_number", "phone", "trade")
LONGEST = 80
#: a screen that was opened longer ago is sent once more
SCREEN_SALT, SCREEN_SECONDS = "scan.screen", 12 * 3600
FORM_KEY = re.compile(r"[0-9a-f-]{36}")


@dataclass
class Screen:
    """What was typed, what is wrong with it, and the question to answer when there is one."""

    key: str
    token: str
    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys((*FIELDS, "consent"), ""))
    errors: dict[str, str] = field(default_factory=dict)
    captcha: captcha.Captcha | None = None
    #: the question was answered, only other fields are to be mended
    passed: str = ""


# No cookie, so there is no session that a foreign page could ride on; the screen carries a signed token of its own.
@csrf_exempt
@login_not_required
@never_cache
@sensitive_post_parameters("id_number", "phone", "name")
@limited("scan", methods=("POST",))
@limited("scanning", methods=("GET", "HEAD"))
def scan_screen(request: HttpRequest, signed: str) -> HttpResponse:
    """The screen behind a poster's code, and its taking in."""
    poster = poster_of(signed)
    if poster is None or poster.status != Poster.Status.VALID:
        return no_standing_poster(request, signed, poster)
    if request.method == "POST":
        screen, entered = _take(request, poster)
        if entered is not None:
            return _told(request, poster, entered)
    else:
        screen = _new_screen(poster)
        if tries_within_the_hour(request, _what(poster), is_another=False) >= settings.SCAN_FREE_TRIES:
            screen.captcha = captcha.ask(screen.key)
    context = {
        "poster": poster,
        "enterprise": poster.enterprise,
        "screen": screen,
        "trades": TRADES,
        "consent": CURRENT,
    }
    return render(request, "scan/screen.html", context, status=422 if screen.errors else 200)


def _what(poster: Poster) -> str:
    return f"scan:{poster.pk}"


def _new_screen(poster: Poster) -> Screen:
    key = str(uuid.uuid4())
    return Screen(key, signing.dumps([key, poster.reference], salt=SCREEN_SALT))


def _screen_of(request: HttpRequest, poster: Poster) -> Screen:
    """The screen that comes back, with what was typed; one that was not opened here, or too long ago, begins anew."""
    post = request.POST
    typed = {name: post.get(name, "").strip()[:LONGEST] for name in FIELDS}
    typed["consent"] = post.get("consent", "")[:20]
    try:
        key, reference = signing.loads(post.get("screen", ""), salt=SCREEN_SALT, max_age=SCREEN_SECONDS)
        if reference == poster.reference and FORM_KEY.fullmatch(key):
            return Screen(key, post["screen"], typed)
    except (signing.BadSignature, ValueError, TypeError):
        pass
    screen = _new_screen(poster)
    screen.typed = typed
    screen.errors["whole"] = "页面打开得太久了，还没有提交。已填内容都在，请再点一次“提交登记”。"
    return screen


def _take(request: HttpRequest, poster: Poster) -> tuple[Screen, Entered | None]:
    """Take the entry; or the screen with everything that is wrong."""
    screen = _screen_of(request, poster)
    is_asked = tries_within_the_hour(request, _what(poster), is_another=True) > settings.SCAN_FREE_TRIES
    if is_asked and not _is_answered(request, screen):
        screen.errors["captcha"] = "验证码不对或已过期。请看新的图片再填一次。"
    if request.POST.get("website"):  # people do not see that field; programs fill it
        screen.errors["whole"] = "提交的内容不完整，请重新填写。"
    stated: dict[str, Any] = {name: screen.typed[name] for name in FIELDS} | {
        "consent_version": screen.typed["consent"], "now": timezone.now(), "day": business_day(), "request_id": screen.key,
    }  # fmt: skip
    entered = None
    try:
        if screen.errors:
            raise FieldsInvalid(judge_entry(stated_entry(**stated)))
        entered = enter_by_scan(actor=SCANNER, poster=poster, **stated)
    except FieldsInvalid as refusal:
        for problem in refusal.problems:
            screen.errors.setdefault(problem.field, problem.sentences)
    except RuleViolation as refusal:
        screen.errors["whole"] = refusal.sentences
    if entered is None and is_asked:
        if "captcha" in screen.errors:
            screen.captcha = captcha.ask(screen.key)
        else:
            screen.passed = captcha.answered(screen.key)
    return screen, entered


def _is_answered(request: HttpRequest, screen: Screen) -> bool:
    token, answer = request.POST.get("question", "")[:600], request.POST.get("captcha", "")[:20]
    return passes_captcha(token, answer, form_key=screen.key)


def _told(request: HttpRequest, poster: Poster, entered: Entered) -> HttpResponse:
    """To the receipt; who stands in the register by another way, and has proved it by the phone, is told so."""
    if entered.entry is None:
        return render(request, "scan/registered.html", {"poster": poster, "enterprise": poster.enterprise})
    address = reverse("scan_receipt", args=[entered.entry.signed_reference])
    return redirect(f"{address}?again=1" if entered.is_repeat or entered.is_registered else address)
