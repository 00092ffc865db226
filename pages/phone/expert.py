"""The expert's pages on the phone: what waits, candidates by number, marks that are sealed at once, the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.reviews import evidence_response
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import ExpertAbsence, PanelSeat, ReviewRound, ScoreSheet
from training.services.panels import decline_seat
from training.services.score_sheets import Candidate, candidates_of, judged_marks, seal_scores

PHRASES = ("身体原因不能参评", "工作安排冲突", "与候选人有关联，申请回避")
CALLED = ("drawn", "scoring")


@dataclass(frozen=True)
class Task:
    """A seat and how far its expert is."""

    seat: PanelSeat
    sealed: int
    candidates: int

    @property
    def waiting(self) -> int:
        """Candidates the expert has still to score."""
        return self.candidates - self.sealed

    @property
    def is_open(self) -> bool:
        """Whether something waits for the expert."""
        return self.seat.round.status == ReviewRound.Status.SCORING and self.waiting > 0


def _seats(request: HttpRequest) -> Any:
    member = member_of(request)
    mine = PanelSeat.objects.filter(expert__membership=member, status=PanelSeat.Status.SEATED)
    return mine.select_related("round__rubric_version__rubric", "round__bureau", "expert")


def _seat(request: HttpRequest, review: str) -> PanelSeat:
    found: PanelSeat = get_object_or_404(_seats(request), round__reference=review)
    return found


@page_for(Role.EXPERT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Panels I am called to, those that wait first; then those that are over."""
    tasks = []
    for seat in _seats(request).order_by("-round__review_day", "-pk")[:50]:
        candidates = candidates_of(seat=seat)
        tasks.append(Task(seat, sum(one.sheet is not None for one in candidates), len(candidates)))
    called = [task for task in tasks if task.seat.round.status in CALLED]
    over = [task for task in tasks if task.seat.round.status not in CALLED]
    called.sort(key=lambda task: not task.is_open)
    today, member = business_day(), member_of(request)
    away = ExpertAbsence.objects.filter(
        expert__membership=member, withdrawn_on__isnull=True, ends_on__gte=today
    ).count()
    return render(request, "phone/expert/home.html", {"called": called, "over": over, "today": today, "away": away})


@page_for(Role.EXPERT)
@require_safe
def panel(request: HttpRequest, review: str) -> HttpResponse:
    """The candidates of a round by number, and which of them I have sealed."""
    seat = _seat(request, review)
    candidates = candidates_of(seat=seat)
    waiting = next((one for one in candidates if one.sheet is None), None)
    context = {
        "seat": seat, "round": seat.round, "candidates": candidates, "waiting": waiting,
        "sealed": sum(one.sheet is not None for one in candidates), "may_decline": seat.round.status in CALLED,
    }  # fmt: skip
    return render(request, "phone/expert/panel.html", context)


def _candidate(seat: PanelSeat, number: int) -> Candidate:
    for one in candidates_of(seat=seat):
        if one.number == number:
            return one
    raise Http404


def _check_form(request: HttpRequest, seat: PanelSeat, marks: dict[str, int | None]) -> None:
    """The marks and the tick, both said at once; raises RuleViolation."""
    if request.POST.get("checked") == "1":
        return
    unticked = RuleViolation("NOT_CHECKED", "没有勾选“已核对”", "封存后不能更改，请核对后勾选")
    try:
        judged_marks(seat.round.rubric_version, marks)
    except RuleViolation as wrong:
        raise RuleViolation("NOT_CHECKED", f"{wrong.sentences}{unticked.message}", unticked.fix) from wrong
    raise unticked


@page_for(Role.EXPERT)
def score(request: HttpRequest, review: str, number: int) -> HttpResponse:
    """Marks for one candidate; sealed with one tap after a tick, then only the receipt is shown, to me as to anybody."""
    member = member_of(request)
    seat = _seat(request, review)
    candidate = _candidate(seat, number)
    items = seat.round.rubric_version.items
    typed = {item["key"]: request.POST.get(item["key"], "").strip()[:6] for item in items}
    error = ""
    if request.method == "POST":
        marks = {key: int(text) if text.isascii() and text.isdigit() else None for key, text in typed.items()}
        try:
            if candidate.sheet is None:
                _check_form(request, seat, marks)
            seal_scores(actor=member, seat=seat, number=number, marks=marks, day=business_day())
            return redirect("expert_score", review=review, number=number)
        except RuleViolation as refusal:
            if refusal.code == "ALREADY_SEALED":
                messages.info(request, refusal.sentences)
                return redirect("expert_score", review=review, number=number)
            error = refusal.sentences
    rows = [item | {"typed": typed[item["key"]]} for item in items]
    seat.refresh_from_db()
    context = {
        "seat": seat, "round": seat.round, "candidate": candidate, "items": rows, "error": error, "checked": request.POST.get("checked"),
        "next": next((one for one in candidates_of(seat=seat) if one.sheet is None and one.number != number), None),
        "is_scoring": seat.round.status == ReviewRound.Status.SCORING,
    }  # fmt: skip
    return render(request, "phone/expert/score.html", context, status=422 if error else 200)


@page_for(Role.EXPERT)
@require_safe
def picture(request: HttpRequest, review: str, number: int, place: int) -> HttpResponse:
    """One cleared picture or PDF of a candidate, by its place."""
    pictures = _candidate(_seat(request, review), number).pictures
    if not 1 <= place <= len(pictures):
        raise Http404
    return evidence_response(request, pictures[place - 1], f"{number}号候选人材料{place}")


@page_for(Role.EXPERT)
def decline(request: HttpRequest, review: str) -> HttpResponse:
    """I cannot come: the next of the draw's order takes the seat."""
    member = member_of(request)
    seat, error = _seat(request, review), ""
    if request.method == "POST":
        reason = reason_of(request)
        try:
            decline_seat(actor=member, seat=seat, reason=reason, day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, "已退出本次评审，由下一顺位递补。")
            return redirect("expert_home")
    has_sealed = ScoreSheet.objects.filter(seat=seat).exists()
    context = {
        "seat": seat,
        "round": seat.round,
        "phrases": PHRASES,
        "error": error,
        "note": "",
        "has_sealed": has_sealed,
    }
    return render(request, "phone/expert/decline.html", context, status=422 if error else 200)
