"""Where everybody who passed stands today, kept so that funnel and board read one short row a seat."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from park_workers.models import Worker
from training.models.classes import Enrolment, TrainingClass


class KeptPlacement(models.Model):
    """What became of a seat whose result says 合格, on every day from `from_on` to `until_on` (null: to all days to come), while
    no row beneath it changes; the columns are those of `counted_rows`.

    Derived, and never relied on while a `PlacementChange` of the person is there.  What was written of people is copied, not
    guarded: enterprise and employment are plain numbers.
    """

    enrolment = models.OneToOneField(
        Enrolment, models.CASCADE, primary_key=True, related_name="kept_placement", verbose_name="学员"
    )
    #: the canonical person on the day it was kept
    person = models.ForeignKey(Worker, models.CASCADE, related_name="+", verbose_name="人员")
    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="+", verbose_name="班次")
    #: blank: that of the class's demand, if it has one
    order_name = models.CharField("订单企业", max_length=120, blank=True, default="")
    from_on = models.DateField("起")
    until_on = models.DateField("止", null=True)
    referred_on = models.DateField("首次推荐", null=True)
    interviewed_on = models.DateField("首次面试", null=True)
    is_waiting = models.BooleanField("等待答复")
    hired_on = models.DateField("入职日期", null=True)
    enterprise_id = models.BigIntegerField("入职企业", null=True)
    employment_id = models.BigIntegerField("就业记录", null=True)
    by_referral = models.BooleanField("经推荐")
    kept_3 = models.BooleanField("满3个月在岗", null=True)
    kept_6 = models.BooleanField("满6个月在岗", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "当前就业安置"
        constraints = [
            models.CheckConstraint(
                name="kept_placement_span", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.from_on}"


class PlacementChange(models.Model):
    """Something has changed that seats of this record of a person may hang on, since they were last kept; written by triggers
    alone, for everybody who is hired or leaves, trainee or not: who sits in a class may not be committed yet.

    Several rows a record are usual.  Whoever counts again first takes away the rows it sees: a change that is not committed by
    then keeps its own.  A record, not the person: whom it stands for may change too before this is committed.
    """

    worker: Any = models.ForeignKey(
        Worker, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name="人员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "就业安置变动"

    def __str__(self) -> str:
        return str(self.worker_id)
