"""Money that has left an appropriation, and money that came back: guarded UPDATEs, never read-and-write (I2)."""

from __future__ import annotations

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import format_yuan
from subsidies.models import Appropriation, Disbursement, LineFunding, LineItem

ASK = "请停止办理并联系系统管理员核查"


def _shares(funding: QuerySet[LineFunding]) -> dict[int, int]:
    """Fen by appropriation, in the order in which they are always locked."""
    rows = funding.order_by().values("appropriation").annotate(total=Sum("amount_fen"))
    return dict(sorted(rows.values_list("appropriation", "total")))


def book_payment(*, payment: Disbursement) -> dict[int, int]:
    """Count a payment that arrived as paid, split as its lines are funded; returns fen by appropriation.

    Raises RuleViolation FUNDING_DIFFERS or PAID_BEYOND_COMMITTED; then nothing is counted.
    """
    lines = LineItem.objects.filter(disbursements__disbursement=payment, disbursements__is_live=True)
    shares = _shares(LineFunding.objects.filter(line__in=lines, released_at__isnull=True))
    if sum(shares.values()) != payment.amount_fen:
        raise RuleViolation(
            "FUNDING_DIFFERS",
            f"付款 {payment} 的资金占用 {format_yuan(sum(shares.values()))} 元与金额 {format_yuan(payment.amount_fen)} 元不符",
            ASK,
        )
    for appropriation, amount_fen in shares.items():
        room = Appropriation.objects.filter(pk=appropriation, paid_fen__lte=F("committed_fen") - amount_fen)
        if not room.update(paid_fen=F("paid_fen") + amount_fen):
            raise RuleViolation("PAID_BEYOND_COMMITTED", f"付款 {payment} 登记后已支付将超过已占用资金", ASK)
    return shares


def take_money_back(*, line: LineItem) -> dict[int, int]:
    """Give a paid line's money back to its appropriations: neither paid nor committed any longer; fen by appropriation.

    Raises RuleViolation FUNDING_DIFFERS; then nothing is given back.
    """
    now = timezone.now()
    LineFunding.objects.filter(line=line, released_at__isnull=True).update(released_at=now)
    # What this call released, counted after the fact: of two at once each gives back only its own.
    shares = _shares(LineFunding.objects.filter(line=line, released_at=now))
    if sum(shares.values()) != line.amount_fen:
        raise RuleViolation("FUNDING_DIFFERS", "该明细的资金占用与金额不符", ASK)
    for appropriation, amount_fen in shares.items():
        paid = Appropriation.objects.filter(pk=appropriation, paid_fen__gte=amount_fen)
        if not paid.update(paid_fen=F("paid_fen") - amount_fen, committed_fen=F("committed_fen") - amount_fen):
            raise RuleViolation("RETURN_TOO_MUCH", "追回金额超过该资金的已支付额", ASK)
    return shares
