"""What training says of the candidates of a batch: tables (`fact_tables` reads them only when asked for) and the columns made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from subsidies.rules.conditions import LEVEL_WORDS
from subsidies.rules.facts import LIST_SEPARATOR, PLACEMENT_SOURCES

CERTIFIED = frozenset({"certificate_issued_on", "certificate_trades", "certificate_level", "certificate_levels"})
TRAINED = frozenset({"trained_hours", "passed_hours"})
PLACED = frozenset({"placement_source", "placed_base"})

#: the person behind a record is a candidate; ` c ` is the candidates' common table expression
_OF_CANDIDATES = """COALESCE(w.merged_into_id, w.id) IN (
  SELECT COALESCE(who.merged_into_id, who.id) FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id
  JOIN park_workers_worker who ON who.id = e.worker_id)"""
#: what the latest correction in force says of a result, for a query with the assessment as `a`
_CORRECTED = """(SELECT m.{} FROM training_amendment m
  WHERE m.assessment_id = a.id AND m.kind = 'result' AND m.status = 'confirmed' ORDER BY m.id DESC LIMIT 1)"""
#: a corrected day of issue counts, whenever it was corrected; a revocation from the day it was confirmed on
_CERTIFICATES = f"""
SELECT COALESCE(w.merged_into_id, w.id), k.trade, k.level,
       COALESCE((SELECT m.issued_on FROM training_amendment m WHERE m.certificate_id = k.id AND m.kind = 'certificate'
         AND m.status = 'confirmed' AND m.issued_on IS NOT NULL ORDER BY m.id DESC LIMIT 1), k.issued_on),
       (SELECT MIN(m.decided_on) FROM training_amendment m WHERE m.certificate_id = k.id AND m.kind = 'revocation'
         AND m.status = 'confirmed')
FROM training_certificate k JOIN park_workers_worker w ON w.id = k.worker_id WHERE {_OF_CANDIDATES}
"""
_CERTIFICATE_COLUMNS: dict[str, Any] = {
    "worker_id": pl.Int64, "trade": pl.String, "level": pl.Int32, "issued_on": pl.Date,
    "revoked_on": pl.Date,
}  # fmt: skip
_SEATS = f"""
SELECT seat.person, seat.ends_on, seat.hours, CASE WHEN seat.verdict = '合格' THEN seat.hours ELSE 0 END FROM (
SELECT COALESCE(w.merged_into_id, w.id) AS person, k.ends_on, COALESCE({_CORRECTED.format("attended_hours")}, s.attended_hours) AS hours,
       COALESCE({_CORRECTED.format("verdict")}, a.verdict) AS verdict
FROM training_enrolment s JOIN training_trainingclass k ON k.id = s.training_class_id
JOIN park_workers_worker w ON w.id = s.worker_id LEFT JOIN training_assessment a ON a.enrolment_id = s.id
WHERE k.ends_on <= %s AND s.withdrawn_on IS NULL AND (k.status = 'completed' OR a.id IS NOT NULL) AND {_OF_CANDIDATES}) seat
"""
_SEAT_COLUMNS: dict[str, Any] = {
    "worker_id": pl.Int64, "ends_on": pl.Date, "trained_hours": pl.Int32, "passed_hours": pl.Int32,
}  # fmt: skip
_PLACEMENTS = """
SELECT c.enterprise_id, c.employment_id,
       CASE WHEN r.id IS NOT NULL THEN '{}' WHEN e.introducer_id IS NOT NULL THEN '{}' WHEN e.agency_id IS NOT NULL THEN '{}'
            WHEN e.source = 'qr' THEN '{}' ELSE '{}' END, COALESCE(b.name, '')
FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id
LEFT JOIN training_referralhire h ON h.employment_id = e.id LEFT JOIN training_referral r ON r.id = h.referral_id
LEFT JOIN park_workers_organisation b ON b.id = r.base_id
""".format(*PLACEMENT_SOURCES)
_PLACEMENT_COLUMNS: dict[str, Any] = {
    "enterprise_id": pl.Int64, "employment_id": pl.Int64, "placement_source": pl.String, "placed_base": pl.String,
}  # fmt: skip
#: table -> (facts made of it, query over the candidates, its columns, whether it takes the cut-off date)
TABLES: dict[str, tuple[frozenset[str], str, dict[str, Any], bool]] = {
    "certificates": (CERTIFIED, _CERTIFICATES, _CERTIFICATE_COLUMNS, False),
    "seats": (TRAINED, _SEATS, _SEAT_COLUMNS, True),
    "placements": (PLACED, _PLACEMENTS, _PLACEMENT_COLUMNS, False),
}


def with_training(frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], cutoff_on: date) -> pl.DataFrame:
    """The frame with the columns of those tables that were read."""
    if "certificates" in tables:
        frame = frame.join(
            _certified(tables["certificates"], cutoff_on), on="worker_id", how="left", maintain_order="left"
        )
    if "seats" in tables:
        ended = tables["seats"].filter(pl.col("ends_on") <= cutoff_on)
        hours = ended.group_by("worker_id").agg(pl.col("trained_hours", "passed_hours").sum())
        frame = frame.join(hours, on="worker_id", how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("trained_hours", "passed_hours").fill_null(0))
    if "placements" in tables:
        rows = tables["placements"].select("employment_id", "placement_source", "placed_base").unique("employment_id")
        frame = frame.join(rows, on="employment_id", how="left", maintain_order="left")
    return frame


def _certified(rows: pl.DataFrame, cutoff_on: date) -> pl.DataFrame:
    """First day, trades, best level (the lowest number), and the best level of each trade, of the certificates issued by the day."""
    is_revoked = (pl.col("revoked_on") <= cutoff_on).fill_null(False)
    held = rows.filter((pl.col("issued_on") <= cutoff_on) & ~is_revoked)
    best = (
        held.group_by("worker_id", "trade")
        .agg(pl.col("level").min(), pl.col("issued_on").min())
        .sort("worker_id", "trade")
    )
    words = pl.col("trade") + pl.col("level").replace_strict(LEVEL_WORDS, return_dtype=pl.String)
    return best.with_columns(words.alias("word")).group_by("worker_id", maintain_order=True).agg(
        pl.col("issued_on").min().alias("certificate_issued_on"),
        pl.col("trade").str.join(LIST_SEPARATOR).alias("certificate_trades"),
        pl.col("level").min().alias("certificate_level"),
        pl.col("word").str.join(LIST_SEPARATOR).alias("certificate_levels"),
    )  # fmt: skip
