"""Money received, reserved and paid."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from park_workers.models import Organisation
from park_workers.models.recorded import RecordedModel
from subsidies.models.lines import LineItem


class Appropriation(RecordedModel):
    """Money of one source for one year; the counters move by guarded UPDATE only (I2)."""

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="appropriations", verbose_name="人社局")
    source = models.CharField("资金来源", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    amount_fen = models.BigIntegerField("到位金额（分）")
    committed_fen = models.BigIntegerField("已占用（分）", default=0)
    paid_fen = models.BigIntegerField("已支付（分）", default=0)
    received_on = models.DateField("到位日期")
    note = models.CharField("备注", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "资金"
        constraints = [
            models.UniqueConstraint(fields=["bureau", "source", "year"], name="one_appropriation_per_year"),
            models.CheckConstraint(
                name="never_over_committed", condition=Q(committed_fen__gte=0, committed_fen__lte=F("amount_fen"))
            ),
            models.CheckConstraint(
                name="never_paid_beyond_committed", condition=Q(paid_fen__gte=0, paid_fen__lte=F("committed_fen"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"


class Receipt(RecordedModel):
    """One receipt of money of an appropriation, or its reversal (a negative row that points at it); never changed.

    The appropriation's amount is the sum of its receipts.  Day, amount and note name a receipt: the same one entered
    twice is one, and two of equal amount on one day differ in their note (such as the number of the voucher).
    """

    appropriation = models.ForeignKey(Appropriation, models.PROTECT, related_name="receipts", verbose_name="资金")
    amount_fen = models.BigIntegerField("金额（分）")
    received_on = models.DateField("到位日期")
    note = models.CharField("备注", max_length=200, blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲销的到位记录"
    )

    class Meta:
        verbose_name = verbose_name_plural = "到位记录"
        constraints = [
            models.UniqueConstraint(
                fields=["appropriation", "received_on", "amount_fen", "note"], condition=Q(reverses__isnull=True),
                name="one_receipt_per_day_amount_note",
            ),
            models.CheckConstraint(
                name="reversal_is_negative",
                condition=Q(reverses__isnull=True, amount_fen__gt=0) | Q(reverses__isnull=False, amount_fen__lt=0),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.appropriation} {self.received_on} {self.amount_fen}"


class LineFunding(models.Model):
    """The share of a line that one appropriation carries, such as 3:7 between city and town."""

    line = models.ForeignKey(LineItem, models.PROTECT, related_name="funding", verbose_name="明细")
    appropriation = models.ForeignKey(Appropriation, models.PROTECT, related_name="lines", verbose_name="资金")
    amount_fen = models.BigIntegerField("金额（分）")
    released_at = models.DateTimeField("释放时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "资金占用"
        constraints = [
            models.UniqueConstraint(
                fields=["line", "appropriation"], condition=Q(released_at__isnull=True), name="one_funding_per_source"
            ),
            models.CheckConstraint(name="funding_not_negative", condition=Q(amount_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount_fen}"
