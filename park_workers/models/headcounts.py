"""How many people each enterprise employs, kept so that nobody has to count them: at the ends of months, and on days like today."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.models.organisations import Enterprise


class HeadcountSnapshot(models.Model):
    """Heads of an enterprise at a month's end, written by a Job; a later correction makes a new version."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="headcounts", verbose_name="企业")
    month_end = models.DateField("月末")
    edition = models.PositiveIntegerField("版次")
    headcount = models.PositiveIntegerField("在岗人数")
    front_line = models.PositiveIntegerField("一线人数")
    recorded_at = models.DateTimeField("统计时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "月末人数"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "month_end", "edition"], name="one_headcount_per_edition"),
            models.CheckConstraint(name="front_line_within_headcount", condition=Q(front_line__lte=F("headcount"))),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.month_end}: {self.headcount}"


class KeptHeadcountQuerySet(models.QuerySet["KeptHeadcount"]):
    """Kept counts."""

    def good_on(self, day: date) -> KeptHeadcountQuerySet:
        """Those that hold on a day as far as days go; whether rows have changed since, `HeadcountChange` says."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)


class KeptHeadcount(models.Model):
    """Heads of an enterprise on every day from `from_on` to `until_on` (null: to all days to come), while no row changes.

    Beside them those of the end of the month that waits for confirmation.  Derived, and never relied on while a
    `HeadcountChange` of the enterprise is there.
    """

    enterprise = models.OneToOneField(
        Enterprise, models.CASCADE, primary_key=True, related_name="kept_headcount", verbose_name="企业"
    )
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)
    headcount = models.PositiveIntegerField("在岗人数")
    front_line = models.PositiveIntegerField("一线人数")
    month_end = models.DateField("月末", null=True)
    month_headcount = models.PositiveIntegerField("月末在岗人数", default=0)
    month_front_line = models.PositiveIntegerField("月末一线人数", default=0)

    objects: ClassVar[KeptHeadcountQuerySet] = KeptHeadcountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "当前人数"
        constraints = [
            models.CheckConstraint(name="kept_front_line_within", condition=Q(front_line__lte=F("headcount"))),
            models.CheckConstraint(
                name="kept_headcount_span", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.from_on}: {self.headcount}"


class HeadcountChange(models.Model):
    """Employments or posts of this enterprise have changed since its heads were last kept; written by triggers alone.

    Several rows an enterprise are usual.  Whoever counts again first takes away the rows it sees: a change that is
    not committed by then keeps its own.
    """

    enterprise: Any = models.ForeignKey(
        Enterprise, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="企业"
    )

    class Meta:
        verbose_name = verbose_name_plural = "人数变动"

    def __str__(self) -> str:
        return str(self.enterprise_id)
