"""Results of a review: totals and grades, the notice of them, objections, and the grade that holds from a day on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import LongWordsField, WordsField
from park_workers.models import Role, User, Worker
from park_workers.models.proposals import ProposedModel
from park_workers.models.recorded import RecordedModel
from training.models.review_applications import ReviewApplication
from training.models.review_rounds import ReviewRound


class ReviewResultQuerySet(models.QuerySet["ReviewResult"]):
    """Results, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewResultQuerySet:
        """The bureau's staff all, an enterprise those of its own candidates."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(application__round__bureau_id=membership.organisation_id)
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(application__enterprise_id=membership.organisation_id)
        return self.none()


class ReviewResult(RecordedModel):
    """One candidate's total and grade ("" = below every pass line), as decided; never changed."""

    application = models.OneToOneField(ReviewApplication, models.PROTECT, related_name="result", verbose_name="申报")
    total = models.PositiveIntegerField("总评分（百分之一分）")
    grade = models.CharField("等次", max_length=20, blank=True, default="")
    decided_on = models.DateField("确认日期")

    objects: ClassVar[ReviewResultQuerySet] = ReviewResultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审结果"

    def __str__(self) -> str:
        return f"评审结果 {self.application_id}"


class ReviewNotice(RecordedModel):
    """The results of a round shown to the public for a term in working days; it runs as long as its round is in notice."""

    reference = models.CharField("公示编号", max_length=20, unique=True, default=new_reference)
    round = models.OneToOneField(ReviewRound, models.PROTECT, related_name="notice", verbose_name="评审批")
    list_digest = models.CharField("名单摘要", max_length=64)
    published_on = models.DateField("公示日期")
    last_day = models.DateField("截止日期")
    counted_days = models.JSONField("计入日期", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "评审公示"
        constraints = [models.CheckConstraint(name="review_notice_term", condition=Q(last_day__gte=F("published_on")))]

    def __str__(self) -> str:
        return f"{self.round_id} 评审公示"


class ReviewObjectionQuerySet(models.QuerySet["ReviewObjection"]):
    """Objections, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewObjectionQuerySet:
        """The bureau's staff."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(notice__round__bureau_id=membership.organisation_id)
        return self.none()


class ReviewObjection(StatefulModel, RecordedModel):
    """An objection to a candidate's result within the term; one that is upheld keeps the grade from being given."""

    class Status(models.TextChoices):
        RECEIVED = "received", "待核实"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "uphold": Transition(("received",), "upheld", (Role.REVIEWER,), "认定异议成立"),
        "reject": Transition(("received",), "rejected", (Role.REVIEWER,), "认定异议不成立"),
    }
    EVENT_NAME = "review_objection"

    reference = models.CharField("异议编号", max_length=20, unique=True, default=new_reference)
    notice = models.ForeignKey(ReviewNotice, models.PROTECT, related_name="objections", verbose_name="公示")
    application = models.ForeignKey(ReviewApplication, models.PROTECT, related_name="objections", verbose_name="候选人")
    objector_name = models.CharField("异议人", max_length=80)
    contact = EncryptedTextField("联系方式", bound_to="reference")
    text = LongWordsField("异议内容")
    received_on = models.DateField("收到日期")
    decided_on = models.DateField("处理日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    decision_note = WordsField("处理意见", max_length=300, blank=True, default="")

    objects: ClassVar[ReviewObjectionQuerySet] = ReviewObjectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审异议"
        constraints = [
            models.CheckConstraint(
                name="review_objection_decided_has_person",
                condition=Q(status="received")
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decision_note="")),
            )
        ]

    def __str__(self) -> str:
        return f"评审异议 {self.reference[:6]}"


class ReviewGradeQuerySet(models.QuerySet["ReviewGrade"]):
    """Grades, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewGradeQuerySet:
        """The bureau's staff all, an enterprise those of people it employs or registered."""
        if membership.sees_business_of_all:
            return self
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(worker__in=Worker.objects.visible_to(membership).values("pk"))
        return self.none()

    def with_present(self) -> ReviewGradeQuerySet:
        """With `revoked_on` (the day from which it counts for nothing) and `is_waiting` (a revocation waits for its second person)."""
        mine = GradeRevocation.objects.filter(grade=OuterRef("pk"))
        return self.annotate(
            revoked_on=Subquery(mine.filter(status="confirmed").values("decided_on")[:1]),
            is_waiting=Exists(mine.filter(status="proposed")),
        )


class ReviewGrade(RecordedModel):
    """The grade of the district's technical review that a person holds from a day on; no certificate of a skill level."""

    result = models.OneToOneField(ReviewResult, models.PROTECT, related_name="given", verbose_name="评审结果")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="review_grades", verbose_name="人员")
    trade = models.CharField("工种", max_length=40)
    grade = models.CharField("等次", max_length=20)
    valid_from = models.DateField("生效日期")

    objects: ClassVar[ReviewGradeQuerySet] = ReviewGradeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "技术评审等次"
        constraints = [models.CheckConstraint(name="review_grade_is_named", condition=~Q(grade=""))]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.trade} {self.grade}"


class GradeRevocationQuerySet(models.QuerySet["GradeRevocation"]):
    """Revocations, seen from somebody's place."""

    def visible_to(self, membership: Any) -> GradeRevocationQuerySet:
        """The staff of the bureau that gave the grade."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(grade__result__application__round__bureau_id=membership.organisation_id)
        return self.none()


class GradeRevocation(ProposedModel):
    """One revocation: proposed with a reason by a clerk, in force from the day a reviewer or approver confirms it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已撤销等次"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    class Cause(models.TextChoices):
        WRONG_PERSON = "person", "人员有误"
        FORGED = "forged", "佐证材料虚假"
        CONDUCT = "conduct", "评审过程违规"
        OTHER = "other", "其他"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "confirm": Transition(("proposed",), "confirmed", (Role.REVIEWER, Role.APPROVER), "确认撤销等次"),
        "refuse": Transition(("proposed",), "refused", (Role.REVIEWER, Role.APPROVER), "不同意撤销等次"),
        "withdraw": Transition(("proposed",), "withdrawn", (Role.CLERK,), "撤回"),
    }
    EVENT_NAME: ClassVar[str] = "grade_revocation"

    grade = models.ForeignKey(ReviewGrade, models.PROTECT, related_name="revocations", verbose_name="等次")
    cause = models.CharField("情形", max_length=8, choices=Cause)
    decision_note = WordsField("办理说明", max_length=300, blank=True, default="")

    objects: ClassVar[GradeRevocationQuerySet] = GradeRevocationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "等次撤销"
        constraints = [
            models.UniqueConstraint(
                fields=["grade"], condition=Q(status__in=("proposed", "confirmed")), name="grade_revoked_once"
            ),
            models.CheckConstraint(name="grade_revocation_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="grade_revocation_decided",
                condition=Q(status="proposed", decided_on=None, decided_by=None)
                | Q(status="withdrawn", decided_on__isnull=False)
                | Q(status__in=("confirmed", "refused"), decided_on__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="grade_revoked_by_two",
                condition=~Q(status__in=("confirmed", "refused")) | ~Q(proposed_by=F("decided_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"等次撤销 {self.pk}"
