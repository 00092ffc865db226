"""How an enterprise gets its people in: a request with the licence, a colleague invited, the owner's place handed over."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.search_hash import HASH_LENGTH
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.organisations import Organisation
from park_workers.models.users import Membership, Role, User

CLERK = (Role.CLERK.value,)
PERSON = ("person",)
HR = (Role.ENTERPRISE_HR.value,)


class AccountRequestQuerySet(models.QuerySet["AccountRequest"]):
    """Requests, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AccountRequestQuerySet:
        """Clerks and the auditor of the bureau; nobody else."""
        return self if membership.role in (Role.CLERK, Role.AUDITOR) else self.none()


class AccountRequest(StatefulModel):
    """Somebody asks to act for an enterprise: credit code, licence picture, a telephone shown to be theirs."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待审核"
        AGREED = "agreed", "待第二人确认"
        OPENED = "opened", "已开通"
        REFUSED = "refused", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "agree": Transition(("waiting",), "agreed", CLERK, "同意"),
        "open": Transition(("agreed",), "opened", CLERK, "确认开通"),
        "refuse": Transition(("waiting", "agreed"), "refused", CLERK, "退回"),
        "withdraw": Transition(("waiting",), "withdrawn", PERSON, "撤回"),
    }
    EVENT_NAME: ClassVar[str] = "account_request"

    reference = models.CharField("申请编号", max_length=20, unique=True, default=new_reference)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    applicant_name = models.CharField("申请人", max_length=60)
    phone = EncryptedTextField("手机号", bound_to="reference")
    phone_hash = models.CharField("手机号散列", max_length=HASH_LENGTH, default="", blank=True)
    licence = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="营业执照照片")
    consented_at = models.DateTimeField("同意时间")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="开通的岗位")
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="同意人")
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    reason = WordsField("退回原因", max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("办结时间", null=True)

    objects: ClassVar[AccountRequestQuerySet] = AccountRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "开户申请"
        indexes = [models.Index(fields=["status", "recorded_at"], name="account_request_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code", "phone_hash"], condition=Q(status__in=("waiting", "agreed")),
                name="one_open_account_request",
            ),
            models.CheckConstraint(
                name="account_opened_by_two",
                condition=~Q(status="opened")
                | (Q(agreed_by__isnull=False, opened_by__isnull=False, membership__isnull=False)
                   & ~Q(agreed_by=models.F("opened_by"))),
            ),
            models.CheckConstraint(
                name="account_refused_with_reason", condition=~Q(status="refused") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="account_request_decided_at",
                condition=Q(status__in=("waiting", "agreed"), decided_at__isnull=True)
                | Q(status__in=("opened", "refused", "withdrawn"), decided_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"AccountRequest {self.reference}"


class ColleagueInvitation(StatefulModel):
    """The owner asks a colleague in: a link that opens with a code sent to the colleague's telephone."""

    class Status(models.TextChoices):
        SENT = "sent", "待接受"
        ACCEPTED = "accepted", "已接受"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "accept": Transition(("sent",), "accepted", PERSON, "接受"),
        "withdraw": Transition(("sent",), "withdrawn", HR, "撤回"),
    }
    EVENT_NAME: ClassVar[str] = "colleague_invitation"

    reference = models.CharField("编号", max_length=20, unique=True, default=new_reference)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="企业")
    invited_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="邀请人")
    name = models.CharField("姓名", max_length=60)
    phone = EncryptedTextField("手机号", bound_to="reference")
    phone_hash = models.CharField("手机号散列", max_length=HASH_LENGTH, default="", blank=True)
    expires_at = models.DateTimeField("有效期至")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="岗位")
    recorded_at = models.DateTimeField("邀请时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "同事邀请"
        constraints = [
            models.CheckConstraint(
                name="accepted_invitation_has_membership", condition=~Q(status="accepted") | Q(membership__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"ColleagueInvitation {self.pk}"


class OwnerHandover(StatefulModel):
    """The owner's place is offered to a colleague, by the owner or by the bureau, and changes hands when the colleague accepts."""

    class Status(models.TextChoices):
        OFFERED = "offered", "待接受"
        TAKEN = "taken", "已接任"
        DECLINED = "declined", "未接任"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "take": Transition(("offered",), "taken", HR, "接任"),
        "decline": Transition(("offered",), "declined", HR, "不接任"),
        "withdraw": Transition(("offered",), "withdrawn", (*HR, *CLERK), "撤回"),
    }
    EVENT_NAME: ClassVar[str] = "owner_handover"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="企业")
    to = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="接任人")
    offered_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="提出人")
    reason = WordsField("原因", max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField("提出时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "主账号移交"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(status="offered"), name="one_offered_handover"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"OwnerHandover {self.pk}"
