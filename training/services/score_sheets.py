"""Scoring: each expert seals marks by blind number; when the last sheet is in, all are opened together in the same transaction.

This is the only file that opens a sealed sheet, and it does so only while it moves the round to "opened".
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event, sm3
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from training.models import (
    OpenedScore,
    PanelSeat,
    ReviewApplication,
    ReviewEvidence,
    ReviewRound,
    RubricVersion,
    ScoreSheet,
)
from training.panel_scores import total_of
from training.permissions import check_can_score
from training.services.review_rounds import locked

OPENER = SystemActor("评审开封")
NONCE_BYTES = 16


@dataclass(frozen=True)
class Candidate:
    """What an expert may know of a candidate: a number, pictures, and whether the own sheet is sealed."""

    number: int
    pictures: list[ReviewEvidence]
    sheet: ScoreSheet | None


def receipt_of(*, reference: str, number: int, marks: Mapping[str, int], nonce: str) -> str:
    """SM3 over sheet, blind number, marks and nonce; the expert keeps it, and after the opening anybody can compute it again."""
    return sm3(json.dumps([reference, number, dict(marks), nonce], ensure_ascii=False, sort_keys=True))


def candidates_of(*, seat: PanelSeat) -> list[Candidate]:
    """The candidates of a seat's round by blind number; whoever asks has shown that the seat is theirs."""
    sheets = {sheet.application_id: sheet for sheet in seat.sheets.defer("sealed_marks")}
    return _candidates(seat.round, sheets)


def candidates_without_sheets(*, round_: ReviewRound) -> list[Candidate]:
    """The candidates as every expert sees them, for whoever has no seat."""
    return _candidates(round_, {})


def _candidates(round_: ReviewRound, sheets: Mapping[int, ScoreSheet]) -> list[Candidate]:
    accepted = round_.applications.filter(status=ReviewApplication.Status.ACCEPTED, blind_number__isnull=False)
    found = []
    for application in accepted.order_by("blind_number").prefetch_related("evidence"):
        pictures = [one for one in application.evidence.all() if one.is_blind]
        found.append(Candidate(application.blind_number or 0, pictures, sheets.get(application.pk)))
    return found


def judged_marks(version: RubricVersion, marks: Mapping[str, int | None]) -> dict[str, int]:
    """Marks for every item, whole and within its full marks; raises RuleViolation that names the items."""
    wrong = [
        item["label"] for item in version.items
        if not isinstance(given := marks.get(item["key"]), int) or isinstance(given, bool) or not 0 <= given <= item["max_marks"]
    ]  # fmt: skip
    if wrong:
        raise RuleViolation("MARKS_INVALID", f"{'、'.join(wrong)}的分数缺少或超出满分", "请填写 0 至满分之间的整数")
    return {item["key"]: int(marks[item["key"]] or 0) for item in version.items}


@transaction.atomic
def seal_scores(
    *, actor: Membership, seat: PanelSeat, number: int, marks: Mapping[str, int | None], day: date
) -> ScoreSheet:
    """Seal the marks for the candidate with this blind number; from now on nobody can change or read them until all are opened.

    Raises PermissionRefused, TransitionRefused ALREADY_SEALED, RuleViolation.
    """
    round_ = locked(seat.round)
    seat.refresh_from_db()
    seat.round = round_
    own = seat.sheets.filter(application__blind_number=number, seat__expert__membership_id=actor.pk)
    if own.exists():  # said first: the last sheet of all ends the scoring
        raise TransitionRefused("ALREADY_SEALED", "您对该候选人的评分已封存，不能更改", "请评下一位候选人")
    check_can_score(actor, seat)
    accepted = round_.applications.filter(status=ReviewApplication.Status.ACCEPTED)
    application = accepted.filter(blind_number=number).first()
    if application is None:
        raise RuleViolation("NO_SUCH_CANDIDATE", "没有这个盲评编号", "请从名单中选择")
    judged = judged_marks(round_.rubric_version, marks)
    nonce = secrets.token_hex(NONCE_BYTES)
    sheet = ScoreSheet(seat=seat, application=application, sealed_on=day, recorded_by=actor)
    sheet.digest = receipt_of(reference=sheet.reference, number=number, marks=judged, nonce=nonce)
    sheet.seal_sealed_marks(json.dumps({"marks": judged, "nonce": nonce}, sort_keys=True))  # type: ignore[attr-defined]
    sheet.save()
    record_event(
        actor=actor,
        code="score_sheet.sealed",
        subject=sheet,
        day=day,
        changes={"number": number, "digest": sheet.digest},
    )
    if not missing_sheets(round_):
        open_scores(actor=OPENER, round_=round_, day=day)
    return sheet


def missing_sheets(round_: ReviewRound) -> int:
    """How many sheets the seated experts still have to seal."""
    seats = round_.seats.filter(status=PanelSeat.Status.SEATED).count()
    candidates = round_.applications.filter(status=ReviewApplication.Status.ACCEPTED).count()
    return seats * candidates - ScoreSheet.objects.filter(seat__round=round_).counting().count()


def sealed_by_seat(round_: ReviewRound) -> dict[int, int]:
    """How many sheets each seat has sealed: how far the panel is, and nothing of what it thinks."""
    rows = ScoreSheet.objects.filter(seat__round=round_).values("seat_id").annotate(n=Count("pk"))
    return {row["seat_id"]: row["n"] for row in rows}


@transaction.atomic
def open_scores(*, actor: SystemActor, round_: ReviewRound, day: date) -> ReviewRound:
    """Open every sheet of a round at once; raises TransitionRefused SHEETS_MISSING before all are in, or once it has happened.

    Nobody opens by hand: whoever seals the last sheet brings it about.
    """
    locked(round_)
    if missing := missing_sheets(round_):
        raise TransitionRefused(
            "SHEETS_MISSING", f"还有 {missing} 份评分未封存，不能开封", "全部评委封存后自动同时开封"
        )
    _open_together(actor, round_, day)
    return round_


def _open_together(actor: SystemActor, round_: ReviewRound, day: date) -> None:
    sheets = ScoreSheet.objects.filter(seat__round=round_).counting().select_related("application").order_by("pk")
    move(round_, "open_scores", actor=actor, day=day, with_fields={"scores_opened_on": day},
         changes={"count": len(sheets), "digest": sm3("\n".join(sheet.digest for sheet in sheets))})  # fmt: skip
    terms = round_.rubric_version.terms
    for sheet in sheets:
        kept = json.loads(sheet.open_sealed_marks())  # type: ignore[attr-defined]
        number = sheet.application.blind_number or 0
        told = receipt_of(reference=sheet.reference, number=number, marks=kept["marks"], nonce=kept["nonce"])
        if told != sheet.digest:
            raise RuleViolation("RECEIPT_DIFFERS", "封存的评分与回执不一致，不能开封", "请停止办理并联系系统管理员核查")
        OpenedScore.objects.create(
            sheet=sheet, marks=kept["marks"], total=total_of(kept["marks"], terms), nonce=kept["nonce"]
        )
