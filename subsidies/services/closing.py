"""A batch ends when its last included line is settled."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.actors import Actor
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from subsidies.models import Batch
from subsidies.services.dispositions import check_not_before
from subsidies.services.payable_lines import unsettled_lines


@transaction.atomic
def close_if_settled(*, actor: Actor, batch: Batch, day: date) -> bool:
    """Close a batch that is being paid once nothing is left to settle; False when something is."""
    batch.refresh_from_db()
    if batch.status != Batch.Status.PAYING or unsettled_lines(batch).exists():
        return False
    move(batch, "close", actor=actor, day=day, with_fields={"closed_on": day})
    return True


@transaction.atomic
def close_batch(*, actor: Membership, batch: Batch, day: date) -> Batch:
    """Close an answered batch of which no line is left to be paid, such as when the city refused them all.

    Raises PermissionRefused, TransitionRefused, RuleViolation LINES_UNSETTLED.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    check_can_move(batch, "close", actor=actor)
    check_own_organisation(actor, batch.bureau_id, "办结")
    check_not_before(day, batch.answered_on, "批复日期")
    left = unsettled_lines(batch).count()
    if left:
        raise RuleViolation(
            "LINES_UNSETTLED", f"还有 {left} 条明细的资金没有到账，不能办结", "请先完成拨付并导入银行回盘"
        )
    move(batch, "close", actor=actor, day=day, with_fields={"closed_on": day})
    return batch
