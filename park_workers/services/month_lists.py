"""Who was at an enterprise in a month, what that comes to, and what makes two such lists differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from park_workers.foundation.calendar import ONE_DAY
from park_workers.models import Employment

# The post in force at the month's end is the latest one begun by then; the key breaks no tie, as one post begins a day.
MONTH_SQL = """
SELECT employment.id, employment.hired_on, employment.left_on, COALESCE(post.trade, ''), COALESCE(post.is_front_line, FALSE)
FROM park_workers_employment employment
LEFT JOIN park_workers_postspan post ON post.employment_id = employment.id AND post.starts_on = (
    SELECT MAX(begun.starts_on) FROM park_workers_postspan begun
    WHERE begun.employment_id = employment.id AND begun.starts_on <= %s)
WHERE employment.enterprise_id = %s AND employment.hired_on <= %s
  AND (employment.left_on IS NULL OR employment.left_on >= %s)
ORDER BY employment.id
"""


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_end_of(month: date) -> date:
    """The last day of a month."""
    return month_of(month.replace(day=28) + timedelta(days=7)) - ONE_DAY


def month_before(month: date) -> date:
    """The first day of the month before."""
    return month_of(month_of(month) - ONE_DAY)


def employing(firms: Any, month: date) -> Any:
    """Those of these enterprises that have somebody to confirm for a month."""
    there = Employment.objects.filter(enterprise=OuterRef("pk"), hired_on__lte=month_end_of(month))
    return firms.filter(Exists(there.filter(Q(left_on__isnull=True) | Q(left_on__gte=month_of(month) - ONE_DAY))))


class Stay(NamedTuple):
    """One employment in a month as it is confirmed: days as ISO text, `left_on` empty for whoever is there at the end."""

    employment: int
    hired_on: str
    left_on: str
    trade: str
    is_front_line: int


class MonthFigures(NamedTuple):
    """Heads of a month: at_start + joined − left = at_end."""

    at_start: int
    joined: int
    left: int
    at_end: int
    front_line: int


@dataclass(frozen=True)
class MonthList:
    """Everybody who was there between the last day of the month before and the month's own last day."""

    month: date
    stays: tuple[Stay, ...]

    @property
    def digest(self) -> str:
        """Names exactly this list."""
        return hashlib.sha256(json.dumps(self.stays, ensure_ascii=False).encode()).hexdigest()

    @property
    def figures(self) -> MonthFigures:
        """The list in numbers."""
        start = (month_of(self.month) - ONE_DAY).isoformat()
        at_start = sum(stay.hired_on <= start for stay in self.stays)
        at_end = [stay for stay in self.stays if not stay.left_on]
        return MonthFigures(
            at_start, len(self.stays) - at_start, len(self.stays) - len(at_end), len(at_end),
            sum(stay.is_front_line for stay in at_end),
        )  # fmt: skip


def read_month(*, enterprise_id: int, month: date) -> MonthList:
    """The list as the rows say it now; whoever leaves on the month's last day is still there."""
    first, end = month_of(month) - ONE_DAY, month_end_of(month)
    with connection.cursor() as cursor:
        days: list[str | int] = [end.isoformat(), enterprise_id, end.isoformat(), first.isoformat()]
        cursor.execute(MONTH_SQL, days)
        return MonthList(month_of(month), tuple(_stay(row, end) for row in cursor.fetchall()))


def _stay(row: Sequence[Any], end: date) -> Stay:
    employment, hired_on, left_on, trade, is_front_line = row
    left = "" if left_on is None or str(left_on) >= end.isoformat() else str(left_on)
    return Stay(employment, str(hired_on), left, trade, int(is_front_line))


@dataclass(frozen=True)
class Difference:
    """One employment that is otherwise than before; `kind` is one of KINDS."""

    kind: str
    employment: int
    before: Stay | None
    now: Stay | None


#: in the order of the page
KINDS = {"joined": "入职", "left": "离职", "post": "岗位变动", "dates": "日期更正", "dropped": "不再列入"}


def differences(before: Iterable[Stay], now: Iterable[Stay]) -> list[Difference]:
    """What changed from one list to another, by kind in the order of KINDS and then by employment."""
    old = {stay.employment: stay for stay in before}
    new = {stay.employment: stay for stay in now}
    found = []
    for key in sorted(old.keys() | new.keys()):
        was, stay = old.get(key), new.get(key)
        if was != stay:
            found += [Difference(kind, key, was, stay) for kind in _kinds(was, stay)]
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))


def _kinds(was: Stay | None, now: Stay | None) -> list[str]:
    if now is None:
        return ["dropped"]
    kinds = ["joined"] if was is None else []
    if now.left_on and not (was is not None and was.left_on):
        kinds.append("left")
    if was is None:
        return kinds
    if (was.trade, was.is_front_line) != (now.trade, now.is_front_line):
        kinds.append("post")
    if was.hired_on != now.hired_on or (was.left_on and was.left_on != now.left_on):
        kinds.append("dates")
    return kinds
