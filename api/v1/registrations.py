"""The park's register (采集登记): who was registered when, how, by whom."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out, PersonOut
from api.resource import ReadResource
from park_workers.models import WorkerRegistration


class RegistrationOut(Out):
    """One registration."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.name")

    class Meta:
        model = WorkerRegistration
        fields = ["id", "worker", "enterprise", "enterprise_name", "registered_on", "method", "trade", "is_front_line",
                  "consent_version"]  # fmt: skip


class RegistrationFilter(django_filters.FilterSet):
    """By enterprise, person, way and day."""

    enterprise = django_filters.NumberFilter(field_name="enterprise_id")
    worker = django_filters.NumberFilter(field_name="worker_id")
    registered_from = django_filters.DateFilter(field_name="registered_on", lookup_expr="gte")
    registered_to = django_filters.DateFilter(field_name="registered_on", lookup_expr="lte")

    class Meta:
        model = WorkerRegistration
        fields = ["enterprise", "worker", "method", "registered_from", "registered_to"]


class Registrations(ReadResource):
    """The register; the bureau's list comes in as an upload of the sheet `worker_register`."""

    queryset = WorkerRegistration.objects.select_related("worker", "enterprise__organisation")
    serializer_class = RegistrationOut
    filterset_class = RegistrationFilter
