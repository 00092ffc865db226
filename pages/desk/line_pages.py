"""Numbered pages of rows: found by keys, and of a batch's lines from the counts that its computation keeps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest

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
    """What a list of lines comes to; `before`: how many of its lines stand before every STRIDE places, None = unknown; `places`:
    where each of them stands, when they are few."""

    count: int
    fen: int
    before: list[int] | None = None
    places: list[int] | None = None


def counted(lines: QuerySet[LineItem]) -> Known:
    """By looking at every line."""
    found = lines.order_by().aggregate(n=Count("pk"), fen=Sum("amount_fen"))
    return Known(found["n"], found["fen"] or 0)


class LinePaginator(KeyedPaginator):
    """Pages of lines that need not be counted; a far page is looked for from the nearest place before it."""

    def __init__(self, lines: QuerySet[LineItem], size: int, known: Known) -> None:
        super().__init__(lines, size)
        self.count = known.count
        self.before, self.places = known.before or [0], known.places

    def keys(self, start: int) -> list[int]:
        """As above; the first stride is counted from the beginning of the list."""
        lines: Any = self.object_list
        if self.places is not None:
            mine = self.places[start : start + self.per_page]
            return list(lines.filter(position__in=mine).values_list("pk", flat=True))
        stride = bisect_right(self.before, start) - 1
        start -= self.before[stride]
        if stride:
            lines = lines.filter(position__gt=stride * STRIDE)
        return list(lines.values_list("pk", flat=True)[start : start + self.per_page])


@dataclass(frozen=True)
class SoughtPage:
    """A page of more lines than are counted: it begins behind (or ends before) a line, so that the thousandth costs what the first does.

    `before` and `after` are the lines to go on from, 0 where there is nothing more.
    """

    object_list: list[LineItem]
    before: int
    after: int
    #: the line that the address names
    asked_before: int | str = ""
    asked_after: int | str = ""
    is_sought: bool = True
    number: int = 1

    def __iter__(self) -> Iterator[LineItem]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)


def sought_page(request: HttpRequest, lines: QuerySet[LineItem], whole: QuerySet[LineItem], size: int) -> SoughtPage:
    """The page that ?after= or ?before= names by a line of `whole`; nonsense gives the first."""
    after, before = _place(whole, request.GET.get("after", "")), _place(whole, request.GET.get("before", ""))
    if before:
        place, pk = before
        earlier = lines.filter(Q(position__lt=place) | Q(pk__lt=pk), position__lte=place)
        found = list(earlier.order_by("-position", "-pk")[: size + 1])
        has_before, has_after, found = len(found) > size, True, found[:size][::-1]
    else:
        if after:
            place, pk = after
            lines = lines.filter(Q(position__gt=place) | Q(pk__gt=pk), position__gte=place)
        found = list(lines[: size + 1])
        has_before, has_after, found = bool(after), len(found) > size, found[:size]
    if not found:
        return SoughtPage([], 0, 0)
    asked = (before[1] if before else "", after[1] if after and not before else "")
    return SoughtPage(found, found[0].pk if has_before else 0, found[-1].pk if has_after else 0, *asked)


def _place(whole: QuerySet[LineItem], text: str) -> tuple[int, int] | None:
    """Place and key of a line named in the address."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    return whole.order_by().filter(pk=int(text)).values_list("position", "pk").first()
