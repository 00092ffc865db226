"""认定场次: one assessment of one trade and level on one day, its examiners, and what became of each person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Role, Upload, User, Worker
from park_workers.models.organisations import organisation_matches
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import TENANT_ROLES
from training.models.assessors import AssessorOrganisation

#: who writes sittings: the bureau's clerk, and the assessor's own people
WRITERS = (Role.CLERK.value, Role.ENTERPRISE_HR.value, Role.BASE_CLERK.value, Role.AGENCY_CLERK.value)
#: who answers for the figures of the bureau
CONFIRMERS = (Role.CLERK.value, Role.REVIEWER.value)


class SittingQuerySet(models.QuerySet["AssessmentSitting"]):
    """Sittings, seen from somebody's place."""

    def visible_to(self, membership: Any) -> SittingQuerySet:
        """Bureau staff see all; an assessor sees its own; experts and administrators none."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(assessor__organisation_id=membership.organisation_id)

    def search(self, text: str) -> SittingQuerySet:
        """By reference, place, trade or the assessor's name."""
        own = Q(reference=text) | Q(place__icontains=text) | Q(trade__icontains=text)
        return self.filter(own | organisation_matches(text, to="assessor__organisation__"))


class AssessmentSitting(StatefulModel, RecordedModel):
    """One sitting (场次): theory and practice of one trade and level, on one day or half of it."""

    class Status(models.TextChoices):
        PLANNED = "planned", "待备案"
        FILED = "filed", "已备案"
        HELD = "held", "待录成绩"
        RESULTS_ENTERED = "results_entered", "成绩待确认"
        CONFIRMED = "confirmed", "已确认"
        CANCELLED = "cancelled", "已取消"

    class Session(models.TextChoices):
        MORNING = "am", "上午"
        AFTERNOON = "pm", "下午"
        DAY = "day", "全天"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "file": Transition(("planned",), "filed", WRITERS, "考前备案"),
        "hold": Transition(("filed",), "held", WRITERS, "登记已开考"),
        "enter_results": Transition(("held",), "results_entered", WRITERS, "提交成绩"),
        "confirm": Transition(("results_entered",), "confirmed", CONFIRMERS, "确认成绩"),
        "return": Transition(("results_entered",), "held", CONFIRMERS, "退回成绩"),
        "correct": Transition(("confirmed",), "results_entered", WRITERS, "更正或补报已确认成绩"),
        "cancel": Transition(("planned", "filed"), "cancelled", WRITERS, "取消场次"),
    }
    EVENT_NAME: ClassVar[str] = "sitting"

    reference = models.CharField("场次编号", max_length=20, unique=True, default=new_reference)
    assessor = models.ForeignKey(AssessorOrganisation, models.PROTECT, related_name="sittings", verbose_name="认定机构")
    trade = models.CharField("职业工种", max_length=40)
    level = models.PositiveSmallIntegerField("级别")
    held_on = models.DateField("认定日期")
    session = models.CharField("时段", max_length=3, choices=Session)
    place = models.CharField("地点", max_length=120)
    capacity = models.PositiveIntegerField("计划人数")
    request_id = models.CharField("请求编号", max_length=80)
    filed_on = models.DateField("备案日期", null=True)
    results_on = models.DateField("成绩提交日期", null=True)
    results_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="成绩提交人")
    confirmed_on = models.DateField("确认日期", null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    cancelled_on = models.DateField("取消日期", null=True)
    reason = WordsField("退回或取消原因", max_length=200, blank=True, default="")

    objects: ClassVar[SittingQuerySet] = SittingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "认定场次"
        indexes = [models.Index(fields=["held_on", "status"], name="sitting_day")]
        constraints = [
            models.UniqueConstraint(fields=["assessor", "request_id"], name="one_sitting_per_request"),
            models.CheckConstraint(name="sitting_level", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(name="sitting_session_known", condition=Q(session__in=("am", "pm", "day"))),
            models.CheckConstraint(name="sitting_capacity", condition=Q(capacity__gte=1)),
            models.CheckConstraint(
                name="sitting_filed_before_its_day",
                condition=Q(status__in=("planned", "cancelled")) | Q(filed_on__isnull=False, filed_on__lte=F("held_on")),
            ),
            models.CheckConstraint(
                name="sitting_results_by_a_person",
                condition=~Q(status__in=("results_entered", "confirmed"))
                | Q(results_by__isnull=False, results_on__isnull=False, results_on__gte=F("held_on")),
            ),
            models.CheckConstraint(
                name="sitting_confirmed_by_another",
                condition=~Q(status="confirmed")
                | (Q(confirmed_by__isnull=False, confirmed_on__isnull=False) & ~Q(confirmed_by=F("results_by"))),
            ),
            models.CheckConstraint(
                name="sitting_cancelled_with_reason",
                condition=~Q(status="cancelled") | (Q(cancelled_on__isnull=False) & ~Q(reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.assessor_id} {self.trade} {self.held_on}"

    @property
    def half_days(self) -> tuple[bool, bool]:
        """Whether it takes the morning, and the afternoon."""
        return self.session != self.Session.AFTERNOON, self.session != self.Session.MORNING


class SittingExaminer(models.Model):
    """考评员 of a sitting, by the number of the examiner's card; live as long as the sitting is not cancelled.

    Day and half days stand here too, so that the database itself refuses a second sitting at the same time.
    """

    class Duty(models.TextChoices):
        BOTH = "both", "理论和实操"
        THEORY = "theory", "理论"
        PRACTICE = "practice", "实操"

    sitting = models.ForeignKey(AssessmentSitting, models.PROTECT, related_name="examiners", verbose_name="场次")
    name = models.CharField("姓名", max_length=60)
    card_number = models.CharField("考评员证号", max_length=40)
    duty = models.CharField("职责", max_length=10, choices=Duty)
    held_on = models.DateField("认定日期")
    morning = models.BooleanField("上午")
    afternoon = models.BooleanField("下午")
    is_live = models.BooleanField("有效", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "考评员"
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "card_number"], condition=Q(is_live=True), name="examiner_named_once"
            ),
            models.UniqueConstraint(
                fields=["card_number", "held_on"], condition=Q(is_live=True, morning=True), name="examiner_one_morning"
            ),
            models.UniqueConstraint(
                fields=["card_number", "held_on"], condition=Q(is_live=True, afternoon=True),
                name="examiner_one_afternoon",
            ),
            models.CheckConstraint(name="examiner_some_time", condition=Q(morning=True) | Q(afternoon=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def judges_practice(self) -> bool:
        """Whether the examiner judges practice."""
        return self.duty != self.Duty.THEORY


class SittingResultQuerySet(models.QuerySet["SittingResult"]):
    """Results, seen from somebody's place."""

    def visible_to(self, membership: Any) -> SittingResultQuerySet:
        """As the sittings they belong to."""
        return self.filter(sitting__in=AssessmentSitting.objects.visible_to(membership))

    def current(self) -> SittingResultQuerySet:
        """Those that no correction has taken the place of."""
        return self.filter(is_current=True)


class SittingResult(RecordedModel):
    """What became of one person; a correction is another row that names the one it corrects, with the reason.

    `recorded_by` is who entered it, or gave the file it stood in.
    """

    class Verdict(models.TextChoices):
        PASSED = "合格", "合格"
        FAILED = "不合格", "不合格"
        ABSENT = "缺考", "缺考"

    sitting = models.ForeignKey(AssessmentSitting, models.PROTECT, related_name="results", verbose_name="场次")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="sitting_results", verbose_name="考生")
    theory_score = models.PositiveSmallIntegerField("理论成绩", null=True)
    practice_score = models.PositiveSmallIntegerField("实操成绩", null=True)
    verdict = models.CharField("结论", max_length=4, choices=Verdict)
    certificate_number = models.CharField("证书编号", max_length=30, blank=True, default="")
    issued_on = models.DateField("发证日期", null=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name="更正的成绩"
    )
    reason = WordsField("更正原因", max_length=200, blank=True, default="")
    is_current = models.BooleanField("现行", default=True)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")

    objects: ClassVar[SittingResultQuerySet] = SittingResultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "认定成绩"
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "worker"], condition=Q(is_current=True), name="one_result_per_person_and_sitting"
            ),
            models.UniqueConstraint(
                fields=["certificate_number"], condition=Q(is_current=True) & ~Q(certificate_number=""),
                name="one_result_per_certificate_number",
            ),
            models.CheckConstraint(
                name="sitting_marks",
                condition=(Q(theory_score__isnull=True) | Q(theory_score__lte=100))
                & (Q(practice_score__isnull=True) | Q(practice_score__lte=100)),
            ),
            models.CheckConstraint(
                name="sitting_pass_has_both_marks",
                condition=~Q(verdict="合格") | Q(theory_score__isnull=False, practice_score__isnull=False),
            ),
            models.CheckConstraint(
                name="sitting_absence_has_no_marks",
                condition=~Q(verdict="缺考") | Q(theory_score__isnull=True, practice_score__isnull=True),
            ),
            models.CheckConstraint(
                name="sitting_certificate_needs_pass_and_day",
                condition=Q(certificate_number="", issued_on__isnull=True)
                | (Q(verdict="合格", issued_on__isnull=False) & ~Q(certificate_number="")),
            ),
            models.CheckConstraint(
                name="sitting_correction_has_reason", condition=Q(corrects__isnull=True) | ~Q(reason="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.worker_id} {self.verdict}"
