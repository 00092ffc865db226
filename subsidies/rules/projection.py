"""Facts of a day that has not come: what is assumed of it, and on which days anything can change.

Assumed is one thing only (`ASSUMPTION`): whoever is insured in the last month that the lists cover stays insured at the firm
without a gap, and a month counts once it is complete.  Employment goes on where no leaving date is recorded, as everywhere.
Contracts and posts are those recorded already; nobody new is insured, nothing else is paid, no rule changes.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from subsidies.rules.age_limits import month_index
from subsidies.rules.spans import matured_on
from subsidies.rules.terms import PolicyTerms

ASSUMPTION = "假定继续在本企业参保、不中断，满一个月计一个月；没有离职登记的按在职计"
ONE_DAY = timedelta(days=1)
KEY = ["worker_id", "enterprise_id"]


def month_end(day: date) -> date:
    """Last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def complete_months(*, after: date, on: date) -> int:
    """Months after that of `after` whose last day has come on a day: none on 2023-09-29 after August, one on 2023-09-30."""
    return max(month_index(on + ONE_DAY) - month_index(after) - 1, 0)


def with_insurance_continued(
    facts: pl.DataFrame, known: pl.DataFrame, *, last_listed: date, on: date
) -> pl.DataFrame:  # fmt: skip
    """The facts with the run of insured months each person has on a day after the last month listed.

    `known`: the runs that end in that month (`spans.insured_runs`).  Each grows with every complete month since; the month
    under way neither counts nor breaks it.  Who is not insured in that month has none.
    """
    more = complete_months(after=last_listed, on=on)
    runs = known.with_columns((pl.col("insured_run_months") + more).cast(pl.Int32))
    rest = facts.drop("insured_run_months", "insured_run_starts")
    joined = rest.join(runs, on=KEY, how="left", maintain_order="left")
    return joined.with_columns(pl.col("insured_run_months").fill_null(0)).select(facts.columns)


def days_of_change(
    terms: PolicyTerms, dated: Iterable[pl.Series], hired: pl.Series, *, after: date, until: date
) -> list[date]:  # fmt: skip
    """Days in (after, until] on which a verdict may turn in favour: ends of months, days in `dated`, months employed."""
    days = {month_end(after + timedelta(days=n)) for n in range(1, (until - after).days + 1)}
    for series in dated:
        days |= set(series.drop_nulls().unique().to_list())
    months = {
        int(value) for c in terms.conditions for key, value in c.parameters.items()
        if c.test in ("months_employed_at_least", "matured_on_stated_date") and key in ("value", "months")
    }  # fmt: skip
    frame = hired.drop_nulls().unique().to_frame("hired_on")
    for count in sorted(months):
        days |= set(frame.select(matured_on(pl.col("hired_on"), count)).to_series().to_list())
    return sorted(day for day in days if after < day <= until)
