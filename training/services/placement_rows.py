"""Where everybody who passed stands on a day: one frame behind board, worklist, funnel and export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from park_workers.foundation.bulk import read_frame
from park_workers.models import Membership, Organisation, Role, TrainingBase
from training.services.kept_placements import rows_on

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


@dataclass(frozen=True)
class Scope:
    """Whose classes: a bureau's bases together, or one base; and as of which day."""

    day: date
    bureau: Organisation | None = None
    base: TrainingBase | None = None

    @classmethod
    def seen_by(cls, member: Membership, day: date) -> Scope:
        """A base sees itself, bureau staff the bases of their bureau."""
        if member.role == Role.BASE_CLERK:
            return cls(day, base=TrainingBase.objects.get(pk=member.organisation_id))
        return cls(day, bureau=member.organisation)

    @property
    def sql(self) -> tuple[str, list[Any]]:
        """The condition and its parameter."""
        if self.base is not None:
            return " AND c.base_id = %s", [self.base.pk]
        return (" AND b.bureau_id = %s", [self.bureau.pk]) if self.bureau is not None else ("", [])


def placement_rows(scope: Scope) -> pl.DataFrame:
    """One row for each passed class of each person, by enrolment: the columns of `counted_rows`, and those of the class and
    its base; the order is the seat's own or else that of the class's demand."""
    condition, parameter = scope.sql
    classes = read_frame(_CLASSES.format(scope=condition), [scope.day, *parameter], _CLASS_COLUMNS)
    rows = rows_on(scope.day).join(classes, on="class_id", how="inner")
    order = pl.when(pl.col("order_name") == "").then(pl.col("demand_name")).otherwise(pl.col("order_name"))
    return rows.with_columns(order.alias("order_name")).drop("demand_name").sort("enrolment_id")
