"""The pool of review experts (评审专家库): who they are, what they judge, to whom they are tied, when they are available."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Membership, Organisation, Role, User
from park_workers.models.recorded import RecordedModel


class ExpertQuerySet(models.QuerySet["Expert"]):
    """Experts, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ExpertQuerySet:
        """Staff of the bureau that keeps the pool; an expert sees the own entry."""
        if membership.sees_business_of_all and membership.role != Role.CITY_REVIEWER:
            return self.filter(bureau_id=membership.organisation_id)
        return self.filter(membership_id=membership.pk)


class Expert(StatefulModel, RecordedModel):
    """One person in the pool; every change of what a draw looks at waits for a second person again."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待第二人确认"
        CONFIRMED = "confirmed", "在库"
        RETIRED = "retired", "已出库"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "confirm": Transition(("proposed",), "confirmed", (Role.CLERK, Role.REVIEWER), "确认入库"),
        "revise": Transition(("confirmed", "retired"), "proposed", (Role.CLERK,), "变更专家资料"),
        "retire": Transition(("proposed", "confirmed"), "retired", (Role.CLERK,), "出库"),
    }
    EVENT_NAME = "expert"

    #: stands for the person in every published draw
    reference = models.CharField("专家编号", max_length=20, unique=True, default=new_reference)
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="experts", verbose_name="人社局")
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="expert", verbose_name="账号岗位")
    trades = models.JSONField("评审工种", default=list)
    title = models.CharField("职称或职业资格", max_length=80, blank=True, default="")
    #: keyed hash of the document number, to find the own and the household's candidacies; the number itself is not kept
    person_key = models.CharField("证件号码检索值", max_length=64)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmed_on = models.DateField("确认日期", null=True)

    objects: ClassVar[ExpertQuerySet] = ExpertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评审专家"
        constraints = [
            models.UniqueConstraint(fields=["bureau", "person_key"], name="one_expert_per_person"),
            models.CheckConstraint(
                name="expert_confirmed_by_another",
                condition=~Q(status="confirmed")
                | (Q(confirmed_by__isnull=False, confirmed_on__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"专家 {self.reference[:6]}"

    @property
    def name(self) -> str:
        """The person's name."""
        return self.membership.user.display_name


class ExpertTie(RecordedModel):
    """A tie that keeps an expert away from candidates: to an organisation, or to a person of the household; never deleted, only ended."""

    class Kind(models.TextChoices):
        EMPLOYER = "employer", "任职单位"
        INTEREST = "interest", "股东、顾问或其他利益关系"
        TAUGHT = "taught", "培训授课"
        HOUSEHOLD = "household", "亲属"

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="ties", verbose_name="专家")
    kind = models.CharField("关系", max_length=10, choices=Kind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    person_key = models.CharField("证件号码检索值", max_length=64, blank=True, default="")
    note = WordsField("说明", max_length=80, blank=True, default="")
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("终止日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家关联"
        constraints = [
            models.CheckConstraint(
                name="tie_is_to_one_party",
                condition=Q(organisation__isnull=False, person_key="")
                | (Q(organisation__isnull=True) & ~Q(person_key="")),
            ),
            models.CheckConstraint(name="tie_span", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.get_kind_display()}"


class ExpertAvailability(RecordedModel):
    """Days on which an expert can be called, both included; an open end lasts."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="availabilities", verbose_name="专家")
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("终止日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家可参评时段"
        constraints = [
            models.UniqueConstraint(fields=["expert", "starts_on"], name="one_availability_per_start"),
            models.CheckConstraint(
                name="availability_span", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.starts_on}"


class ExpertAbsence(RecordedModel):
    """Days on which an expert cannot come, both included, as the expert has entered them; taken back, never deleted."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="absences", verbose_name="专家")
    reference = models.CharField("登记编号", max_length=20, unique=True, default=new_reference)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("终止日")
    note = WordsField("说明", max_length=80, blank=True, default="")
    entered_on = models.DateField("登记日期")
    withdrawn_on = models.DateField("撤回日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "专家不能参评日期"
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "starts_on", "ends_on"], condition=Q(withdrawn_on__isnull=True), name="one_absence_per_span"
            ),
            models.CheckConstraint(name="absence_span", condition=Q(ends_on__gte=F("starts_on"))),
        ]  # fmt: skip
        indexes = [models.Index(fields=["expert", "ends_on"], name="absence_of_expert")]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.starts_on}"
