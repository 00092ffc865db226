"""Filters of lists: what a list does not know is refused, so that a misspelt filter never shows everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django_filters import ModelChoiceFilter, NumberFilter
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from api.fields import LARGEST_NUMBER
from park_workers.models import Organisation, Worker
from park_workers.models.named import of_people

PAGING = frozenset({"cursor", "limit"})


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER})
class MomentField(IsoDateTimeField):
    """A moment with its offset, in UTC: databases take offsets of less than sixteen hours, and years from 1 to 9999."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError for a moment that UTC has no name for."""
        found = super().to_python(value)
        try:
            return found and found.astimezone(UTC)
        except (OverflowError, ValueError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """From a moment on, or up to one."""

    field_class = MomentField


class RowFilter(NumberFilter):
    """The number of a row.  It is only compared: a row of somebody else and a row there is not find the same nothing."""

    field_class = forms.IntegerField

    def __init__(self, *positional: Any, **more: Any) -> None:
        super().__init__(*positional, **{"min_value": 1, "max_value": LARGEST_NUMBER} | more)

    def get_max_validator(self) -> None:
        """The field has its own largest value."""


class KnownFilters(DjangoFilterBackend):
    """Applies a list's filters; an address with a number in it takes none."""

    def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
        """The list's own filters, those that name a row as `RowFilter`."""
        return compare_rows(super().get_filterset_class(view, queryset))

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.detail:
            return queryset
        return self.filtered(request, queryset, view)

    def filtered(self, request: Request, queryset: Any, view: Any) -> Any:
        """The rows that the filters leave, also of a list beneath one object."""
        chosen = self.get_filterset_class(view, queryset)
        known = PAGING | set(chosen.base_filters if chosen else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [ErrorDetail("没有这个筛选条件", "UNKNOWN_FIELD")] for name in unknown})
        return super().filter_queryset(request, queryset, view)


def compare_rows(filters: type[FilterSet] | None) -> type[FilterSet] | None:
    """Let a set of filters compare the numbers of rows instead of looking them up."""
    for name, one in filters.base_filters.items() if filters else ():
        if isinstance(one, ModelChoiceFilter) or type(one) is NumberFilter:
            more = {"method": one.method} if one.method else {}
            row = RowFilter(
                field_name=one.field_name, lookup_expr=one.lookup_expr, label=one.extra.get("label"), **more
            )
            row.creation_counter = one.creation_counter
            filters.base_filters[name] = row
    return filters


def search_by(
    label: str, *, columns: Sequence[str] = (), people: Sequence[str] = (), organisations: Sequence[str] = (),
    exact: Sequence[str] = (),
) -> django_filters.CharFilter:  # fmt: skip
    """`?search=`: rows whose columns contain the text, or whose people or organisations (paths to them) are found by it."""

    def found(rows: Any, name: str, value: str) -> Any:
        wanted = Q(pk__in=[])
        for column in columns:
            wanted |= Q(**{f"{column}__icontains": value})
        for column in exact:
            wanted |= Q(**{column: value})
        for path in people:
            wanted |= of_people(Worker.objects.search(value), to=path)
        for path in organisations:
            wanted |= Q(**{f"{path}__in": Organisation.objects.search(value).values("pk")})
        return rows.filter(wanted)

    return django_filters.CharFilter(method=found, label=label, max_length=80)


class Searched(FilterSet):
    """Rows whose table says itself how it is searched."""

    search = django_filters.CharFilter(method="by_search", max_length=80, label="名称（汉字、全拼或首字母）")

    def by_search(self, rows: Any, name: str, value: str) -> Any:
        """As the table searches."""
        return rows.search(value)
