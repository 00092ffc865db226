"""Training (培训): bases, results and certificates; lists come in as uploads (`pass_list`)."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out, PersonOut
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import TrainingBase
from training.models import Assessment, Certificate, EarlierTraining

PERSON = "姓名（汉字、全拼或首字母）或证件末四位"


class TrainingBaseOut(Out):
    """A skill base (一针一线基地)."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="organisation.name")

    class Meta:
        model = TrainingBase
        fields = ["id", "name", "bureau"]


class AssessmentOut(Out):
    """The result of one enrolment: marks out of 100 and the verdict."""

    worker = PersonOut(source="enrolment.worker")
    training_class = serializers.IntegerField(source="enrolment.training_class_id")

    class Meta:
        model = Assessment
        fields = ["id", "enrolment", "training_class", "worker", "theory_score", "practice_score", "verdict"]


class CertificateOut(Out):
    """A certificate as the base reports it."""

    worker = PersonOut()

    class Meta:
        model = Certificate
        fields = ["id", "number", "assessment", "worker", "trade", "level", "issued_on"]


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


class AssessmentFilter(django_filters.FilterSet):
    """By class, base, person and verdict."""

    search = search_by(PERSON, people=("enrolment__worker",))
    training_class = django_filters.NumberFilter(field_name="enrolment__training_class_id", label="班次")
    base = django_filters.NumberFilter(field_name="enrolment__training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="enrolment__worker_id", label="学员")

    class Meta:
        model = Assessment
        fields = ["search", "training_class", "base", "worker", "verdict"]


class CertificateFilter(django_filters.FilterSet):
    """By number, base, person, trade, level and day."""

    search = search_by(f"证书编号，或{PERSON}", people=("worker",), exact=("number",))
    base = django_filters.NumberFilter(field_name="assessment__enrolment__training_class__base_id", label="基地")
    worker = django_filters.NumberFilter(field_name="worker_id")
    issued_from = django_filters.DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte")

    class Meta:
        model = Certificate
        fields = ["search", "number", "base", "worker", "trade", "level", "issued_from", "issued_to"]


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


class Assessments(ReadResource):
    """Results; a base sees its own classes'."""

    queryset = Assessment.objects.select_related("enrolment__worker", "enrolment__training_class")
    serializer_class = AssessmentOut
    filterset_class = AssessmentFilter


class Certificates(ReadResource):
    """Certificates; a base sees those it has reported."""

    queryset = Certificate.objects.select_related("worker")
    serializer_class = CertificateOut
    filterset_class = CertificateFilter


class EarlierTrainings(ReadResource):
    """The earlier park task force's list; for the bureau."""

    queryset = EarlierTraining.objects.select_related("worker")
    serializer_class = EarlierTrainingOut
    filterset_class = EarlierTrainingFilter
