"""What a clerk asks an enterprise to correct, and its answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Employment, Enterprise, Role, User, Worker
from park_workers.models.recorded import RecordedModel
from subsidies.models.lines import LineItem


class CorrectionRequestQuerySet(models.QuerySet["CorrectionRequest"]):
    """Requests, seen from somebody's place."""

    def visible_to(self, membership: Any) -> CorrectionRequestQuerySet:
        """Bureau staff see all; an enterprise what it is asked."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)


class CorrectionRequest(StatefulModel, RecordedModel):
    """请企业更正: what is wrong, about whom, until when; the enterprise mends it and answers, the clerk closes it."""

    class Status(models.TextChoices):
        OPEN = "open", "待企业更正"
        ANSWERED = "answered", "企业已答复"
        CLOSED = "closed", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"

    class About(models.TextChoices):
        CONTRACT = "contract", "劳动合同"
        POST = "post", "岗位（一线）"
        LEAVE = "leave", "离职登记"
        HIRE = "hire", "入职日期"
        IDENTITY = "identity", "姓名或证件号码"
        INSURANCE = "insurance", "社保缴费"
        ACCOUNT = "account", "收款账户"
        OTHER = "other", "其他"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "answer": Transition(("open",), "answered", (Role.ENTERPRISE_HR,), "答复更正要求"),
        "reopen": Transition(("answered",), "open", (Role.CLERK,), "请企业再更正"),
        "close": Transition(("answered",), "closed", (Role.CLERK,), "办结更正要求"),
        "withdraw": Transition(("open", "answered"), "withdrawn", (Role.CLERK,), "撤回更正要求"),
    }
    EVENT_NAME = "correction"

    reference = models.CharField("更正编号", max_length=20, unique=True, default=new_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="corrections", verbose_name="企业")
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="corrections", verbose_name="人员")
    employment = models.ForeignKey(
        Employment, models.PROTECT, null=True, related_name="corrections", verbose_name="就业记录"
    )
    line = models.ForeignKey(
        LineItem, models.PROTECT, null=True, related_name="correction_requests", verbose_name="明细"
    )
    about = models.CharField("更正事项", max_length=12, choices=About)
    text = WordsField("更正要求", max_length=300)
    asked_on = models.DateField("提出日期")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    until = models.DateField("办理期限")
    answer = WordsField("企业答复", max_length=300, blank=True, default="")
    answered_on = models.DateField("答复日期", null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    closed_on = models.DateField("办结日期", null=True)

    objects: ClassVar[CorrectionRequestQuerySet] = CorrectionRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "更正要求"
        indexes = [models.Index(fields=["enterprise", "status"], name="correction_of_enterprise")]
        constraints = [
            models.CheckConstraint(name="correction_says_what", condition=~Q(text="")),
            models.CheckConstraint(name="correction_term", condition=Q(until__gte=F("asked_on"))),
            models.CheckConstraint(
                name="correction_answer_complete",
                condition=~Q(status__in=("answered", "closed"))
                | (Q(answered_on__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="correction_end_has_date",
                condition=~Q(status__in=("closed", "withdrawn")) | Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.get_about_display()}"
