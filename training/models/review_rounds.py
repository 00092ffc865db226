"""评审批: one trade, one review day, from the call for candidates to the grades; its draw and its panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Organisation, Role, User
from park_workers.models.recorded import RecordedModel
from training.models.experts import Expert
from training.models.rubrics import RubricVersion

CLERK = (Role.CLERK.value,)
#: states in which nobody outside the bureau knows of a round
UNSEEN = ("draft",)
HAS_PANEL = ("drawn", "scoring", "opened", "decided", "in_notice", "finished")
IS_OPENED = HAS_PANEL[2:]
IS_DECIDED = HAS_PANEL[3:]


class ReviewRoundQuerySet(models.QuerySet["ReviewRound"]):
    """Rounds, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ReviewRoundQuerySet:
        """The bureau's staff all; enterprises what their bureau has announced; an expert those called to."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(bureau_id=membership.organisation_id)
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(bureau__admitted_enterprises=membership.organisation_id).exclude(status__in=UNSEEN)
        if membership.role == Role.EXPERT:
            return self.filter(seats__expert__membership_id=membership.pk, seats__status="seated").distinct()
        return self.none()


class ReviewRound(StatefulModel, RecordedModel):
    """One round of the district's technical review (技术评审), which is not the skill-level assessment (技能等级认定)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "申报中"
        CLOSED = "closed", "申报截止"
        DRAWN = "drawn", "已抽取评委"
        SCORING = "scoring", "评分中"
        OPENED = "opened", "已开封"
        DECIDED = "decided", "已出结果"
        IN_NOTICE = "in_notice", "公示中"
        FINISHED = "finished", "已办结"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "open": Transition(("draft",), "open", CLERK, "开始申报"),
        "close": Transition(("open",), "closed", (Role.CLERK, "system"), "截止申报"),
        "draw": Transition(("closed",), "drawn", CLERK, "抽取评委"),
        "start": Transition(("drawn",), "scoring", CLERK, "开始评分"),
        #: by itself, in the transaction in which the last sheet is sealed
        "open_scores": Transition(("scoring",), "opened", ("system",), "同时开封"),
        "decide": Transition(("opened",), "decided", (Role.REVIEWER,), "确认结果"),
        "publish": Transition(("decided",), "in_notice", CLERK, "公示结果"),
        "finish": Transition(("in_notice",), "finished", (Role.CLERK, "system"), "办结"),
        "cancel": Transition(("draft", "open", "closed"), "cancelled", CLERK, "取消评审"),
        "break_off": Transition(("drawn", "scoring"), "cancelled", (Role.APPROVER,), "中止评审"),
    }
    EVENT_NAME = "review_round"

    reference = models.CharField("评审编号", max_length=20, unique=True, default=new_reference)
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="review_rounds", verbose_name="人社局")
    title = models.CharField("名称", max_length=80)
    trade = models.CharField("工种", max_length=40)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="rounds", verbose_name="评分标准")
    apply_from = models.DateField("申报开始")
    apply_to = models.DateField("申报截止")
    review_day = models.DateField("评审日期")
    panel_size = models.PositiveSmallIntegerField("评委人数", default=5)
    #: a tie goes on counting so many days after its end
    tie_days = models.PositiveSmallIntegerField("回避延续天数", default=365)
    notice_days = models.PositiveSmallIntegerField("公示工作日", default=5)
    #: nobody sees the seed before the draw; its commitment is public from the opening on
    seed = EncryptedTextField("种子（密封）", bound_to="reference")
    commitment = models.CharField("种子承诺值", max_length=64, blank=True, default="")
    opened_on = models.DateField("开始申报日期", null=True)
    closed_on = models.DateField("截止日期", null=True)
    drawn_on = models.DateField("抽取日期", null=True)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="抽取人")
    started_on = models.DateField("开始评分日期", null=True)
    scores_opened_on = models.DateField("开封日期", null=True)
    decided_on = models.DateField("结果确认日期", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    noticed_on = models.DateField("公示日期", null=True)
    finished_on = models.DateField("办结日期", null=True)
    cancelled_on = models.DateField("取消日期", null=True)
    cancel_reason = WordsField("取消原因", max_length=200, blank=True, default="")

    objects: ClassVar[ReviewRoundQuerySet] = ReviewRoundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审批"
        constraints = [
            models.CheckConstraint(
                name="review_days_in_order", condition=Q(apply_to__gte=F("apply_from"), review_day__gt=F("apply_to"))
            ),
            models.CheckConstraint(name="review_panel_size", condition=Q(panel_size__gte=3, panel_size__lte=15)),
            models.CheckConstraint(
                name="review_seed_is_committed", condition=Q(status__in=("draft", "cancelled")) | ~Q(commitment="")
            ),
            models.CheckConstraint(
                name="review_drawn_has_day",
                condition=~Q(status__in=HAS_PANEL) | Q(drawn_on__isnull=False, drawn_by__isnull=False),
            ),
            models.CheckConstraint(
                name="review_opened_has_day", condition=~Q(status__in=IS_OPENED) | Q(scores_opened_on__isnull=False)
            ),
            models.CheckConstraint(
                name="review_decided_by_another",
                condition=~Q(status__in=IS_DECIDED)
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("drawn_by"))),
            ),
            models.CheckConstraint(
                name="review_finished_has_days",
                condition=~Q(status="finished") | Q(noticed_on__isnull=False, finished_on__isnull=False),
            ),
            models.CheckConstraint(
                name="review_cancelled_has_reason",
                condition=~Q(status="cancelled") | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_opened(self) -> bool:
        """Whether scores may be seen at all."""
        return self.status in IS_OPENED


class PanelDraw(RecordedModel):
    """A draw as it was made, whole, so that anybody can make it again; never changed."""

    round = models.OneToOneField(ReviewRound, models.PROTECT, related_name="draw", verbose_name="评审批")
    drawn_on = models.DateField("抽取日期")
    algorithm = models.CharField("算法", max_length=20)
    seed = models.CharField("种子", max_length=64)
    pool_digest = models.CharField("专家库摘要", max_length=64)
    pool = models.JSONField("专家库")
    order = models.JSONField("顺序")

    class Meta:
        verbose_name = verbose_name_plural = "评委抽取"

    def __str__(self) -> str:
        return f"{self.round_id} {self.pool_digest[:12]}"


class PanelSeatQuerySet(models.QuerySet["PanelSeat"]):
    """Seats, seen from somebody's place."""

    def visible_to(self, membership: Any) -> PanelSeatQuerySet:
        """The bureau's staff all; an expert the own."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(round__bureau_id=membership.organisation_id)
        return self.filter(expert__membership_id=membership.pk)


class PanelSeat(StatefulModel, RecordedModel):
    """One expert called to a panel; whoever declines is followed by the next of the draw's order."""

    class Status(models.TextChoices):
        SEATED = "seated", "应评"
        DECLINED = "declined", "已退出"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "decline": Transition(("seated",), "declined", (Role.EXPERT, Role.CLERK), "退出评审"),
    }
    EVENT_NAME = "panel_seat"

    round = models.ForeignKey(ReviewRound, models.PROTECT, related_name="seats", verbose_name="评审批")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="seats", verbose_name="专家")
    #: place in the draw's order, from 1
    place = models.PositiveIntegerField("抽取顺位")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="递补")
    seated_on = models.DateField("通知日期")
    declined_on = models.DateField("退出日期", null=True)
    decline_reason = WordsField("退出原因", max_length=200, blank=True, default="")

    objects: ClassVar[PanelSeatQuerySet] = PanelSeatQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评委席位"
        constraints = [
            models.UniqueConstraint(fields=["round", "expert"], name="one_seat_per_expert"),
            models.UniqueConstraint(fields=["round", "place"], name="one_seat_per_place"),
            models.CheckConstraint(
                name="declined_seat_has_reason",
                condition=~Q(status="declined") | (Q(declined_on__isnull=False) & ~Q(decline_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} 第{self.place}顺位"
