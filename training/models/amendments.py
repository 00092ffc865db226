"""更正与作废: what was recorded of a result or a certificate stays; what holds instead is a new row that two persons made."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Role, TrainingBase
from park_workers.models.proposals import ProposedModel
from training.models.certificates import CompletionCertificate, OfBase
from training.models.results import Assessment, Certificate

MAKERS = (Role.BASE_CLERK, Role.CLERK)


class Amendment(ProposedModel):
    """One correction or revocation: proposed with a reason, in force from the day a second person confirms it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已生效"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    class Kind(models.TextChoices):
        RESULT = "result", "成绩更正"
        CERTIFICATE = "certificate", "证书更正"
        REVOCATION = "revocation", "证书作废"
        COMPLETION = "completion", "结业证作废"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "confirm": Transition(("proposed",), "confirmed", MAKERS, "确认"),
        "refuse": Transition(("proposed",), "refused", MAKERS, "不同意"),
        "withdraw": Transition(("proposed",), "withdrawn", MAKERS, "撤回"),
        #: of a revocation alone, by the correction that restores its certificate
        "lift": Transition(("confirmed",), "withdrawn", MAKERS, "撤销作废"),
    }
    EVENT_NAME: ClassVar[str] = "amendment"

    kind = models.CharField("种类", max_length=12, choices=Kind)
    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="amendments", verbose_name="基地")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="amendments", verbose_name="考核")
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="amendments", verbose_name="证书"
    )
    completion = models.ForeignKey(
        CompletionCertificate, models.PROTECT, null=True, related_name="amendments", verbose_name="结业证"
    )
    #: a corrected result is written whole
    attended_hours = models.PositiveSmallIntegerField("实到学时", null=True)
    theory_score = models.PositiveSmallIntegerField("理论成绩", null=True)
    practice_score = models.PositiveSmallIntegerField("实操成绩", null=True)
    verdict = models.CharField("结论", max_length=4, blank=True, default="", choices=Assessment.Verdict)
    #: of a corrected certificate only what changes
    number = models.CharField("证书编号", max_length=30, blank=True, default="")
    issued_on = models.DateField("发证日期", null=True)
    decision_note = WordsField("办理说明", max_length=300, blank=True, default="")

    objects: ClassVar[OfBase] = OfBase.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "更正与作废"
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "kind"], condition=Q(status="proposed"), name="one_open_amendment"
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(kind="revocation", status__in=("proposed", "confirmed")),
                name="certificate_revoked_once",
            ),
            models.UniqueConstraint(
                fields=["completion"], condition=Q(kind="completion", status__in=("proposed", "confirmed")),
                name="completion_revoked_once",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number="") & Q(status__in=("proposed", "confirmed")),
                name="corrected_number_once",
            ),
            models.CheckConstraint(
                name="amendment_names_its_subject",
                condition=Q(kind="result", certificate=None, completion=None)
                | Q(kind__in=("certificate", "revocation"), certificate__isnull=False, completion=None)
                | Q(kind="completion", certificate=None, completion__isnull=False),
            ),
            models.CheckConstraint(
                name="amendment_says_what_holds",
                condition=(Q(kind="result", attended_hours__isnull=False, number="", issued_on=None) & ~Q(verdict=""))
                | (Q(kind="certificate", verdict="", attended_hours=None) & (~Q(number="") | Q(issued_on__isnull=False)))
                | Q(kind__in=("revocation", "completion"), verdict="", attended_hours=None, number="", issued_on=None),
            ),
            models.CheckConstraint(
                name="amended_marks",
                condition=(Q(theory_score=None) | Q(theory_score__lte=100))
                & (Q(practice_score=None) | Q(practice_score__lte=100))
                & (~Q(verdict="合格") | Q(theory_score__isnull=False, practice_score__isnull=False))
                & (~Q(verdict="缺考") | Q(theory_score=None, practice_score=None)),
            ),
            models.CheckConstraint(name="amendment_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="amendment_decided",
                condition=Q(status="proposed", decided_on=None, decided_by=None)
                | Q(status="withdrawn", decided_on__isnull=False)
                | Q(status__in=("confirmed", "refused"), decided_on__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="amended_by_two",
                condition=~Q(status__in=("confirmed", "refused")) | ~Q(proposed_by=F("decided_by")),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["base", "status", "-id"], name="amendment_of_base")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def subject(self) -> Any:
        """What it is about: the certificate, the base's own certificate, or the result."""
        return self.certificate or self.completion or self.assessment
