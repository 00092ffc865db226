"""Decisions on lines (明细处理): held, released, removed, objected, returned, bounced, clawed back; by whom and why."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out
from api.filters import search_by
from api.resource import ReadResource
from subsidies.models import LineDecision


class DecisionOut(Out):
    """One disposition of one line; the newest stands."""

    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = LineDecision
        fields = ["id", "line", "kind", "kind_label", "decided_on", "reason", "is_standing", "excludes", "recorded_at"]


class DecisionFilter(django_filters.FilterSet):
    """By batch, line and kind."""

    search = search_by("人员或处理原因", people=("line__worker",), columns=("reason",))
    batch = django_filters.NumberFilter(field_name="line__calculation__batch_id")
    line = django_filters.NumberFilter(field_name="line_id")

    class Meta:
        model = LineDecision
        fields = ["search", "batch", "line", "kind", "is_standing"]


class Decisions(ReadResource):
    """Decisions; they are taken at the line, the batch, the objection or by the city and the bank."""

    queryset = LineDecision.objects.all()
    serializer_class = DecisionOut
    filterset_class = DecisionFilter
