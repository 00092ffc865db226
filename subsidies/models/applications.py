"""Who asks for money: the application lists of a batch."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from park_workers.models import Employment, Upload
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch


class Application(RecordedModel):
    """One line of an application list (申报名单): an employment put forward in a batch."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="applications", verbose_name="批次")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="applications", verbose_name="就业记录")
    applied_on = models.DateField("申请日期")
    sequence = models.PositiveIntegerField("序号")
    amount_fen = models.BigIntegerField("申请金额（分）", null=True)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "employment"], condition=Q(withdrawn_at__isnull=True), name="one_application_per_batch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.employment_id}"
