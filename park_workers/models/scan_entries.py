"""扫码登记: what a worker wrote after scanning an enterprise's poster, until the enterprise has decided on it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.links import new_link_reference, sign_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.cards import Poster
from park_workers.models.employments import Employment
from park_workers.models.organisations import Enterprise
from park_workers.models.people import WorkerRegistration
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import Role, User

#: what the sender of an entry that does not prove itself is told, whatever the reason was
ASK_IN_PERSON = "请本人携带身份证到企业人事处当面办理"


class ScanEntryQuerySet(models.QuerySet["ScanEntry"]):
    """Entries, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ScanEntryQuerySet:
        """Bureau staff see all; an enterprise sees its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)

    def waiting(self) -> ScanEntryQuerySet:
        """Those the enterprise has not decided on."""
        return self.filter(status="waiting")


class ScanEntry(StatefulModel, RecordedModel):
    """One filling-in of the scan screen.  Nobody is registered by it: the enterprise's HR confirms or refuses.

    Its personal columns are emptied some time after its end (`erased_on`); what it led to stays.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "待人事确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"
        EXPIRED = "expired", "已过期"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "confirm": Transition(("waiting",), "confirmed", (Role.ENTERPRISE_HR,), "确认登记"),
        "refuse": Transition(("waiting",), "refused", (Role.ENTERPRISE_HR,), "退回登记"),
        #: by the worker, who has no account: the receipt's link stands for them
        "withdraw": Transition(("waiting",), "withdrawn", ("system",), "撤回登记"),
        "expire": Transition(("waiting",), "expired", ("system",), "登记过期"),
    }
    EVENT_NAME = "scan_entry"
    #: what the reference is signed for in the receipt's address
    PURPOSE: ClassVar[str] = "scan_receipt"

    reference = models.CharField("受理编号", max_length=16, unique=True, default=new_link_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="scan_entries", verbose_name="企业")
    poster = models.ForeignKey(Poster, models.PROTECT, related_name="scan_entries", verbose_name="登记海报")
    person_key = models.CharField("证件号码检索值", max_length=64, blank=True, default="")
    id_number = EncryptedTextField("证件号码", bound_to="person_key")
    phone = EncryptedTextField("手机号码", bound_to="person_key")
    phone_hash = models.CharField("手机检索值", max_length=64, blank=True, default="")
    name = models.CharField("姓名", max_length=80, blank=True, default="")
    trade = models.CharField("工种", max_length=40, blank=True, default="")
    consent_version = models.CharField("知情同意版本", max_length=20)
    consented_at = models.DateTimeField("同意时间")
    entered_on = models.DateField("填写日期")
    request_id = models.CharField("请求编号", max_length=80)
    #: the person is known here under another phone, so whoever wrote this has not shown to be that person
    is_unproven = models.BooleanField("手机与已有登记不一致", default=False)
    ended_on = models.DateField("办结日期", null=True)
    decided_at = models.DateTimeField("办理时间", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    refusal_reason = WordsField("退回原因", max_length=200, blank=True, default="")
    registration = models.ForeignKey(
        WorkerRegistration, models.PROTECT, null=True, related_name="scan_entries", verbose_name="采集登记"
    )
    employment = models.ForeignKey(
        Employment, models.PROTECT, null=True, related_name="scan_entries", verbose_name="入职登记"
    )
    erased_on = models.DateField("个人信息删除日期", null=True)

    objects: ClassVar[ScanEntryQuerySet] = ScanEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "扫码登记"
        indexes = [models.Index(fields=["enterprise", "status"], name="scan_entry_waits")]
        constraints = [
            #: one entry of a person waits at an enterprise; beside it only what came from other phones, and is marked so
            models.UniqueConstraint(
                fields=["enterprise", "person_key"], condition=Q(status="waiting", is_unproven=False), name="one_waiting_scan_entry",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "person_key", "phone_hash"], condition=Q(status="waiting"), name="one_waiting_entry_per_phone",
            ),
            models.UniqueConstraint(fields=["enterprise", "request_id"], name="one_entry_per_scan_request"),
            models.CheckConstraint(
                name="scan_entry_decided_by_a_person",
                condition=~Q(status__in=["confirmed", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False, ended_on__isnull=False),
            ),
            models.CheckConstraint(
                name="scan_entry_confirmed_is_registered", condition=~Q(status="confirmed") | Q(registration__isnull=False)
            ),
            models.CheckConstraint(name="scan_entry_refused_has_reason", condition=~Q(status="refused") | ~Q(refusal_reason="")),
            models.CheckConstraint(
                name="scan_entry_erased_is_empty",
                condition=Q(erased_on__isnull=True) & ~Q(person_key="")
                | Q(erased_on__isnull=False, person_key="", id_number="", phone="", phone_hash="", name="") & ~Q(status="waiting"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"扫码登记 {self.reference}"

    @property
    def signed_reference(self) -> str:
        """What stands in the address of the receipt: the number alone, which HR sees too, opens nothing."""
        return sign_reference(self.reference, purpose=self.PURPOSE)

    @property
    def told_reason(self) -> str:
        """Why it was refused, as far as whoever sent it may know: a guesser must not learn who works here."""
        return ASK_IN_PERSON if self.is_unproven else self.refusal_reason


class SpentCaptcha(models.Model):
    """A captcha that was answered, rightly or not: it opens nothing a second time."""

    nonce = models.CharField("编号", max_length=32, unique=True)
    spent_at = models.DateTimeField("使用时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "已用验证码"

    def __str__(self) -> str:
        return self.nonce
