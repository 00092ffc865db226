"""Where people who passed stand today, kept so that funnel and board read one short row a seat and look at no employment.

A kept row holds while no row beneath it changes (triggers leave a `PlacementChange` of the person) and until a day on which
somebody begins, a step of a referral comes or a month is over (`until_on`).  What does not hold is counted from the rows by
whoever asks; the clock keeps it anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from park_workers.foundation.bulk import load_frame
from park_workers.foundation.business_day import business_day
from park_workers.foundation.jobs import tick
from training.models import Enrolment, KeptPlacement, PlacementChange
from training.services.counted_placements import counted_rows, found_of, last_days, records_of

#: people kept in one transaction
AT_ONCE = 2_000
#: outcome of a seat, as `counted_rows` names it
OUTCOMES = (
    "referred_on", "interviewed_on", "is_waiting", "hired_on", "enterprise_id", "employment_id", "by_referral", "kept_3", "kept_6",
)  # fmt: skip
TABLE = KeptPlacement._meta.db_table


def _of_trainees() -> Q:
    """Changes of people any record of whom has ever sat in a class."""
    person = Coalesce(OuterRef("worker__merged_into_id"), OuterRef("worker_id"))
    seats = Enrolment.objects.order_by()
    return (
        Q(Exists(seats.filter(worker=OuterRef("worker_id"))))
        | Q(Exists(seats.filter(worker=OuterRef("worker__merged_into_id"))))
        | Q(Exists(seats.filter(worker__merged_into=person)))
    )


def not_holding(day: date) -> set[int]:
    """Canonical people of whom what is kept says nothing about a day.  Asked before the kept rows are read, never after: what was
    counted anew in between is newer than asked for, not older."""
    changed = PlacementChange.objects.filter(_of_trainees())
    over = KeptPlacement.objects.filter(Q(from_on__gt=day) | Q(until_on__lt=day))
    people = changed.values_list(Coalesce("worker__merged_into_id", "worker_id"), flat=True).distinct()
    return {*people, *over.values_list(Coalesce("person__merged_into_id", "person_id"), flat=True).distinct()}


def keep_placements(*, day: date) -> int:
    """Count anew and keep whatever does not hold on a day; how many people that were.  Safe to run twice or by two at once."""
    PlacementChange.objects.exclude(_of_trainees()).delete()
    waiting = sorted(not_holding(day))
    for start in range(0, len(waiting), AT_ONCE):
        _keep(waiting[start : start + AT_ONCE], day)
    return len(waiting)


@transaction.atomic
def _keep(people: Collection[int], day: date) -> None:
    """First the changes go that are seen, then the rows are counted: what is committed in between leaves its own change."""
    if connection.vendor == "postgresql":  # two at once: the second counts after the first, so that the newer row stays
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE")
    records = records_of(people)
    PlacementChange.objects.filter(worker__in=records).delete()
    found = found_of(people)
    rows = counted_rows(found, day)
    until = last_days(found, rows, day)
    KeptPlacement.objects.filter(Q(person__in=records) | Q(pk__in=rows["enrolment_id"].to_list())).delete()
    load_frame(TABLE, rows.select(
        "enrolment_id", "person_id", pl.col("class_id").alias("training_class_id"), "order_name", pl.lit(day).alias("from_on"),
        pl.col("person_id").replace_strict(until, default=None, return_dtype=pl.Date).alias("until_on"), *OUTCOMES,
    ))  # fmt: skip


@tick("training.keep_placements")
def keep_placements_of_today() -> dict[str, int]:
    """The clock of placement: today in Asia/Shanghai."""
    return {"kept": keep_placements(day=business_day())}
