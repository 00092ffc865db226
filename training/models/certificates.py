"""结业证: the base's own certificate of a finished class, its prints, and what numbers and lists are judged by."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import StoredFile, new_reference
from park_workers.foundation.jobs import Job
from park_workers.foundation.links import new_link_reference, sign_reference
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.models import Organisation, Role, TrainingBase, Worker
from park_workers.models.recorded import RecordedModel
from park_workers.models.users import TENANT_ROLES
from training.models.classes import Enrolment, TrainingClass

PREFIX_LENGTH = 13


class OfBase(models.QuerySet[Any]):
    """Rows of bases, seen from somebody's place."""

    def visible_to(self, membership: Any) -> OfBase:
        """Bureau staff see all; a base sees its own; nobody else any."""
        if membership.sees_business_of_all:
            return self
        if membership.role not in TENANT_ROLES:
            return self.none()
        return self.filter(base_id=membership.organisation_id)


class CompletionCertificate(StatefulModel, RecordedModel):
    """结业证 of one passed enrolment; what stands on the paper is kept as it was on the day of issue."""

    class Status(models.TextChoices):
        VALID = "valid", "有效"
        REVOKED = "revoked", "已作废"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "revoke": Transition(("valid",), "revoked", (Role.BASE_CLERK, Role.CLERK), "作废")
    }
    EVENT_NAME: ClassVar[str] = "completion"
    #: what the reference in its code is signed for
    PURPOSE: ClassVar[str] = "certificate"

    reference = models.CharField("编号", max_length=16, unique=True, default=new_link_reference)
    #: year, base and serial: no part of a person
    number = models.CharField("证书编号", max_length=20, unique=True)
    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="completions", verbose_name="基地")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions", verbose_name="学员")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="completions", verbose_name="持证人")
    holder_name = models.CharField("姓名", max_length=80)
    project = models.CharField("培训项目", max_length=80)
    institution = models.CharField("培训机构", max_length=120)
    class_number = models.CharField("班次", max_length=60)
    hours = models.PositiveSmallIntegerField("学时")
    starts_on = models.DateField("开班日期")
    ends_on = models.DateField("结业日期")
    issued_on = models.DateField("发证日期")
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="照片")
    revoked_on = models.DateField("作废日期", null=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="替换的证书"
    )

    objects: ClassVar[OfBase] = OfBase.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "结业证"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(status="valid"), name="one_standing_completion"
            ),
            models.CheckConstraint(
                name="completion_revoked_on_a_day",
                condition=Q(status="valid", revoked_on=None) | Q(status="revoked", revoked_on__isnull=False),
            ),
            models.CheckConstraint(name="completion_after_class", condition=Q(issued_on__gte=F("ends_on"))),
        ]  # fmt: skip
        indexes = [models.Index(fields=["base", "-id"], name="completion_of_base")]

    def __str__(self) -> str:
        return self.number

    @property
    def signed_reference(self) -> str:
        """What stands in the address of its QR code."""
        return sign_reference(self.reference, purpose=self.PURPOSE)

    @property
    def successor(self) -> Any:
        """What took its place, or None."""
        return getattr(self, "replaced_by", None)


class CompletionPrint(RecordedModel):
    """One file with the certificates of a class; drawn by a job, forgotten after some days."""

    reference = models.CharField("编号", max_length=20, unique=True, default=new_reference)
    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="completion_prints", verbose_name="基地")
    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="+", verbose_name="班次")
    day = models.DateField("业务日期")
    certificates = models.PositiveIntegerField("张数")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="任务")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    forgotten_at = models.DateTimeField("清理时间", null=True)
    request_id = models.CharField("请求编号", max_length=64)

    objects: ClassVar[OfBase] = OfBase.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "结业证打印"
        constraints = [models.UniqueConstraint(fields=["base", "request_id"], name="completion_print_asked_once")]

    def __str__(self) -> str:
        return f"{self.training_class} {self.certificates}"


class AssessorCode(RecordedModel):
    """The first thirteen signs of the numbers an assessor gives at a base: kind, assessor, province, site."""

    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="assessor_codes", verbose_name="基地")
    prefix = models.CharField("编号前13位", max_length=PREFIX_LENGTH)
    assessor_name = models.CharField("评价机构", max_length=120)
    since = models.DateField("起用日期")
    until = models.DateField("停用日期", null=True)

    objects: ClassVar[OfBase] = OfBase.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "评价机构代码"
        constraints = [
            models.UniqueConstraint(fields=["base", "prefix"], condition=Q(until=None), name="one_live_assessor_code"),
            models.CheckConstraint(
                name="assessor_code_span", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.prefix


class PassRule(RecordedModel):
    """What a pass list is judged by from a day on: the newest row of the bureau counts, earlier ones stay."""

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="人社局")
    effective_on = models.DateField("生效日期")
    pass_mark = models.PositiveSmallIntegerField("合格分数线", default=60)
    hours_percent = models.PositiveSmallIntegerField("最低出勤（%）", default=80)
    burst_days = models.PositiveSmallIntegerField("集中发证天数", default=7)
    burst_certificates = models.PositiveIntegerField("集中发证本数", default=200)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "考核规则"
        constraints = [
            models.CheckConstraint(
                name="pass_rule_measures",
                condition=Q(pass_mark__gte=1, pass_mark__lte=100, hours_percent__lte=100, burst_days__gte=1,
                            burst_days__lte=366, burst_certificates__gte=1),
            ),
            models.UniqueConstraint(fields=["bureau", "effective_on"], name="one_pass_rule_a_day"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.effective_on} {self.pass_mark}"
