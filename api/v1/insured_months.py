"""Insured months (参保月份): never overwritten, only voided."""

from __future__ import annotations

import django_filters

from api.fields import Out, PersonOut
from api.filters import search_by
from api.resource import ReadResource
from park_workers.models import InsuredMonth


class InsuredMonthOut(Out):
    """One paid month of one kind of insurance; `month` is its first day."""

    worker = PersonOut()

    class Meta:
        model = InsuredMonth
        fields = ["id", "worker", "credit_code", "month", "kind", "voided_at", "void_reason"]


class InsuredMonthFilter(django_filters.FilterSet):
    """By person, employer, kind and month."""

    search = search_by("姓名（汉字、全拼或首字母）或证件末四位", people=("worker",))
    worker = django_filters.NumberFilter(field_name="worker_id")
    month_from = django_filters.DateFilter(field_name="month", lookup_expr="gte")
    month_to = django_filters.DateFilter(field_name="month", lookup_expr="lte")
    is_voided = django_filters.BooleanFilter(field_name="voided_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = InsuredMonth
        fields = ["search", "worker", "credit_code", "kind", "month_from", "month_to", "is_voided"]


class InsuredMonths(ReadResource):
    """Insurance as the lists tell it; strangers are kept."""

    queryset = InsuredMonth.objects.select_related("worker")
    serializer_class = InsuredMonthOut
    filterset_class = InsuredMonthFilter
