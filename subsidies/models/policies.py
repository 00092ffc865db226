"""Policies and their versions: numbers, dates and clauses are rows, kinds of condition are code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from park_workers.foundation.workflow import StatefulModel, Transition
from park_workers.models import Organisation, Role, User
from park_workers.models.recorded import RecordedModel

if TYPE_CHECKING:
    from subsidies.rules.terms import PolicyTerms


class Policy(RecordedModel):
    """A family of versions, such as HIRE 招用工补贴."""

    class Payee(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        WORKER = "worker", "劳动者"
        INTRODUCER = "introducer", "引工人"
        AGENCY = "agency", "人力资源机构"

    class Level(models.TextChoices):
        CITY = "city", "市级"
        DISTRICT = "district", "区级"

    bureau = models.ForeignKey(Organisation, models.PROTECT, related_name="policies", verbose_name="人社局")
    code = models.CharField("代码", max_length=40)
    title = models.CharField("名称", max_length=120)
    level = models.CharField("层级", max_length=10, choices=Level)
    payee_kind = models.CharField("补贴对象", max_length=12, choices=Payee)

    class Meta:
        verbose_name = verbose_name_plural = "政策"
        constraints = [models.UniqueConstraint(fields=["bureau", "code"], name="one_policy_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PolicyVersion(StatefulModel, RecordedModel):
    """Terms in force for a time; immutable once published; drafted by one person, published by another."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "publish": Transition(("draft",), "published", (Role.APPROVER,), "发布政策版本"),
        "retire": Transition(("published",), "retired", (Role.APPROVER,), "停用政策版本"),
    }
    EVENT_NAME = "policy_version"

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name="政策")
    number = models.PositiveIntegerField("版次")
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)
    terms = models.JSONField("条款参数")
    digest = models.CharField("摘要", max_length=64)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_on = models.DateField("发布日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策版本"
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                name="version_published_by_another",
                condition=Q(status="draft", published_by__isnull=True)
                | (~Q(status="draft") & Q(published_by__isnull=False) & ~Q(published_by=F("drafted_by"))),
            ),
            models.CheckConstraint(
                name="version_span", condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy.code} 第{self.number}版"

    @property
    def parsed_terms(self) -> PolicyTerms:
        """The terms as the rules read them."""
        from subsidies.rules.terms import terms_from_json

        return terms_from_json(self.terms)
