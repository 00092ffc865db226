"""What a scanned code opens: a worker's card, or a poster that no longer stands (one that does: scan_screen.py)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.public.visits import limited, seconds_to_wait, too_often
from park_workers.foundation.business_day import business_day
from park_workers.foundation.links import open_reference
from park_workers.models import Poster, WorkerCard
from park_workers.services.cards import REVOKED, card_of, standing_on
from training.models import CompletionCertificate

#: genuine codes of other purposes, told apart because their bearer holds them already
OTHERS = {Poster.PURPOSE: "企业登记海报", WorkerCard.PURPOSE: "工牌", CompletionCertificate.PURPOSE: "结业证"}


def not_ours(request: HttpRequest, signed: str, wanted: str) -> HttpResponse:
    """The one answer for what was never given out and for what was forged; a code of another purpose is named.

    Who guesses on is soon told to wait.
    """
    wait = seconds_to_wait(request, "guess")
    if wait:
        return too_often(request, wait)
    others = {purpose: words for purpose, words in OTHERS.items() if purpose != wanted}
    other = next((words for purpose, words in others.items() if open_reference(signed, purpose=purpose)), "")
    return render(request, "public/not_ours.html", {"wanted": OTHERS[wanted], "other": other}, status=404)


@login_not_required
@never_cache
@require_safe
@limited("scanning", methods=("GET", "HEAD"))
def card_page(request: HttpRequest, signed: str) -> HttpResponse:
    """Whether the bearer of a card works there today: masked name, enterprise, trade, and nothing more."""
    card = card_of(signed)
    if card is None:
        return not_ours(request, signed, WorkerCard.PURPOSE)
    today = business_day()
    standing = standing_on(card, today)
    context: dict[str, Any] = {"card": card, "standing": standing, "today": today}
    return render(request, "public/card.html", context, status=410 if standing.state == REVOKED else 200)


def no_standing_poster(request: HttpRequest, signed: str, poster: Poster | None) -> HttpResponse:
    """A poster that no longer stands says so, and what to do; who guesses at posters is soon told to wait."""
    if poster is not None:
        return render(request, "public/poster.html", {"poster": poster, "successor": poster.successor}, status=410)
    return not_ours(request, signed, Poster.PURPOSE)
