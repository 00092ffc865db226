"""Age limits by sex: the tables a policy pack may name.

A table gives a limit for 男 and for 女, each one of
- `60`: whole years;
- `{years: 60, months: 4}`;
- `{years: 60, from: 2025-01-01, one_month_per: 4, until_years: 63}`: who would reach 60 in the four months from that month on
  reaches the limit one month later, in the next four months two months later, and so on up to 63 (渐进式延迟法定退休年龄).
A dated table has such tables under the first day each is in force: `{2000-01-01: {男: 60, 女: 50}, 2025-01-01: {...}}`; the day of
hire decides, and before the first day the first one holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from subsidies.rules.spans import month_number, whole_months
from subsidies.rules.words import shown

SEXES = ("男", "女")
#: no table can mean more
MOST_YEARS = 120


@dataclass(frozen=True)
class AgeLimit:
    """Months of life at which the limit is reached, and how they rise with the month of reaching `base_months`."""

    base_months: int
    rises_from: date | None = None
    one_month_per: int = 1
    most_months: int = 0

    def months_for(self, birth: date) -> int:
        """The limit of somebody born on that day, in months of life."""
        if self.rises_from is None:
            return self.base_months
        since = month_index(birth) + self.base_months - month_index(self.rises_from)
        return (
            self.base_months if since < 0 else min(self.base_months + since // self.one_month_per + 1, self.most_months)
        )

    def reached(self) -> pl.Expr:
        """True where the limit is reached on the day of hire."""
        if self.rises_from is None and self.base_months % 12 == 0:
            return pl.col("age_at_hire") >= self.base_months // 12
        lived = whole_months(pl.col("birth_on"), pl.col("hired_on"))
        if self.rises_from is None:
            return lived >= self.base_months
        since = month_number(pl.col("birth_on")) + self.base_months - month_index(self.rises_from)
        later = pl.when(since < 0).then(0).otherwise(since // self.one_month_per + 1)
        return lived >= (later + self.base_months).clip(upper_bound=self.most_months)


def month_index(day: date) -> int:
    """Months counted from year 0, as `spans.month_number`."""
    return day.year * 12 + day.month - 1


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def read_limit(raw: Any) -> AgeLimit:
    """One limit; ValueError says in Chinese what is wrong."""
    if _whole(raw, 1, MOST_YEARS):
        return AgeLimit(raw * 12)
    if not isinstance(raw, Mapping) or not _whole(raw.get("years"), 1, MOST_YEARS):
        raise ValueError("应为周岁数（如 60），或含 years 的一组值")
    rising = {"from", "one_month_per", "until_years"}
    if unknown := set(raw) - rising - {"years", "months"}:
        raise ValueError(f"不认识的项 {shown(sorted(map(str, unknown)))}")
    months = raw.get("months", 0)
    if not _whole(months, 0, 11):
        raise ValueError("months 应为 0 至 11 的整数")
    base = raw["years"] * 12 + months
    if not rising & set(raw):
        return AgeLimit(base)
    if (
        not rising <= set(raw)
        or not _whole(raw["one_month_per"], 1, 120)
        or not _whole(raw["until_years"], 1, MOST_YEARS)
    ):
        raise ValueError("逐步提高须写明 from（日期）、one_month_per（每几个月提高一个月）、until_years（最高周岁）")
    if raw["until_years"] * 12 < base:
        raise ValueError("until_years 不能小于 years")
    return AgeLimit(base, _day(raw["from"]), raw["one_month_per"], raw["until_years"] * 12)


def _day(value: Any) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{shown(value)} 不是日期") from None


def _by_sex(raw: Any) -> dict[str, AgeLimit]:
    if not isinstance(raw, Mapping) or set(raw) != set(SEXES):
        raise ValueError("应恰好有 男、女 两项")
    limits = {}
    for sex in SEXES:
        try:
            limits[sex] = read_limit(raw[sex])
        except ValueError as error:
            raise ValueError(f"{sex}：{error}") from None
    return limits


def read_table(raw: Any) -> list[tuple[date, dict[str, AgeLimit]]]:
    """(first day in force, limit by sex) in order of days; ValueError says in Chinese what is wrong."""
    if not isinstance(raw, Mapping) or not raw or set(raw) & set(SEXES):
        return [(date.min, _by_sex(raw))]
    return sorted(((_day(begins), _by_sex(table)) for begins, table in raw.items()), key=lambda entry: entry[0])


def reached(raw: Any) -> pl.Expr:
    """True where the limit of the table is reached on the day of hire; null where sex or a day is missing."""
    expression = pl.lit(None, dtype=pl.Boolean)
    for place, (begins, limits) in enumerate(read_table(raw)):
        by_sex = pl.lit(None, dtype=pl.Boolean)
        for sex, limit in limits.items():
            by_sex = pl.when(pl.col("sex") == sex).then(limit.reached()).otherwise(by_sex)
        hired = pl.col("hired_on")
        # Without a day of hire no table is in force.
        expression = (
            by_sex if place == 0 else pl.when(hired >= begins).then(by_sex).when(hired < begins).then(expression)
        )
    return expression


def limit_of(raw: Any, *, sex: str, birth: date, hired: date) -> tuple[int, int] | None:
    """(years, months) of the limit of one person; None for a sex the table does not have."""
    entries = read_table(raw)
    limits = [limits for place, (begins, limits) in enumerate(entries) if place == 0 or begins <= hired][-1]
    return divmod(limits[sex].months_for(birth), 12) if sex in limits else None
