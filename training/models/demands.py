"""用工需求: whom an enterprise looks for, so that a base can train to order."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Enterprise, Role
from park_workers.models.recorded import RecordedModel

POSTERS = (Role.ENTERPRISE_HR.value, Role.CLERK.value)
#: bureau staff who read the business of bases; the city bureau sees batches only
BUREAU_READERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})


class LabourDemandQuerySet(models.QuerySet["LabourDemand"]):
    """Demands, seen from somebody's place."""

    def visible_to(self, membership: Any) -> LabourDemandQuerySet:
        """Bureau staff see all, an enterprise its own, a base of the same bureau the open ones and those it has a class for."""
        if membership.role in BUREAU_READERS:
            return self
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(enterprise_id=membership.organisation_id)
        if membership.role == Role.BASE_CLERK:
            own = self.model.objects.filter(classes__base_id=membership.organisation_id)
            offered = Q(status="open", enterprise__bureau__training_bases__organisation_id=membership.organisation_id)
            return self.filter(offered | Q(pk__in=own.values("pk")))
        return self.none()


class LabourDemand(StatefulModel, RecordedModel):
    """So many heads of a trade wanted by a day; wages are fen a month, the level is the lowest that is wanted (null = any)."""

    class Status(models.TextChoices):
        OPEN = "open", "招工中"
        FILLED = "filled", "已招满"
        WITHDRAWN = "withdrawn", "已撤回"
        CLOSED = "closed", "已关闭"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "fill": Transition(("open",), "filled", POSTERS, "标为招满"),
        "withdraw": Transition(("open",), "withdrawn", POSTERS, "撤回需求"),
        "close": Transition(("open",), "closed", (Role.CLERK.value,), "关闭需求"),
    }
    EVENT_NAME: ClassVar[str] = "demand"

    reference = models.CharField("需求编号", max_length=20, unique=True, default=new_reference)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="demands", verbose_name="企业")
    trade = models.CharField("工种", max_length=40)
    level = models.PositiveSmallIntegerField("最低级别", null=True, help_text="5 为五级，1 为一级；空为不限")
    heads = models.PositiveSmallIntegerField("人数")
    wage_from_fen = models.PositiveIntegerField("月工资下限（分）", null=True)
    wage_to_fen = models.PositiveIntegerField("月工资上限（分）", null=True)
    posted_on = models.DateField("发布日期")
    needed_by = models.DateField("到岗期限")
    has_dormitory = models.BooleanField("提供宿舍", default=False)
    has_meals = models.BooleanField("提供伙食", default=False)
    note = WordsField("说明", max_length=300, blank=True, default="")
    ended_on = models.DateField("结束日期", null=True)
    end_reason = WordsField("结束原因", max_length=200, blank=True, default="")
    #: names one filling-in of the form: a second tap makes no second row
    request_id = models.CharField("请求编号", max_length=80)

    objects: ClassVar[LabourDemandQuerySet] = LabourDemandQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "用工需求"
        indexes = [models.Index(fields=["status", "needed_by"], name="demand_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "request_id"], name="one_demand_per_request"),
            models.CheckConstraint(name="demand_of_somebody", condition=Q(heads__gte=1)),
            models.CheckConstraint(
                name="demand_level", condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="demand_wage_range",
                condition=Q(wage_from_fen__isnull=True) | Q(wage_to_fen__isnull=True)
                | Q(wage_to_fen__gte=F("wage_from_fen")),
            ),
            models.CheckConstraint(name="demand_needed_after_posting", condition=Q(needed_by__gte=F("posted_on"))),
            models.CheckConstraint(
                name="demand_ended_on",
                condition=Q(status="open", ended_on__isnull=True) | (~Q(status="open") & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(name="demand_closed_with_reason", condition=~Q(status="closed") | ~Q(end_reason="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.trade} {self.heads}"
