"""The results in public for their term, objections to them, and the grades given at its end."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event, sm3
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import days_after
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from training.models import (
    GradeRevocation,
    ReviewApplication,
    ReviewGrade,
    ReviewNotice,
    ReviewObjection,
    ReviewResult,
    ReviewRound,
)
from training.permissions import check_can_decide_review_objection, check_can_move_round
from training.services.review_rounds import CLOCK, locked

PUBLIC = SystemActor("公众异议受理")
WAITING, UPHELD = ReviewObjection.Status.RECEIVED, ReviewObjection.Status.UPHELD


def results_of(round_: ReviewRound) -> list[ReviewResult]:
    """Results in the order of blind numbers, with `revoked_on` where the grade was revoked afterwards."""
    ended = GradeRevocation.objects.filter(grade__result=OuterRef("pk"), status=GradeRevocation.Status.CONFIRMED)
    rows = ReviewResult.objects.filter(application__round=round_).select_related(
        "application__worker", "application__enterprise__organisation"
    )
    rows = rows.annotate(revoked_on=Subquery(ended.values("decided_on")[:1]))
    return list(rows.order_by("application__blind_number"))


@transaction.atomic
def publish_results(
    *, actor: Membership, round_: ReviewRound, day: date, seen_version: int | None = None
) -> ReviewNotice:
    """Show the results, names masked, for the round's number of working days; the day of publication does not count."""
    check_can_move_round(actor, locked(round_, seen_version), "publish")
    term = days_after(start=day, length=round_.notice_days, unit="working_days")
    listed = [[result.application.reference, result.total, result.grade] for result in results_of(round_)]
    notice = ReviewNotice.objects.create(
        round=round_, list_digest=sm3(json.dumps(listed, ensure_ascii=False)), published_on=day, last_day=term.last_day,
        counted_days=[counted.isoformat() for counted in term.counted], recorded_by=actor,
    )  # fmt: skip
    move(round_, "publish", actor=actor, day=day, with_fields={"noticed_on": day},
         changes={"notice": notice.reference, "last_day": notice.last_day.isoformat()})  # fmt: skip
    return notice


@transaction.atomic
def object_to_result(
    *, actor: Actor, notice: ReviewNotice, number: int, objector_name: str, contact: str, text: str, day: date
) -> ReviewObjection:
    """Take in an objection to one candidate's result within the term; the same words of the same person are one objection.

    Raises TransitionRefused outside the term, RuleViolation for a number that is not on the list.
    """
    round_ = locked(notice.round)
    if round_.status != ReviewRound.Status.IN_NOTICE or not notice.published_on <= day <= notice.last_day:
        raise TransitionRefused("NOT_IN_TERM", "不在公示期内，不再受理异议", "如有情况请联系区人社局")
    application = ReviewApplication.objects.filter(round=round_, blind_number=number, result__isnull=False).first()
    if application is None:
        raise RuleViolation("NO_SUCH_CANDIDATE", "名单中没有这个编号", "请填写公示名单中的编号")
    same = notice.objections.filter(application=application, objector_name=objector_name, text=text).first()
    if same is not None:
        return same
    objection = ReviewObjection(
        status=WAITING, notice=notice, application=application, objector_name=objector_name[:80], text=text[:2000],
        received_on=day, recorded_by=actor if isinstance(actor, Membership) else None,
    )  # fmt: skip
    objection.seal_contact(contact)  # type: ignore[attr-defined]
    objection.save()
    record_event(actor=actor, code="review_objection.received", subject=objection, to_state=objection.status, day=day)
    return objection


@transaction.atomic
def decide_review_objection(
    *,
    actor: Membership,
    objection: ReviewObjection,
    is_upheld: bool,
    note: str,
    day: date,
    seen_version: int | None = None,
) -> ReviewObjection:
    """A reviewer decides with reasons; an upheld one keeps the candidate's grade from being given.  Raises PermissionRefused."""
    locked(objection.notice.round)
    check_can_decide_review_objection(actor, objection)
    stated = note.strip()[:300]
    if not stated:
        raise RuleViolation("NOTE_MISSING", "没有填写处理意见", "请写明核实情况和理由")
    fields = {"decided_on": day, "decided_by": actor.user, "decision_note": stated}
    action = "uphold" if is_upheld else "reject"
    move(objection, action, actor=actor, note=stated, day=day, seen_version=seen_version, with_fields=fields)
    return objection


@transaction.atomic
def reveal_review_contact(*, actor: Membership, objection: ReviewObjection, day: date) -> str:
    """How to reach the objector, in plain, for the reviewer; each look leaves an event.  Raises PermissionRefused."""
    check_can_decide_review_objection(actor, objection)
    record_event(actor=actor, code="review_objection.contact_revealed", subject=objection, day=day)
    return str(objection.open_contact())  # type: ignore[attr-defined]


@transaction.atomic
def finish_round(*, actor: Actor, round_: ReviewRound, day: date, seen_version: int | None = None) -> list[ReviewGrade]:
    """The term is over and no objection waits: grades are given, valid from this day on.

    Raises PermissionRefused, TransitionRefused TERM_RUNS or OBJECTIONS_WAIT.
    """
    locked(round_, seen_version)
    if isinstance(actor, Membership):
        check_can_move_round(actor, round_, "finish")
    notice: ReviewNotice | None = ReviewNotice.objects.filter(round=round_).first()
    if notice is None or day <= notice.last_day:
        raise TransitionRefused("TERM_RUNS", "公示期未满，不能办结", "请在公示截止日之后办结")
    if notice.objections.filter(status=WAITING).exists():
        raise TransitionRefused("OBJECTIONS_WAIT", "还有未处理的异议，不能办结", "请复核先处理异议")
    move(round_, "finish", actor=actor, day=day, with_fields={"finished_on": day})
    upheld = set(notice.objections.filter(status=UPHELD).values_list("application_id", flat=True))
    by = actor if isinstance(actor, Membership) else None
    given = [
        ReviewGrade.objects.create(
            result=result, worker_id=result.application.worker_id, trade=round_.trade, grade=result.grade, valid_from=day, recorded_by=by
        )
        for result in results_of(round_)
        if result.grade and result.application_id not in upheld
    ]  # fmt: skip
    record_event(actor=actor, code="review_round.graded", subject=round_, day=day, changes={"people": len(given)})
    return given


def finish_due_rounds(*, actor: Actor, day: date) -> int:
    """Finish every round whose notice has run without waiting objections; safe to run twice.  Returns how many."""
    finished = 0
    due = ReviewRound.objects.filter(status=ReviewRound.Status.IN_NOTICE, notice__last_day__lt=day)
    for round_ in due.order_by("pk"):
        try:
            finish_round(actor=actor, round_=round_, day=day)
        except TransitionRefused:  # an objection waits, or another clock was faster
            continue
        finished += 1
    return finished


@tick("training.finish_reviews")
def finish_rounds_today() -> dict[str, Any]:
    """The clock of result notices: today in Asia/Shanghai."""
    return {"finished": finish_due_rounds(actor=CLOCK, day=business_day())}
