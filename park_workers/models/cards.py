"""What carries a signed QR code: the poster of an enterprise, the card of a worker, and the sheets cards are printed on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.jobs import Job
from park_workers.foundation.links import new_link_reference, sign_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.employments import Employment, EmploymentQuerySet
from park_workers.models.organisations import Enterprise
from park_workers.models.people import Worker
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import Role

KEEPERS = (Role.ENTERPRISE_HR, Role.CLERK)
STANDS = Q(status="valid", revoked_at__isnull=True, revoke_reason="")
IS_REVOKED = Q(status="revoked", revoked_at__isnull=False) & ~Q(revoke_reason="")


class OfEnterprise(models.QuerySet[Any]):
    """Rows of enterprises, seen from somebody's place."""

    def visible_to(self, membership: Any) -> OfEnterprise:
        """Bureau staff see all; an enterprise sees its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)

    def standing(self) -> OfEnterprise:
        """Those that have not been revoked."""
        return self.filter(status="valid")


class SignedPaper(StatefulModel, RecordedModel):
    """Abstract: a random reference that is signed for one purpose, given out on a day, revoked at most once."""

    class Status(models.TextChoices):
        VALID = "valid", "有效"
        REVOKED = "revoked", "已作废"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {"revoke": Transition(("valid",), "revoked", KEEPERS, "作废")}
    #: what the reference is signed for; another purpose's signature does not open it
    PURPOSE: ClassVar[str] = ""

    reference = models.CharField("编号", max_length=16, unique=True, default=new_link_reference)
    issued_on = models.DateField("发出日期")
    revoked_at = models.DateTimeField("作废时间", null=True)
    revoked_by = models.ForeignKey(
        "park_workers.Membership", models.PROTECT, null=True, related_name="+", verbose_name="作废人"
    )
    revoke_reason = WordsField("作废原因", max_length=200, blank=True, default="")
    #: the one this took the place of
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="替换的编号"
    )

    class Meta:
        abstract = True

    @property
    def signed_reference(self) -> str:
        """What stands in the address of its QR code."""
        return sign_reference(self.reference, purpose=self.PURPOSE)

    @property
    def successor(self) -> Any:
        """What took its place, or None."""
        return getattr(self, "replaced_by", None)


class Poster(SignedPaper):
    """The QR poster of an enterprise: whoever scans it registers there; one stands at a time."""

    PURPOSE = "poster"
    EVENT_NAME = "poster"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="posters", verbose_name="企业")

    objects: ClassVar[OfEnterprise] = OfEnterprise.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "登记海报"
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(status="valid"), name="one_standing_poster"),
            models.CheckConstraint(name="poster_revoked_with_reason", condition=STANDS | IS_REVOKED),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.issued_on}"


class WorkerCard(SignedPaper):
    """The card (工牌) of a worker at an enterprise; whether it is good today is looked up, not printed."""

    PURPOSE = "card"
    EVENT_NAME = "card"

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="cards", verbose_name="人员")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="cards", verbose_name="企业")

    objects: ClassVar[OfEnterprise] = OfEnterprise.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "工牌"
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "enterprise"], condition=Q(status="valid"), name="one_standing_card"
            ),
            models.CheckConstraint(name="card_revoked_with_reason", condition=STANDS | IS_REVOKED),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} @ {self.enterprise_id} {self.issued_on}"

    def employments(self) -> EmploymentQuerySet:
        """Spans of this person at this enterprise, also those under a record merged into this one."""
        person = self.worker.canonical_id
        is_theirs = Q(worker_id=person) | Q(worker__merged_into_id=person)
        return Employment.objects.filter(is_theirs, enterprise_id=self.enterprise_id)


class CardPrint(RecordedModel):
    """Sheets of cards that somebody asked for: made by a job, kept for some days, encrypted."""

    reference = models.CharField("打印编号", max_length=20, unique=True, default=new_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="card_prints", verbose_name="企业")
    #: whom it is for, in words: 全部在职, 2026-11-01 起入职, 选定人员
    choice = models.CharField("范围", max_length=60)
    day = models.DateField("业务日期")
    cards = models.PositiveIntegerField("张数")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="制作任务")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    request_id = models.CharField("请求编号", max_length=64)
    forgotten_at = models.DateTimeField("清理时间", null=True)

    objects: ClassVar[OfEnterprise] = OfEnterprise.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "工牌打印"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "request_id"], name="one_card_print_per_request"),
            models.CheckConstraint(
                name="forgotten_card_print_has_no_file", condition=Q(forgotten_at__isnull=True) | Q(file__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.choice}"
