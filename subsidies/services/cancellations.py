"""A batch given up before it goes to the city: proposed by a clerk with a reason, taken by an approver."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.services.reasons import stated_reason
from subsidies.models import Batch, PublicNotice
from subsidies.permissions import check_can_decide_cancellation, check_can_propose_cancellation
from subsidies.services.entitlements import release_reservations
from subsidies.services.included_lines import RESERVED_STATES

CANCELLABLE = Batch.TRANSITIONS["cancel"].sources


@transaction.atomic
def propose_cancellation(*, actor: Membership, batch: Batch, reason: str, day: date) -> Batch:
    """Ask for a batch to be given up; it stays as it is until an approver decides.

    Raises PermissionRefused, TransitionRefused, RuleViolation (REASON_MISSING, CANCELLATION_PROPOSED).
    """
    check_can_propose_cancellation(actor, batch)
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.status not in CANCELLABLE:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", f"当前状态为“{batch.status_label()}”，不能撤销", "上报市局之后的批次不能撤销"
        )
    reason = stated_reason(reason, "没有写明撤销原因", "请填写撤销原因")
    if batch.cancel_proposed_by_id is not None:
        raise RuleViolation("CANCELLATION_PROPOSED", "本批次已有撤销申请，待审批", "请等待审批人员办理")
    wanted = {"cancel_proposed_by_id": actor.person_id, "cancel_reason": reason[:200]}
    Batch.objects.filter(pk=batch.pk).update(**wanted)
    record_event(actor=actor, code="batch.cancellation_proposed", subject=batch, day=day, note=reason)
    batch.refresh_from_db()
    return batch


def _lock(actor: Membership, batch: Batch) -> Batch:
    """The batch, locked, with a proposal of another person to decide."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    check_can_decide_cancellation(actor, batch)
    if batch.cancel_proposed_by_id is None:
        raise RuleViolation("CANCELLATION_NOT_PROPOSED", "本批次没有撤销申请", "请经办人员先申请撤销并写明原因")
    return batch


@transaction.atomic
def cancel_batch(*, actor: Membership, batch: Batch, day: date, seen_version: int | None = None) -> Batch:
    """Give the batch up as proposed: its people and its money are free again, an open notice is taken down.

    Raises PermissionRefused (other roles, the proposer), TransitionRefused, RuleViolation CANCELLATION_NOT_PROPOSED.
    """
    batch = _lock(actor, batch)
    was_reserved = batch.status in RESERVED_STATES
    reason = f"批次撤销：{batch.cancel_reason}"
    move(batch, "cancel", actor=actor, note=batch.cancel_reason, day=day, seen_version=seen_version,
         with_fields={"cancelled_on": day})  # fmt: skip
    if was_reserved:
        release_reservations(actor=actor, batch=batch, reason=reason, day=day)
    for notice in PublicNotice.objects.filter(batch=batch).exclude(status=PublicNotice.Status.SUPERSEDED):
        move(notice, "supersede", actor=actor, note=reason, day=day)
    return batch


@transaction.atomic
def decline_cancellation(*, actor: Membership, batch: Batch, reason: str, day: date) -> Batch:
    """Say no to the proposal, with a reason; the batch goes on, and a new proposal may be made.  Raises as `cancel_batch`."""
    batch = _lock(actor, batch)
    reason = stated_reason(reason, "没有写明不同意撤销的原因", "请填写原因")
    Batch.objects.filter(pk=batch.pk).update(cancel_proposed_by=None, cancel_reason="")
    changes = {"proposed": batch.cancel_reason}
    record_event(actor=actor, code="batch.cancellation_declined", subject=batch, day=day, note=reason, changes=changes)
    batch.refresh_from_db()
    return batch
