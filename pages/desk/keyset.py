"""Pages of long lists: the next page begins after the last row seen, so page 10,000 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
#: counting stops here: beyond it a list says "more than"
COUNTED = 10_000


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page, newest first; `older` and `newer` are the values of ?before= and ?after=, 0 where there is none."""

    rows: list[Any]
    older: int
    newer: int
    count: int

    @property
    def count_words(self) -> str:
        """How many there are, as far as it was counted."""
        return f"超过 {COUNTED:,}" if self.count > COUNTED else f"{self.count:,}"


def _number(request: HttpRequest, key: str) -> int:
    text = request.GET.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def keyset_page(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> KeysetPage:
    """The page that ?before= or ?after= names; nonsense gives the first."""
    before, after = _number(request, "before"), _number(request, "after")
    if after:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        has_newer, has_older, found = len(found) > size, True, found[:size][::-1]
    else:
        older = rows.filter(pk__lt=before) if before else rows
        found = list(older.order_by("-pk")[: size + 1])
        has_newer, has_older, found = bool(before), len(found) > size, found[:size]
    count = rows.order_by()[: COUNTED + 1].count()
    if not found:
        return KeysetPage([], 0, 0, count)
    return KeysetPage(found, found[-1].pk if has_older else 0, found[0].pk if has_newer else 0, count)
