"""催办: which enterprise was reminded of which month, at which stage."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.written_words import WordsField
from park_workers.models.organisations import Enterprise
from park_workers.models.users import User


class HeadcountReminderQuerySet(models.QuerySet["HeadcountReminder"]):
    """Reminders, seen from somebody's place."""

    def visible_to(self, membership: Any) -> HeadcountReminderQuerySet:
        """Bureau staff see all; an enterprise its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(enterprise_id=membership.organisation_id)


class HeadcountReminder(models.Model):
    """One text to one enterprise about one month's 在岗确认: the row is the right to send it, so two workers send one.

    `edition` is the confirmation after which the month changed, 0 while nobody has confirmed it.  `sent_at` is empty until
    the sender took it; `reason` says why it did not.
    """

    class Stage(models.TextChoices):
        OPEN = "open", "开始确认"
        DUE = "due", "临近期限"
        LATE = "late", "逾期催办"
        CHANGED = "changed", "确认后有变动"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="headcount_reminders", verbose_name="企业")
    month = models.DateField("月份", help_text="当月 1 日")
    stage = models.CharField("阶段", max_length=8, choices=Stage)
    edition = models.PositiveIntegerField("所变动的版次", default=0)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提醒的人")
    reminded_on = models.DateField("提醒日期")
    sent_at = models.DateTimeField("发出时间", null=True)
    reason = WordsField("未发出原因", max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    objects: ClassVar[HeadcountReminderQuerySet] = HeadcountReminderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "在岗确认提醒"
        indexes = [models.Index(fields=["month"], name="headcount_reminder_month")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "month", "stage", "edition"], name="one_reminder_per_stage"),
            models.CheckConstraint(
                name="reminder_of_change_names_edition",
                condition=Q(stage="changed", edition__gt=0) | (~Q(stage="changed") & Q(edition=0)),
            ),
            models.CheckConstraint(name="reminder_sent_or_why_not", condition=Q(sent_at__isnull=True) | Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.month:%Y-%m} {self.stage}"
