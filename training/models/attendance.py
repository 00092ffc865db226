"""考勤: the sessions of a class and who was there, with every correction kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.links import new_link_reference
from park_workers.foundation.written_words import WordsField
from park_workers.models import Upload
from park_workers.models.recorded import RecordedModel
from training.models.classes import Enrolment, TrainingClass

#: lesson hours (45 minutes) that one session can have at most
MOST_SESSION_HOURS = 12


class SessionQuerySet(models.QuerySet["ClassSession"]):
    """Sessions, seen from somebody's place."""

    def visible_to(self, membership: Any) -> SessionQuerySet:
        """Bureau staff see all; a base sees those of its own classes."""
        if membership.sees_business_of_all:
            return self
        return self.filter(training_class__base_id=membership.organisation_id)

    def standing(self) -> SessionQuerySet:
        """Those that have not been cancelled."""
        return self.filter(cancelled_on__isnull=True)


class ClassSession(RecordedModel):
    """One session (节次) of a class: a day, its number on that day, from and to, lesson hours of 45 minutes.

    Nobody has been marked in a cancelled session; it stays to be read.
    """

    #: what the code of a session is signed for, together with the minute in which it is shown
    PURPOSE: ClassVar[str] = "sign_in"

    reference = models.CharField("签到编号", max_length=16, unique=True, default=new_link_reference)
    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="sessions", verbose_name="班次")
    day = models.DateField("上课日期")
    number = models.PositiveSmallIntegerField("节次")
    from_time = models.TimeField("开始时间")
    to_time = models.TimeField("结束时间")
    hours = models.PositiveSmallIntegerField("学时")
    topic = models.CharField("内容", max_length=80, blank=True, default="")
    teacher = models.CharField("教师", max_length=40, blank=True, default="")
    place = models.CharField("地点", max_length=80, blank=True, default="")
    cancelled_on = models.DateField("取消日期", null=True)
    cancel_reason = WordsField("取消原因", max_length=200, blank=True, default="")

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "上课节次"
        constraints = [
            models.UniqueConstraint(
                fields=["training_class", "day", "number"], condition=Q(cancelled_on__isnull=True),
                name="one_session_per_number",
            ),
            models.CheckConstraint(name="session_ends_later", condition=Q(to_time__gt=F("from_time"))),
            models.CheckConstraint(name="session_hours", condition=Q(hours__gte=1, hours__lte=MOST_SESSION_HOURS)),
            models.CheckConstraint(name="session_number", condition=Q(number__gte=1, number__lte=20)),
            models.CheckConstraint(
                name="session_cancelled_with_reason",
                condition=Q(cancelled_on__isnull=True, cancel_reason="") | Q(cancelled_on__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day} 第{self.number}节"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Marks, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AttendanceQuerySet:
        """Bureau staff see all; a base sees those of its own classes."""
        if membership.sees_business_of_all:
            return self
        return self.filter(session__training_class__base_id=membership.organisation_id)

    def standing(self) -> AttendanceQuerySet:
        """The marks in force: no correction has taken their place."""
        return self.filter(voided_at__isnull=True)


class Attendance(RecordedModel):
    """One person's mark in one session.  A correction voids the row and adds another: what was marked can always be read."""

    class Mark(models.TextChoices):
        PRESENT = "present", "出勤"
        LATE = "late", "迟到"
        ABSENT = "absent", "缺勤"
        LEAVE = "leave", "请假"

    class Source(models.TextChoices):
        LIST = "list", "点名"
        SHEET = "sheet", "考勤表"
        QR = "qr", "扫码"

    #: marks whose hours count; whoever came late was there (待核定)
    COUNTED = (Mark.PRESENT, Mark.LATE)

    session = models.ForeignKey(ClassSession, models.PROTECT, related_name="attendances", verbose_name="节次")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances", verbose_name="学员")
    mark = models.CharField("考勤", max_length=8, choices=Mark)
    source = models.CharField("来源", max_length=8, choices=Source)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")
    voided_at = models.DateTimeField("更正时间", null=True)
    voided_by = models.ForeignKey(
        "park_workers.Membership", models.PROTECT, null=True, related_name="+", verbose_name="更正人"
    )
    void_reason = WordsField("更正原因", max_length=200, blank=True, default="")

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "考勤"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], condition=Q(voided_at__isnull=True), name="one_mark_per_session",
            ),
            models.CheckConstraint(
                name="attendance_mark_known", condition=Q(mark__in=["present", "late", "absent", "leave"])
            ),
            #: nobody is recorded for whoever signs in by code; every other mark was given by a person
            models.CheckConstraint(
                name="attendance_by_a_person", condition=Q(source="qr") | Q(recorded_by__isnull=False)
            ),
            models.CheckConstraint(name="signed_in_is_there", condition=~Q(source="qr") | Q(mark__in=["present", "late"])),
            models.CheckConstraint(
                name="attendance_voided_by_a_person",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.mark}"
