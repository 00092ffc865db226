"""Public notices (公示): the approved list shown for its term, ended by the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.business_day import business_day
from park_workers.foundation.calendar import Term, days_after
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from subsidies.models import Batch, Objection, PublicNotice
from subsidies.services.dispositions import check_list_unchanged, check_not_before, check_some_line_left
from subsidies.services.included_lines import check_totals, included_figures, list_digest

CLOCK = SystemActor("公示期满")


def notice_term(batch: Batch, day: date) -> Term:
    """The days a notice published on `day` runs, by the batch's policy version; raises RuleViolation without a term."""
    rule = batch.policy_version.parsed_terms.notice
    if rule is None:
        raise RuleViolation("NO_NOTICE_TERM", "政策版本没有写明公示期", "请在政策条款中写明公示期后重新发布")
    return days_after(start=day, length=rule.length, unit=rule.unit, counts_first_day=rule.publishing_day_counts)


def _refresh_and_lock(batch: Batch) -> None:
    """Of two who act at once the second sees what the first did, and is told so in words."""
    batch.refresh_from_db(from_queryset=Batch.objects.select_for_update(of=("self",)))


def _write_notice(actor: Membership, batch: Batch, day: date) -> PublicNotice:
    term = notice_term(batch, day)
    figures = included_figures(batch)
    newest = batch.notices.aggregate(newest=Max("edition"))["newest"] or 0
    return PublicNotice.objects.create(
        status=PublicNotice.Status.OPEN, batch=batch, edition=newest + 1, list_digest=list_digest(batch),
        people=figures["people"], amount_fen=figures["amount_fen"], published_on=day, last_day=term.last_day,
        counted_days=[counted.isoformat() for counted in term.counted], is_provisional=term.is_provisional,
        recorded_by=actor,
    )  # fmt: skip


@transaction.atomic
def publish_notice(*, actor: Membership, batch: Batch, day: date) -> PublicNotice:
    """Show the approved list to the public; refused when the list is no longer the approved one (I5)."""
    _refresh_and_lock(batch)
    check_can_move(batch, "publish", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "发布公示")
    check_not_before(day, batch.approved_on, "审批日期")
    check_totals(batch)
    if list_digest(batch) != batch.list_digest:
        raise RuleViolation("LIST_CHANGED", "名单与审批时的摘要不一致，不能公示", "请停止办理并联系系统管理员核查")
    check_some_line_left(batch)
    notice = _write_notice(actor, batch, day)
    move(batch, "publish", actor=actor, day=day, with_fields={"published_on": day},
         changes={"notice": notice.reference, "last_day": notice.last_day.isoformat(), "people": notice.people})  # fmt: skip
    return notice


@transaction.atomic
def republish_notice(*, actor: Membership, batch: Batch, reason: str, day: date) -> PublicNotice:
    """A new edition with a whole new term in the place of the newest one, such as after a mistake in the notice."""
    _refresh_and_lock(batch)
    check_can_move(batch, "republish", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "重新公示")
    if not reason.strip():
        raise RuleViolation("NOTE_MISSING", "重新公示须写明原因", "请填写原因")
    check_not_before(day, batch.published_on, "上次公示日期")
    check_list_unchanged(batch)
    check_some_line_left(batch)
    for notice in batch.notices.exclude(status=PublicNotice.Status.SUPERSEDED):
        move(notice, "supersede", actor=actor, note=reason.strip(), day=day)
    notice = _write_notice(actor, batch, day)
    move(batch, "republish", actor=actor, note=reason.strip(), day=day,
         with_fields={"published_on": day, "notice_ended_on": None}, changes={"notice": notice.reference})  # fmt: skip
    return notice


@transaction.atomic
def end_batch_notice(*, actor: Actor, batch: Batch, day: date) -> bool:
    """The batch goes on when its notice has run and no objection waits; False when there is nothing to do."""
    _refresh_and_lock(batch)
    if batch.status != Batch.Status.IN_NOTICE or batch.notices.filter(status=PublicNotice.Status.OPEN).exists():
        return False
    if Objection.objects.filter(notice__batch=batch, status=Objection.Status.RECEIVED).exists():
        return False
    move(batch, "end_notice", actor=actor, day=day, with_fields={"notice_ended_on": day})
    return True


def close_due_notices(*, actor: Actor, day: date) -> list[PublicNotice]:
    """Close every notice whose last day is over, and end the notice of batches without waiting objections.

    Safe to run at any time, twice, or by two at once.  Returns the notices closed now.
    """
    closed: list[PublicNotice] = []
    due = PublicNotice.objects.filter(status=PublicNotice.Status.OPEN, last_day__lt=day)
    for notice in due.order_by("pk"):
        try:
            move(notice, "close", actor=actor, day=day, with_fields={"closed_on": day})
        except TransitionRefused:  # another clock was faster
            continue
        closed.append(notice)
    for batch in Batch.objects.filter(status=Batch.Status.IN_NOTICE).order_by("pk"):
        try:
            end_batch_notice(actor=actor, batch=batch, day=day)
        except TransitionRefused:
            continue
    return closed


@tick("subsidies.close_notices")
def close_notices_today() -> dict[str, Any]:
    """The clock of notices: today in Asia/Shanghai."""
    return {"closed": len(close_due_notices(actor=CLOCK, day=business_day()))}
