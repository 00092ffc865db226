"""From opened scores to decided results: means, outliers with their notes, grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from training.models import OpenedScore, OutlierNote, PanelSeat, ReviewApplication, ReviewResult, ReviewRound
from training.panel_scores import grade_of, is_outlier, mean_of, median_of
from training.permissions import check_can_decide_round, check_can_note_outlier, check_can_read_scores
from training.services.review_rounds import locked


@dataclass(frozen=True)
class Mark:
    """One expert's total of one candidate."""

    seat: PanelSeat
    score: OpenedScore
    is_outlier: bool
    note: str


@dataclass(frozen=True)
class CandidateScores:
    """A candidate's totals in the order of the seats, with mean, median and grade."""

    application: ReviewApplication
    marks: list[Mark]
    total: int
    median: int
    grade: str


def score_table(*, reader: Membership, round_: ReviewRound) -> list[CandidateScores]:
    """Scores of a round by blind number; raises TransitionRefused SCORES_SEALED before they are opened."""
    check_can_read_scores(reader, round_)
    return _table(round_)


def _table(round_: ReviewRound) -> list[CandidateScores]:
    terms = round_.rubric_version.terms
    rows = OpenedScore.objects.filter(sheet__seat__round=round_).select_related(
        "sheet__seat__expert__membership__user", "sheet__application__worker", "sheet__application__enterprise__organisation",
        "outlier_note",
    )  # fmt: skip
    by_candidate: dict[int, list[OpenedScore]] = {}
    for score in rows.order_by("sheet__application__blind_number", "sheet__seat__place"):
        by_candidate.setdefault(score.sheet.application_id, []).append(score)
    found = []
    for scores in by_candidate.values():
        totals = [score.total for score in scores]
        total = mean_of(totals, terms.mean_kind)
        marks = [_mark(score, totals, terms.outlier_allowance) for score in scores]
        application = scores[0].sheet.application
        found.append(CandidateScores(application, marks, total, median_of(totals), grade_of(total, terms.grades)))
    return found


def _mark(score: OpenedScore, totals: Sequence[int], allowance: int) -> Mark:
    note = getattr(score, "outlier_note", None)
    return Mark(score.sheet.seat, score, is_outlier(score.total, totals, allowance), note.note if note else "")


def note_outlier(*, actor: Membership, score: OpenedScore, note: str, day: date) -> OutlierNote:
    """Write down what the panel said of an outlier; the marks stay.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    try:
        with transaction.atomic():
            return _note(actor, score, note, day)
    except IntegrityError as error:
        raise RuleViolation("ALREADY_NOTED", "该评分的合议已记录", "请刷新页面查看") from error


def _note(actor: Membership, score: OpenedScore, note: str, day: date) -> OutlierNote:
    round_ = locked(score.sheet.seat.round)
    check_can_note_outlier(actor, round_)
    if not note.strip():
        raise RuleViolation("NOTE_MISSING", "没有填写合议情况", "请写明评委讨论的情况和结论")
    marks = [mark for row in _table(round_) for mark in row.marks if mark.score.pk == score.pk]
    if not marks or not marks[0].is_outlier:
        raise RuleViolation("NOT_AN_OUTLIER", "该评分没有超出允许差，无需合议", "请刷新页面查看")
    made = OutlierNote.objects.create(score=score, note=note.strip()[:300], noted_on=day, recorded_by=actor)
    record_event(actor=actor, code="score_sheet.discussed", subject=score.sheet, day=day, note=made.note)
    return made


@transaction.atomic
def decide_round(
    *, actor: Membership, round_: ReviewRound, day: date, seen_version: int | None = None
) -> list[ReviewResult]:
    """A reviewer who did not draw the panel confirms totals and grades; every outlier has its note.

    Raises PermissionRefused, TransitionRefused; RuleViolation OUTLIERS_OPEN.
    """
    check_can_decide_round(actor, locked(round_, seen_version))
    table = _table(round_)
    still_open = [row for row in table if any(mark.is_outlier and not mark.note for mark in row.marks)]
    if still_open:
        numbers = "、".join(f"{row.application.blind_number} 号" for row in still_open)
        raise RuleViolation("OUTLIERS_OPEN", f"{numbers}候选人的离群评分还没有合议记录", "请经办先记录合议情况")
    results = [
        ReviewResult.objects.create(
            application=row.application, total=row.total, grade=row.grade, decided_on=day, recorded_by=actor
        )
        for row in table
    ]
    graded = sum(bool(result.grade) for result in results)
    move(round_, "decide", actor=actor, day=day, changes={"people": len(results), "accepted": graded},
         with_fields={"decided_on": day, "decided_by": actor.user})  # fmt: skip
    return results
