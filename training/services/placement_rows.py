"""Where everybody who passed stands on a day: one frame behind board, worklist, funnel and export.

What is kept (`kept_placements`) is read where it holds; whoever it does not hold for is counted from the rows, and so is
everybody for a day gone by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from park_workers.foundation.bulk import read_frame
from park_workers.models import Organisation, TrainingBase
from training.services.counted_placements import counted_rows, found_of, records_of
from training.services.kept_placements import OUTCOMES, TABLE, not_holding

#: so many are counted beside what is kept; of more, all are counted
MANY = 1_000
_CLASSES = """
SELECT c.id, c.number, c.base_id, c.trade, c.level, c.ends_on, COALESCE(o.name, '')
FROM training_trainingclass c JOIN park_workers_trainingbase b ON b.organisation_id = c.base_id
LEFT JOIN training_labourdemand d ON d.id = c.demand_id LEFT JOIN park_workers_organisation o ON o.id = d.enterprise_id
WHERE c.ends_on <= %s{scope}
"""
_CLASS_COLUMNS: dict[str, Any] = {
    "class_id": pl.Int64, "class_number": pl.String, "base_id": pl.Int64, "trade": pl.String, "level": pl.Int64, "ends_on": pl.Date,
    "demand_name": pl.String,
}  # fmt: skip
_KEPT = f"SELECT enrolment_id, person_id, training_class_id, order_name, {', '.join(OUTCOMES)} FROM {TABLE}"
_KEPT_COLUMNS: dict[str, Any] = {
    "enrolment_id": pl.Int64, "person_id": pl.Int64, "class_id": pl.Int64, "order_name": pl.String, "referred_on": pl.Date,
    "interviewed_on": pl.Date, "is_waiting": pl.Boolean, "hired_on": pl.Date, "enterprise_id": pl.Int64, "employment_id": pl.Int64,
    "by_referral": pl.Boolean, "kept_3": pl.Boolean, "kept_6": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Whose classes: a bureau's bases together, or one base; and as of which day."""

    day: date
    bureau: Organisation | None = None
    base: TrainingBase | None = None

    @property
    def sql(self) -> tuple[str, list[Any]]:
        """The condition and its parameter."""
        if self.base is not None:
            return " AND c.base_id = %s", [self.base.pk]
        return (" AND b.bureau_id = %s", [self.bureau.pk]) if self.bureau is not None else ("", [])


def placement_rows(scope: Scope) -> pl.DataFrame:
    """One row for each passed class of each person, by enrolment: columns of the seat, its class and its base, and those of
    `counted_rows`."""
    again = not_holding(scope.day)
    condition, parameter = scope.sql
    classes = read_frame(_CLASSES.format(scope=condition), [scope.day, *parameter], _CLASS_COLUMNS)
    if len(again) > MANY:
        rows = counted_rows(found_of(), scope.day).select(*_KEPT_COLUMNS)
    else:
        rows = read_frame(_KEPT, [], _KEPT_COLUMNS)
        if again:
            counted = counted_rows(found_of(again), scope.day).select(*_KEPT_COLUMNS)
            rows = pl.concat([rows.filter(~pl.col("person_id").is_in(list(records_of(again)))), counted])
    own = pl.when(pl.col("order_name") == "").then(pl.col("demand_name")).otherwise(pl.col("order_name"))
    rows = rows.join(classes, on="class_id", how="inner").with_columns(own.alias("order_name")).drop("demand_name")
    return rows.sort("enrolment_id")
