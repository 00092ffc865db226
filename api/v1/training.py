"""Training (培训): bases and the earlier list; classes: training_classes.py, results and certificates: certificates.py."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out, PersonOut
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import TrainingBase
from training.models import EarlierTraining

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"


class TrainingBaseOut(Out):
    """A skill base (一针一线基地)."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="organisation.name")

    class Meta:
        model = TrainingBase
        fields = ["id", "name", "bureau"]


class EarlierTrainingOut(Out):
    """A line of the earlier list (专班历史名单)."""

    worker = PersonOut()

    class Meta:
        model = EarlierTraining
        fields = ["id", "worker", "enterprise_name", "trade", "trained_on", "is_leaver"]


class TrainingBaseFilter(django_filters.FilterSet):
    """By bureau."""

    search = search_by("基地名称（汉字、全拼或首字母）", organisations=("organisation",))

    class Meta:
        model = TrainingBase
        fields = ["search", "bureau"]


class EarlierTrainingFilter(django_filters.FilterSet):
    """By person, trade and day."""

    search = search_by(f"企业名称，或{PERSON}", people=("worker",), columns=("enterprise_name",))
    worker = django_filters.NumberFilter(field_name="worker_id")
    trained_from = django_filters.DateFilter(field_name="trained_on", lookup_expr="gte")
    trained_to = django_filters.DateFilter(field_name="trained_on", lookup_expr="lte")

    class Meta:
        model = EarlierTraining
        fields = ["search", "worker", "trade", "is_leaver", "trained_from", "trained_to"]


class TrainingBases(ReadResource):
    """Bases; a base sees itself."""

    queryset = TrainingBase.objects.select_related("organisation")
    serializer_class = TrainingBaseOut
    filterset_class = TrainingBaseFilter


class EarlierTrainings(ReadResource):
    """The earlier park task force's list; for the bureau."""

    queryset = EarlierTraining.objects.select_related("worker")
    serializer_class = EarlierTrainingOut
    filterset_class = EarlierTrainingFilter
