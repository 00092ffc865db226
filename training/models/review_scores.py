"""Score sheets: sealed one by one, opened together; nothing of them is ever changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.written_words import WordsField
from park_workers.models import Role
from park_workers.models.recorded import RecordedModel
from training.models.review_applications import ReviewApplication
from training.models.review_rounds import IS_OPENED, PanelSeat


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    """Sheets, seen from somebody's place: who has sealed what and when, never the marks."""

    def visible_to(self, membership: Any) -> ScoreSheetQuerySet:
        """An expert the own; the bureau's staff all."""
        if membership.role == Role.EXPERT:
            return self.filter(seat__expert__membership_id=membership.pk)
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(seat__round__bureau_id=membership.organisation_id)
        return self.none()

    def counting(self) -> ScoreSheetQuerySet:
        """Those of experts who have not left the panel."""
        return self.filter(seat__status="seated", application__status="accepted")


class ScoreSheet(RecordedModel):
    """One expert's marks for one candidate, encrypted from the first moment; the row is inserted when it is sealed."""

    reference = models.CharField("评分编号", max_length=20, unique=True, default=new_reference)
    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="sheets", verbose_name="评委")
    application = models.ForeignKey(ReviewApplication, models.PROTECT, related_name="sheets", verbose_name="候选人")
    sealed_marks = EncryptedTextField("密封评分", bound_to="reference", blank=False)
    #: SM3 over the marks and a random number sealed with them: a receipt that nothing can be guessed from
    digest = models.CharField("回执摘要", max_length=64)
    sealed_on = models.DateField("封存日期")

    objects: ClassVar[ScoreSheetQuerySet] = ScoreSheetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评分表"
        constraints = [
            models.UniqueConstraint(fields=["seat", "application"], name="one_sheet_per_expert_and_candidate"),
            models.CheckConstraint(name="score_sheet_is_sealed", condition=~models.Q(sealed_marks="")),
        ]

    def __str__(self) -> str:
        return f"评分表 {self.reference[:6]}"


class OpenedScoreQuerySet(models.QuerySet["OpenedScore"]):
    """Opened scores, seen from somebody's place."""

    def visible_to(self, membership: Any) -> OpenedScoreQuerySet:
        """The bureau's staff, once the round's scores are opened; enterprises see totals in the results."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            own = {"sheet__seat__round__bureau_id": membership.organisation_id}
            return self.filter(**own, sheet__seat__round__status__in=IS_OPENED)
        return self.none()


class OpenedScore(models.Model):
    """The marks of a sheet in plain, written when all sheets of the round were opened; `nonce` lets the receipt be checked."""

    sheet = models.OneToOneField(ScoreSheet, models.PROTECT, related_name="opened", verbose_name="评分表")
    marks = models.JSONField("得分")
    total = models.PositiveIntegerField("总分（百分之一分）")
    nonce = models.CharField("随机数", max_length=32)
    recorded_at = models.DateTimeField("开封时间", auto_now_add=True)

    objects: ClassVar[OpenedScoreQuerySet] = OpenedScoreQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "开封评分"
        constraints = [models.CheckConstraint(name="score_within_full_marks", condition=models.Q(total__lte=10_000))]

    def __str__(self) -> str:
        return f"开封评分 {self.pk}"


class OutlierNote(RecordedModel):
    """What the panel said of a total far from the others; the total itself stays."""

    score = models.OneToOneField(OpenedScore, models.PROTECT, related_name="outlier_note", verbose_name="评分")
    note = WordsField("合议记录", max_length=300)
    noted_on = models.DateField("记录日期")

    class Meta:
        verbose_name = verbose_name_plural = "离群评分合议"
        constraints = [models.CheckConstraint(name="outlier_note_says_something", condition=~models.Q(note=""))]

    def __str__(self) -> str:
        return f"合议 {self.score_id}"
