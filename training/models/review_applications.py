"""评审申报: a worker put forward by the enterprise, with pictures as evidence, known to the experts by a number only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Enterprise, Role, Worker
from park_workers.models.recorded import RecordedModel
from training.models.review_rounds import ReviewRound


class ReviewApplicationQuerySet(models.QuerySet["ReviewApplication"]):
    """Applications, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewApplicationQuerySet:
        """The bureau's staff all, an enterprise its own; an expert sees blind numbers only, by other ways than this."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(round__bureau_id=membership.organisation_id)
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(enterprise_id=membership.organisation_id)
        return self.none()


class ReviewApplication(StatefulModel, RecordedModel):
    """One worker in one round."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "待受理"
        ACCEPTED = "accepted", "已受理"
        REFUSED = "refused", "不予受理"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "accept": Transition(("submitted",), "accepted", (Role.CLERK,), "受理"),
        "refuse": Transition(("submitted", "accepted"), "refused", (Role.CLERK,), "不予受理"),
        "withdraw": Transition(("submitted", "accepted"), "withdrawn", (Role.ENTERPRISE_HR, Role.CLERK), "撤回申报"),
    }
    EVENT_NAME = "review_application"

    reference = models.CharField("申报编号", max_length=20, unique=True, default=new_reference)
    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="applications", verbose_name="评审批")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="review_applications", verbose_name="申报人")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="review_applications", verbose_name="申报企业"
    )
    applied_on = models.DateField("申报日期")
    request_id = models.CharField("请求编号", max_length=80)
    #: given at the draw, in an order that says nothing
    blind_number = models.PositiveIntegerField("盲评编号", null=True)
    reason = WordsField("不予受理或撤回的原因", max_length=200, blank=True, default="")

    objects: ClassVar[ReviewApplicationQuerySet] = ReviewApplicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审申报"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "worker"], condition=Q(status__in=("submitted", "accepted")), name="one_live_review_application"
            ),
            models.UniqueConstraint(fields=["round", "blind_number"], name="one_candidate_per_blind_number"),
            models.UniqueConstraint(fields=["enterprise", "request_id"], name="one_review_application_per_request"),
            models.CheckConstraint(
                name="review_refused_has_reason", condition=~Q(status__in=("refused", "withdrawn")) | ~Q(reason="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"申报 {self.reference[:6]}"


class ReviewEvidenceQuerySet(models.QuerySet["ReviewEvidence"]):
    """Evidence, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewEvidenceQuerySet:
        """The bureau's staff all, an enterprise its own; an expert what was cleared of the candidates of an own panel."""
        if membership.role == Role.EXPERT:
            seats = {"seats__expert__membership_id": membership.pk, "seats__status": "seated"}
            rounds = ReviewRound.objects.filter(**seats).values("pk")
            numbered = self.filter(application__status="accepted", application__blind_number__isnull=False)
            return numbered.filter(is_blind=True, application__round__in=rounds)
        return self.filter(application__in=ReviewApplication.objects.visible_to(membership).values("pk"))


class ReviewEvidence(RecordedModel):
    """One picture, drawn anew and watermarked, or one PDF in which nothing acts; encrypted.  What shows who it is stays with the clerk."""

    class Kind(models.TextChoices):
        WORK = "work", "作品照片"
        POST = "post", "操作照片"
        AWARD = "award", "获奖或证明"

    class Media(models.TextChoices):
        PICTURE = "picture", "照片"
        PDF = "pdf", "PDF 文件"

    application = models.ForeignKey(ReviewApplication, models.PROTECT, related_name="evidence", verbose_name="申报")
    reference = models.CharField("材料编号", max_length=20, unique=True, default=new_reference)
    kind = models.CharField("类别", max_length=6, choices=Kind)
    media = models.CharField("格式", max_length=7, choices=Media, default=Media.PICTURE)
    picture = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    #: the clerk has looked and found nothing on it that says whose it is; only then do experts see it
    is_blind = models.BooleanField("已核对不含身份信息", default=False)

    objects: ClassVar[ReviewEvidenceQuerySet] = ReviewEvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审材料"
        constraints = [
            models.CheckConstraint(name="evidence_media_known", condition=Q(media__in=("picture", "pdf"))),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_kind_display()}"

    @property
    def is_pdf(self) -> bool:
        """Whether it is given away as a file to be saved instead of being shown on a page."""
        return self.media == self.Media.PDF
