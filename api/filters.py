"""Filters of lists: what a list does not know is refused, so that a misspelt filter never shows everything."""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import ModelChoiceFilter, NumberFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from api.fields import LARGEST_NUMBER

PAGING = frozenset({"cursor", "limit"})


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER})
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
