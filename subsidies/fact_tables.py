"""The rows that facts are made of: for each table one query over the candidates of a batch, with the schema of its answer.

Rows that belong to one firm name it (`enterprise_id`), so that a large batch can be worked through firm by firm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from park_workers.foundation.bulk import joined_texts, read_frame, read_in_turn
from subsidies import one_firm_tables, training_facts
from subsidies.models import Batch
from subsidies.rules.conditions import asks_expert_grade, insured_kinds, values_of
from subsidies.rules.evaluate import looked_at
from subsidies.rules.terms import PolicyTerms

#: tables large enough for a plan to matter
TABLES_READ = (
    "subsidies_application", "park_workers_employment", "park_workers_worker", "park_workers_contractspan",
    "park_workers_postspan", "park_workers_insuredmonth", "park_workers_othersubsidy", "park_workers_enterprise",
    "park_workers_organisation", "subsidies_entitlement", "subsidies_lineitem", "subsidies_disbursement",
    "subsidies_disbursementline", "training_reviewgrade",
)  # fmt: skip

_APPLICATIONS = """
SELECT e.id AS employment_id, e.enterprise_id AS enterprise_id, a.sequence AS sequence,
       NULL AS base_line_id, NULL AS base_digest
FROM subsidies_application a JOIN park_workers_employment e ON e.id = a.employment_id
WHERE a.batch_id = %s AND a.withdrawn_at IS NULL
"""
_EVERYBODY = """
SELECT e.id AS employment_id, e.enterprise_id AS enterprise_id, 0 AS sequence, NULL AS base_line_id, NULL AS base_digest
FROM park_workers_employment e JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
WHERE t.bureau_id = %s AND e.hired_on <= %s
"""
#: settled and neither clawed back nor of a trial
_PAID_LINES = """
SELECT l.employment_id AS employment_id, e.enterprise_id AS enterprise_id, 0 AS sequence,
       l.id AS base_line_id, l.line_digest AS base_digest
FROM subsidies_disbursementline d
JOIN subsidies_disbursement paid ON paid.id = d.disbursement_id AND paid.status = 'paid'
JOIN subsidies_lineitem l ON l.id = d.line_id
JOIN park_workers_employment e ON e.id = l.employment_id
JOIN subsidies_calculation made ON made.id = l.calculation_id
JOIN subsidies_batch b ON b.id = made.batch_id
JOIN subsidies_policy p ON p.id = b.policy_id
WHERE d.is_live AND NOT b.is_trial AND b.bureau_id = %s AND b.cutoff_on <= %s AND p.code = %s
  AND NOT EXISTS (SELECT 1 FROM subsidies_clawback back WHERE back.line_id = l.id AND back.status = 'approved')
"""
#: in two steps: planned at once, its nine tables take longer to plan than to read
_EMPLOYMENTS = """
, worked AS MATERIALIZED (
  SELECT e.id, p.id AS person_id, p.person_key, e.enterprise_id, c.sequence, e.hired_on, e.left_on, p.birth_on, p.sex,
         e.introducer_id, c.base_line_id, c.base_digest
  FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id JOIN park_workers_worker w ON w.id = e.worker_id
  JOIN park_workers_worker p ON p.id = COALESCE(w.merged_into_id, w.id)
)
SELECT k.id, k.person_id, k.person_key, k.enterprise_id, o.credit_code, t.directory_position, k.sequence, t.kind, t.admitted_on,
       k.hired_on, k.left_on, k.birth_on, k.sex, i.id, i.person_key, k.base_line_id, k.base_digest
FROM worked k
JOIN park_workers_enterprise t ON t.organisation_id = k.enterprise_id
JOIN park_workers_organisation o ON o.id = k.enterprise_id
LEFT JOIN park_workers_worker named ON named.id = k.introducer_id
LEFT JOIN park_workers_worker i ON i.id = COALESCE(named.merged_into_id, named.id)
"""
_EMPLOYMENT_COLUMNS: dict[str, Any] = {
    "employment_id": pl.Int64, "worker_id": pl.Int64, "person_key": pl.String, "enterprise_id": pl.Int64,
    "credit_code": pl.String, "directory_position": pl.Int64, "sequence": pl.Int64, "enterprise_type": pl.String,
    "enterprise_admitted_on": pl.Date, "hired_on": pl.Date, "left_on": pl.Date, "birth_on": pl.Date, "sex": pl.String,
    "introducer_id": pl.Int64, "introducer_key": pl.String, "base_line_id": pl.Int64, "base_digest": pl.String,
}  # fmt: skip
_FIRMS = """
SELECT c.enterprise_id, t.directory_position, o.credit_code, COUNT(*) FROM candidate c
JOIN park_workers_enterprise t ON t.organisation_id = c.enterprise_id
JOIN park_workers_organisation o ON o.id = c.enterprise_id
GROUP BY c.enterprise_id, t.directory_position, o.credit_code
"""
_FIRM_COLUMNS: dict[str, Any] = {
    "enterprise_id": pl.Int64, "directory_position": pl.Int64, "credit_code": pl.String, "rows": pl.Int64,
}  # fmt: skip
_CONTRACTS = """
SELECT c.enterprise_id, s.employment_id, s.starts_on, s.ends_on, s.form FROM candidate c
JOIN park_workers_contractspan s ON s.employment_id = c.employment_id
"""
_POSTS = """
SELECT c.enterprise_id, s.employment_id, s.starts_on, s.is_front_line FROM candidate c
JOIN park_workers_postspan s ON s.employment_id = c.employment_id
"""
#: firms are named by credit code on insurance lists; months count across employments of a person at one firm, and those
#: at firms where a person is no candidate find no line to join.  One row a person and firm, its months joined by `|`: put
#: together along the index before anything else is looked up, they are a fifth of the rows to send.
_INSURED = """
SELECT COALESCE(w.merged_into_id, w.id), o.id, seen.months FROM (
  SELECT m.worker_id, m.credit_code, {joined} AS months FROM park_workers_insuredmonth m
  WHERE m.voided_at IS NULL AND m.month <= %s AND m.kind IN ({kinds}) AND m.worker_id IN ({records})
  GROUP BY m.worker_id, m.credit_code) seen
JOIN park_workers_worker w ON w.id = seen.worker_id
JOIN park_workers_organisation o ON o.credit_code = seen.credit_code
"""
_RECORDS = """
SELECT wanted.id FROM park_workers_worker wanted WHERE COALESCE(wanted.merged_into_id, wanted.id) IN (
  SELECT COALESCE(who.merged_into_id, who.id) FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id
  JOIN park_workers_worker who ON who.id = e.worker_id)
"""
#: an instalment stands as CODE/its key
_LEDGER = """
SELECT DISTINCT COALESCE(w.merged_into_id, w.id), CASE n.period_key WHEN 'once' THEN p.code ELSE p.code || '/' || n.period_key END
FROM subsidies_entitlement n
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


#: grades of the technical review (技术评审) given by the cut-off date, of candidates; one that was revoked ought never to have been
#: given and counts for no cut-off date
_EXPERT_GRADES = """
SELECT COALESCE(w.merged_into_id, w.id), g.trade, g.grade, g.valid_from FROM training_reviewgrade g
JOIN park_workers_worker w ON w.id = g.worker_id
WHERE COALESCE(w.merged_into_id, w.id) IN (
  SELECT COALESCE(who.merged_into_id, who.id) FROM candidate c JOIN park_workers_employment e ON e.id = c.employment_id
  JOIN park_workers_worker who ON who.id = e.worker_id) AND g.valid_from <= %s
 AND NOT EXISTS (SELECT 1 FROM training_graderevocation v WHERE v.grade_id = g.id AND v.status = 'confirmed')
"""
#: where a policy asks for several insurances, which one a month was paid for stands behind it
MONTH_AND_KIND = "CAST(m.month AS varchar(10)) || m.kind"
#: the batch a firm is asked about without: the number of none
NO_BATCH = 0

_CONTRACT_COLUMNS: dict[str, Any] = {
    "enterprise_id": pl.Int64, "employment_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "form": pl.String,
}  # fmt: skip
_POST_COLUMNS: dict[str, Any] = {
    "enterprise_id": pl.Int64, "employment_id": pl.Int64, "starts_on": pl.Date, "is_front_line": pl.Boolean,
}  # fmt: skip
_INSURED_COLUMNS: dict[str, Any] = {"worker_id": pl.Int64, "enterprise_id": pl.Int64, "months": pl.String}
_INTRODUCER_COLUMNS: dict[str, Any] = {"introducer_id": pl.Int64, "enterprise_id": pl.Int64, "trade": pl.String}
_LEDGER_COLUMNS: dict[str, Any] = {"worker_id": pl.Int64, "code": pl.String}
_EXPERT_COLUMNS: dict[str, Any] = {
    "worker_id": pl.Int64, "trade": pl.String, "grade": pl.String, "valid_from": pl.Date,
}  # fmt: skip
_SUBSIDY_COLUMNS: dict[str, Any] = {"worker_id": pl.Int64, "name": pl.String}


@dataclass(frozen=True)
class OneFirm:
    """One firm's people on a cut-off date, judged without a batch."""

    bureau_id: int
    enterprise_id: int
    cutoff_on: date


#: whose facts are asked for
Asked = Batch | OneFirm


@dataclass(frozen=True)
class Table:
    """One query and the columns of its answer."""

    sql: str
    parameters: tuple[Any, ...]
    schema: dict[str, Any]

    @property
    def is_by_firm(self) -> bool:
        """Whether every row belongs to one firm."""
        return "enterprise_id" in self.schema

    def read(self) -> pl.DataFrame:
        """All rows."""
        return read_frame(self.sql, self.parameters, self.schema)

    def read_in_turn(self) -> Iterator[pl.DataFrame]:
        """All rows, some at a time."""
        return read_in_turn(self.sql, self.parameters, self.schema)


def _candidates(batch: Asked, terms: PolicyTerms) -> tuple[str, tuple[Any, ...]]:
    """The batch's application list, everybody hired by the cut-off, or the lines paid under the policy stacked on."""
    if terms.stacks_on:
        paid = (batch.bureau_id, batch.cutoff_on, terms.stacks_on)
        if isinstance(batch, OneFirm):
            return f"{_PAID_LINES} AND e.enterprise_id = %s", (*paid, batch.enterprise_id)
        return _PAID_LINES, paid
    if isinstance(batch, OneFirm):
        return one_firm_tables.OF_FIRM, (batch.bureau_id, batch.cutoff_on, batch.enterprise_id)
    if batch.candidates == Batch.Candidates.APPLICATIONS:
        return _APPLICATIONS, (batch.pk,)
    return _EVERYBODY, (batch.bureau_id, batch.cutoff_on)


def _over_candidates(batch: Asked, terms: PolicyTerms, sql: str, schema: dict[str, Any], *parameters: Any) -> Table:
    candidates, first = _candidates(batch, terms)
    return Table(f"WITH candidate AS ({candidates}) {sql}", (*first, *parameters), schema)


def firms_of(batch: Asked, terms: PolicyTerms) -> pl.DataFrame:
    """Firms with candidates: enterprise_id, directory_position, credit_code, and how many candidates (`rows`)."""
    return _over_candidates(batch, terms, _FIRMS, _FIRM_COLUMNS).read()


def tables_of(batch: Asked, terms: PolicyTerms) -> dict[str, Table]:
    """The tables a policy's facts need, by name; a table nobody asks about is left out."""
    found = {
        "employments": _over_candidates(batch, terms, _EMPLOYMENTS, _EMPLOYMENT_COLUMNS),
        "contracts": _over_candidates(batch, terms, _CONTRACTS, _CONTRACT_COLUMNS),
        "posts": _over_candidates(batch, terms, _POSTS, _POST_COLUMNS),
    }
    kinds = insured_kinds(terms.conditions)
    if kinds:
        few = isinstance(batch, OneFirm)
        records = "SELECT record.id FROM record" if few else _RECORDS
        sql = _INSURED.format(
            kinds=_marks(kinds), joined=joined_texts(MONTH_AND_KIND if kinds[1:] else "m.month"), records=records
        )
        sql = one_firm_tables.RECORDS + sql if few else sql
        first_of_month = batch.cutoff_on.replace(day=1)
        found["insured"] = _over_candidates(batch, terms, sql, _INSURED_COLUMNS, first_of_month, *kinds)
    codes = sorted({code for c in terms.conditions if c.test == "not_paid_under" for code in values_of(c)})
    if codes:
        found["ledger"] = _ledger(batch, terms, codes)
    if any(c.test == "none_of" for c in terms.conditions):
        found["other_subsidies"] = _other_subsidies(batch, terms)
    if asks_expert_grade(terms.conditions):
        found["expert_grades"] = _over_candidates(batch, terms, _EXPERT_GRADES, _EXPERT_COLUMNS, batch.cutoff_on)
    asked = set(looked_at(terms))
    for name, (facts, sql, schema, takes_day) in training_facts.TABLES.items():
        if asked & facts:
            found[name] = _over_candidates(batch, terms, sql, schema, *([batch.cutoff_on] if takes_day else []))
    if terms.payee == "introducer":
        # Its text takes the day after the candidates' parameters.
        found["introducers"] = _over_candidates(batch, terms, _INTRODUCER_POSTS, _INTRODUCER_COLUMNS, batch.cutoff_on)
    return found


def _ledger(batch: Asked, terms: PolicyTerms, codes: list[str]) -> Table:
    """What has been enjoyed of some policies; a batch's own reservations do not speak against it."""
    sql = _LEDGER.format(codes=_marks(codes))
    if isinstance(batch, OneFirm):
        sql = one_firm_tables.RECORDS + one_firm_tables.LEDGER.format(codes=_marks(codes))
        return _over_candidates(batch, terms, sql, _LEDGER_COLUMNS, NO_BATCH, batch.bureau_id, *codes)
    return Table(sql, (batch.pk, batch.bureau_id, *codes), _LEDGER_COLUMNS)


def _other_subsidies(batch: Asked, terms: PolicyTerms) -> Table:
    if isinstance(batch, OneFirm):
        return _over_candidates(
            batch, terms, one_firm_tables.RECORDS + one_firm_tables.OTHER_SUBSIDIES, _SUBSIDY_COLUMNS
        )
    return Table(_OTHER_SUBSIDIES, (), _SUBSIDY_COLUMNS)


def _marks(values: list[str]) -> str:
    return ", ".join(["%s"] * len(values))
