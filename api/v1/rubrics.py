"""评分标准: versions of a trade's rubric; drafted by a clerk, published by another person, never changed from then on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import REMEDY
from api.fields import STATEFUL, Body, StatefulOut
from api.filters import search_by
from api.resource import ReadResource, step
from api.v1.review_scores import Points
from training.models import RubricVersion
from training.services import rubrics as service

POINTS = re.compile(r"[0-9]{1,3}\.[0-9]{2}")


@extend_schema_field({"type": "string", "pattern": r"^\d{1,3}\.\d{2}$", "example": "85.00"})
class PointsField(serializers.Field):
    """Points as text with two decimals outside, hundredths inside."""

    def to_internal_value(self, given: Any) -> int:
        if not isinstance(given, str) or not POINTS.fullmatch(given):
            raise serializers.ValidationError(
                f'分数须为带两位小数的文本{REMEDY}请写成文本，如 "85.00"', "POINTS_INVALID"
            )
        return int(Decimal(given) * 100)

    def to_representation(self, value: int) -> str:
        return str(Points().to_representation(value))


class ItemOut(serializers.Serializer):
    """An item of the rubric; `key` names it in marks, weights are percent."""

    key = serializers.CharField()
    label = serializers.CharField()
    max_marks = serializers.IntegerField()
    weight = serializers.IntegerField()


class GradeOut(serializers.Serializer):
    """A grade and the total from which it is earned."""

    name = serializers.CharField()
    pass_line = PointsField()


class RubricVersionOut(StatefulOut):
    """A version of a trade's rubric; totals further from the median than `outlier_allowance` are discussed."""

    trade = serializers.CharField(source="rubric.trade")
    items = ItemOut(many=True)
    grades = GradeOut(many=True)
    outlier_allowance = PointsField()

    class Meta:
        model = RubricVersion
        fields = ["id", *STATEFUL, "trade", "number", "items", "grades", "mean_kind", "outlier_allowance", "basis", "digest",
                  "published_on"]  # fmt: skip


class ItemForm(Body):
    """An item: what marks are given for, out of how many, and what it weighs."""

    label = serializers.CharField(max_length=40)
    max_marks = serializers.IntegerField(min_value=1, max_value=service.MOST_MARKS)
    weight = serializers.IntegerField(min_value=1, max_value=100, help_text="权重（%），合计 100")


class GradeForm(Body):
    """A grade and its pass line."""

    name = serializers.CharField(max_length=20)
    pass_line = PointsField()


class RubricForm(Body):
    """The next version of a trade's rubric."""

    trade = serializers.CharField(max_length=40)
    items = ItemForm(many=True)
    grades = GradeForm(many=True)
    mean_kind = serializers.ChoiceField(RubricVersion.Mean.choices, default=RubricVersion.Mean.TRIMMED)
    outlier_allowance = PointsField()
    basis = serializers.CharField(max_length=200, required=False, allow_blank=True, default="", help_text="依据")


class RubricVersionFilter(django_filters.FilterSet):
    """By state and trade."""

    search = search_by("工种或依据", columns=("rubric__trade", "basis"))
    trade = django_filters.CharFilter(field_name="rubric__trade", max_length=40, label="工种")

    class Meta:
        model = RubricVersion
        fields = ["search", "status", "trade"]


class RubricVersions(ReadResource):
    """Versions of rubrics, for the bureau; an expert sees those of the panels called to."""

    queryset = RubricVersion.objects.select_related("rubric")
    serializer_class = RubricVersionOut
    filterset_class = RubricVersionFilter
    quoting_version = frozenset({"publish", "retire"})
    subject = "version"
    weighty = frozenset({"publish"})

    @extend_schema(request=RubricForm, responses={201: RubricVersionOut})
    def create(self, request: Request) -> Response:
        """Draft the next version (起草), for a clerk."""
        form = self.body(RubricForm)
        made = service.draft_rubric_version(actor=self.member, day=self.day, **form)
        return self.shown(self.again(made), 201)

    @step("publish")
    def publish(self, request: Request, pk: str) -> Response:
        """A second person publishes (发布); the version before retires."""
        return self.take(service.publish_rubric)

    @step("retire")
    def retire(self, request: Request, pk: str) -> Response:
        """No new round uses it (停用)."""
        return self.take(service.retire_rubric)
