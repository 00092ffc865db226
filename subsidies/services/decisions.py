"""Before submission: lines held, released or removed by the clerk, each with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.reasons import stated_reason
from subsidies.models import Batch, LineDecision, LineItem
from subsidies.permissions import check_can_decide_line
from subsidies.services.dispositions import write_decisions

Kind = LineDecision.Kind
#: which standing decisions (None = none) a new one may follow
MAY_FOLLOW: dict[Kind, frozenset[str | None]] = {
    Kind.HELD: frozenset({None, Kind.RELEASED.value}),
    Kind.RELEASED: frozenset({Kind.HELD.value, Kind.REMOVED.value}),
    Kind.REMOVED: frozenset({None, Kind.RELEASED.value, Kind.HELD.value}),
}


@transaction.atomic
def decide_lines(
    *, actor: Membership, batch: Batch, lines: Sequence[LineItem], kind: LineDecision.Kind, reason: str, day: date
) -> int:
    """Hold, release or remove eligible lines of the current computation; returns how many.

    All or none.  Raises PermissionRefused, TransitionRefused (batch has moved on), RuleViolation (REASON_MISSING,
    LINE_NOT_ELIGIBLE, DECISION_STANDS).
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    reason = stated_reason(reason, "没有写明原因", "请选择或填写原因")
    standing = dict(
        LineDecision.objects.filter(line__in=[line.pk for line in lines], is_standing=True).values_list("line", "kind")
    )
    for line in lines:
        line.calculation.batch = batch
        check_can_decide_line(actor, line)
        if not line.is_eligible:
            raise RuleViolation("LINE_NOT_ELIGIBLE", f"第 {line.position} 行本来就不合格，无需处理", "请只选择合格明细")
        if standing.get(line.pk) not in MAY_FOLLOW[kind]:
            word = Kind(standing[line.pk]).label if line.pk in standing else "未处理"
            raise RuleViolation(
                "DECISION_STANDS", f"第 {line.position} 行当前为“{word}”，不能“{kind.label}”", "请刷新页面核对"
            )
    reasons = dict.fromkeys((line.pk for line in lines), reason)
    return write_decisions(actor=actor, batch=batch, reasons=reasons, kind=kind, day=day)


def _decide_one(actor: Membership, line: LineItem, kind: LineDecision.Kind, reason: str, day: date) -> int:
    return decide_lines(actor=actor, batch=line.calculation.batch, lines=[line], kind=kind, reason=reason, day=day)


def hold_line(*, actor: Membership, line: LineItem, reason: str, day: date) -> int:
    """Leave a line out of the submission for now; it can be released, or put forward in a later batch.  See `decide_lines`."""
    return _decide_one(actor, line, Kind.HELD, reason, day)


def release_line(*, actor: Membership, line: LineItem, reason: str, day: date) -> int:
    """Take a held or removed line back in, as long as the list is not signed.  See `decide_lines`."""
    return _decide_one(actor, line, Kind.RELEASED, reason, day)


def remove_line(*, actor: Membership, line: LineItem, reason: str, day: date) -> int:
    """Take a line out of the batch.  See `decide_lines`."""
    return _decide_one(actor, line, Kind.REMOVED, reason, day)
