"""Filters of lists: what a list does not know is refused, so that a misspelt filter never shows everything."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import models
from django_filters import NumberFilter
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


class Filters(FilterSet):
    """Filters of a list; a foreign key is filtered by its number."""

    FILTER_DEFAULTS: ClassVar[dict[Any, Any]] = {
        **FilterSet.FILTER_DEFAULTS,
        models.ForeignKey: {"filter_class": RowFilter},
        models.OneToOneField: {"filter_class": RowFilter},
    }


class KnownFilters(DjangoFilterBackend):
    """Applies a list's filters; an address with a number in it takes none."""

    filterset_base = Filters

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.detail:
            return queryset
        chosen = self.get_filterset_class(view, queryset)
        known = PAGING | set(chosen.base_filters if chosen else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [ErrorDetail("没有这个筛选条件", "UNKNOWN_FIELD")] for name in unknown})
        return super().filter_queryset(request, queryset, view)
