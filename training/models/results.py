"""What people achieved: results, certificates, and the earlier task force's list."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.models import Upload, Worker
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import TENANT_ROLES
from training.models.classes import Enrolment


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Results, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AssessmentQuerySet:
        """Bureau staff see all; a base sees those of its classes; nobody else any."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(enrolment__training_class__base_id=membership.organisation_id)


class Assessment(RecordedModel):
    """The result of one enrolment: marks out of 100 and the verdict."""

    class Verdict(models.TextChoices):
        PASSED = "合格", "合格"
        FAILED = "不合格", "不合格"
        ABSENT = "缺考", "缺考"

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="assessment", verbose_name="学员")
    theory_score = models.PositiveSmallIntegerField("理论成绩", null=True)
    practice_score = models.PositiveSmallIntegerField("实操成绩", null=True)
    verdict = models.CharField("结论", max_length=4, choices=Verdict)

    objects: ClassVar[AssessmentQuerySet] = AssessmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "考核"
        constraints = [
            models.CheckConstraint(
                name="assessment_theory_mark", condition=Q(theory_score__isnull=True) | Q(theory_score__lte=100)
            ),
            models.CheckConstraint(
                name="assessment_practice_mark", condition=Q(practice_score__isnull=True) | Q(practice_score__lte=100)
            ),
            models.CheckConstraint(
                name="passed_with_both_marks",
                condition=~Q(verdict="合格") | Q(theory_score__isnull=False, practice_score__isnull=False),
            ),
            models.CheckConstraint(
                name="absent_without_marks",
                condition=~Q(verdict="缺考") | Q(theory_score__isnull=True, practice_score__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.verdict}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates, seen from somebody's place and on a day."""

    def visible_to(self, membership: Any) -> CertificateQuerySet:
        """Bureau staff see all; a base sees those it has reported; nobody else any."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(assessment__enrolment__training_class__base_id=membership.organisation_id)

    def standing_on(self, day: date) -> CertificateQuerySet:
        """Those that no revocation had ended by a day: on the day it is confirmed a revoked one counts no longer."""
        ended = Q(amendments__kind="revocation", amendments__status="confirmed", amendments__decided_on__lte=day)
        return self.exclude(pk__in=Certificate.objects.filter(ended).values("pk"))


class Certificate(RecordedModel):
    """A skill-level certificate as the base reports it."""

    number = models.CharField("证书编号", max_length=30, unique=True)
    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="certificate", verbose_name="考核")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="certificates", verbose_name="持证人")
    trade = models.CharField("工种", max_length=40)
    level = models.PositiveSmallIntegerField("级别")
    issued_on = models.DateField("发证日期")

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "证书"
        constraints = [models.CheckConstraint(name="certificate_level", condition=Q(level__gte=1, level__lte=5))]

    def __str__(self) -> str:
        return self.number


class EarlierTraining(RecordedModel):
    """One line of the earlier park task force's list (专班历史名单), leavers included."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="earlier_trainings", verbose_name="学员")
    enterprise_name = models.CharField("企业名称", max_length=120, blank=True, default="")
    trade = models.CharField("工种", max_length=40, blank=True, default="")
    trained_on = models.DateField("培训日期")
    is_leaver = models.BooleanField("已离职")
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")

    class Meta:
        verbose_name = verbose_name_plural = "专班历史培训"
        constraints = [
            models.UniqueConstraint(fields=["worker", "trained_on", "trade"], name="earlier_training_listed_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.trained_on}"
