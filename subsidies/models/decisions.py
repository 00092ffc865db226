"""What becomes of lines that leave the straight road, and the reservations behind "paid once"."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.written_words import WordsField
from park_workers.models import Worker
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch
from subsidies.models.lines import LineItem


class LineDecision(RecordedModel):
    """One disposition of one line: by whom, when, why.  The newest standing one says where the line is."""

    class Kind(models.TextChoices):
        HELD = "held", "暂缓"
        RELEASED = "released", "解除暂缓"
        REMOVED = "removed", "移除"
        OBJECTED = "objected", "异议成立移除"
        RETURNED = "returned", "市局退回"
        RESUBMITTED = "resubmitted", "重新上报"
        REJECTED = "rejected", "市局终不同意"
        BOUNCED = "bounced", "退票"
        REPAID = "repaid", "重新拨付"
        CLAWED_BACK = "clawed_back", "追回"
        WRITTEN_OFF = "written_off", "不再补付"

    #: kinds after which a line is not (or not now) among those to be paid
    EXCLUDING: ClassVar[frozenset[str]] = frozenset(
        {"held", "removed", "objected", "rejected", "clawed_back", "written_off"}
    )

    line = models.ForeignKey(LineItem, models.PROTECT, related_name="decisions", verbose_name="明细")
    kind = models.CharField("处理", max_length=12, choices=Kind)
    decided_on = models.DateField("处理日期")
    reason = WordsField("原因", max_length=300)
    #: the newest decision of its line; the next one takes its place
    is_standing = models.BooleanField("当前", default=True)
    excludes = models.BooleanField("不予拨付", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "明细处理"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(is_standing=True), name="one_standing_decision"),
            models.CheckConstraint(name="decision_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.get_kind_display()}"


class Entitlement(RecordedModel):
    """A live reservation: this person gets this group's money for this period once (I1)."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="entitlements", verbose_name="人员")
    group = models.CharField("互斥组", max_length=40)
    period_key = models.CharField("期次", max_length=20)
    line = models.ForeignKey(LineItem, models.PROTECT, related_name="entitlements", verbose_name="明细")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="entitlements", verbose_name="批次")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = WordsField("作废原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "享受资格"
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "group", "period_key"], condition=Q(voided_at__isnull=True), name="paid_once"
            ),
            models.CheckConstraint(
                name="void_has_reason", condition=Q(voided_at__isnull=True) | ~Q(void_reason="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.worker_id} {self.group} {self.period_key}"
