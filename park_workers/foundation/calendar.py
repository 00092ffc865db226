"""Working days by the State Council's yearly arrangement; the table is edited by people and always wins.

A day without a row counts by its weekday and is provisional: the arrangement of that year is not known here yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

ONE_DAY = timedelta(days=1)


class CalendarDay(models.Model):
    """A day on which offices differ from the weekday, or a weekday confirmed by an official arrangement."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("工作日")
    name = models.CharField("名称", max_length=40, blank=True, default="")
    source = models.CharField("依据", max_length=200, blank=True, default="")
    is_provisional = models.BooleanField("暂定", default=False)
    recorded_at = models.DateTimeField("记录时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'班' if self.is_working else '休'}"


@dataclass(frozen=True)
class Term:
    """A term in days: the days counted, and whether any of them is not yet officially settled."""

    counted: tuple[date, ...]
    is_provisional: bool

    @property
    def last_day(self) -> date:
        """The last day of the term."""
        return self.counted[-1]


def is_working_by_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.isoweekday() < 6


def days_after(*, start: date, length: int, unit: str, counts_first_day: bool = False) -> Term:
    """The days of a term that begins with `start` (which itself counts only if asked for).

    unit: "working_days" or "calendar_days".  Reads the table once.
    """
    horizon = start + timedelta(days=length * 3 + 40)
    known = {d.day: d for d in CalendarDay.objects.filter(day__gte=start, day__lte=horizon)}
    years = range(start.year, horizon.year + 1)
    settled = CalendarDay.objects.filter(is_provisional=False, day__year__in=years).dates("day", "year")
    years_settled = {found.year for found in settled}
    counted: list[date] = []
    provisional = False
    day = start if counts_first_day else start + ONE_DAY
    while len(counted) < length:
        row = known.get(day)
        if unit == "calendar_days" or (row.is_working if row else is_working_by_weekday(day)):
            counted.append(day)
        if unit == "working_days":
            provisional |= row.is_provisional if row else day.year not in years_settled
        day += ONE_DAY
    return Term(tuple(counted), provisional)


def working_days_between(*, first: date, last: date) -> int:
    """Working days from `first` (not counted) to `last` (counted); 0 when last is not later."""
    known = dict(CalendarDay.objects.filter(day__gt=first, day__lte=last).values_list("day", "is_working"))
    span = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(known.get(day, is_working_by_weekday(day)) for day in span)


def write_arrangement(*, days: Iterable[tuple[date, bool, str]], source: str, is_provisional: bool = False) -> int:
    """Put days of an arrangement into the table, replacing what was there; returns the number of days."""
    count = 0
    for day, is_working, name in days:
        CalendarDay.objects.update_or_create(
            day=day,
            defaults={"is_working": is_working, "name": name, "source": source, "is_provisional": is_provisional},
        )
        count += 1
    return count
