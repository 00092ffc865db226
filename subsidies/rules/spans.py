"""From raw spans to facts: contracts, insured months, ages.  Each reading is a named function, so that changing one is small.

Readings (待核定): a contract of n months ends on or after start + n calendar months - 1 day (对年对月对日); tested is the latest
contract begun by the cut-off; insured months are counted per person and firm, across employments there, never over two firms.
Nothing here depends on the order of rows.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from subsidies.rules.facts import LIST_SEPARATOR

#: bits of a positive 64-bit number
MONTHS_AT_ONCE = 63


def in_force_last(cutoff_on: date) -> tuple[pl.Expr, pl.Expr]:
    """Orders spans by `starts_on`: those begun by a day come last, the newest at the end; before them the others, newest first."""
    begun, starts = pl.col("starts_on") <= cutoff_on, pl.col("starts_on").dt.epoch("d")
    return begun, pl.when(begun).then(starts).otherwise(-starts)


def latest_contracts(contracts: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """The contract tested of each employment: the latest begun by the cut-off date; if none has begun, the first.

    contracts: employment_id, starts_on, ends_on (null = open-ended), form.  Of two that begin on one day the longer is taken.
    Returns one row per employment, by employment_id, with contract_starts_on, contract_ends_on, contract_is_open_ended,
    employment_form, contract_months.
    """
    ordered = contracts.sort("employment_id", *in_force_last(cutoff_on), "ends_on", "form", nulls_last=True)
    return (
        ordered.unique("employment_id", keep="last", maintain_order=True)
        .with_columns(contract_months(pl.col("starts_on"), pl.col("ends_on")).alias("contract_months"))
        .select(
            "employment_id",
            pl.col("starts_on").alias("contract_starts_on"),
            pl.col("ends_on").alias("contract_ends_on"),
            pl.col("ends_on").is_null().alias("contract_is_open_ended"),
            pl.col("form").alias("employment_form"),
            "contract_months",
        )
    )


def month_number(day: pl.Expr) -> pl.Expr:
    """Months counted from year 0: neighbours differ by one."""
    return day.dt.year() * 12 + day.dt.month().cast(pl.Int32) - 1


def contract_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole months of a span whose last day counts: the largest n with end >= start + n months - 1 day.

    2023-03-01 to 2024-02-29 is 12, to 2024-02-28 is 11.  Adding months keeps to the last day of a shorter month.
    """
    after = end + pl.duration(days=1)
    # start + that many months lies in the month of `after`: one too many when its day comes later than `after`.
    day_in_month = pl.min_horizontal(start.dt.day(), after.dt.month_end().dt.day())
    is_short = (day_in_month > after.dt.day()).cast(pl.Int32)
    return (month_number(after) - month_number(start) - is_short).cast(pl.Int32)


def add_months(day: pl.Expr, months: int) -> pl.Expr:
    """Same day number so many months later, at most the month's last day."""
    return day.dt.offset_by(f"{months}mo")


def matured_on(hired: pl.Expr, months: int) -> pl.Expr:
    """The day on which so many months are complete: hired + n months - 1 day."""
    return add_months(hired, months) - pl.duration(days=1)


def stayed(hired: pl.Expr, left: pl.Expr, months: int, *, cutoff_on: date) -> pl.Expr:
    """So many months complete by the cut-off date without leaving before; leaving on the completing day is not before."""
    done = matured_on(hired, months)
    return ((done <= cutoff_on) & (left.is_null() | (left >= done))).fill_null(False)


def insured_runs(insured: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """Length of the unbroken run of insured months that ends in the cut-off month, per person and firm.

    insured: worker_id, enterprise_id, month (a day of the month); repeats count once; months after the cut-off do not count.
    Returns worker_id, enterprise_id, insured_run_months, insured_run_starts (first of month) of those insured in the
    cut-off month, by worker and firm.
    """
    keys = ["worker_id", "enterprise_id"]
    last = cutoff_on.year * 12 + cutoff_on.month - 1
    back, first = last - month_number(pl.col("month")), last - pl.col("insured_run_months") + 1
    runs = (
        insured.lazy()
        .select(*keys, back.alias("back"))
        .filter(pl.col("back").is_between(0, MONTHS_AT_ONCE - 1))
        # A person's months as one number: bit k is the month k before the cut-off month, the run its trailing ones.
        .with_columns(pl.lit(2, dtype=pl.Int64).pow(pl.col("back")).alias("months"))
        .group_by(keys)
        .agg(pl.col("months").bitwise_or().bitwise_trailing_ones().cast(pl.Int32).alias("insured_run_months"))
        .filter(pl.col("insured_run_months") > 0)
        .with_columns(pl.date(first // 12, first % 12 + 1, 1).alias("insured_run_starts"))
        .sort(keys)
        .collect()
    )
    unbroken = runs.filter(pl.col("insured_run_months") == MONTHS_AT_ONCE)
    if unbroken.is_empty():
        return runs
    years, month = divmod(last - MONTHS_AT_ONCE, 12)
    before = insured_runs(insured.join(unbroken, on=keys, how="semi"), cutoff_on=date(years, month + 1, 1))
    earlier = pl.col("insured_run_months") + pl.col("insured_run_months_right").fill_null(0)
    return runs.join(before, on=keys, how="left", maintain_order="left").select(
        *keys,
        earlier.alias("insured_run_months"),
        pl.coalesce("insured_run_starts_right", "insured_run_starts").alias("insured_run_starts"),
    )


def whole_months(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Months of life; one is complete on the same day number (born on the 31st: on the 1st after a shorter month)."""
    is_short = (day.dt.day() < birth.dt.day()).cast(pl.Int32)
    return (month_number(day) - month_number(birth) - is_short).cast(pl.Int32)


def age_on(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whole years; a year is complete on the birthday itself (born on 29 February: on 1 March of a common year)."""
    return whole_months(birth, day) // 12


def joined(frame: pl.DataFrame, *, key: str, value: str, name: str) -> pl.DataFrame:
    """Distinct values per key as one sorted text."""
    return (
        frame.select(key, value).unique().sort(key, value).group_by(key, maintain_order=True)
        .agg(pl.col(value).str.join(LIST_SEPARATOR).alias(name))
    )  # fmt: skip
