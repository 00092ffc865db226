"""The funnel from passing to staying: passed, referred, interviewed, hired, there after three and six months; by base, trade,
order or class.  People, each once in a group and once in the whole; `results` counts passed examinations as the report does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from park_workers.models import Organisation, TrainingBase
from training.services.placement_rows import Scope, placement_rows

WITHOUT_ORDER = "非订单培训"
#: what the funnel is divided by -> column of the rows
DIVISIONS = {"base": "base_id", "trade": "trade", "order": "order_name", "class": "class_id", "level": "level"}
STAGES = ("passed", "referred", "interviewed", "hired", "kept_3", "kept_6")
#: when a stage counts somebody
IS_IN: dict[str, pl.Expr] = {
    "passed": pl.lit(True),
    "referred": pl.col("referred_on").is_not_null(),
    "interviewed": pl.col("interviewed_on").is_not_null(),
    "hired": pl.col("hired_on").is_not_null(),
    "kept_3": pl.col("kept_3").fill_null(False),
    "kept_6": pl.col("kept_6").fill_null(False),
    "hired_by_referral": pl.col("by_referral"),
    "due_3": pl.col("kept_3").is_not_null(),
    "due_6": pl.col("kept_6").is_not_null(),
    "waiting": pl.col("is_waiting") & pl.col("hired_on").is_null(),
    "never_placed": pl.col("hired_on").is_null() & ~pl.col("is_waiting"),
}


@dataclass(frozen=True)
class FunnelRow:
    """People by stage.  `due_3`: hired so long ago that the third month is over; of these `kept_3` were there then."""

    key: Any
    label: str
    results: int
    passed: int
    referred: int
    interviewed: int
    hired: int
    hired_by_referral: int
    due_3: int
    kept_3: int
    due_6: int
    kept_6: int
    waiting: int
    never_placed: int


@dataclass(frozen=True)
class Funnel:
    """The whole and its parts, the largest first."""

    by: str
    day: date
    total: FunnelRow
    rows: list[FunnelRow]


def placement_funnel(
    *, day: date, bureau: Organisation | None = None, base: TrainingBase | None = None, by: str = "base"
) -> Funnel:
    """People by stage as of a day, of a bureau's bases or one base, divided by one of DIVISIONS; KeyError for another."""
    return funnel_of(placement_rows(Scope(day, bureau, base)), by=by, day=day)


def funnel_of(rows: pl.DataFrame, *, by: str, day: date) -> Funnel:
    """The same of rows that were read before, or some of them."""
    column = DIVISIONS[by]
    people = pl.col("person_id")
    counts = [people.filter(condition).n_unique().alias(stage) for stage, condition in _person_stages(rows).items()]
    sums = [pl.len().alias("results"), *counts]
    total = rows.select(sums).row(0, named=True)
    parts = (
        rows.group_by(column)
        .agg(pl.col("class_number").first(), *sums)
        .sort("passed", column, descending=[True, False])
    )
    labels = _labels(by, parts)
    found = [
        FunnelRow(key=row.pop(column), label=label, **{name: row[name] for name in total})
        for label, row in zip(labels, parts.iter_rows(named=True), strict=True)
    ]
    return Funnel(by, day, FunnelRow(key=None, label="合计", **total), found)


def _person_stages(rows: pl.DataFrame) -> dict[str, pl.Expr]:
    """As IS_IN; somebody placed from one class is nobody who was never placed, whatever became of another class."""
    placed = rows.filter(~IS_IN["never_placed"])["person_id"].unique()
    never = IS_IN["never_placed"] & ~pl.col("person_id").is_in(placed.implode())
    return IS_IN | {"never_placed": never}


def never_placed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of people who passed, were hired nowhere since and are referred to nobody now; one a person, the latest class."""
    found = rows.filter(_person_stages(rows)["never_placed"]).sort("person_id", "ends_on", "enrolment_id")
    return found.unique("person_id", keep="last", maintain_order=True).sort("ends_on", "enrolment_id")


def _labels(by: str, parts: pl.DataFrame) -> list[str]:
    keys = parts[DIVISIONS[by]].to_list()
    if by == "base":
        names = dict(_bases(keys).values_list("pk", "organisation__name"))
        return [names[key] for key in keys]
    if by == "class":
        return parts["class_number"].to_list()
    if by == "level":
        return [f"{'一二三四五'[key - 1]}级" for key in keys]
    return [key or WITHOUT_ORDER for key in keys]


def _bases(keys: list[int]) -> QuerySet[TrainingBase]:
    return TrainingBase.objects.filter(pk__in=keys)
