"""评审批: called for, opened for applications with a committed seed, closed, cancelled."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import ReviewRound, RubricVersion
from training.panel_draw import commitment_of
from training.permissions import check_can_keep_rounds, check_can_move_round

CLOCK = SystemActor("评审时钟")
SEED_BYTES = 16
SIZES = (3, 15)


def locked(round_: ReviewRound, seen_version: int | None = None) -> ReviewRound:
    """Whoever changes a round, its panel or its sheets takes it first: of two at once the second sees what the first did.

    Raises TransitionRefused VERSION_CHANGED when the actor looked at an older version than the one that was taken.
    """
    round_.refresh_from_db(from_queryset=ReviewRound.objects.select_for_update(of=("self",)))
    if seen_version is not None and seen_version != round_.version:
        raise TransitionRefused("VERSION_CHANGED", "该记录刚被他人办理过，本次操作未生效", "请刷新页面后再办理")
    return round_


def judged_plan(
    *, title: str, apply_from: date | None, apply_to: date | None, review_day: date | None, panel_size: int, notice_days: int
) -> list[Problem]:  # fmt: skip
    """Every wrong field of a round to be; a day that was not given is compared with nothing."""
    found = []
    if not title.strip():
        found.append(Problem("title", "TITLE_MISSING", "没有填写名称", "请填写评审批名称"))
    if apply_from and apply_to and apply_to < apply_from:
        found.append(Problem("apply_to", "DAYS_OUT_OF_ORDER", "申报截止日期早于申报开始日期", "请核对日期"))
    if apply_to and review_day and review_day <= apply_to:
        found.append(Problem("review_day", "DAYS_OUT_OF_ORDER", "评审日期须在申报截止日期之后", "请核对日期"))
    if not SIZES[0] <= panel_size <= SIZES[1]:
        found.append(Problem("panel_size", "PANEL_SIZE", f"评委人数须为 {SIZES[0]} 至 {SIZES[1]} 人", "一般为 5 人"))
    if not 1 <= notice_days <= 60:
        found.append(Problem("notice_days", "NOTICE_DAYS", "公示期须为 1 至 60 个工作日", "一般为 5 个工作日"))
    return found


@transaction.atomic
def plan_round(
    *, actor: Membership, rubric_version: RubricVersion, title: str, apply_from: date, apply_to: date, review_day: date,
    panel_size: int, notice_days: int, day: date,
) -> ReviewRound:  # fmt: skip
    """A round of a trade by its published rubric; `notice_days` are working days.

    Raises PermissionRefused, FieldsInvalid with every wrong field.
    """
    check_can_keep_rounds(actor, rubric_version.rubric.bureau_id)
    problems = judged_plan(
        title=title, apply_from=apply_from, apply_to=apply_to, review_day=review_day, panel_size=panel_size, notice_days=notice_days
    )  # fmt: skip
    if rubric_version.status != RubricVersion.Status.PUBLISHED:
        problems.append(
            Problem("rubric_version", "RUBRIC_NOT_PUBLISHED", "评分标准尚未发布或已停用", "请选择已发布的评分标准")
        )
    if problems:
        raise FieldsInvalid(problems)
    round_ = ReviewRound.objects.create(
        status=ReviewRound.Status.DRAFT, bureau=actor.organisation, title=title.strip()[:80], trade=rubric_version.rubric.trade,
        rubric_version=rubric_version, apply_from=apply_from, apply_to=apply_to, review_day=review_day, panel_size=panel_size,
        notice_days=notice_days, recorded_by=actor,
    )  # fmt: skip
    record_event(actor=actor, code="review_round.planned", subject=round_, to_state=round_.status, day=day)
    return round_


@transaction.atomic
def open_round(*, actor: Membership, round_: ReviewRound, day: date, seen_version: int | None = None) -> ReviewRound:
    """Announce the round; the seed of its draw is made and sealed, its commitment is public from now on.

    Raises PermissionRefused, TransitionRefused; RuleViolation when the days for applying are over.
    """
    check_can_move_round(actor, locked(round_, seen_version), "open")
    if day > round_.apply_to:
        raise RuleViolation("APPLY_DAYS_OVER", "申报截止日已过，不能开始申报", "请取消后另建评审批")
    seed = secrets.token_hex(SEED_BYTES)
    round_.seal_seed(seed)  # type: ignore[attr-defined]
    commitment = commitment_of(round_reference=round_.reference, seed=seed)
    fields: dict[str, Any] = {"seed": round_.seed, "commitment": commitment, "opened_on": day}
    move(round_, "open", actor=actor, day=day, changes={"commitment": commitment}, with_fields=fields)
    return round_


@transaction.atomic
def close_round(*, actor: Actor, round_: ReviewRound, day: date, seen_version: int | None = None) -> ReviewRound:
    """No more applications: after the last day by the clock, or by the clerk.  Raises PermissionRefused, TransitionRefused."""
    locked(round_, seen_version)
    if isinstance(actor, Membership):
        check_can_move_round(actor, round_, "close")
    if day <= round_.apply_to:
        raise RuleViolation("APPLY_DAYS_RUN", f"申报到 {round_.apply_to} 才截止", "请在次日及以后截止")
    move(round_, "close", actor=actor, day=day, with_fields={"closed_on": day})
    return round_


def close_due_rounds(*, actor: Actor, day: date) -> int:
    """Close every round whose last day for applying is over; safe to run twice or by two at once.  Returns how many."""
    closed = 0
    for round_ in ReviewRound.objects.filter(status=ReviewRound.Status.OPEN, apply_to__lt=day).order_by("pk"):
        try:
            close_round(actor=actor, round_=round_, day=day)
        except TransitionRefused:  # another clock was faster
            continue
        closed += 1
    return closed


@transaction.atomic
def cancel_round(
    *, actor: Membership, round_: ReviewRound, reason: str, day: date, seen_version: int | None = None
) -> ReviewRound:
    """Give a round up: by the clerk before the draw, by an approver until the scores are opened.

    Raises PermissionRefused, TransitionRefused; RuleViolation REASON_MISSING.
    """
    locked(round_, seen_version)
    is_drawn = round_.status in ReviewRound.TRANSITIONS["break_off"].sources
    action = "break_off" if is_drawn else "cancel"
    check_can_move_round(actor, round_, action)
    stated = stated_reason(reason, "没有填写原因", "请写明原因", longest=200)
    move(round_, action, actor=actor, note=stated, day=day, with_fields={"cancelled_on": day, "cancel_reason": stated})
    return round_


@tick("training.close_reviews")
def close_rounds_today() -> dict[str, Any]:
    """The clock of applications: today in Asia/Shanghai."""
    return {"closed": close_due_rounds(actor=CLOCK, day=business_day())}
