"""The panel at the desk: the draw with its proof, a replacement, the discussion of an outlier, the minutes."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.training.review_rounds import round_of
from pages.downloads import file_response
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import Expert, OpenedScore, ReviewRound
from training.panel_draw import differences, refusals_of
from training.permissions import READERS
from training.services.panels import decline_seat, proof_of
from training.services.review_minutes import minutes_pdf
from training.services.review_results import note_outlier

PHRASES = ("身体原因不能参评", "临时公务", "与候选人有未登记的关联，申请回避")
REFUSALS = {"NO_TRADE": "工种不符", "NOT_AVAILABLE": "评审日不可参评", "AWAY": "本人登记评审日不能参评",
            "TIED": "与候选人或其企业有关联，回避"}  # fmt: skip


def _drawn(request: HttpRequest, pk: int) -> ReviewRound:
    round_ = round_of(request, pk)
    if not hasattr(round_, "draw"):
        raise Http404
    return round_


@page_for(READERS)
@require_safe
def draw_page(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The draw, made again while you look: seed, commitment, pool, order, and whether all of it still says the same."""
    round_ = _drawn(request, round_pk)
    proof = proof_of(round_)
    names = {
        one.reference: one.name
        for one in Expert.objects.filter(bureau=round_.bureau).select_related("membership__user")
    }
    order, pool = proof["order"], {one["reference"]: one for one in proof["pool"]["experts"]}
    away = [
        (reference, names.get(reference, ""), [REFUSALS[code] for code in refusals_of(one, proof["pool"])])
        for reference, one in pool.items()
        if reference not in order
    ]
    seats = {seat.place: seat for seat in round_.seats.all()}
    rows = [(place, ref, names.get(ref, ""), seats.get(place)) for place, ref in enumerate(order, start=1)]
    context = {
        "here": "review_rounds", "round": round_, "proof": proof, "rows": rows, "away": away, "differences": differences(proof),
    }  # fmt: skip
    return render(request, "desk/training/reviews/draw.html", context)


@page_for(READERS)
@require_safe
def proof_file(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The proof as a file: anybody recomputes it with training/panel_draw.py; experts and parties are references."""
    round_ = _drawn(request, round_pk)
    content = json.dumps(proof_of(round_), ensure_ascii=False, indent=1, sort_keys=True).encode()
    return file_response(content, f"{round_.title}抽取凭据.json", content_type="application/json")


@page_for(READERS)
@require_safe
def minutes(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The minutes as PDF, once the scores are opened."""
    round_, member = round_of(request, round_pk), member_of(request)
    try:
        content = minutes_pdf(reader=member, round_=round_, day=business_day())
    except RuleViolation as refusal:
        messages.warning(request, refusal.sentences)
        return redirect("review_round", round_pk=round_pk)
    return file_response(content, f"{round_.title}评审纪要.pdf", content_type="application/pdf")


@page_for(Role.CLERK)
def replace_seat(request: HttpRequest, round_pk: int, seat_pk: int) -> HttpResponse:
    """An expert has told the clerk that they cannot come; the next of the draw's order follows."""
    round_, error = round_of(request, round_pk), ""
    seat = get_object_or_404(round_.seats.select_related("round", "expert__membership__user"), pk=seat_pk)
    if request.method == "POST":
        try:
            fresh = decline_seat(actor=member_of(request), seat=seat, reason=reason_of(request), day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, f"已按抽取顺位递补：{fresh.expert.name}（第 {fresh.place} 顺位）。")
            return redirect("review_round", round_pk=round_pk)
    context = {
        "here": "review_rounds",
        "round": round_,
        "seat": seat,
        "phrases": PHRASES,
        "error": error,
        "note": request.POST.get("note", ""),
    }
    return render(request, "desk/training/reviews/replace.html", context, status=422 if error else 200)


@page_for(Role.CLERK)
def outlier_note(request: HttpRequest, round_pk: int, score_pk: int) -> HttpResponse:
    """What the panel said of an outlier; the marks stay as they are."""
    round_, member, error = round_of(request, round_pk), member_of(request), ""
    scores = OpenedScore.objects.visible_to(member).filter(sheet__seat__round=round_)
    score = get_object_or_404(
        scores.select_related("sheet__seat__round", "sheet__seat__expert__membership__user", "sheet__application"),
        pk=score_pk,
    )
    if request.method == "POST":
        try:
            note_outlier(actor=member, score=score, note=request.POST.get("note", ""), day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, "合议情况已记录。")
            return redirect("review_round", round_pk=round_pk)
    context = {
        "here": "review_rounds",
        "round": round_,
        "score": score,
        "error": error,
        "note": request.POST.get("note", ""),
    }
    return render(request, "desk/training/reviews/outlier.html", context, status=422 if error else 200)
