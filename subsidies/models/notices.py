"""Public notices and objections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import LongWordsField, WordsField
from park_workers.models import Role, User
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch
from subsidies.models.lines import LineItem


class PublicNotice(StatefulModel, RecordedModel):
    """The list of a batch shown to the public (公示) for a term; an addition or changed amount makes a new edition."""

    class Status(models.TextChoices):
        OPEN = "open", "公示中"
        CLOSED = "closed", "已期满"
        SUPERSEDED = "superseded", "已更新"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "close": Transition(("open",), "closed", (Role.CLERK, "system"), "结束公示"),
        #: by the clerk who publishes a new edition, or by the approver who cancels the batch
        "supersede": Transition(("open", "closed"), "superseded", (Role.CLERK, Role.APPROVER), "更新公示"),
    }
    EVENT_NAME = "notice"

    reference = models.CharField("公示编号", max_length=20, unique=True, default=new_reference)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="notices", verbose_name="批次")
    edition = models.PositiveIntegerField("期次")
    list_digest = models.CharField("名单摘要", max_length=64)
    people = models.PositiveIntegerField("人数")
    amount_fen = models.BigIntegerField("金额（分）")
    published_on = models.DateField("公示日期")
    last_day = models.DateField("截止日期")
    counted_days = models.JSONField("计入日期", default=list)
    is_provisional = models.BooleanField("工作日历暂定", default=False)
    closed_on = models.DateField("结束日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        constraints = [
            models.UniqueConstraint(fields=["batch", "edition"], name="one_notice_per_edition"),
            models.UniqueConstraint(fields=["batch"], condition=Q(status="open"), name="one_open_notice"),
            models.CheckConstraint(name="notice_term", condition=Q(last_day__gte=F("published_on"))),
            models.CheckConstraint(
                name="notice_runs_its_term",
                condition=~Q(status="closed") | Q(closed_on__isnull=False, closed_on__gt=F("last_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} 第{self.edition}期公示"


class Objection(StatefulModel, RecordedModel):
    """A written objection within a notice's term; decided by a reviewer with reasons."""

    class Status(models.TextChoices):
        RECEIVED = "received", "待核实"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "uphold": Transition(("received",), "upheld", (Role.REVIEWER,), "认定异议成立"),
        "reject": Transition(("received",), "rejected", (Role.REVIEWER,), "认定异议不成立"),
    }
    EVENT_NAME = "objection"

    reference = models.CharField("异议编号", max_length=20, unique=True, default=new_reference)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    line = models.ForeignKey(LineItem, models.PROTECT, null=True, related_name="objections", verbose_name="明细")
    objector_name = models.CharField("异议人", max_length=80)
    contact = EncryptedTextField("联系方式", bound_to="reference")
    text = LongWordsField("异议内容")
    received_on = models.DateField("收到日期")
    decided_on = models.DateField("处理日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    decision_note = WordsField("处理意见", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        constraints = [
            models.CheckConstraint(
                name="objection_decided_has_person",
                condition=Q(status="received")
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decision_note="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.objector_name}"
