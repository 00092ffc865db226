"""Where people who passed stand today, kept so that funnel and board read one row and look at no employment.

What is kept of a seat holds while no row beneath it changes (triggers leave a `PlacementChange` of the person) and until a day on
which somebody begins, a step of a referral comes or a month is over (`until_on`).  What does not hold is counted from the rows
by whoever asks; the clock keeps it anew.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from park_workers.foundation.business_day import business_day
from park_workers.foundation.jobs import tick
from training.models import Enrolment, KeptPlacements, PlacementChange
from training.services.counted_placements import COLUMNS, counted_rows, found_of, last_days, records_of
from training.services.placement_links import link_hires

#: the one row
ONLY = 1
_KEPT: dict[str, Any] = COLUMNS | {"from_on": pl.Date, "until_on": pl.Date}


def rows_on(day: date) -> pl.DataFrame:
    """As `counted_rows` of everybody, from what is kept; also of seats of classes that end later."""
    again = _changed()  # asked first: what is kept anew meanwhile is newer than asked for, not older
    kept = _read(KeptPlacements.objects.filter(pk=ONLY).values_list("frame", flat=True).first())
    again |= _outdated(kept, day)
    if not again:
        return kept.select(*COLUMNS)
    standing = kept.filter(~_is_of(records_of(again))).select(*COLUMNS)
    return pl.concat([standing, counted_rows(found_of(again), day)])


def keep_placements(*, day: date) -> int:
    """Count anew and keep whatever does not hold on a day; how many people that were.  Safe to run twice or by two at once."""
    PlacementChange.objects.exclude(_of_trainees()).delete()
    KeptPlacements.objects.get_or_create(pk=ONLY)
    with transaction.atomic():
        kept = _read(KeptPlacements.objects.select_for_update().get(pk=ONLY).frame)
        again = _changed() | _outdated(kept, day)
        if again:
            _keep(kept, again, day)
    return len(again)


def _keep(kept: pl.DataFrame, people: set[int], day: date) -> None:
    """First the changes go that are seen, then the rows are counted: what is committed in between leaves its own change."""
    records = records_of(people)
    PlacementChange.objects.filter(worker__in=records).delete()
    found = found_of(people)
    rows = counted_rows(found, day)
    until = pl.col("person_id").replace_strict(last_days(found, rows, day), default=None, return_dtype=pl.Date)
    fresh = rows.with_columns(pl.lit(day).alias("from_on"), until.alias("until_on")).select(*_KEPT)
    content = io.BytesIO()
    pl.concat([kept.filter(~_is_of(records)), fresh]).write_parquet(content)
    KeptPlacements.objects.filter(pk=ONLY).update(frame=content.getvalue())


def _read(content: Any) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(content)) if content else pl.DataFrame(schema=_KEPT)


def _is_of(records: Collection[int]) -> pl.Expr:
    return pl.col("person_id").is_in(list(records))


def _changed() -> set[int]:
    """Canonical people any record of whom has sat in a class, and of whom something has changed."""
    if not PlacementChange.objects.exists():
        return set()
    rows = PlacementChange.objects.filter(_of_trainees())
    return set(rows.values_list(Coalesce("worker__merged_into_id", "worker_id"), flat=True).distinct())


def _outdated(kept: pl.DataFrame, day: date) -> set[int]:
    """People of whom what is kept was, or will be, of another day."""
    return set(kept.filter((pl.col("from_on") > day) | (pl.col("until_on") < day))["person_id"])


def _of_trainees() -> Q:
    """Changes of people any record of whom has ever sat in a class."""
    person = Coalesce(OuterRef("worker__merged_into_id"), OuterRef("worker_id"))
    seats = Enrolment.objects.order_by()
    return (
        Q(Exists(seats.filter(worker=OuterRef("worker_id"))))
        | Q(Exists(seats.filter(worker=OuterRef("worker__merged_into_id"))))
        | Q(Exists(seats.filter(worker__merged_into=person)))
    )


@tick("training.keep_placements")
def keep_placements_of_today() -> dict[str, int]:
    """The clock of placement: today in Asia/Shanghai.  Hires are linked after what changed was taken away (`link_new_hires`)."""
    today = business_day()
    kept = keep_placements(day=today)
    return {"kept": kept, "linked": len(link_hires(day=today)) if kept else 0}
