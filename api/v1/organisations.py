"""Organisations (单位) and enterprises of the directory (企业名录)."""

from __future__ import annotations

import django_filters
from rest_framework import serializers

from api.fields import Out
from api.resource import ReadResource
from park_workers.foundation.masking import mask_phone
from park_workers.models import Enterprise, Organisation


class OrganisationOut(Out):
    """A body that people act for."""

    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Organisation
        fields = ["id", "kind", "kind_label", "name", "credit_code", "parent"]


class EnterpriseOut(Out):
    """A row of the directory; the contact's phone is masked."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    credit_code = serializers.CharField(source="organisation.credit_code")
    contact_phone = serializers.SerializerMethodField()

    class Meta:
        model = Enterprise
        fields = ["id", "name", "credit_code", "kind", "park_name", "admitted_on", "contact_name", "contact_phone",
                  "directory_position"]  # fmt: skip

    def get_contact_phone(self, enterprise: Enterprise) -> str:
        return mask_phone(enterprise.open_contact_phone())  # type: ignore[attr-defined]


class OrganisationFilter(django_filters.FilterSet):
    """By kind, credit code and part of the name."""

    name = django_filters.CharFilter(lookup_expr="icontains", max_length=120)

    class Meta:
        model = Organisation
        fields = ["kind", "credit_code", "name"]


class EnterpriseFilter(django_filters.FilterSet):
    """By kind, credit code and part of the name."""

    name = django_filters.CharFilter(field_name="organisation__name", lookup_expr="icontains", max_length=120)
    credit_code = django_filters.CharFilter(field_name="organisation__credit_code", max_length=18)

    class Meta:
        model = Enterprise
        fields = ["kind", "credit_code", "name"]


class Organisations(ReadResource):
    """Bureaus, enterprises, bases, agencies."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationOut
    filterset_class = OrganisationFilter


class Enterprises(ReadResource):
    """Enterprises in the order of the directory."""

    queryset = Enterprise.objects.select_related("organisation")
    serializer_class = EnterpriseOut
    list_order = ("directory_position", "pk")
    filterset_class = EnterpriseFilter
