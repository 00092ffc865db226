"""入职日期更正申请: another hire date an enterprise asks for once a batch has judged the old one; the bureau decides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models.employments import Employment
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import Role, User

FIRM, BUREAU = (Role.ENTERPRISE_HR.value,), (Role.CLERK.value,)


class HireDateRequestQuerySet(models.QuerySet["HireDateRequest"]):
    """Requests, seen from somebody's place."""

    def visible_to(self, membership: Any) -> HireDateRequestQuerySet:
        """Bureau staff see all; an enterprise its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(employment__enterprise_id=membership.organisation_id)


class HireDateRequest(StatefulModel, RecordedModel):
    """`before` is the hire date recorded when it was asked, `hired_on` the one asked for."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待区人社局核对"
        GRANTED = "granted", "已更正"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "grant": Transition(("waiting",), "granted", BUREAU, "同意更正入职日期"),
        "refuse": Transition(("waiting",), "refused", BUREAU, "不同意更正入职日期"),
        "withdraw": Transition(("waiting",), "withdrawn", FIRM, "撤回更正入职日期"),
    }
    EVENT_NAME: ClassVar[str] = "hire_date_request"

    reference = models.CharField("申请编号", max_length=20, unique=True, default=new_reference)
    employment = models.ForeignKey(
        Employment, models.PROTECT, related_name="hire_date_requests", verbose_name="就业记录"
    )
    before = models.DateField("原入职日期")
    hired_on = models.DateField("申请的入职日期")
    reason = WordsField("原因和依据", max_length=200)
    asked_on = models.DateField("申请日期")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decision_note = WordsField("决定说明", max_length=200, blank=True, default="")

    objects: ClassVar[HireDateRequestQuerySet] = HireDateRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "入职日期更正申请"
        indexes = [models.Index(fields=["status", "asked_on"], name="hire_date_request_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["employment"], condition=Q(status="waiting"), name="one_waiting_hire_date_request"
            ),
            models.CheckConstraint(name="hire_date_request_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="hire_date_request_asks_another", condition=~Q(hired_on=F("before"))),
            models.CheckConstraint(
                name="hire_date_request_decided_by_another",
                condition=~Q(status__in=("granted", "refused"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="hire_date_request_refused_says_why", condition=~Q(status="refused") | ~Q(decision_note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employment_id}: {self.before} -> {self.hired_on}"
