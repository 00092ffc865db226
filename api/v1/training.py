"""Training (培训): bases, classes, who sat in them; lists come in as uploads (`pass_list`); results: certificates.py."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out, PersonOut
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import TrainingBase
from training.models import EarlierTraining, Enrolment, TrainingClass

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"


class TrainingBaseOut(Out):
    """A skill base (一针一线基地)."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="organisation.name")

    class Meta:
        model = TrainingBase
        fields = ["id", "name", "bureau"]


class TrainingClassOut(Out):
    """A class (班次): trade, level (5 = 五级, 1 = 一级), dates and hours."""

    base_name = serializers.CharField(source="base.organisation.name")

    class Meta:
        model = TrainingClass
        fields = ["id", "base", "base_name", "number", "trade", "level", "starts_on", "ends_on", "planned_hours"]


class EnrolmentOut(Out):
    """One person in one class."""

    worker = PersonOut()
    class_number = serializers.CharField(source="training_class.number")

    class Meta:
        model = Enrolment
        fields = ["id", "training_class", "class_number", "worker", "attended_hours", "order_enterprise_name"]


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


class TrainingClassFilter(django_filters.FilterSet):
    """By base, trade, level and dates."""

    search = search_by("班次或基地名称", columns=("number",), organisations=("base__organisation",))
    starts_from = django_filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_to = django_filters.DateFilter(field_name="starts_on", lookup_expr="lte")

    class Meta:
        model = TrainingClass
        fields = ["search", "base", "trade", "level", "starts_from", "starts_to"]


class EnrolmentFilter(django_filters.FilterSet):
    """By class, base and person."""

    search = search_by(PERSON, people=("worker",))
    base = django_filters.NumberFilter(field_name="training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="worker_id")

    class Meta:
        model = Enrolment
        fields = ["search", "training_class", "base", "worker"]


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


class TrainingClasses(ReadResource):
    """Classes; a base sees its own."""

    queryset = TrainingClass.objects.select_related("base__organisation")
    serializer_class = TrainingClassOut
    filterset_class = TrainingClassFilter


class Enrolments(ReadResource):
    """Who was trained; a base sees its own classes."""

    queryset = Enrolment.objects.select_related("worker", "training_class")
    serializer_class = EnrolmentOut
    filterset_class = EnrolmentFilter


class EarlierTrainings(ReadResource):
    """The earlier park task force's list; for the bureau."""

    queryset = EarlierTraining.objects.select_related("worker")
    serializer_class = EarlierTrainingOut
    filterset_class = EarlierTrainingFilter
