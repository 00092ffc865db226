"""就业推荐: whom a base refers to which enterprise, how the enterprise answers, and the hire it ends in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.links import new_link_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Employment, Enterprise, Membership, TrainingBase, Upload, Worker
from park_workers.models.named import of_people
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import Role
from training.models.classes import Enrolment
from training.models.demands import LabourDemand

#: states in which an enterprise has still to answer, or the person to begin
LIVE = ("referred", "interview_agreed", "interviewed", "offered")
#: the enterprise answers; the base or the bureau writes down what it was told on the telephone
ANSWERERS = (Role.ENTERPRISE_HR, Role.BASE_CLERK, Role.CLERK)
#: an enterprise that has not answered for so long is called; so is one whose new hire is not in the roster by then
ANSWER_WITHIN, START_WITHIN = timedelta(days=7), timedelta(days=15)
#: what somebody should ask about (`waits_for`), in words
WAITS = (("answer", "超过 7 天未答复"), ("result", "面试后待结果"), ("start", "录用 15 天未入职"))
REFERRERS = (Role.BASE_CLERK, Role.CLERK)


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, seen from somebody's place."""

    def visible_to(self, membership: Membership) -> ReferralQuerySet:
        """Bureau staff see all, a base whom it referred, an enterprise who was referred to it; others none."""
        if membership.sees_business_of_all:
            return self
        if membership.role == Role.BASE_CLERK:
            return self.filter(base_id=membership.organisation_id)
        if membership.role == Role.ENTERPRISE_HR:
            return self.filter(enterprise_id=membership.organisation_id)
        return self.none()

    def live(self) -> ReferralQuerySet:
        """Those not ended."""
        return self.filter(status__in=LIVE)

    def waits_for(self, what: str, day: date) -> ReferralQuerySet:
        """Live ones that somebody should ask about: `answer`, `result` of an interview, or `start` of who was taken."""
        if what == "answer":
            return self.filter(status="referred", referred_on__lte=day - ANSWER_WITHIN)
        if what == "result":
            return self.filter(Q(status="interview_agreed", interview_on__lt=day) | Q(status="interviewed"))
        return self.filter(status="offered", offered_on__lte=day - START_WITHIN)

    def search(self, text: str) -> ReferralQuerySet:
        """Of people who are found so, or with that number."""
        return self.filter(of_people(Worker.objects.search(text)) | Q(reference=text.strip().lower()))


class Referral(StatefulModel, RecordedModel):
    """One person who passed a class, referred to one enterprise.  Several enterprises at a time may have the same person.

    `worker` is the canonical person on the day of the referral.  A person is hired by an employment alone: whoever is hired is
    linked to it (`ReferralHire`), by whichever door it came.
    """

    class Status(models.TextChoices):
        REFERRED = "referred", "已推荐"
        AGREED = "interview_agreed", "已约面试"
        INTERVIEWED = "interviewed", "已面试"
        OFFERED = "offered", "拟录用"
        HIRED = "hired", "已入职"
        REFUSED = "refused", "未录用"
        WITHDRAWN = "withdrawn", "已撤回"

    class Refusal(models.TextChoices):
        SKILL = "skill", "技能与岗位不符"
        PAY = "pay", "薪酬未谈拢"
        PLACE = "place", "本人嫌远或不便住宿"
        ABSENT = "absent", "本人未到面试"
        UNREACHED = "unreached", "联系不上本人"
        ELSEWHERE = "elsewhere", "本人另有工作"
        FILLED = "filled", "岗位已招满"
        OTHER = "other", "其他"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        #: again for another day
        "agree": Transition(("referred", "interview_agreed"), "interview_agreed", ANSWERERS, "约面试"),
        "interview": Transition(("referred", "interview_agreed"), "interviewed", ANSWERERS, "登记面试结果"),
        "offer": Transition(("referred", "interview_agreed", "interviewed"), "offered", ANSWERERS, "录用"),
        "refuse": Transition(LIVE, "refused", ANSWERERS, "不录用"),
        #: by the clock where somebody else has hired the person
        "withdraw": Transition(LIVE, "withdrawn", (*REFERRERS, "system"), "撤回推荐"),
        #: an employment has appeared: by form, roster or scan
        "hire": Transition(LIVE, "hired", ("system",), "入职"),
    }
    EVENT_NAME = "referral"

    reference = models.CharField("推荐编号", max_length=16, unique=True, default=new_link_reference)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="referrals", verbose_name="学员")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="referrals", verbose_name="人员")
    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="referrals", verbose_name="基地")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="referrals", verbose_name="企业")
    demand = models.ForeignKey(
        LabourDemand, models.PROTECT, null=True, related_name="referrals", verbose_name="用工需求"
    )
    #: whether the enterprise sees the marks
    shows_marks = models.BooleanField("向企业显示成绩", default=False)
    referred_on = models.DateField("推荐日期")
    agreed_on = models.DateField("约定日期", null=True)
    interview_on = models.DateField("面试日期", null=True)
    interviewed_on = models.DateField("面试登记日期", null=True)
    offered_on = models.DateField("录用日期", null=True)
    ended_on = models.DateField("结束日期", null=True)
    refusal = models.CharField("未录用原因", max_length=12, choices=Refusal, blank=True, default="")
    note = WordsField("说明", max_length=200, blank=True, default="")
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+", verbose_name="来源文件")

    objects: ClassVar[ReferralQuerySet] = ReferralQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "就业推荐"
        indexes = [
            models.Index(fields=["enterprise", "status"], name="referral_waits"),
            models.Index(fields=["base", "status"], name="referral_of_base"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "enterprise"], condition=Q(status__in=LIVE), name="one_live_referral"
            ),
            models.CheckConstraint(
                name="referral_agreed_has_day",
                condition=~Q(status="interview_agreed") | Q(agreed_on__isnull=False, interview_on__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_interviewed_has_day", condition=~Q(status="interviewed") | Q(interviewed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="referral_offered_has_day", condition=~Q(status="offered") | Q(offered_on__isnull=False)
            ),
            models.CheckConstraint(
                name="referral_ended_has_day",
                condition=Q(status__in=("refused", "withdrawn"), ended_on__isnull=False)
                | ~Q(status__in=("refused", "withdrawn")) & Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                name="referral_refused_has_reason", condition=~Q(status="refused") | ~Q(refusal="")
            ),
            *(
                models.CheckConstraint(
                    name=f"referral_{day}_after", condition=Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__gte": F("referred_on")})
                )
                for day in ("agreed_on", "interview_on", "interviewed_on", "offered_on", "ended_on")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"就业推荐 {self.reference}"

    @property
    def is_live(self) -> bool:
        """Not ended."""
        return self.status in LIVE


class ReferralHire(RecordedModel):
    """The employment in which a referral ended; found by the clock, never changed (append-only)."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="hire", verbose_name="就业推荐")
    employment = models.OneToOneField(Employment, models.PROTECT, related_name="referral_hire", verbose_name="就业记录")
    linked_on = models.DateField("接上日期")

    class Meta:
        verbose_name = verbose_name_plural = "推荐入职"

    def __str__(self) -> str:
        return f"{self.referral_id} -> {self.employment_id}"
