"""A batch, its computations and its claims."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.files import new_reference
from park_workers.foundation.jobs import Job
from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.foundation.written_words import WordsField
from park_workers.models import Organisation, Role, Upload, User, Worker
from park_workers.models.recorded import RecordedModel
from subsidies.models.policies import Policy, PolicyVersion


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches, seen from somebody's place."""

    def visible_to(self, membership: Any) -> BatchQuerySet:
        """Bureau staff see all; the city sees what was sent up; an enterprise those with a claim of its own."""
        if membership.role == Role.CITY_REVIEWER:
            return self.filter(status__in=("sent_to_city", "answered", "paying", "closed"))
        if membership.sees_business_of_all:
            return self
        return self.filter(claims__organisation_id=membership.organisation_id).distinct()


class Batch(StatefulModel, RecordedModel):
    """People judged under one policy version on one cut-off date; its life is the table in docs/state-machines.md."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        COMPUTED = "computed", "已测算"
        SUBMITTED = "submitted", "待复核"
        REVIEWED = "reviewed", "待审批"
        APPROVED = "approved", "待公示"
        IN_NOTICE = "in_notice", "公示中"
        NOTICE_ENDED = "notice_ended", "公示期满"
        SENT_TO_CITY = "sent_to_city", "已上报"
        ANSWERED = "answered", "已批复"
        PAYING = "paying", "拨付中"
        CLOSED = "closed", "已办结"
        CANCELLED = "cancelled", "已撤销"

    class Candidates(models.TextChoices):
        APPLICATIONS = "applications", "申报名单"
        ALL = "all", "全部在册人员"
        SERVICES = "services", "机构服务名单"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "compute": Transition(("draft", "computed"), "computed", (Role.CLERK,), "测算"),
        "submit": Transition(("computed",), "submitted", (Role.CLERK,), "提交复核"),
        "pass_review": Transition(("submitted",), "reviewed", (Role.REVIEWER,), "复核通过"),
        "approve": Transition(("reviewed",), "approved", (Role.APPROVER,), "审批通过"),
        "return": Transition(("submitted", "reviewed"), "computed", (Role.REVIEWER, Role.APPROVER), "退回"),
        "publish": Transition(("approved",), "in_notice", (Role.CLERK,), "发布公示"),
        "republish": Transition(("in_notice", "notice_ended"), "in_notice", (Role.CLERK,), "重新公示"),
        "end_notice": Transition(("in_notice",), "notice_ended", (Role.CLERK, "system"), "结束公示"),
        "send": Transition(("notice_ended",), "sent_to_city", (Role.CLERK,), "上报市局"),
        "answer": Transition(("sent_to_city",), "answered", (Role.CITY_REVIEWER, Role.CLERK), "市局批复完毕"),
        "pay": Transition(("answered",), "paying", (Role.FINANCE,), "制作拨付文件"),
        "close": Transition(("answered", "paying"), "closed", (Role.FINANCE, "system"), "办结"),
        "cancel": Transition(
            ("draft", "computed", "submitted", "reviewed", "approved", "in_notice", "notice_ended"), "cancelled",
            (Role.APPROVER,), "撤销",
        ),
    }  # fmt: skip
    EVENT_NAME = "batch"

    reference = models.CharField("批次编号", max_length=20, unique=True, default=new_reference)
    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="batches", verbose_name="人社局")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="batches", verbose_name="政策")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="batches", verbose_name="政策版本")
    name = models.CharField("批次名称", max_length=80)
    cutoff_on = models.DateField("截止日")
    is_trial = models.BooleanField("试算", default=False)
    candidates = models.CharField("候选范围", max_length=14, choices=Candidates, default=Candidates.APPLICATIONS)
    current = models.ForeignKey(
        "subsidies.Calculation", models.PROTECT, null=True, related_name="+", verbose_name="当前测算"
    )
    compute_job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", verbose_name="测算任务")
    #: grows with each submission; reviews and approvals belong to one round
    round = models.PositiveIntegerField("提交轮次", default=0)
    reviews_required = models.PositiveSmallIntegerField("应复核次数", null=True)
    approvals_required = models.PositiveSmallIntegerField("应审批次数", null=True)
    list_digest = models.CharField("名单摘要", max_length=64, blank=True, default="")
    computed_on = models.DateField("测算日期", null=True)
    submitted_on = models.DateField("提交日期", null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    reviewed_on = models.DateField("复核日期", null=True)
    approved_on = models.DateField("审批日期", null=True)
    published_on = models.DateField("公示日期", null=True)
    notice_ended_on = models.DateField("公示期满日期", null=True)
    sent_on = models.DateField("上报日期", null=True)
    answered_on = models.DateField("批复日期", null=True)
    closed_on = models.DateField("办结日期", null=True)
    cancelled_on = models.DateField("撤销日期", null=True)
    #: a cancellation is proposed by a clerk and taken by an approver
    cancel_proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销申请人")
    cancel_reason = WordsField("撤销原因", max_length=200, blank=True, default="")

    objects: ClassVar[BatchQuerySet] = BatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ["-cutoff_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "name", "cutoff_on"], condition=~Q(status="cancelled"), name="one_batch_per_name"
            ),
            models.CheckConstraint(
                name="trial_stops_at_computed",
                condition=Q(is_trial=False) | Q(status__in=("draft", "computed", "cancelled")),
            ),
            models.CheckConstraint(
                name="batch_computed_has_calculation",
                condition=Q(status__in=("draft", "cancelled")) | Q(current__isnull=False, computed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_submitted_has_person",
                condition=Q(status__in=("draft", "computed", "cancelled"))
                | Q(
                    submitted_by__isnull=False, submitted_on__isnull=False, approvals_required__isnull=False,
                    reviews_required__isnull=False, round__gte=1,
                ),
            ),
            models.CheckConstraint(
                name="batch_reviewed_has_date",
                condition=Q(status__in=("draft", "computed", "cancelled", "submitted")) | Q(reviewed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_approved_has_date",
                condition=Q(status__in=("draft", "computed", "cancelled", "submitted", "reviewed"))
                | (Q(approved_on__isnull=False) & ~Q(list_digest="")),
            ),
            models.CheckConstraint(
                name="batch_noticed_has_date",
                condition=~Q(status__in=("in_notice", "notice_ended", "sent_to_city", "answered", "paying", "closed"))
                | Q(published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_sent_after_notice",
                condition=~Q(status__in=("sent_to_city", "answered", "paying", "closed"))
                | Q(sent_on__isnull=False, notice_ended_on__isnull=False, sent_on__gte=F("notice_ended_on")),
            ),
            models.CheckConstraint(
                name="batch_answered_has_date",
                condition=~Q(status__in=("answered", "paying", "closed")) | Q(answered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_closed_has_date", condition=~Q(status="closed") | Q(closed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="batch_cancelled_has_reason",
                condition=~Q(status="cancelled") | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.policy.code} {self.name}"


class Calculation(RecordedModel):
    """One computation of a batch; the batch names the current one, older ones are kept to compare with."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="calculations", verbose_name="批次")
    number = models.PositiveIntegerField("第几次")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name="政策版本")
    cutoff_on = models.DateField("截止日")
    computed_on = models.DateField("测算日期")
    computed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="测算人")
    #: digest over the ordered line digests: equal digests mean equal outcomes, byte for byte
    digest = models.CharField("结果摘要", max_length=64)
    lines = models.PositiveIntegerField("行数", default=0)
    people = models.PositiveIntegerField("合格人数", default=0)
    amount_fen = models.BigIntegerField("合格金额（分）", default=0)
    figures = models.JSONField("统计", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "测算"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_calculation_per_number")]

    def __str__(self) -> str:
        return f"{self.batch_id} 第{self.number}次测算"


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Claims, seen from somebody's place."""

    def visible_to(self, membership: Any) -> ClaimQuerySet:
        """Bureau staff see all; an enterprise its own."""
        if membership.sees_business_of_all:
            return self
        return self.filter(organisation_id=membership.organisation_id)


class Claim(RecordedModel):
    """What one payee (organisation or worker) gets from one computation: the sum of its lines."""

    reference = models.CharField("申报编号", max_length=20, unique=True, default=new_reference)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="claims", verbose_name="批次")
    calculation = models.ForeignKey(Calculation, models.PROTECT, related_name="claims", verbose_name="测算")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="claims", verbose_name="单位"
    )
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="claims", verbose_name="个人")
    position = models.PositiveIntegerField("顺序")
    lines = models.PositiveIntegerField("行数", default=0)
    #: null: computed before it was written down
    eligible = models.PositiveIntegerField("合格行数", null=True)
    people = models.PositiveIntegerField("合格人数", default=0)
    amount_fen = models.BigIntegerField("合格金额（分）", default=0)

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        indexes = [models.Index(fields=["calculation", "position", "id"], name="claim_place")]
        constraints = [
            models.UniqueConstraint(fields=["calculation", "organisation"], name="one_claim_per_organisation"),
            models.UniqueConstraint(fields=["calculation", "worker"], name="one_claim_per_worker"),
            models.CheckConstraint(
                name="claim_has_one_payee",
                condition=Q(organisation__isnull=False, worker__isnull=True)
                | Q(organisation__isnull=True, worker__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.organisation_id or self.worker_id}"

    @property
    def payee_name(self) -> str:
        """Name of the payee."""
        return str(self.organisation or self.worker)


class CityAnswer(RecordedModel):
    """One file with the city bureau's answers to a batch."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="city_answers", verbose_name="批次")
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", null=True, verbose_name="来源文件")
    answered_on = models.DateField("批复日期")
    accepted = models.PositiveIntegerField("同意", default=0)
    returned = models.PositiveIntegerField("退回", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "市局批复"

    def __str__(self) -> str:
        return f"{self.batch_id} {self.answered_on}"


class CityAnswerLine(models.Model):
    """The city's answer to one line; a line returned and sent again is answered again, later answers count."""

    answer = models.ForeignKey(CityAnswer, models.PROTECT, related_name="lines", verbose_name="批复")
    line = models.ForeignKey("subsidies.LineItem", models.PROTECT, related_name="city_answers", verbose_name="明细")
    is_accepted = models.BooleanField("同意")
    reason = WordsField("退回原因", max_length=200, blank=True, default="")
    row = models.PositiveIntegerField("行")

    class Meta:
        verbose_name = verbose_name_plural = "市局批复明细"
        constraints = [
            models.UniqueConstraint(fields=["answer", "line"], name="one_answer_per_line_and_file"),
            models.UniqueConstraint(fields=["line"], condition=Q(is_accepted=True), name="accepted_once"),
            models.CheckConstraint(name="city_return_has_reason", condition=Q(is_accepted=True) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {'同意' if self.is_accepted else '退回'}"
