"""评分标准: what experts of a trade give marks for, what each item weighs, and which total earns which grade."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.models import Organisation, Role, User
from park_workers.models.recorded import RecordedModel
from training.panel_scores import PLAIN, TRIMMED, RubricTerms


class Rubric(RecordedModel):
    """The family of versions of one trade."""

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="rubrics", verbose_name="人社局")
    trade = models.CharField("工种", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "评分标准"
        constraints = [models.UniqueConstraint(fields=["bureau", "trade"], name="one_rubric_per_trade")]

    def __str__(self) -> str:
        return f"{self.trade}评分标准"


class RubricVersionQuerySet(models.QuerySet["RubricVersion"]):
    """Versions, seen from somebody's place."""

    def visible_to(self, membership: Any) -> RubricVersionQuerySet:
        """The bureau's staff all; an expert those of the panels called to."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(rubric__bureau_id=membership.organisation_id)
        return self.filter(
            rounds__seats__expert__membership_id=membership.pk, rounds__seats__status="seated"
        ).distinct()


class RubricVersion(StatefulModel, RecordedModel):
    """Items, weights and pass lines; immutable once published; drafted by one person, published by another."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    class Mean(models.TextChoices):
        PLAIN = PLAIN, "平均分"
        TRIMMED = TRIMMED, "去掉一个最高分和一个最低分后平均"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "publish": Transition(("draft",), "published", (Role.REVIEWER, Role.APPROVER), "发布评分标准"),
        "retire": Transition(("published",), "retired", (Role.REVIEWER, Role.APPROVER), "停用评分标准"),
    }
    EVENT_NAME = "rubric_version"

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions", verbose_name="评分标准")
    number = models.PositiveIntegerField("版次")
    #: [{key, label, max_marks, weight}], weights in % that sum to 100
    items = models.JSONField("评分项")
    #: [{name, pass_line}], pass lines in hundredths of a point
    grades = models.JSONField("等次")
    mean_kind = models.CharField("合成方法", max_length=8, choices=Mean, default=Mean.TRIMMED)
    outlier_allowance = models.PositiveIntegerField("离群允许差（百分之一分）", default=1_500)
    basis = models.CharField("依据", max_length=200, blank=True, default="")
    digest = models.CharField("摘要", max_length=64)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_on = models.DateField("发布日期", null=True)

    objects: ClassVar[RubricVersionQuerySet] = RubricVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评分标准版本"
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="one_rubric_version_per_number"),
            models.CheckConstraint(
                name="rubric_published_by_another",
                condition=Q(status="draft", published_by__isnull=True)
                | (~Q(status="draft") & Q(published_by__isnull=False, published_on__isnull=False)
                   & ~Q(published_by=F("drafted_by"))),
            ),
            models.CheckConstraint(name="rubric_mean_known", condition=Q(mean_kind__in=[PLAIN, TRIMMED])),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rubric.trade} 第{self.number}版"

    @property
    def terms(self) -> RubricTerms:
        """As the arithmetic reads it."""
        return RubricTerms(tuple(self.items), tuple(self.grades), self.mean_kind, self.outlier_allowance)
