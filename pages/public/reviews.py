"""Reviews in public: the commitment before the draw, seed and order after it, the results with names masked, and objecting."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from pages.downloads import file_response
from pages.objecting import LONGEST, MISSING, typed_in
from pages.public.terms import days_left, is_sent_by_a_person
from pages.public.visits import limited
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from training.models import ReviewObjection, ReviewRound
from training.services.panels import proof_of
from training.services.review_notices import PUBLIC, object_to_result, results_of

LISTED = 100
NOTICED = ("in_notice", "finished")


def _rounds() -> object:
    return ReviewRound.objects.exclude(status="draft").exclude(commitment="").select_related("bureau", "draw", "notice")


def _round(reference: str) -> ReviewRound:
    found: ReviewRound = get_object_or_404(_rounds(), reference=reference)  # type: ignore[arg-type]
    return found


@login_not_required
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def review_list(request: HttpRequest) -> HttpResponse:
    """Rounds that have been announced, the newest first."""
    rounds = list(_rounds().order_by("-pk")[:LISTED])  # type: ignore[attr-defined]
    in_notice = [one for one in rounds if one.status == "in_notice"]
    others = [one for one in rounds if one.status != "in_notice"]
    return render(request, "public/reviews.html", {"in_notice": in_notice, "others": others})


@login_not_required
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def review_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One round as far as the public may know of it."""
    round_ = _round(reference)
    notice = getattr(round_, "notice", None) if round_.status in NOTICED else None
    left = days_left(notice, business_day(), is_open=round_.status == "in_notice") if notice else []
    context = {
        "round": round_, "draw": getattr(round_, "draw", None), "notice": notice, "days_left": left,
        "results": results_of(round_) if notice else [],
    }  # fmt: skip
    return render(request, "public/review.html", context)


@login_not_required
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def proof(request: HttpRequest, reference: str) -> HttpResponse:
    """The proof of the draw for anybody: experts and parties by references that say nothing."""
    round_ = _round(reference)
    if not hasattr(round_, "draw"):
        raise Http404
    content = json.dumps(proof_of(round_), ensure_ascii=False, indent=1, sort_keys=True).encode()
    return file_response(content, "抽取凭据.json", content_type="application/json")


# No cookie, so there is no session that a foreign page could ride on, and no token to compare.
@csrf_exempt
@login_not_required
@never_cache
@limited("objection", methods=("POST",))
@limited("reading", methods=("GET", "HEAD"))
def object_form(request: HttpRequest, reference: str) -> HttpResponse:
    """The form and its taking in; a form sent back says at each field what is missing and keeps what was typed."""
    round_ = _round(reference)
    if not hasattr(round_, "notice"):
        raise Http404
    typed, errors, taken = typed_in(request, LONGEST | {"number": 6}), dict[str, str](), None
    if is_sent_by_a_person(request):
        errors = {key: words for key, words in MISSING.items() if not typed[key]}
        if not typed["number"].isascii() or not typed["number"].isdigit():
            errors["number"] = "请填写公示名单中的编号。"
        taken = _take(round_, typed, errors)
    context = {
        "round": round_,
        "typed": typed,
        "errors": errors,
        "taken": taken,
        "is_open": round_.status == "in_notice",
    }
    return render(request, "public/review_objection.html", context, status=422 if errors else 200)


def _take(round_: ReviewRound, typed: dict[str, str], errors: dict[str, str]) -> ReviewObjection | None:
    if errors:
        return None
    try:
        return object_to_result(
            actor=PUBLIC, notice=round_.notice, number=int(typed["number"]), objector_name=typed["name"], contact=typed["contact"],
            text=typed["text"], day=business_day(),
        )  # fmt: skip
    except RuleViolation as refusal:
        errors["number" if refusal.code == "NO_SUCH_CANDIDATE" else "whole"] = refusal.sentences
        return None
