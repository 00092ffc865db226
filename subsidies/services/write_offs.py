"""A bounced payment that will never be made again (不再补付): proposed by finance, decided by an approver, another person.

Once approved its lines leave those to be paid, their people and their money are free again, and the batch may close.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.models import Membership
from park_workers.services.proposals import decide_proposal, record_proposal
from park_workers.services.reasons import stated_reason
from subsidies.models import Batch, Disbursement, LineDecision, LineItem, WriteOff
from subsidies.models.lines import LineItemQuerySet
from subsidies.permissions import check_can_decide_write_off, check_can_propose_write_off
from subsidies.services.closing import close_if_settled
from subsidies.services.dispositions import check_not_before, write_decisions
from subsidies.services.entitlements import release_reservations

#: closing is finance's move; here it follows from the approver's decision
SETTLED = SystemActor("拨付办结")


def lines_of_payment(payment: Disbursement) -> LineItemQuerySet:
    """The lines a payment stands for and that no later payment has taken over."""
    lines: LineItemQuerySet = LineItem.objects.filter(disbursements__disbursement=payment, disbursements__is_live=True)
    return lines.order_by("position", "pk")


@transaction.atomic
def propose_write_off(*, actor: Membership, payment: Disbursement, reason: str, day: date) -> WriteOff:
    """Ask that a bounced payment be given up; nothing else changes until it is approved.

    Raises PermissionRefused, RuleViolation (REASON_MISSING, PAYMENT_NOT_BOUNCED, PAYMENT_REPEATED, DAY_TOO_EARLY,
    WRITE_OFF_EXISTS).
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(payment_files__disbursements=payment)
    check_can_propose_write_off(actor, batch)
    payment.refresh_from_db()
    stated = stated_reason(reason, "没有写明不再补付的原因", "请填写原因，如“企业已注销，无法取得有效账户”")
    if payment.status != Disbursement.Status.BOUNCED:
        raise RuleViolation(
            "PAYMENT_NOT_BOUNCED", f"该笔付款为“{payment.status_label()}”，只有退票的付款可以不再补付", "请核对银行回盘"
        )
    if not lines_of_payment(payment).exists():
        raise RuleViolation("PAYMENT_REPEATED", "该笔退票已重新拨付", "请查看重付的付款文件")
    check_not_before(day, payment.traded_on, "退票日期")
    made = WriteOff(status=WriteOff.Status.PROPOSED, disbursement=payment, amount_fen=payment.amount_fen, reason=stated)
    changes = {"payment": payment.pk, "amount_fen": made.amount_fen}
    try:
        record_proposal(actor=actor, proposal=made, code="write_off.proposed", day=day, changes=changes)
    except IntegrityError as error:
        raise RuleViolation(
            "WRITE_OFF_EXISTS", "该笔退票已有待审批或已批准的不再补付", "请查看该笔付款的记录"
        ) from error
    return made


def _lock(actor: Membership, write_off: WriteOff, day: date) -> tuple[Batch, WriteOff]:
    """The batch, then the proposal, locked, if this person may decide it."""
    batch = Batch.objects.select_for_update(of=("self",)).get(payment_files__disbursements__write_offs=write_off)
    found = WriteOff.objects.select_for_update(of=("self",)).select_related("disbursement").get(pk=write_off.pk)
    check_can_decide_write_off(actor, found)
    check_not_before(day, found.proposed_on, "提出日期")
    return batch, found


@transaction.atomic
def approve_write_off(
    *, actor: Membership, write_off: WriteOff, day: date, seen_version: int | None = None
) -> WriteOff:
    """Approve: the lines are settled without payment, people and money are free again; the batch closes if nothing is left.

    Raises PermissionRefused (other roles, the proposer), TransitionRefused, RuleViolation PAYMENT_REPEATED.
    """
    batch, write_off = _lock(actor, write_off, day)
    lines = lines_of_payment(write_off.disbursement)
    keys = list(lines.values_list("pk", flat=True))
    if not keys:
        raise TransitionRefused("PAYMENT_REPEATED", "该笔退票已重新拨付，不能再批准", "请退回本申请")
    reason = f"不再补付：{write_off.reason}"
    changes = {"lines": len(keys), "amount_fen": write_off.amount_fen}
    decide_proposal(
        actor=actor, proposal=write_off, action="approve", day=day, seen_version=seen_version, changes=changes
    )
    kind = LineDecision.Kind.WRITTEN_OFF
    write_decisions(actor=actor, batch=batch, reasons=dict.fromkeys(keys, reason), kind=kind, day=day)
    release_reservations(actor=actor, batch=batch, reason=reason, day=day, lines=LineItem.objects.filter(pk__in=keys))
    close_if_settled(actor=SETTLED, batch=batch, day=day)
    return write_off


@transaction.atomic
def refuse_write_off(
    *, actor: Membership, write_off: WriteOff, day: date, reason: str, seen_version: int | None = None
) -> WriteOff:
    """Say no, with a reason; the payment may be repeated, and a new proposal may be made.  Raises as `approve_write_off`."""
    _, write_off = _lock(actor, write_off, day)
    stated = stated_reason(reason, "没有写明不予批准的原因", "请填写原因")
    decide_proposal(actor=actor, proposal=write_off, action="refuse", day=day, seen_version=seen_version, note=stated)
    return write_off
