"""Claims put before the enterprises for confirmation, and their answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.models import PayeeAccount, User
from park_workers.models.recorded import RecordedModel
from subsidies.models.batches import Batch, Claim


class ConfirmationRound(RecordedModel):
    """The clerk asks the enterprises of a computed batch to confirm their claims (请企业确认); the newest one's last day counts.

    From the first on the enterprises see their claims of the batch, those of a later computation too.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="confirmation_rounds", verbose_name="批次")
    number = models.PositiveIntegerField("第几次")
    asked_on = models.DateField("发出日期")
    last_day = models.DateField("截止日期")

    class Meta:
        verbose_name = verbose_name_plural = "请企业确认"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_confirmation_round_per_number"),
            models.CheckConstraint(name="confirmation_round_term", condition=Q(last_day__gt=F("asked_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} 第{self.number}次请企业确认"


class ClaimConfirmationQuerySet(models.QuerySet["ClaimConfirmation"]):
    """Confirmations, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ClaimConfirmationQuerySet:
        """Bureau staff see all; an enterprise its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(claim__organisation_id=membership.organisation_id)


class ClaimConfirmation(RecordedModel):
    """An enterprise confirms what it saw of one claim, with its commitment (承诺) and the account; never changed.

    `lines_digest` names every line seen and whether it was to be paid.  The confirmation holds for every computation of the
    batch in which the enterprise's lines have that digest, and is stale otherwise.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="confirmations", verbose_name="申报")
    lines_digest = models.CharField("所见明细摘要", max_length=64)
    people = models.PositiveIntegerField("人数")
    amount_fen = models.BigIntegerField("金额（分）")
    commitment = models.CharField("承诺书版本", max_length=20)
    account = models.ForeignKey(PayeeAccount, models.PROTECT, related_name="+", verbose_name="收款账户")
    bank_name = models.CharField("开户行", max_length=120)
    last_four = models.CharField("账号末四位", max_length=4)
    confirmed_on = models.DateField("确认日期")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="确认人")

    objects: ClassVar[ClaimConfirmationQuerySet] = ClaimConfirmationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "企业确认"
        constraints = [
            models.UniqueConstraint(fields=["claim", "lines_digest"], name="one_confirmation_per_claim_and_list"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.confirmed_on}"
