"""Who works where, since when, under which contract and on which post."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.written_words import WordsField
from park_workers.models.named import of_people
from park_workers.models.organisations import Enterprise, Organisation
from park_workers.models.people import Worker
from park_workers.models.recorded import RecordedModel


class EmploymentQuerySet(models.QuerySet["Employment"]):
    """Employments, seen from somebody's place or on a day."""

    def visible_to(self, membership: Any) -> EmploymentQuerySet:
        """Bureau staff see all; an enterprise sees its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)

    def search(self, text: str) -> EmploymentQuerySet:
        """Of people who are found so, or with that acceptance number (受理编号)."""
        return self.filter(of_people(Worker.objects.search(text)) | Q(reference=text.strip()))

    def employed_on(self, day: date) -> EmploymentQuerySet:
        """Hired by the day and not left before it: the leaving day itself still counts."""
        return self.filter(hired_on__lte=day).filter(Q(left_on__isnull=True) | Q(left_on__gte=day))


class Employment(RecordedModel):
    """One span of work of one person at one enterprise; `left_on` is inclusive."""

    class Source(models.TextChoices):
        ROSTER = "roster", "花名册"
        FORM = "form", "手机登记"
        QR = "qr", "扫码登记"

    reference = models.CharField("受理编号", max_length=20, unique=True, default=new_reference)
    # Keys without an index of their own (db_index=False), here and below, begin one of those in Meta.
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="employments", verbose_name="人员", db_index=False)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="employments", verbose_name="企业", db_index=False
    )
    hired_on = models.DateField("入职日期")
    left_on = models.DateField("离职日期", null=True, blank=True)
    leave_reason = WordsField("离职原因", max_length=60, blank=True, default="")
    introducer = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="introduced", verbose_name="引工人")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="人力资源机构")
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.ROSTER)
    upload = models.ForeignKey(
        "park_workers.Upload", models.PROTECT, null=True, related_name="+", verbose_name="来源文件"
    )
    request_id = models.CharField("请求编号", max_length=64, null=True, blank=True)

    objects: ClassVar[EmploymentQuerySet] = EmploymentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "就业记录"
        indexes = [
            models.Index(fields=["enterprise", "hired_on"], name="employment_enterprise_hired"),
            # whoever has left, in the order of people
            models.Index(fields=["worker", "left_on"], name="employment_left", condition=Q(left_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["worker", "enterprise", "hired_on"], name="one_employment_per_hire_date"),
            models.UniqueConstraint(fields=["enterprise", "request_id"], name="one_employment_per_request"),
            models.CheckConstraint(
                name="employment_span", condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} @ {self.enterprise_id} {self.hired_on}"


class PerhapsNeverHired(models.Model):
    """Everybody nobody has ever employed is here, by each record; whoever has been hired meanwhile may still be.

    So that those few are not looked for among a million: triggers note everybody who becomes known or loses an employment, the
    clock takes away who has one, and whoever reads asks for employments all the same.  Several rows a record do no harm.
    """

    worker: Any = models.ForeignKey(
        Worker, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="人员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "可能未就业"

    def __str__(self) -> str:
        return str(self.worker_id)


class EmploymentOverlap(RecordedModel):
    """Employed at two enterprises at once: accepted, warned and listed as open; it alone stops no payment."""

    earlier = models.ForeignKey(Employment, models.PROTECT, related_name="overlaps_later", verbose_name="先登记")
    later = models.ForeignKey(Employment, models.PROTECT, related_name="overlaps_earlier", verbose_name="后登记")
    closed_at = models.DateTimeField("处理时间", null=True)
    closing_note = WordsField("处理说明", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "重叠就业"
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="overlap_listed_once")]

    def __str__(self) -> str:
        return f"{self.earlier_id} / {self.later_id}"


class ContractSpan(RecordedModel):
    """A labour contract (or dispatch agreement) under an employment; `ends_on` null = open-ended (无固定期限)."""

    class Form(models.TextChoices):
        CONTRACT = "劳动合同", "劳动合同"
        DISPATCH = "劳务派遣", "劳务派遣"

    employment = models.ForeignKey(
        Employment, models.PROTECT, related_name="contracts", verbose_name="就业记录", db_index=False
    )
    starts_on = models.DateField("合同起始日")
    ends_on = models.DateField("合同终止日", null=True, blank=True)
    form = models.CharField("用工形式", max_length=10, choices=Form)

    class Meta:
        verbose_name = verbose_name_plural = "合同"
        constraints = [
            models.UniqueConstraint(fields=["employment", "starts_on"], name="one_contract_per_start"),
            models.CheckConstraint(
                name="contract_span", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on or '无固定期限'}"


class PostSpan(RecordedModel):
    """Trade and post under an employment from a day on (until the next span)."""

    employment = models.ForeignKey(
        Employment, models.PROTECT, related_name="posts", verbose_name="就业记录", db_index=False
    )
    starts_on = models.DateField("起始日")
    trade = models.CharField("工种", max_length=40)
    is_front_line = models.BooleanField("一线")

    class Meta:
        verbose_name = verbose_name_plural = "岗位经历"
        indexes = [models.Index(fields=["trade"], name="post_trade")]
        constraints = [models.UniqueConstraint(fields=["employment", "starts_on"], name="one_post_per_start")]

    def __str__(self) -> str:
        return f"{self.trade} {self.starts_on}"
