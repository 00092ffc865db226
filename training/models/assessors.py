"""认定机构: who may assess skill levels, under which filing (备案), for which trades and levels, and by which parameters."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Organisation, Role, User
from park_workers.models.organisations import organisation_matches
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import TENANT_ROLES

CONFIRMERS = (Role.CLERK.value, Role.REVIEWER.value, Role.APPROVER.value)
#: code of every assessor that was filed with the province, so it names none of them
PROVINCIAL_CODE = "0000"
#: when nothing else has been confirmed: 备案提前 7 天、两名考评员、60 分, alarms after an audit finding; all 待核定
DEFAULTS = {
    "days_before": 7, "least_examiners": 2, "pass_mark": 60, "most_per_examiner": 40, "most_sittings": 25, "span_days": 60,
}  # fmt: skip


class AssessorQuerySet(models.QuerySet["AssessorOrganisation"]):
    """Assessors, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AssessorQuerySet:
        """Bureau staff see all; an enterprise, base or agency sees itself; experts and administrators none."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(organisation_id=membership.organisation_id)

    def in_force_on(self, day: date) -> AssessorQuerySet:
        """Confirmed filings whose span holds a day, also those that have ended since."""
        within = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        return self.filter(within, status__in=("confirmed", "ended"), valid_from__lte=day, valid_to__gte=day)

    def search(self, text: str) -> AssessorQuerySet:
        """By the organisation's name or credit code, the filing number or the assessor code."""
        number = Q(filing_number__icontains=text) | Q(assessor_code=text)
        return self.filter(number | organisation_matches(text, to="organisation__"))


class AssessorOrganisation(StatefulModel, RecordedModel):
    """One filing of an organisation as an assessor; another filing (renewal, change of scope) ends the one before.

    `kind` is the first letter of its certificates' numbers and `assessor_code` the four digits after it.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "有效"
        REFUSED = "refused", "已退回"
        ENDED = "ended", "已终止"

    class Kind(models.TextChoices):
        EMPLOYER = "Y", "用人单位"
        SOCIAL = "S", "社会评价组织"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "confirm": Transition(("proposed",), "confirmed", CONFIRMERS, "确认备案"),
        "refuse": Transition(("proposed",), "refused", CONFIRMERS, "退回"),
        "end": Transition(("confirmed",), "ended", CONFIRMERS, "终止备案"),
    }
    EVENT_NAME: ClassVar[str] = "assessor"

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属人社局")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="assessor_filings", verbose_name="认定机构"
    )
    kind = models.CharField("机构类别", max_length=1, choices=Kind)
    assessor_code = models.CharField("机构代码", max_length=4)
    filing_number = models.CharField("备案号", max_length=60)
    valid_from = models.DateField("备案有效期起")
    valid_to = models.DateField("备案有效期止")
    ended_on = models.DateField("终止日期", null=True)
    reason = WordsField("退回或终止原因", max_length=200, blank=True, default="")
    proposed_on = models.DateField("登记日期")
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    confirmed_on = models.DateField("确认日期", null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")

    objects: ClassVar[AssessorQuerySet] = AssessorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "认定机构"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(status="confirmed"), name="one_assessor_filing_in_force"
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(status="proposed"), name="one_assessor_filing_proposed"
            ),
            models.UniqueConstraint(
                fields=["kind", "assessor_code"], condition=Q(status="confirmed") & ~Q(assessor_code=PROVINCIAL_CODE),
                name="one_assessor_per_code",
            ),
            models.CheckConstraint(name="assessor_kind_known", condition=Q(kind__in=("Y", "S"))),
            models.CheckConstraint(name="assessor_span", condition=Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(
                name="assessor_confirmed_by_another",
                condition=Q(status__in=("proposed", "refused"), confirmed_by__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_on__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="assessor_end_has_day_and_reason",
                condition=~Q(status="ended") | (Q(ended_on__isnull=False) & ~Q(reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} {self.filing_number}"

    @property
    def last_day(self) -> date:
        """The last day on which it may assess."""
        return min(self.valid_to, self.ended_on) if self.ended_on else self.valid_to

    @property
    def letter_and_code(self) -> str:
        """How its certificates' numbers begin."""
        return f"{self.kind}{self.assessor_code}"


class AssessorScope(models.Model):
    """A trade and a span of levels of a filing; 5 is the lowest level and 1 the highest."""

    assessor = models.ForeignKey(AssessorOrganisation, models.PROTECT, related_name="scopes", verbose_name="认定机构")
    trade = models.CharField("职业工种", max_length=40)
    lowest = models.PositiveSmallIntegerField("最低级别")
    highest = models.PositiveSmallIntegerField("最高级别")
    valid_from = models.DateField("有效期起")
    valid_to = models.DateField("有效期止")

    class Meta:
        verbose_name = verbose_name_plural = "认定范围"
        constraints = [
            models.UniqueConstraint(fields=["assessor", "trade", "valid_from"], name="one_scope_per_trade_and_start"),
            models.CheckConstraint(
                name="scope_levels", condition=Q(lowest__lte=5, highest__gte=1, lowest__gte=F("highest"))
            ),
            models.CheckConstraint(name="scope_span", condition=Q(valid_to__gte=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.lowest}-{self.highest}"


class AssessmentTermsQuerySet(models.QuerySet["AssessmentTerms"]):
    """Parameters, seen from somebody's place."""

    def visible_to(self, membership: Any) -> AssessmentTermsQuerySet:
        """They bind assessors, so assessors may know them; experts and administrators have no business with them."""
        is_reader = membership.sees_business_of_all or membership.role in TENANT_ROLES
        return self if is_reader else self.none()


class AssessmentTerms(RecordedModel):
    """Parameters of 技能等级认定 from a day on, set by one person and confirmed by another; what holds is the latest day.

    `days_before`: calendar days between 备案 of a sitting and the sitting.  `most_per_examiner`: people one examiner assesses
    in practice on a day, `most_sittings` of an assessor within `span_days`: beyond them an alarm, no refusal.
    """

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="所属人社局")
    effective_from = models.DateField("生效日期")
    days_before = models.PositiveSmallIntegerField("考前备案天数", default=DEFAULTS["days_before"])
    least_examiners = models.PositiveSmallIntegerField("实操考评员最少人数", default=DEFAULTS["least_examiners"])
    pass_mark = models.PositiveSmallIntegerField("合格分数", default=DEFAULTS["pass_mark"])
    most_per_examiner = models.PositiveSmallIntegerField(
        "每名考评员每日最多人数", default=DEFAULTS["most_per_examiner"]
    )
    most_sittings = models.PositiveSmallIntegerField("期间最多场次", default=DEFAULTS["most_sittings"])
    span_days = models.PositiveSmallIntegerField("期间天数", default=DEFAULTS["span_days"])
    basis = models.CharField("依据", max_length=200, blank=True, default="待核定")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmed_on = models.DateField("确认日期", null=True)

    objects: ClassVar[AssessmentTermsQuerySet] = AssessmentTermsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "认定参数"
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "effective_from"], condition=Q(confirmed_by__isnull=False),
                name="one_set_of_assessment_terms",
            ),
            models.CheckConstraint(
                name="assessment_terms_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | (Q(confirmed_on__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="assessment_terms_sensible",
                condition=Q(pass_mark__gte=1, pass_mark__lte=100, least_examiners__gte=1, span_days__gte=1),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.effective_from}"
