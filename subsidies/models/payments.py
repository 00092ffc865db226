"""Payment files, what the bank answered, and money asked back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Organisation, Role, User, Worker
from park_workers.models.proposals import ProposedModel
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch
from subsidies.models.lines import LineItem


class PaymentFile(StatefulModel, RecordedModel):
    """A file of payments for the bank (付款文件), one line per payee."""

    class Status(models.TextChoices):
        MADE = "made", "已生成"
        SENT = "sent", "已送银行"
        RETURNED = "returned", "已回盘"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "send": Transition(("made",), "sent", (Role.FINANCE,), "送银行支付"),
        "record_return": Transition(("sent",), "returned", (Role.FINANCE,), "登记回盘"),
    }
    EVENT_NAME = "payment_file"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payment_files", verbose_name="批次")
    #: the batch's bureau: a number names a file among those of one bureau
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="payment_files", verbose_name="人社局")
    number = models.CharField("付款文件编号", max_length=40)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeated_by", verbose_name="重付原文件"
    )
    digest = models.CharField("摘要", max_length=64)
    lines = models.PositiveIntegerField("笔数")
    amount_fen = models.BigIntegerField("金额（分）")
    made_on = models.DateField("制作日期")
    sent_on = models.DateField("送银行日期", null=True)
    returned_on = models.DateField("回盘日期", null=True)
    file = models.ForeignKey("foundation.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = verbose_name_plural = "付款文件"
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="one_payment_file_per_number"),
            models.CheckConstraint(
                name="payment_file_dates",
                condition=Q(status="made")
                | Q(status="sent", sent_on__isnull=False)
                | Q(status="returned", sent_on__isnull=False, returned_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Disbursement(StatefulModel, RecordedModel):
    """One payment to one payee, named by (file, line number); keeps a snapshot of the account it went to."""

    class Status(models.TextChoices):
        PENDING = "pending", "待支付"
        PAID = "paid", "已到账"
        BOUNCED = "bounced", "退票"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "settle": Transition(("pending",), "paid", (Role.FINANCE,), "到账"),
        "bounce": Transition(("pending",), "bounced", (Role.FINANCE,), "退票"),
    }
    EVENT_NAME = "disbursement"

    payment_file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="disbursements", verbose_name="付款文件")
    line_number = models.PositiveIntegerField("付款序号")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="disbursements", verbose_name="收款单位"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="disbursements", verbose_name="收款人")
    payee_name = models.CharField("收款名称", max_length=120)
    account = EncryptedTextField("账号", bound_to="owner_key")
    account_hash = models.CharField("账号检索值", max_length=64)
    last_four = models.CharField("末四位", max_length=4)
    bank_name = models.CharField("开户行", max_length=120)
    people = models.PositiveIntegerField("人数")
    amount_fen = models.BigIntegerField("金额（分）")
    failure_reason = WordsField("失败原因", max_length=200, blank=True, default="")
    bank_serial = models.CharField("流水号", max_length=60, blank=True, default="")
    traded_on = models.DateField("交易日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "拨付"
        ordering = ["payment_file_id", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["payment_file", "line_number"], name="one_payment_per_line_number"),
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="payment_answer_complete",
                condition=Q(status="pending")
                | Q(status="paid", traded_on__isnull=False)
                | (Q(status="bounced", traded_on__isnull=False) & ~Q(failure_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_file_id}/{self.line_number}"

    @property
    def owner_key(self) -> str:
        """Natural key of the owner: credit code or person key."""
        return str(self.organisation.credit_code) if self.organisation else str(self.worker.person_key)  # type: ignore[union-attr]


class DisbursementLine(models.Model):
    """Which lines a payment pays; a line is in one live payment at most."""

    disbursement = models.ForeignKey(Disbursement, models.PROTECT, related_name="paid_lines", verbose_name="拨付")
    line = models.ForeignKey(LineItem, models.PROTECT, related_name="disbursements", verbose_name="明细")
    is_live = models.BooleanField("有效", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "拨付明细"
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(is_live=True), name="line_in_one_live_payment")
        ]

    def __str__(self) -> str:
        return f"{self.disbursement_id} {self.line_id}"


class MoneyProposal(ProposedModel):
    """Abstract: what finance asks about paid money and an approver decides."""

    decided_on = models.DateField("审批日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")

    class Meta:
        abstract = True


class Clawback(MoneyProposal):
    """Money asked back for a paid line: a new negative amount, proposed by finance, approved by another person."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "approve": Transition(("proposed",), "approved", (Role.APPROVER,), "批准追回"),
        "refuse": Transition(("proposed",), "refused", (Role.APPROVER,), "不予追回"),
    }
    EVENT_NAME = "clawback"

    line = models.ForeignKey(LineItem, models.PROTECT, related_name="clawbacks", verbose_name="明细")
    amount_fen = models.BigIntegerField("金额（分，负数）")

    class Meta:
        verbose_name = verbose_name_plural = "追回"
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=~Q(status="refused"), name="one_clawback_per_line"),
            models.CheckConstraint(name="clawback_is_negative", condition=Q(amount_fen__lt=0)),
            models.CheckConstraint(
                name="clawback_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="clawback_decided_has_person", condition=Q(status="proposed") | Q(decided_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount_fen}"


class WriteOff(MoneyProposal):
    """A bounced payment that will never be made again (不再补付): proposed by finance, decided by another person.

    Once approved its lines leave those to be paid, and their people and money are free again.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        APPROVED = "approved", "不再补付"
        REFUSED = "refused", "未批准"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "approve": Transition(("proposed",), "approved", (Role.APPROVER,), "批准不再补付"),
        "refuse": Transition(("proposed",), "refused", (Role.APPROVER,), "不予批准"),
    }
    EVENT_NAME = "write_off"

    disbursement = models.ForeignKey(Disbursement, models.PROTECT, related_name="write_offs", verbose_name="退票的拨付")
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        verbose_name = verbose_name_plural = "不再补付"
        constraints = [
            models.UniqueConstraint(
                fields=["disbursement"], condition=~Q(status="refused"), name="one_write_off_per_payment"
            ),
            models.CheckConstraint(name="write_off_is_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="write_off_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="write_off_decided_has_person",
                condition=Q(status="proposed") | Q(decided_by__isnull=False, decided_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disbursement} {self.amount_fen}"
