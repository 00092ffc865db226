"""Classes of the bases, who teaches them and who sits in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Role, TrainingBase, Upload, User, Worker
from park_workers.models.recorded import RecordedModel
from training.models.demands import BUREAU_READERS

#: states in which the base still writes its filing; afterwards roster and plan stand, and changes are asked for
BEING_WRITTEN = ("draft", "returned")
BASE = (Role.BASE_CLERK.value,)
BUREAU = (Role.CLERK.value,)


class TrainingClassQuerySet(models.QuerySet["TrainingClass"]):
    """Classes, seen from somebody's place."""

    def visible_to(self, membership: Any) -> TrainingClassQuerySet:
        """Bureau staff see all but what a base has not filed yet, a base its own."""
        if membership.role in BUREAU_READERS:
            return self.exclude(status="draft")
        if membership.role == Role.BASE_CLERK:
            return self.filter(base_id=membership.organisation_id)
        return self.none()

    def held(self) -> TrainingClassQuerySet:
        """Classes that were or will be: not those still being written, nor those called off."""
        return self.exclude(status__in=(*BEING_WRITTEN, "cancelled"))


class TrainingClass(StatefulModel, RecordedModel):
    """One class (班次) of a base: trade, level and dates.  A base may use a number again for a later run.

    A class is filed (开班备案) before it begins.  One that only a pass list has told of (补报) is completed from the start and
    `is_reported`: it has neither plan nor teachers nor a filing.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        FILED = "filed", "待受理"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已备案"
        RUNNING = "running", "开班中"
        COMPLETED = "completed", "已结业"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "file": Transition(BEING_WRITTEN, "filed", BASE, "提交备案"),
        "return": Transition(("filed",), "returned", BUREAU, "退回备案"),
        "accept": Transition(("filed",), "accepted", BUREAU, "受理备案"),
        "start": Transition(("accepted",), "running", BASE, "开班"),
        "complete": Transition(("running",), "completed", BASE, "结业"),
        "cancel": Transition(("draft", "filed", "returned", "accepted", "running"), "cancelled", BASE, "取消班次"),
    }
    EVENT_NAME: ClassVar[str] = "class"

    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="classes", verbose_name="基地")
    number = models.CharField("班次", max_length=60)
    trade = models.CharField("工种", max_length=40)
    level = models.PositiveSmallIntegerField("级别（5 为五级，1 为一级）")
    starts_on = models.DateField("开班日期")
    ends_on = models.DateField("结业日期")
    planned_hours = models.PositiveSmallIntegerField("计划学时")
    is_reported = models.BooleanField("补报", default=False)
    demand = models.ForeignKey(
        "training.LabourDemand", models.PROTECT, null=True, related_name="classes", verbose_name="订单需求"
    )
    plan = models.TextField("教学计划", blank=True, default="")
    place = models.CharField("地点", max_length=120, blank=True, default="")
    capacity = models.PositiveSmallIntegerField("名额", default=0)
    filed_on = models.DateField("报备日期", null=True)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="报备人")
    decided_on = models.DateField("受理或退回日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="受理人")
    return_reason = WordsField("退回原因", max_length=200, blank=True, default="")
    started_on = models.DateField("实际开班日期", null=True)
    completed_on = models.DateField("办结日期", null=True)
    cancelled_on = models.DateField("取消日期", null=True)
    cancel_reason = WordsField("取消原因", max_length=200, blank=True, default="")
    #: names one filling-in of the form; a class told of by a pass list has none
    request_id = models.CharField("请求编号", max_length=80, null=True)

    objects: ClassVar[TrainingClassQuerySet] = TrainingClassQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        indexes = [models.Index(fields=["status", "starts_on"], name="class_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["base", "number", "starts_on"], name="one_class_per_number_and_start"),
            models.UniqueConstraint(fields=["base", "request_id"], name="one_class_per_request"),
            models.CheckConstraint(name="class_span", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="class_level", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(
                name="reported_class_is_over", condition=Q(is_reported=False) | Q(status="completed", filed_on__isnull=True)
            ),
            models.CheckConstraint(
                name="filed_class_is_whole",
                condition=Q(is_reported=True) | Q(status__in=("draft", "returned", "cancelled"))
                | (Q(filed_on__isnull=False, filed_by__isnull=False, capacity__gte=1) & ~Q(plan="") & ~Q(place="")),
            ),
            models.CheckConstraint(
                name="accepted_by_the_bureau",
                condition=Q(is_reported=True) | ~Q(status__in=("accepted", "running", "completed", "returned"))
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("filed_by"))),
            ),
            models.CheckConstraint(name="class_returned_with_reason", condition=~Q(status="returned") | ~Q(return_reason="")),
            models.CheckConstraint(
                name="class_cancelled_with_reason",
                condition=~Q(status="cancelled") | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
            ),
            models.CheckConstraint(
                name="class_completed_after_its_end",
                condition=Q(is_reported=True) | ~Q(status="completed")
                | Q(started_on__isnull=False, completed_on__gte=F("ends_on")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_being_written(self) -> bool:
        """Whether roster and plan are the base's own to change."""
        return self.status in BEING_WRITTEN


class ClassTeacher(RecordedModel):
    """Who teaches a class, and what entitles them to."""

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="teachers", verbose_name="班次")
    name = models.CharField("姓名", max_length=80)
    qualification = models.CharField("资质", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "教师"
        constraints = [models.UniqueConstraint(fields=["training_class", "name"], name="teacher_named_once")]

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Seats."""

    def on_roster(self) -> EnrolmentQuerySet:
        """Not taken off again."""
        return self.filter(withdrawn_on__isnull=True)

    def trained(self) -> EnrolmentQuerySet:
        """What the figures count: seats of classes that are over, or with a result, and not taken off."""
        is_over = Q(training_class__status="completed") | Q(assessment__isnull=False)
        return self.on_roster().filter(is_over)


class Enrolment(RecordedModel):
    """One person in one class; "trained" counts these once the class is over (`trained`).

    A seat taken by an agreed change of a frozen roster names it; one given up so keeps its row and the day.
    """

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="enrolments", verbose_name="班次")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="enrolments", verbose_name="学员")
    attended_hours = models.PositiveSmallIntegerField("实到学时", default=0)
    order_enterprise_name = models.CharField("订单企业", max_length=120, blank=True, default="")
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")
    added_by_change = models.ForeignKey(
        "training.ClassChangeRequest", models.PROTECT, null=True, related_name="+", verbose_name="增补依据"
    )
    withdrawn_by_change = models.ForeignKey(
        "training.ClassChangeRequest", models.PROTECT, null=True, related_name="+", verbose_name="退出依据"
    )
    withdrawn_on = models.DateField("退出日期", null=True)

    objects: ClassVar[EnrolmentQuerySet] = EnrolmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "学员"
        constraints = [
            models.UniqueConstraint(fields=["training_class", "worker"], name="enrolled_once_per_class"),
            models.CheckConstraint(
                name="withdrawn_by_a_change",
                condition=Q(withdrawn_on__isnull=True, withdrawn_by_change__isnull=True)
                | Q(withdrawn_on__isnull=False, withdrawn_by_change__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training_class} {self.worker}"
