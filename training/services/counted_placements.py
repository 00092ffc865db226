"""Where people who passed stand on a day, counted from the rows of seats, employments and referrals.

A row is a person in a class they passed.  The hire shown is the one a referral from that class has ended in; without one, the
first employment of the person, anywhere, that began after the class (as `training_figures` counts).  Whoever is employed at that
enterprise on the last day of the third (sixth) month after the hire was there after three (six) months: the leaving day still
counts, and somebody who left and was hired by the same enterprise again is there if employed on that day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from park_workers.foundation.bulk import read_frame, refresh_statistics
from park_workers.models import Worker

#: those who passed, by the result that holds (`standing`), and did not give their seat up; put so that its size can be foreseen
_SEATS = """
SELECT e.id AS enrolment_id, COALESCE(w.merged_into_id, e.worker_id) AS person_id, c.id AS class_id, c.ends_on AS ends_on,
       e.order_enterprise_name AS order_name
FROM training_assessment a JOIN training_enrolment e ON e.id = a.enrolment_id
JOIN training_trainingclass c ON c.id = e.training_class_id
LEFT JOIN (SELECT id, merged_into_id FROM park_workers_worker WHERE merged_into_id IS NOT NULL) w ON w.id = e.worker_id
LEFT JOIN (
  SELECT am.assessment_id, am.verdict FROM training_amendment am
  WHERE am.kind = 'result' AND am.status = 'confirmed' AND NOT EXISTS (
    SELECT 1 FROM training_amendment later WHERE later.assessment_id = am.assessment_id AND later.kind = 'result'
    AND later.status = 'confirmed' AND later.id > am.id)) latest ON latest.assessment_id = a.id
WHERE e.withdrawn_on IS NULL AND (latest.verdict = '合格' OR latest.verdict IS NULL AND a.verdict = '合格'){scope}
"""
#: seats beside every employment of their people; a seat of nobody employed has one row
_STANDS = f"""
WITH seat AS MATERIALIZED ({_SEATS}), record AS (
  SELECT DISTINCT person_id, person_id AS id FROM seat
  UNION ALL SELECT DISTINCT s.person_id, w.id FROM seat s
  JOIN park_workers_worker w ON w.merged_into_id = s.person_id AND w.merged_into_id IS NOT NULL)
SELECT seat.*, work.id, work.enterprise_id, work.hired_on, work.left_on
FROM seat LEFT JOIN (
  SELECT r.person_id, e.id, e.enterprise_id, e.hired_on, e.left_on
  FROM record r JOIN park_workers_employment e ON e.worker_id = r.id) work ON work.person_id = seat.person_id
"""
_REFERRALS = """
SELECT r.enrolment_id, r.referred_on, r.interviewed_on, r.offered_on, r.ended_on, h.employment_id
FROM training_referral r JOIN training_enrolment e ON e.id = r.enrolment_id
JOIN training_trainingclass c ON c.id = e.training_class_id
LEFT JOIN training_referralhire h ON h.referral_id = r.id
WHERE 1 = 1{scope}
"""
_SEAT_COLUMNS: dict[str, Any] = {
    "enrolment_id": pl.Int64, "person_id": pl.Int64, "class_id": pl.Int64, "ends_on": pl.Date, "order_name": pl.String,
}  # fmt: skip
_SPAN_COLUMNS: dict[str, Any] = {
    "employment_id": pl.Int64, "enterprise_id": pl.Int64, "hired_on": pl.Date, "left_on": pl.Date,
}  # fmt: skip
_REFERRAL_COLUMNS: dict[str, Any] = {
    "enrolment_id": pl.Int64, "referred_on": pl.Date, "interviewed_on": pl.Date, "offered_on": pl.Date, "ended_on": pl.Date,
    "linked_employment_id": pl.Int64,
}  # fmt: skip
#: columns of `counted_rows`
COLUMNS: dict[str, Any] = {
    "enrolment_id": pl.Int64, "person_id": pl.Int64, "class_id": pl.Int64, "order_name": pl.String, "referred_on": pl.Date,
    "interviewed_on": pl.Date, "is_waiting": pl.Boolean, "hired_on": pl.Date, "enterprise_id": pl.Int64, "employment_id": pl.Int64,
    "by_referral": pl.Boolean, "kept_3": pl.Boolean, "kept_6": pl.Boolean,
}  # fmt: skip
#: of so many people everybody is looked at
MANY = 2_000
_READ = (
    "park_workers_worker",
    "park_workers_employment",
    "training_enrolment",
    "training_assessment",
    "training_referral",
)


@dataclass(frozen=True)
class Found:
    """What is recorded, whatever its day: seats, every employment of their people, the referrals from them."""

    seats: pl.DataFrame
    spans: pl.DataFrame
    referrals: pl.DataFrame


def records_of(people: Collection[int]) -> set[int]:
    """Records of canonical people: their own and those merged into them."""
    return {*people, *Worker.objects.filter(merged_into__in=people).values_list("pk", flat=True)}


def found_of(people: Collection[int] | None = None) -> Found:
    """Of these canonical people, or of all.  They are looked for by every record of theirs, so that an index is used."""
    refresh_statistics(_READ)
    scope, many = "", people if people is not None and len(people) > MANY else None
    if people is not None and many is None:
        scope = f" AND e.worker_id IN ({', '.join(map(str, sorted(records_of(people))))})"
    stands = read_frame(_STANDS.format(scope=scope), [], _SEAT_COLUMNS | _SPAN_COLUMNS)
    spans = stands.select("person_id", *_SPAN_COLUMNS).drop_nulls("employment_id").unique("employment_id")
    referrals = read_frame(_REFERRALS.format(scope=scope), [], _REFERRAL_COLUMNS)
    seats = stands.select(*_SEAT_COLUMNS).unique("enrolment_id")
    return Found(seats if many is None else seats.filter(pl.col("person_id").is_in(list(many))), spans, referrals)


def counted_rows(found: Found, day: date) -> pl.DataFrame:
    """One row for each passed class of each person, as of a day; also of classes that end later.

    COLUMNS are those of the seat (`order_name` is its own, blank for most), `referred_on` (first referral), `interviewed_on`
    (first interview, offer or hire by referral), `is_waiting` (a live referral), `hired_on`, `enterprise_id`, `employment_id`,
    `by_referral`; `kept_3`, `kept_6`: true or false once that month is over, null before it or without a hire.
    """
    spans = found.spans.filter(pl.col("hired_on") <= day)
    referrals = found.referrals.filter(pl.col("referred_on") <= day)
    rows = found.seats.join(_standing(found.seats, referrals, spans, day), on="enrolment_id", how="left")
    rows = rows.join(_hires(found.seats, spans, referrals), on="enrolment_id", how="left")
    rows = rows.with_columns(pl.col(name).fill_null(False) for name in ("is_waiting", "by_referral"))
    for months in (3, 6):
        rows = rows.join(_kept(rows, spans, months, day), on="enrolment_id", how="left")
    return rows.select(*COLUMNS)


def last_days(found: Found, rows: pl.DataFrame, day: date) -> dict[int, date]:
    """The last day before a day that is written down already changes a row: somebody begins, a step of a referral, the end of
    a third or sixth month; people for whom none is foreseen are absent."""
    person = found.seats.select("enrolment_id", "person_id")
    steps = found.referrals.join(person, on="enrolment_id", how="inner")
    ahead = [found.spans.select("person_id", pl.col("hired_on").alias("on"))]
    ahead += [steps.select("person_id", pl.col(name).alias("on")) for name in _STEPS]
    ahead += [rows.select("person_id", _mark(months).alias("on")) for months in (3, 6)]
    first = pl.concat(ahead).filter(pl.col("on") > day).group_by("person_id").agg(pl.col("on").min())
    return {pk: on - timedelta(days=1) for pk, on in first.iter_rows()}


_STEPS = ("referred_on", "interviewed_on", "offered_on", "ended_on")


def _mark(months: int) -> pl.Expr:
    """The last day of that month after the hire."""
    return pl.col("hired_on").dt.offset_by(f"{months}mo").dt.offset_by("-1d")


def _standing(seats: pl.DataFrame, referrals: pl.DataFrame, spans: pl.DataFrame, day: date) -> pl.DataFrame:
    """What the referrals from each seat have come to by the day; a hire counts if it is the person's own."""
    begun = spans.select(
        "person_id", pl.col("employment_id").alias("linked_employment_id"), pl.col("hired_on").alias("linked_on")
    )
    mine = referrals.join(seats.select("enrolment_id", "person_id"), on="enrolment_id", how="inner")
    found = mine.join(begun, on=["person_id", "linked_employment_id"], how="left")
    is_over = pl.col("ended_on").fill_null(date.max) <= day
    steps = [pl.when(pl.col(name) <= day).then(pl.col(name)) for name in ("interviewed_on", "offered_on", "linked_on")]
    return found.group_by("enrolment_id").agg(
        pl.col("referred_on").min(),
        pl.min_horizontal(steps).min().alias("interviewed_on"),
        (~is_over & pl.col("linked_on").is_null()).any().alias("is_waiting"),
    )


def _hires(seats: pl.DataFrame, spans: pl.DataFrame, referrals: pl.DataFrame) -> pl.DataFrame:
    """The hire of each seat: by referral before any other, then the first."""
    linked = referrals.select("enrolment_id", pl.col("linked_employment_id").alias("employment_id")).drop_nulls()
    after = (
        seats.select("enrolment_id", "person_id", "ends_on")
        .join(spans, on="person_id", how="inner")
        .join(linked.with_columns(by_referral=pl.lit(True)), on=["enrolment_id", "employment_id"], how="left")
        .with_columns(pl.col("by_referral").fill_null(False))
        .filter(pl.col("by_referral") | (pl.col("hired_on") > pl.col("ends_on")))
    )
    first = after.sort("enrolment_id", ~pl.col("by_referral"), "hired_on", "employment_id")
    columns = ("enrolment_id", "hired_on", "enterprise_id", "employment_id", "by_referral")
    return first.unique("enrolment_id", keep="first", maintain_order=True).select(columns)


def _kept(rows: pl.DataFrame, spans: pl.DataFrame, months: int, day: date) -> pl.DataFrame:
    """Whether each hire was there on the last day of that month, once it is over."""
    mark = _mark(months).alias("mark")
    due = rows.select("enrolment_id", "person_id", "enterprise_id", mark).drop_nulls().filter(pl.col("mark") <= day)
    there = spans.select("person_id", "enterprise_id", pl.col("hired_on").alias("from_on"), "left_on")
    is_there = (pl.col("from_on") <= pl.col("mark")) & (pl.col("left_on").fill_null(date.max) >= pl.col("mark"))
    return (
        due.join(there, on=["person_id", "enterprise_id"], how="inner")
        .group_by("enrolment_id")
        .agg(is_there.any().alias(f"kept_{months}"))
    )
