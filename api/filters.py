"""Filters of lists: what a list does not know is refused, so that a misspelt filter never shows everything."""

from __future__ import annotations

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

PAGING = frozenset({"cursor", "limit"})


class KnownFilters(DjangoFilterBackend):
    """Applies a list's filters; an address with a number in it takes none."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.detail:
            return queryset
        chosen = self.get_filterset_class(view, queryset)
        known = PAGING | set(chosen.base_filters if chosen else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise ValidationError({name: [ErrorDetail("没有这个筛选条件", "UNKNOWN_FIELD")] for name in unknown})
        return super().filter_queryset(request, queryset, view)
