"""Accounts that money is paid to."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.organisations import Organisation
from park_workers.models.people import Worker
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import Role, User


class PayeeAccountQuerySet(models.QuerySet["PayeeAccount"]):
    """Accounts."""

    def in_force_on(self, day: date) -> PayeeAccountQuerySet:
        """Approved, begun by the day and not ended before it."""
        return self.filter(status="approved", valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class PayeeAccount(StatefulModel, RecordedModel):
    """A bank account of exactly one organisation or worker; a change is proposed and approved by two people.

    Accounts that arrive with the bureau's directory are approved as filed (`is_from_directory`), see docs/decisions.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        APPROVED = "approved", "有效"
        REFUSED = "refused", "已退回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "approve": Transition(("proposed",), "approved", (Role.APPROVER,), "批准账号变更"),
        "refuse": Transition(("proposed",), "refused", (Role.APPROVER,), "退回账号变更"),
    }
    EVENT_NAME = "payee_account"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="payee_accounts", verbose_name="单位"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="payee_accounts", verbose_name="人员")
    account = EncryptedTextField("账号", bound_to="owner_key")
    account_hash = models.CharField("账号检索值", max_length=64, db_index=True)
    last_four = models.CharField("末四位", max_length=4)
    bank_name = models.CharField("开户行", max_length=120)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    is_from_directory = models.BooleanField("名录备案", default=False)
    proposed_on = models.DateField("申请日期")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")

    #: why the account changes and by what paper; accounts of the directory have neither
    reason = WordsField("变更原因", max_length=200, null=True, blank=True)
    evidence = WordsField("依据材料", max_length=200, null=True, blank=True)
    upload = models.ForeignKey(
        "park_workers.Upload", models.PROTECT, null=True, related_name="+", verbose_name="来源文件"
    )

    objects: ClassVar[PayeeAccountQuerySet] = PayeeAccountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "收款账户"
        constraints = [
            models.CheckConstraint(
                name="account_has_one_owner",
                condition=Q(organisation__isnull=False, worker__isnull=True)
                | Q(organisation__isnull=True, worker__isnull=False),
            ),
            models.CheckConstraint(
                name="account_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="account_approved_has_approver",
                condition=~Q(status="approved")
                | Q(is_from_directory=True)
                | Q(approved_by__isnull=False, approved_on__isnull=False),
            ),
            models.CheckConstraint(
                name="account_span", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} ****{self.last_four}"

    @property
    def owner_key(self) -> str:
        """Natural key of the owner: credit code or person key."""
        return str(self.organisation.credit_code) if self.organisation else str(self.worker.person_key)  # type: ignore[union-attr]
