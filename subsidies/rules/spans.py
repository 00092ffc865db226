"""From raw spans to facts: contracts, insured months, ages.  Each reading is a named function, so that changing one is small.

Readings (待核定): a contract of n months ends on or after start + n calendar months - 1 day (对年对月对日); tested is the latest
contract begun by the cut-off; insured months are counted per person and firm, across employments there, never over two firms.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from subsidies.rules.facts import LIST_SEPARATOR


def latest_contracts(contracts: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """The contract tested of each employment: the latest begun by the cut-off date; if none has begun, the first.

    contracts: employment_id, starts_on, ends_on (null = open-ended), form.  Returns one row per employment with
    contract_starts_on, contract_ends_on, contract_is_open_ended, employment_form, contract_months.
    """
    begun = pl.col("starts_on") <= cutoff_on
    # Begun ones sort last, newest last; those not begun sort before them, newest first.
    ordered = contracts.with_columns(
        begun.alias("begun"),
        pl.when(begun).then(pl.col("starts_on").dt.epoch("d")).otherwise(-pl.col("starts_on").dt.epoch("d")).alias("rank"),
    ).sort("employment_id", "begun", "rank")
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


def contract_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole months of a span whose last day counts: the largest n with end >= start + n months - 1 day.

    2023-03-01 to 2024-02-29 is 12, to 2024-02-28 is 11.  Adding months keeps to the last day of a shorter month.
    """
    after = end + pl.duration(days=1)
    estimate = (after.dt.year() - start.dt.year()) * 12 + (after.dt.month().cast(pl.Int32) - start.dt.month().cast(pl.Int32))
    # start + estimate months lies in the month of `after`: one too many when its day comes later than `after`.
    day_in_month = pl.min_horizontal(start.dt.day(), after.dt.month_end().dt.day())
    return (estimate - (day_in_month > after.dt.day()).cast(pl.Int32)).cast(pl.Int32)


def add_months(day: pl.Expr, months: int) -> pl.Expr:
    """Same day number so many months later, at most the month's last day."""
    return day.dt.offset_by(f"{months}mo")


def matured_on(hired: pl.Expr, months: int) -> pl.Expr:
    """The day on which so many months are complete: hired + n months - 1 day."""
    return add_months(hired, months) - pl.duration(days=1)


def insured_runs(insured: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """Length of the unbroken run of insured months that ends in the cut-off month, per person and firm.

    insured: worker_id, enterprise_id, month (first of month); repeats count once; months after the cut-off do not count.
    Returns worker_id, enterprise_id, insured_run_months, insured_run_starts for those insured in the cut-off month.
    """
    last = cutoff_on.year * 12 + cutoff_on.month
    index = pl.col("month").dt.year() * 12 + pl.col("month").dt.month().cast(pl.Int32)
    back = (last - index).alias("back")
    return (
        insured.with_columns(back)
        .filter(pl.col("back") >= 0)
        .unique(["worker_id", "enterprise_id", "back"])
        .sort("worker_id", "enterprise_id", "back")
        # Sorted backwards in time, month k of an unbroken run stands at place k.
        .with_columns(pl.int_range(pl.len()).over("worker_id", "enterprise_id").alias("place"))
        .filter(pl.col("back") == pl.col("place"))
        .group_by("worker_id", "enterprise_id", maintain_order=True)
        .agg(pl.len().cast(pl.Int32).alias("insured_run_months"), pl.col("month").min().alias("insured_run_starts"))
    )


def age_on(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whole years; a year is complete on the birthday itself."""

    def place_in_year(when: pl.Expr) -> pl.Expr:
        return when.dt.month().cast(pl.Int32) * 100 + when.dt.day().cast(pl.Int32)

    before = place_in_year(day) < place_in_year(birth)
    return (day.dt.year() - birth.dt.year() - before.cast(pl.Int32)).cast(pl.Int32)


def joined(frame: pl.DataFrame, *, key: str, value: str, name: str) -> pl.DataFrame:
    """Distinct values per key as one sorted text."""
    return (
        frame.select(key, value).unique().sort(key, value).group_by(key, maintain_order=True)
        .agg(pl.col(value).str.join(LIST_SEPARATOR).alias(name))
    )  # fmt: skip
