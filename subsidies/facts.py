"""The sole bridge from database rows to a facts frame (`rules.facts`).

Each table is read once, in set-based queries over the candidates; raw spans become facts through `rules.spans`.  People are
canonical (`merged_into`) everywhere.  Lines are numbered in an order made of natural keys only: place of the enterprise in
the directory, place in the application list, hire date, person; so the same facts give the same lines on both engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from park_workers.foundation.bulk import read_frame
from subsidies.models import Batch
from subsidies.rules import spans
from subsidies.rules.facts import HIRE_FACTS, LIST_SEPARATOR, REFER_FACTS, STACK_FACTS
from subsidies.rules.terms import PolicyTerms

#: columns beside the facts: natural keys that order and digest lines, never a primary key
NATURAL_KEYS = ("person_key", "credit_code", "introducer_key", "base_digest")

_APPLICATIONS = """
SELECT a.employment_id AS employment_id, a.sequence AS sequence, NULL AS base_line_id, NULL AS base_digest
FROM subsidies_application a WHERE a.batch_id = %s AND a.withdrawn_at IS NULL
"""
_EVERYBODY = """
SELECT e.id AS employment_id, 0 AS sequence, NULL AS base_line_id, NULL AS base_digest
FROM park_workers_employment e JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
WHERE t.bureau_id = %s AND e.hired_on <= %s
"""
#: settled and neither clawed back nor of a trial
_PAID_LINES = """
SELECT l.employment_id AS employment_id, 0 AS sequence, l.id AS base_line_id, l.line_digest AS base_digest
FROM subsidies_disbursementline d
JOIN subsidies_disbursement paid ON paid.id = d.disbursement_id AND paid.status = 'paid'
JOIN subsidies_lineitem l ON l.id = d.line_id
JOIN subsidies_calculation made ON made.id = l.calculation_id
JOIN subsidies_batch b ON b.id = made.batch_id
JOIN subsidies_policy p ON p.id = b.policy_id
WHERE d.is_live AND NOT b.is_trial AND b.bureau_id = %s AND b.cutoff_on <= %s AND p.code = %s
  AND NOT EXISTS (SELECT 1 FROM subsidies_clawback back WHERE back.line_id = l.id AND back.status = 'approved')
"""
_EMPLOYMENTS = """
SELECT e.id, p.id, p.person_key, e.enterprise_id, o.credit_code, t.directory_position, c.sequence, t.kind, t.admitted_on,
       e.hired_on, e.left_on, p.birth_on, p.sex, i.id, i.person_key, c.base_line_id, c.base_digest
FROM candidate c
JOIN park_workers_employment e ON e.id = c.employment_id
JOIN park_workers_worker w ON w.id = e.worker_id
JOIN park_workers_worker p ON p.id = COALESCE(w.merged_into_id, w.id)
JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
JOIN park_workers_organisation o ON o.id = e.enterprise_id
LEFT JOIN park_workers_worker named ON named.id = e.introducer_id
LEFT JOIN park_workers_worker i ON i.id = COALESCE(named.merged_into_id, named.id)
"""
_EMPLOYMENT_COLUMNS: dict[str, Any] = {
    "employment_id": pl.Int64, "worker_id": pl.Int64, "person_key": pl.String, "enterprise_id": pl.Int64,
    "credit_code": pl.String, "directory_position": pl.Int64, "sequence": pl.Int64, "enterprise_type": pl.String,
    "enterprise_admitted_on": pl.Date, "hired_on": pl.Date, "left_on": pl.Date, "birth_on": pl.Date, "sex": pl.String,
    "introducer_id": pl.Int64, "introducer_key": pl.String, "base_line_id": pl.Int64, "base_digest": pl.String,
}  # fmt: skip
_CONTRACTS = """
SELECT s.employment_id, s.starts_on, s.ends_on, s.form FROM candidate c
JOIN park_workers_contractspan s ON s.employment_id = c.employment_id
"""
_POSTS = """
SELECT s.employment_id, s.starts_on, s.is_front_line FROM candidate c
JOIN park_workers_postspan s ON s.employment_id = c.employment_id
"""
#: firms are named by credit code on insurance lists; months count across employments of a person at one firm, and those
#: at firms where a person is no candidate find no line to join
_INSURED = """
SELECT COALESCE(w.merged_into_id, w.id), o.id, m.month FROM park_workers_insuredmonth m
JOIN park_workers_worker w ON w.id = m.worker_id
JOIN park_workers_organisation o ON o.credit_code = m.credit_code
WHERE m.voided_at IS NULL AND m.month <= %s AND m.kind IN ({kinds}) AND COALESCE(w.merged_into_id, w.id) IN (
  SELECT COALESCE(who.merged_into_id, who.id) FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id
  JOIN park_workers_worker who ON who.id = e.worker_id)
"""
_LEDGER = """
SELECT DISTINCT COALESCE(w.merged_into_id, w.id), p.code FROM subsidies_entitlement n
JOIN park_workers_worker w ON w.id = n.worker_id
JOIN subsidies_batch b ON b.id = n.batch_id
JOIN subsidies_policy p ON p.id = b.policy_id
WHERE n.voided_at IS NULL AND n.batch_id <> %s AND p.bureau_id = %s AND p.code IN ({codes})
"""
_OTHER_SUBSIDIES = """
SELECT DISTINCT COALESCE(w.merged_into_id, w.id), s.name FROM park_workers_othersubsidy s
JOIN park_workers_worker w ON w.id = s.worker_id
"""
_INTRODUCER_POSTS = """
SELECT DISTINCT COALESCE(w.merged_into_id, w.id), e.enterprise_id, s.trade FROM park_workers_employment e
JOIN park_workers_worker w ON w.id = e.worker_id
JOIN park_workers_postspan s ON s.employment_id = e.id AND s.starts_on <= %s
WHERE COALESCE(w.merged_into_id, w.id) IN (
  SELECT COALESCE(i.merged_into_id, i.id) FROM candidate c JOIN park_workers_employment brought ON brought.id = c.employment_id
  JOIN park_workers_worker i ON i.id = brought.introducer_id)
"""


@dataclass(frozen=True)
class Source:
    """Who is judged: a `candidate` table expression with its parameters."""

    sql: str
    parameters: tuple[Any, ...]

    def read(self, sql: str, schema: dict[str, Any], *parameters: Any) -> pl.DataFrame:
        """Rows of a query over the candidates."""
        return read_frame(f"WITH candidate AS ({self.sql}) {sql}", [*self.parameters, *parameters], schema)


def candidates_of(batch: Batch, terms: PolicyTerms) -> Source:
    """The batch's application list, everybody hired by the cut-off, or the lines paid under the policy stacked on."""
    if terms.stacks_on:
        return Source(_PAID_LINES, (batch.bureau_id, batch.cutoff_on, terms.stacks_on))
    if batch.candidates == Batch.Candidates.APPLICATIONS:
        return Source(_APPLICATIONS, (batch.pk,))
    return Source(_EVERYBODY, (batch.bureau_id, batch.cutoff_on))


def facts_schema(terms: PolicyTerms) -> dict[str, Any]:
    """The facts columns a policy's lines have."""
    if terms.stacks_on:
        return dict(STACK_FACTS)
    return dict(REFER_FACTS if terms.payee == "introducer" else HIRE_FACTS)


def collect_facts(batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """The facts of every candidate of a batch on its cut-off date, with NATURAL_KEYS beside, sorted by `line_no` from 1.

    A policy for introducers looks only at employments that name one.
    """
    source = candidates_of(batch, terms)
    employments = source.read(_EMPLOYMENTS, _EMPLOYMENT_COLUMNS)
    if terms.payee == "introducer":
        employments = employments.filter(pl.col("introducer_id").is_not_null())
    order = ["directory_position", "credit_code", "sequence", "hired_on", "person_key"]
    frame = employments.sort(order).with_row_index("line_no", 1)
    frame = frame.join(_contracts(source, batch), on="employment_id", how="left", maintain_order="left")
    frame = frame.join(_posts(source, batch), on="employment_id", how="left", maintain_order="left")
    frame = _with_insurance(frame, source, batch, terms)
    frame = _with_ledgers(frame, batch, terms)
    frame = frame.with_columns(
        spans.age_on(pl.col("birth_on"), pl.col("hired_on")).alias("age_at_hire"),
        pl.col("base_line_id").is_not_null().alias("base_is_paid"),
    )
    if terms.payee == "introducer":
        frame = _with_introducers(frame, source, batch, terms)
    else:  # who introduced somebody is no fact of other policies
        frame = frame.with_columns(pl.lit(None, pl.String).alias("introducer_key"))
    wanted = facts_schema(terms)
    casts = [pl.col(name).cast(kind) for name, kind in wanted.items()]
    return frame.select(*casts, *(pl.col(name) for name in NATURAL_KEYS)).sort("line_no")


def _contracts(source: Source, batch: Batch) -> pl.DataFrame:
    """The contract tested of each employment."""
    rows = source.read(
        _CONTRACTS, {"employment_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "form": pl.String}
    )
    return spans.latest_contracts(rows, cutoff_on=batch.cutoff_on)


def _posts(source: Source, batch: Batch) -> pl.DataFrame:
    """Front line or not in the post held on the cut-off date; if none has begun, in the first."""
    rows = source.read(_POSTS, {"employment_id": pl.Int64, "starts_on": pl.Date, "is_front_line": pl.Boolean})
    begun = rows.filter(pl.col("starts_on") <= batch.cutoff_on).sort("employment_id", "starts_on")
    held = begun.unique("employment_id", keep="last", maintain_order=True)
    first = rows.sort("employment_id", "starts_on").unique("employment_id", keep="first", maintain_order=True)
    later = first.join(held, on="employment_id", how="anti")
    return pl.concat([held, later]).select("employment_id", "is_front_line")


def _with_insurance(frame: pl.DataFrame, source: Source, batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """Length and start of the run of insured months that ends in the cut-off month, 0 where there is none."""
    kinds = sorted({str(kind) for c in terms.conditions for kind in c.parameters.get("kinds", ())})
    if not kinds:
        return frame.with_columns(
            pl.lit(None, pl.Int32).alias("insured_run_months"), pl.lit(None, pl.Date).alias("insured_run_starts")
        )
    schema = {"worker_id": pl.Int64, "enterprise_id": pl.Int64, "month": pl.Date}
    sql = _INSURED.format(kinds=", ".join(["%s"] * len(kinds)))
    months = source.read(sql, schema, batch.cutoff_on.replace(day=1), *kinds)
    runs = spans.insured_runs(months, cutoff_on=batch.cutoff_on)
    joined = frame.join(runs, on=["worker_id", "enterprise_id"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("insured_run_months").fill_null(0))


def _with_ledgers(frame: pl.DataFrame, batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """Policies already enjoyed (live entitlements of other batches) and subsidies of other schemes, "" for none."""
    tests = {c.test: c.parameters.get("value") or () for c in terms.conditions}
    paid = tests.get("not_paid_under", ())
    codes = [str(code) for code in (paid if isinstance(paid, list | tuple) else [paid])]
    if codes:
        sql = _LEDGER.format(codes=", ".join(["%s"] * len(codes)))
        ledger = read_frame(sql, [batch.pk, batch.bureau_id, *codes], {"worker_id": pl.Int64, "code": pl.String})
        frame = _with_list(frame, ledger, value="code", name="paid_policies")
    else:
        frame = frame.with_columns(pl.lit(None, pl.String).alias("paid_policies"))
    if "none_of" in tests:
        others = read_frame(_OTHER_SUBSIDIES, [], {"worker_id": pl.Int64, "name": pl.String})
        return _with_list(frame, others, value="name", name="other_subsidies")
    return frame.with_columns(pl.lit(None, pl.String).alias("other_subsidies"))


def _with_list(frame: pl.DataFrame, rows: pl.DataFrame, *, value: str, name: str) -> pl.DataFrame:
    texts = spans.joined(rows, key="worker_id", value=value, name=name)
    return frame.join(texts, on="worker_id", how="left", maintain_order="left").with_columns(pl.col(name).fill_null(""))


def _with_introducers(frame: pl.DataFrame, source: Source, batch: Batch, terms: PolicyTerms) -> pl.DataFrame:
    """Posts the introducer has held at that firm, and the day on which the newcomer's months are complete."""
    schema = {"introducer_id": pl.Int64, "enterprise_id": pl.Int64, "trade": pl.String}
    # The text of _INTRODUCER_POSTS takes its day after the candidates' parameters.
    rows = source.read(_INTRODUCER_POSTS, schema, batch.cutoff_on)
    key = ["introducer_id", "enterprise_id"]
    posts = (
        rows.sort(*key, "trade").group_by(key, maintain_order=True)
        .agg(pl.col("trade").str.join(LIST_SEPARATOR).alias("introducer_posts"))
    )  # fmt: skip
    months = next((int(c.parameters["value"]) for c in terms.conditions if c.test == "months_employed_at_least"), None)
    matured = pl.lit(None, pl.Date) if months is None else spans.matured_on(pl.col("hired_on"), months)
    return frame.join(posts, on=key, how="left", maintain_order="left").with_columns(
        pl.col("introducer_posts").fill_null(""), matured.alias("matured_on")
    )
