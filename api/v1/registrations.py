"""The park's register (采集登记): who was registered when, how, by whom."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Body, DayField, IdNumberField, NumberField, Out, PersonOut, PhoneField
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import Enterprise, WorkerRegistration
from park_workers.services.registrations import register_worker


class RegistrationOut(Out):
    """One registration."""

    worker = PersonOut()
    enterprise_name = serializers.CharField(source="enterprise.name")

    class Meta:
        model = WorkerRegistration
        fields = ["id", "worker", "enterprise", "enterprise_name", "registered_on", "method", "trade", "is_front_line",
                  "consent_version"]  # fmt: skip


class RegistrationForm(Body):
    """A person to register, who has agreed to it."""

    enterprise = NumberField(required=False, help_text="默认为本企业；经办人员须指明企业")
    name = serializers.CharField(max_length=80)
    id_number = IdNumberField(max_length=40)
    phone = PhoneField(max_length=40, required=False, allow_blank=True, default="")
    registered_on = DayField()
    method = serializers.ChoiceField(
        [one for one in WorkerRegistration.Method.choices if one[0] != WorkerRegistration.Method.FILE],
        required=False, default=WorkerRegistration.Method.ENTERPRISE,
    )  # fmt: skip
    trade = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    is_front_line = serializers.BooleanField(required=False, allow_null=True, default=None)
    consent_version = serializers.CharField(max_length=20, help_text="本人同意的知情同意书版本")


class RegistrationFilter(django_filters.FilterSet):
    """By enterprise, person, way and day."""

    search = search_by("姓名（汉字、全拼或首字母）或证件末四位", people=("worker",))
    enterprise = django_filters.NumberFilter(field_name="enterprise_id")
    worker = django_filters.NumberFilter(field_name="worker_id")
    registered_from = django_filters.DateFilter(field_name="registered_on", lookup_expr="gte")
    registered_to = django_filters.DateFilter(field_name="registered_on", lookup_expr="lte")

    class Meta:
        model = WorkerRegistration
        fields = ["search", "enterprise", "worker", "method", "registered_from", "registered_to"]


class Registrations(ReadResource):
    """The register; the bureau's list comes in as an upload of the sheet `worker_register`."""

    queryset = WorkerRegistration.objects.select_related("worker", "enterprise__organisation")
    serializer_class = RegistrationOut
    filterset_class = RegistrationFilter

    @extend_schema(request=RegistrationForm, responses={201: RegistrationOut, 200: RegistrationOut})
    def create(self, request: Request) -> Response:
        """Register a person (采集登记); who stands in the register of that enterprise already is answered as they stand (200)."""
        form = self.body(RegistrationForm)
        enterprise = self.named("enterprise", Enterprise.objects.all(), self.enterprise_wanted(form))
        found = register_worker(actor=self.member, enterprise=enterprise, day=self.day, **form)
        answer = self.shown(self.again(found.registration), 200 if found.is_repeat else 201)
        answer["Location"] = f"/api/v1/registrations/{found.registration.pk}/"
        return answer
