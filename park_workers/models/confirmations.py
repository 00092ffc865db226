"""在岗确认: what an enterprise has said of a month, and the list it said it of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.models.organisations import Enterprise
from park_workers.models.recorded import RecordedModel


class HeadcountConfirmationQuerySet(models.QuerySet["HeadcountConfirmation"]):
    """Confirmations, seen from somebody's place."""

    def visible_to(self, membership: Any) -> HeadcountConfirmationQuerySet:
        """Bureau staff see all; an enterprise sees its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)


class HeadcountConfirmation(RecordedModel):
    """One enterprise's word about one month; a later change of the month is confirmed by another edition, never by an edit.

    The month begins with its predecessor's last day: `heads_at_start` are employed then, `joined` are hired after it, `left`
    are gone before the month's own last day (who leaves on that day still counts), so that start + joined − left = end.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="confirmations", verbose_name="企业")
    month = models.DateField("月份", help_text="当月 1 日")
    edition = models.PositiveIntegerField("版次")
    confirmed_on = models.DateField("确认日期")
    heads_at_start = models.PositiveIntegerField("上月末在岗")
    joined = models.PositiveIntegerField("本月入职")
    left = models.PositiveIntegerField("本月离职")
    heads_at_end = models.PositiveIntegerField("月末在岗")
    front_line = models.PositiveIntegerField("月末一线")
    digest = models.CharField("名单摘要", max_length=64)
    #: the list: employment, hired on, left on or "", trade, 1 for the front line; no name and no number
    people = models.JSONField("名单", default=list)

    objects: ClassVar[HeadcountConfirmationQuerySet] = HeadcountConfirmationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "在岗确认"
        indexes = [models.Index(fields=["month"], name="headcount_confirmation_month")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "month", "edition"], name="one_confirmation_per_edition"),
            models.CheckConstraint(
                name="confirmed_heads_add_up",
                condition=Q(heads_at_end=F("heads_at_start") + F("joined") - F("left")),
            ),
            models.CheckConstraint(name="confirmed_front_line_within", condition=Q(front_line__lte=F("heads_at_end"))),
            models.CheckConstraint(name="confirmed_once_month_began", condition=Q(confirmed_on__gte=F("month"))),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.month:%Y-%m} #{self.edition}"


class ConfirmedMonthsLook(models.Model):
    """Which of an enterprise's confirmed months are otherwise now; derived, and never relied on while `is_due` or while a
    `HeadcountChange` of the enterprise is there.
    """

    enterprise = models.OneToOneField(
        Enterprise, models.CASCADE, primary_key=True, related_name="months_look", verbose_name="企业"
    )
    is_due = models.BooleanField("待核对", default=True)
    #: {"2023-03": {"edition": 1, "changes": 2, "found_on": "2023-05-04"}}
    months = models.JSONField("确认后有变动的月份", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "已确认月份核对"

    def __str__(self) -> str:
        return str(self.enterprise_id)
