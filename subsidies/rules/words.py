"""Dates, spans and lists as Chinese sentences write them."""

from __future__ import annotations

import reprlib
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from subsidies.rules.facts import FACTS_BY_NAME, LIST_SEPARATOR

UNKNOWN = "未登记"
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict, _SHORT.maxstring, _SHORT.maxother, _SHORT.maxlong = 2, 4, 4, 60, 60, 60


def day_text(day: date | None) -> str:
    """2026年11月23日, or that it is not on file."""
    return f"{day.year}年{day.month}月{day.day}日" if day else UNKNOWN


def period_text(first: date, last: date) -> str:
    """2023年1月1日至12月31日: the year once when it is one."""
    end = f"{last.month}月{last.day}日" if first.year == last.year else day_text(last)
    return f"{day_text(first)}至{end}"


def month_text(day: date) -> str:
    """2023年7月."""
    return f"{day.year}年{day.month}月"


def months_text(first: date, last: date) -> str:
    """2023年4月至6月; one month stands alone."""
    if (first.year, first.month) == (last.year, last.month):
        return month_text(first)
    return (
        f"{month_text(first)}至{last.month}月"
        if first.year == last.year
        else f"{month_text(first)}至{month_text(last)}"
    )


def add_months(day: date, months: int) -> date:
    """Same day number so many months later, at most the month's last day (as `spans.add_months`)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def completing_day(start: date, months: int) -> date:
    """The day on which so many months are complete (as `spans.matured_on`)."""
    return add_months(start, months) - timedelta(days=1)


def listed(text: str | None) -> list[str]:
    """The values of a joined list."""
    return [part for part in (text or "").split(LIST_SEPARATOR) if part]


def quoted(values: Iterable[str]) -> str:
    """“平车”、“裁床”."""
    return "、".join(f"“{value}”" for value in values)


def yuan_text(fen: int) -> str:
    """6,000 元, or 6,000.50 元."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d} 元" if rest else f"{whole:,} 元"


def source_of(*columns: str) -> str:
    """Where facts come from, each source once."""
    return "；".join(dict.fromkeys(FACTS_BY_NAME[column].source for column in columns))


def shown(value: Any) -> str:
    """A value as a message quotes it: short, however long or deep it is."""
    return f"'{value}'" if isinstance(value, str) and len(value) <= 60 else _SHORT.repr(value)
