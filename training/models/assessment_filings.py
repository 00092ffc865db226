"""企业职业技能等级认定申报备案: an enterprise asks to assess its own people."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Enterprise, Role, User
from park_workers.models.organisations import organisation_matches
from park_workers.models.recorded import RecordedModel
from training.models.assessors import AssessorOrganisation

HR, CLERK = (Role.ENTERPRISE_HR.value,), (Role.CLERK.value,)
DECIDERS = (Role.REVIEWER.value, Role.APPROVER.value)
OPEN = ("draft", "submitted", "returned", "accepted")


class AssessmentFilingQuerySet(models.QuerySet["EnterpriseAssessmentFiling"]):
    """Filings, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AssessmentFilingQuerySet:
        """An enterprise sees its own; bureau staff see what has been sent to them; others none."""
        if membership.sees_business_of_all:
            return self.filter(first_sent_on__isnull=False)
        if membership.role != Role.ENTERPRISE_HR:
            return self.none()
        return self.filter(enterprise_id=membership.organisation_id)

    def search(self, text: str) -> AssessmentFilingQuerySet:
        """By reference, or the enterprise's name or credit code."""
        return self.filter(Q(reference=text) | organisation_matches(text, to="enterprise__organisation__"))


class EnterpriseAssessmentFiling(StatefulModel, RecordedModel):
    """One application: trades and levels, examiners, places, material, contact; what is approved is an assessor of kind Y.

    The clerk who accepts it states under which code, number and span it would be filed; another person decides.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待受理"
        RETURNED = "returned", "待补正"
        ACCEPTED = "accepted", "待审批"
        APPROVED = "approved", "已备案"
        REFUSED = "refused", "不予备案"
        EXPIRED = "expired", "备案到期"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "submit": Transition(("draft", "returned"), "submitted", HR, "提交申报"),
        "return": Transition(("submitted",), "returned", CLERK, "退回补正"),
        "accept": Transition(("submitted",), "accepted", CLERK, "受理"),
        "approve": Transition(("accepted",), "approved", DECIDERS, "同意备案"),
        "refuse": Transition(("accepted",), "refused", DECIDERS, "不予备案"),
        "withdraw": Transition(OPEN, "withdrawn", HR, "撤回"),
        "expire": Transition(("approved",), "expired", ("system",), "备案到期"),
    }
    EVENT_NAME: ClassVar[str] = "assessment_filing"

    reference = models.CharField("申报编号", max_length=20, unique=True, default=new_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="assessment_filings", verbose_name="企业")
    contact_name = models.CharField("联系人", max_length=60, blank=True, default="")
    contact_phone = EncryptedTextField("联系电话", bound_to="reference", blank=True, default="")
    statement = WordsField("自主评价说明", max_length=500, blank=True, default="")
    #: what is to be completed (补正清单), each a sentence; stays until it is sent again
    to_mend = models.JSONField("补正清单", default=list)
    first_sent_on = models.DateField("首次提交日期", null=True)
    sent_on = models.DateField("提交日期", null=True)
    accepted_on = models.DateField("受理日期", null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="受理人")
    assessor_code = models.CharField("拟用机构代码", max_length=4, blank=True, default="")
    filing_number = models.CharField("拟用备案号", max_length=60, blank=True, default="")
    valid_from = models.DateField("拟定有效期起", null=True)
    valid_to = models.DateField("拟定有效期止", null=True)
    decided_on = models.DateField("审批日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    reason = WordsField("不予备案或撤回原因", max_length=200, blank=True, default="")
    assessor = models.OneToOneField(
        AssessorOrganisation, models.PROTECT, null=True, related_name="application", verbose_name="备案的认定机构"
    )

    objects: ClassVar[AssessmentFilingQuerySet] = AssessmentFilingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "企业认定申报备案"
        indexes = [models.Index(fields=["status", "sent_on"], name="assessment_filing_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(status__in=OPEN), name="one_open_assessment_filing"
            ),
            models.CheckConstraint(
                name="assessment_filing_sent",
                condition=Q(status__in=("draft", "withdrawn")) | Q(first_sent_on__isnull=False, sent_on__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_filing_accepted",
                condition=~Q(status__in=("accepted", "approved", "refused", "expired"))
                | (Q(accepted_on__isnull=False, accepted_by__isnull=False, valid_from__isnull=False,
                     valid_to__gte=F("valid_from")) & ~Q(assessor_code="") & ~Q(filing_number="")),
            ),
            models.CheckConstraint(
                name="assessment_filing_decided_by_another",
                condition=~Q(status__in=("approved", "refused", "expired"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("accepted_by"))),
            ),
            models.CheckConstraint(
                name="assessment_filing_approved_is_assessor",
                condition=Q(status__in=("approved", "expired"), assessor__isnull=False)
                | Q(status__in=(*OPEN, "refused", "withdrawn"), assessor__isnull=True),
            ),
            models.CheckConstraint(
                name="assessment_filing_refused_with_reason", condition=~Q(status="refused") | ~Q(reason="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"EnterpriseAssessmentFiling {self.reference}"

    @property
    def is_open_to_enterprise(self) -> bool:
        """Whether the enterprise may still write in it."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)


class FilingScope(models.Model):
    """A trade and a span of levels the enterprise asks for."""

    filing = models.ForeignKey(EnterpriseAssessmentFiling, models.CASCADE, related_name="scopes", verbose_name="申报")
    trade = models.CharField("职业工种", max_length=40)
    lowest = models.PositiveSmallIntegerField("最低级别")
    highest = models.PositiveSmallIntegerField("最高级别")

    class Meta:
        verbose_name = verbose_name_plural = "申报范围"
        constraints = [
            models.UniqueConstraint(fields=["filing", "trade"], name="filing_asks_trade_once"),
            models.CheckConstraint(
                name="filing_scope_levels", condition=Q(lowest__lte=5, highest__gte=1, lowest__gte=F("highest"))
            ),
        ]

    def __str__(self) -> str:
        return self.trade


class FilingStaff(models.Model):
    """A person the enterprise names for its assessments: an examiner by card number, or staff without one."""

    filing = models.ForeignKey(EnterpriseAssessmentFiling, models.CASCADE, related_name="staff", verbose_name="申报")
    name = models.CharField("姓名", max_length=60)
    duty = models.CharField("职责", max_length=20)
    card_number = models.CharField("考评员证号", max_length=40, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "认定人员"

    def __str__(self) -> str:
        return self.name


class FilingPlace(models.Model):
    """Where the enterprise would assess."""

    filing = models.ForeignKey(EnterpriseAssessmentFiling, models.CASCADE, related_name="places", verbose_name="申报")
    name = models.CharField("场地", max_length=120)
    seats = models.PositiveSmallIntegerField("工位数")

    class Meta:
        verbose_name = verbose_name_plural = "认定场地"

    def __str__(self) -> str:
        return self.name


class FilingMaterial(RecordedModel):
    """A photographed page of the material, drawn anew, or a PDF in which nothing acts; encrypted."""

    filing = models.ForeignKey(
        EnterpriseAssessmentFiling, models.CASCADE, related_name="materials", verbose_name="申报"
    )
    kind = models.CharField("材料", max_length=40)
    picture = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="照片")

    class Meta:
        verbose_name = verbose_name_plural = "申报材料"

    def __str__(self) -> str:
        return self.kind

    @property
    def is_pdf(self) -> bool:
        """Whether it is given out as a document to save; a picture is looked at."""
        return str(self.picture.original_name).endswith(".pdf")
