"""Money asked back (追回) for a paid line: proposed by finance, decided by an approver who is another person."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.models import Membership
from park_workers.services.proposals import decide_proposal, record_proposal
from park_workers.services.reasons import stated_reason
from subsidies.models import Batch, Clawback, Disbursement, DisbursementLine, Entitlement, LineDecision, LineItem
from subsidies.permissions import check_can_decide_clawback, check_can_propose_clawback
from subsidies.services.dispositions import check_not_before, write_decisions
from subsidies.services.spending import take_money_back


@transaction.atomic
def propose_clawback(*, actor: Membership, line: LineItem, reason: str, day: date) -> Clawback:
    """Ask a paid line's whole amount back, as a new negative row; nothing else changes until it is approved.

    Raises PermissionRefused, RuleViolation (REASON_MISSING, LINE_NOT_PAID, DAY_TOO_EARLY, CLAWBACK_EXISTS).
    """
    batch = line.calculation.batch
    check_can_propose_clawback(actor, batch)
    stated = stated_reason(reason, "没有写明追回原因", "请填写追回原因")
    paid = DisbursementLine.objects.filter(line=line, is_live=True, disbursement__status=Disbursement.Status.PAID)
    arrived = paid.select_related("disbursement").first()
    if arrived is None:
        raise RuleViolation("LINE_NOT_PAID", "该明细尚未到账，不能追回", "请核对银行回盘")
    check_not_before(day, arrived.disbursement.traded_on, "到账日期")
    clawback = Clawback(status=Clawback.Status.PROPOSED, line=line, amount_fen=-line.amount_fen, reason=stated)
    changes = {"line": line.pk, "amount_fen": clawback.amount_fen}
    try:
        record_proposal(actor=actor, proposal=clawback, code="clawback.proposed", day=day, changes=changes)
    except IntegrityError as error:
        raise RuleViolation("CLAWBACK_EXISTS", "该明细已有待审批或已批准的追回", "请查看该明细的追回记录") from error
    return clawback


def _lock(actor: Membership, clawback: Clawback, day: date) -> Clawback:
    """The clawback, locked after its batch, if this person may decide it."""
    Batch.objects.select_for_update(of=("self",)).get(calculations__line_items__clawbacks=clawback)
    clawback = Clawback.objects.select_for_update(of=("self",)).select_related("line__calculation").get(pk=clawback.pk)
    check_can_decide_clawback(actor, clawback)
    check_not_before(day, clawback.proposed_on, "提出日期")
    return clawback


@transaction.atomic
def approve_clawback(*, actor: Membership, clawback: Clawback, day: date, seen_version: int | None = None) -> Clawback:
    """Approve: the person is free again, and the money is neither paid nor committed any longer.

    Raises PermissionRefused (other roles, the proposer), TransitionRefused, RuleViolation.
    """
    clawback = _lock(actor, clawback, day)
    line = clawback.line
    changes = {"line": line.pk, "amount_fen": clawback.amount_fen}
    decide_proposal(
        actor=actor, proposal=clawback, action="approve", day=day, seen_version=seen_version, changes=changes
    )
    live = Entitlement.objects.filter(line=line, voided_at__isnull=True)
    voided = live.update(voided_at=timezone.now(), void_reason=f"追回：{clawback.reason}"[:200])
    if line.worker_id is not None and not voided:
        raise TransitionRefused("NO_LIVE_ENTITLEMENT", "该明细没有有效的享受资格，不能追回", "请联系系统管理员核查")
    shares = take_money_back(line=line)
    write_decisions(
        actor=actor, batch=line.calculation.batch, reasons={line.pk: f"追回：{clawback.reason}"},
        kind=LineDecision.Kind.CLAWED_BACK, day=day,
    )  # fmt: skip
    record_event(actor=actor, code="clawback.money_returned", subject=clawback, day=day,
                 changes={"entitlements": voided, "appropriations": {str(key): fen for key, fen in shares.items()}})  # fmt: skip
    return clawback


@transaction.atomic
def refuse_clawback(
    *, actor: Membership, clawback: Clawback, day: date, reason: str, seen_version: int | None = None
) -> Clawback:
    """Say no, with a reason; the payment stands, and a new proposal may be made."""
    clawback = _lock(actor, clawback, day)
    stated = stated_reason(reason, "没有写明不予追回的原因", "请填写原因")
    decide_proposal(actor=actor, proposal=clawback, action="refuse", day=day, seen_version=seen_version, note=stated)
    return clawback
