"""Numbered pages of rows: found by keys, and of a batch's lines from the counts that its computation keeps."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum

from subsidies.models import LineItem
from subsidies.services.kept_counts import STRIDE


class KeyedPaginator(Paginator):  # type: ignore[type-arg]
    """A far page is found by keys alone, from an index; only its own rows are read and joined."""

    def page(self, number: int | str) -> Page[Any]:
        """Rows of a page."""
        number = self.validate_number(number)
        rows: Any = self.object_list
        return Page(rows.filter(pk__in=self.keys((number - 1) * self.per_page)), number, self)

    def keys(self, start: int) -> list[int]:
        """Keys of a page that begins after so many rows."""
        rows: Any = self.object_list
        return list(rows.values_list("pk", flat=True)[start : start + self.per_page])


@dataclass(frozen=True)
class Known:
    """What a list of lines comes to; `before`: how many of its lines stand before every STRIDE places, None = unknown."""

    count: int
    fen: int
    before: list[int] | None = None


def counted(lines: QuerySet[LineItem]) -> Known:
    """By looking at every line."""
    found = lines.order_by().aggregate(n=Count("pk"), fen=Sum("amount_fen"))
    return Known(found["n"], found["fen"] or 0)


class LinePaginator(KeyedPaginator):
    """Pages of lines that need not be counted; a far page is looked for from the nearest place before it."""

    def __init__(self, lines: QuerySet[LineItem], size: int, known: Known) -> None:
        super().__init__(lines, size)
        self.count = known.count
        self.before = known.before or [0]

    def keys(self, start: int) -> list[int]:
        """As above; the first stride is counted from the beginning of the list."""
        stride = bisect_right(self.before, start) - 1
        start -= self.before[stride]
        lines: Any = self.object_list
        if stride:
            lines = lines.filter(position__gt=stride * STRIDE)
        return list(lines.values_list("pk", flat=True)[start : start + self.per_page])
