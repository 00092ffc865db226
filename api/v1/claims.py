"""Claims (申报): what one payee gets from one computation."""

from __future__ import annotations

import django_filters
from django.db.models import F, Q
from rest_framework import serializers

from api.fields import MoneyField, Out
from api.filters import search_by
from api.resource import ReadResource
from subsidies.models import Claim


class ClaimOut(Out):
    """A claim: lines, eligible people and their sum."""

    payee_name = serializers.CharField()
    amount = MoneyField(source="amount_fen")
    batch_name = serializers.CharField(source="batch.name")
    batch_status = serializers.CharField(source="batch.status")

    class Meta:
        model = Claim
        fields = ["id", "reference", "batch", "batch_name", "batch_status", "calculation", "organisation", "worker",
                  "payee_name", "position", "lines", "people", "amount"]  # fmt: skip


class ClaimFilter(django_filters.FilterSet):
    """By batch and payee; `is_current=true` leaves out earlier computations."""

    search = search_by(
        "申报单位或申报人，或申报编号", people=("worker",), organisations=("organisation",), exact=("reference",)
    )
    batch = django_filters.NumberFilter(field_name="batch_id")
    organisation = django_filters.NumberFilter(field_name="organisation_id")
    is_current = django_filters.BooleanFilter(method="of_current", label="当前测算")

    class Meta:
        model = Claim
        fields = ["search", "batch", "organisation", "is_current"]

    def of_current(self, rows: object, name: str, value: bool) -> object:
        """Of the computation the batch names, or of the others."""
        current = Q(calculation=F("batch__current"))
        return rows.filter(current if value else ~current)  # type: ignore[attr-defined]


class Claims(ReadResource):
    """Claims of batches; an enterprise sees its own once the bureau's clerk has signed them."""

    queryset = Claim.objects.select_related("batch", "organisation", "worker")
    serializer_class = ClaimOut
    filterset_class = ClaimFilter
