"""Insured months and subsidies paid by other schemes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from park_workers.foundation.written_words import WordsField
from park_workers.models.people import Worker
from park_workers.models.recorded import RecordedModel


class InsuredMonth(RecordedModel):
    """One paid month of one kind of insurance for one person at one employer; never overwritten, only voided.

    `month` is the first day of the 费款所属期; the employer is named by credit code and need not be known to us.
    """

    class Kind(models.TextChoices):
        PENSION = "企业职工基本养老保险", "企业职工基本养老保险"
        UNEMPLOYMENT = "失业保险", "失业保险"
        INJURY = "工伤保险", "工伤保险"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="insured_months", verbose_name="人员")
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    month = models.DateField("费款所属期")
    kind = models.CharField("险种", max_length=20, choices=Kind)
    upload = models.ForeignKey(
        "park_workers.Upload", models.PROTECT, null=True, related_name="+", verbose_name="来源文件"
    )
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = WordsField("作废原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "参保月份"
        indexes = [
            models.Index(fields=["month", "kind"], name="insured_month_kind"),
            models.Index(fields=["credit_code", "month"], name="insured_month_employer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "credit_code", "month", "kind"], condition=Q(voided_at__isnull=True),
                name="one_live_insured_month",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.worker_id} {self.month:%Y-%m}"


class OtherSubsidy(RecordedModel):
    """A subsidy paid by another scheme, from a reference list."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="other_subsidies", verbose_name="人员")
    name = models.CharField("补贴名称", max_length=80)
    month = models.DateField("发放月份")
    amount_fen = models.BigIntegerField("金额（分）")
    enterprise_name = models.CharField("享受企业", max_length=120, blank=True, default="")
    upload = models.ForeignKey(
        "park_workers.Upload", models.PROTECT, null=True, related_name="+", verbose_name="来源文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "其他补贴"
        constraints = [
            models.UniqueConstraint(fields=["worker", "name", "month"], name="one_other_subsidy_per_month"),
            models.CheckConstraint(name="other_subsidy_not_negative", condition=Q(amount_fen__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.month:%Y-%m}"
