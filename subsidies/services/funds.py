"""Money that came in for a year: each receipt a row of its own, a mistaken one reversed by another row."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import format_yuan
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from park_workers.services.reasons import stated_reason
from subsidies.models import Appropriation, Receipt
from subsidies.permissions import check_can_receive_appropriation

LARGEST_FEN = 10**15


@transaction.atomic
def receive_appropriation(
    *, actor: Membership, source: str, year: int, amount_fen: int, day: date, note: str = ""
) -> Appropriation:
    """Book `amount_fen` (fen) of a source for a year; a later receipt adds to the ones before.

    The very same receipt again (day, amount, note) is the same receipt, also when it comes twice at once: the database
    holds it once.  Raises PermissionRefused, RuleViolation APPROPRIATION_INVALID.
    """
    check_can_receive_appropriation(actor)
    source, note = source.strip()[:80], note.strip()[:200]
    if not source or not 0 < amount_fen <= LARGEST_FEN:
        raise RuleViolation("APPROPRIATION_INVALID", "资金来源为空或金额不是正数", "请填写资金来源和大于零的金额")
    known, is_first = Appropriation.objects.get_or_create(
        bureau_id=actor.organisation_id, source=source, year=year,
        defaults={"amount_fen": 0, "received_on": day, "note": note, "recorded_by": actor},
    )  # fmt: skip
    try:
        with transaction.atomic():
            Receipt.objects.create(
                appropriation=known, amount_fen=amount_fen, received_on=day, note=note, recorded_by=actor
            )
    except IntegrityError:  # somebody (or the same finger) was faster with the very same receipt
        known.refresh_from_db()
        return known
    Appropriation.objects.filter(pk=known.pk).update(
        amount_fen=F("amount_fen") + amount_fen, received_on=day, note=note
    )
    code = "appropriation.received" if is_first else "appropriation.increased"
    changes = {"source": source, "year": year, "amount_fen": amount_fen}
    record_event(actor=actor, code=code, subject=known, note=note, day=day, changes=changes)
    known.refresh_from_db()
    return known


@transaction.atomic
def reverse_receipt(*, actor: Membership, receipt: Receipt, reason: str, day: date) -> Receipt:
    """Take a mistaken receipt back by a negative row that points at it; the right one is booked anew.

    Raises PermissionRefused, RuleViolation (REASON_MISSING, RECEIPT_IS_REVERSAL, RECEIPT_REVERSED, AMOUNT_COMMITTED).
    """
    word = "冲销到位记录"
    check_can_receive_appropriation(actor)
    fund = Appropriation.objects.select_for_update().get(pk=receipt.appropriation_id)
    check_own_organisation(actor, fund.bureau_id, word)
    reason = stated_reason(reason, "没有写明冲销原因", "请填写冲销原因")
    if receipt.reverses_id is not None:
        raise RuleViolation("RECEIPT_IS_REVERSAL", "冲销记录不能再冲销", "如冲销有误，请重新登记到位资金")
    try:
        with transaction.atomic():
            made = Receipt.objects.create(
                appropriation=fund, amount_fen=-receipt.amount_fen, received_on=day, note=reason[:200],
                reverses=receipt, recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleViolation("RECEIPT_REVERSED", "该到位记录已经冲销", "请刷新页面核对") from error
    room = Appropriation.objects.filter(pk=fund.pk, committed_fen__lte=F("amount_fen") - receipt.amount_fen)
    if not room.update(amount_fen=F("amount_fen") - receipt.amount_fen):
        left = fund.amount_fen - fund.committed_fen
        raise RuleViolation(
            "AMOUNT_COMMITTED",
            f"冲销 {format_yuan(receipt.amount_fen)} 元后到位资金将少于已占用；目前未占用的只有 {format_yuan(left)} 元",
            "请先登记正确的到位资金，或撤销占用资金的批次后再冲销",
        )
    changes = {"receipt": receipt.pk, "amount_fen": made.amount_fen}
    record_event(
        actor=actor, code="appropriation.receipt_reversed", subject=fund, note=made.note, day=day, changes=changes
    )
    return made
