"""A line: one person judged under one policy in one computation, with everything needed to explain it years later."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from park_workers.models import Employment, Worker
from subsidies.models.batches import Calculation, Claim


class LineItemQuerySet(models.QuerySet["LineItem"]):
    """Lines."""

    def visible_to(self, membership: Any) -> LineItemQuerySet:
        """Bureau staff see all; an enterprise the lines of its own claims."""
        if membership.sees_business_of_all:
            return self
        return self.filter(claim__organisation_id=membership.organisation_id)

    def eligible(self) -> LineItemQuerySet:
        """Lines judged eligible, whatever became of them afterwards."""
        return self.filter(is_eligible=True)

    def included(self) -> LineItemQuerySet:
        """Eligible lines that no decision holds or has taken off the straight road for good."""
        # One row of decisions must match both: exclude() over two columns would take any two rows together.
        decisions = self.model._meta.get_field("decisions").related_model
        taken_out = decisions._base_manager.filter(line=OuterRef("pk"), is_standing=True, excludes=True)
        return self.filter(~Exists(taken_out), is_eligible=True)


class LineItem(models.Model):
    """Verdict, amount and failing conditions of one subject, with the typed facts it was judged on.

    `fail_mask` has bit i set when the i-th condition of the policy version fails; reason codes follow from it.  Facts are
    columns, null where the policy does not look at them.  Frozen from submission on (trigger `line_frozen`); a
    correction is a new line that points at the old one (`corrects`).
    """

    # Its index is `line_place`, below.
    calculation = models.ForeignKey(
        Calculation, models.PROTECT, related_name="line_items", verbose_name="测算", db_index=False
    )
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="line_items", verbose_name="申报")
    position = models.PositiveIntegerField("顺序")
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="line_items", verbose_name="人员")
    employment = models.ForeignKey(
        Employment, models.PROTECT, null=True, related_name="line_items", verbose_name="就业记录"
    )
    base_line = models.ForeignKey("self", models.PROTECT, null=True, related_name="stacked", verbose_name="所叠加明细")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections", verbose_name="更正明细")
    period_key = models.CharField("期次", max_length=20, default="once")
    is_eligible = models.BooleanField("合格")
    amount_fen = models.BigIntegerField("金额（分）")
    fail_mask = models.BigIntegerField("不符合条件")
    line_digest = models.CharField("行摘要", max_length=64)
    # --- facts used ---
    enterprise_type = models.CharField("企业类型", max_length=20, null=True)
    enterprise_admitted_on = models.DateField("入园日期", null=True)
    employment_form = models.CharField("用工形式", max_length=10, null=True)
    hired_on = models.DateField("入职日期", null=True)
    left_on = models.DateField("离职日期", null=True)
    is_front_line = models.BooleanField("一线", null=True)
    contract_starts_on = models.DateField("合同起始日", null=True)
    contract_ends_on = models.DateField("合同终止日", null=True)
    contract_is_open_ended = models.BooleanField("无固定期限", null=True)
    contract_months = models.IntegerField("合同月数", null=True)
    insured_run_months = models.IntegerField("连续参保月数", null=True)
    insured_run_starts = models.DateField("连续参保起始月", null=True)
    birth_on = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=1, null=True)
    age_at_hire = models.IntegerField("入职年龄", null=True)
    paid_policies = models.CharField("已享受政策", max_length=200, null=True)
    other_subsidies = models.CharField("已享受其他补贴", max_length=400, null=True)
    introducer = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+", verbose_name="引工人")
    introducer_posts = models.CharField("引工人岗位", max_length=200, null=True)
    matured_on = models.DateField("满期日", null=True)
    expert_grade = models.CharField("技术评审等次", max_length=200, null=True)
    expert_grade_on = models.DateField("技术评审等次生效日期", null=True)
    certificate_issued_on = models.DateField("最早发证日期", null=True)
    certificate_trades = models.CharField("证书工种", max_length=200, null=True)
    certificate_level = models.PositiveSmallIntegerField("最高证书级别", null=True)
    certificate_levels = models.CharField("各工种证书级别", max_length=300, null=True)
    trained_hours = models.IntegerField("培训学时", null=True)
    passed_hours = models.IntegerField("合格班次学时", null=True)
    placement_source = models.CharField("就业来源", max_length=20, null=True)
    placed_base = models.CharField("推荐基地", max_length=120, null=True)

    objects: ClassVar[LineItemQuerySet] = LineItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "明细"
        ordering = ["position"]
        indexes = [models.Index(fields=["calculation", "position", "id"], name="line_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["calculation", "employment", "period_key"], condition=Q(corrects__isnull=True),
                name="one_line_per_employment",
            ),
            models.CheckConstraint(
                name="line_amount_follows_verdict",
                condition=Q(is_eligible=True, fail_mask=0, amount_fen__gte=0)
                | Q(is_eligible=False, amount_fen=0) & ~Q(fail_mask=0)
                | Q(corrects__isnull=False, amount_fen__lt=0),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.calculation_id}/{self.position}"
