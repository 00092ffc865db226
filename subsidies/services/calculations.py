"""Computing a batch: facts, judgement, lines.  Reading and judging happen outside a transaction; the load is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from park_workers.foundation.bulk import load_frame
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import JobRun, job_kind
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from subsidies.facts import NATURAL_KEYS, collect_facts
from subsidies.models import Batch, Calculation, Claim, LineDecision, LineItem
from subsidies.rules.conditions import NotComputable
from subsidies.rules.digests import line_digests, outcome_digest
from subsidies.rules.evaluate import codes_of, evaluate
from subsidies.rules.facts import LIST_SEPARATOR
from subsidies.rules.instalments import ONCE, evaluate_instalments
from subsidies.rules.terms import PolicyTerms
from subsidies.services.dispositions import write_decisions

COMPUTE = "subsidies.compute_batch"
LINE_TABLE = "subsidies_lineitem"
#: decisions of the clerk's that hold for the next computation too
CARRIED = (LineDecision.Kind.HELD, LineDecision.Kind.REMOVED)
#: facts that are no columns of a line: it is numbered by `position`, its firm is its claim's or its employment's
NOT_KEPT = ("line_no", "enterprise_id", "base_is_paid")


@dataclass(frozen=True)
class Judged:
    """A computed list, not yet written: lines in order with their digests, and the digest of the whole."""

    lines: pl.DataFrame
    digest: str

    @property
    def eligible(self) -> pl.DataFrame:
        """Lines judged eligible."""
        return self.lines.filter("is_eligible")


def judge_batch(batch: Batch, terms: PolicyTerms, *, is_from_start: bool = False) -> Judged:
    """Collect the facts of every candidate and judge them; writes nothing.  Raises RuleViolation NOT_COMPUTABLE.

    `is_from_start`: as if nothing had been paid under the family yet, for a simulation of a whole year.
    """
    try:
        facts = collect_facts(batch, terms)
        if is_from_start:
            facts = facts.with_columns(_without(batch.policy.code))
        if "instalments" in terms.more:
            outcome = evaluate_instalments(terms, facts, cutoff_on=batch.cutoff_on).drop("place")
        else:
            outcome = evaluate(terms, facts, cutoff_on=batch.cutoff_on).with_columns(pl.lit(ONCE).alias("period_key"))
    except NotComputable as error:
        raise RuleViolation("NOT_COMPUTABLE", str(error), "请补充所需资料，或调整政策条款后再测算") from error
    lines = outcome.drop("headline_code").join(facts, on="line_no", how="left", maintain_order="left")
    lines = lines.with_columns(line_digests(lines)).with_row_index("position", 1)
    digest = outcome_digest(
        terms_digest=batch.policy_version.digest, cutoff_on=batch.cutoff_on, line_digests=lines["line_digest"]
    )
    return Judged(lines, digest)


def _without(code: str) -> pl.Expr:
    """The list of policies enjoyed without one of them; null stays null."""
    parts = pl.col("paid_policies").str.split(LIST_SEPARATOR)
    return parts.list.eval(pl.element().filter(pl.element() != code)).list.join(LIST_SEPARATOR).alias("paid_policies")


@job_kind(COMPUTE)
def compute(run: JobRun) -> None:
    """Judge a batch and make the outcome its current computation."""
    batch = Batch.objects.select_related("policy_version", "policy").get(pk=run.job.subject_id)
    actor = Membership.objects.select_related("user", "organisation").get(pk=run.job.actor_id)
    check_can_move(batch, "compute", actor=actor)
    terms = batch.policy_version.parsed_terms
    judged = judge_batch(batch, terms)
    run.progress(judged.lines.height, judged.lines.height)
    result: dict[str, Any] = {}
    with run.load(result):
        day = date.fromisoformat(run.parameters["day"])
        result.update(write_judged(actor=actor, batch=batch, terms=terms, judged=judged, day=day))


def write_judged(*, actor: Membership, batch: Batch, terms: PolicyTerms, judged: Judged, day: date) -> dict[str, Any]:
    """Computation, claims and lines; the clerk's holds and removals go over to the new lines."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("policy").get(pk=batch.pk)
    check_can_move(batch, "compute", actor=actor)  # again, now that it is locked: it may have been submitted meanwhile
    before = batch.current_id
    calculation = _write_calculation(batch, actor, terms, judged, day)
    claims = _write_claims(calculation, actor, terms, judged)
    lines = judged.lines.join(claims, on=_payee_column(terms), how="left", maintain_order="left")
    kept = [name for name in lines.columns if name not in {*NOT_KEPT, *NATURAL_KEYS}]
    load_frame(LINE_TABLE, lines.select(pl.lit(calculation.pk).alias("calculation_id"), *kept))
    figures = {"number": calculation.number, "lines": calculation.lines, "people": calculation.people,
               "amount_fen": calculation.amount_fen, "digest": calculation.digest}  # fmt: skip
    move(batch, "compute", actor=actor, day=day, changes=figures,
         with_fields={"current_id": calculation.pk, "computed_on": day})  # fmt: skip
    figures["carried"] = carry_decisions(actor, batch, before, day)
    return figures


def _write_calculation(
    batch: Batch, actor: Membership, terms: PolicyTerms, judged: Judged, day: date
) -> Calculation:  # fmt: skip
    masks = judged.lines.filter(~pl.col("is_eligible")).group_by("fail_mask").len()
    reasons: dict[str, int] = {}
    for mask, count in masks.iter_rows():
        for code in codes_of(terms, mask):
            reasons[code] = reasons.get(code, 0) + count
    number = batch.calculations.count() + 1
    return Calculation.objects.create(
        batch=batch, number=number, policy_version=batch.policy_version, cutoff_on=batch.cutoff_on, computed_on=day,
        computed_by=actor.user, digest=judged.digest, lines=judged.lines.height,
        people=judged.eligible["worker_id"].n_unique() if judged.eligible.height else 0,
        amount_fen=int(judged.lines["amount_fen"].sum() or 0), figures={"reasons": dict(sorted(reasons.items()))},
        recorded_by=actor,
    )  # fmt: skip


def _payee_column(terms: PolicyTerms) -> str:
    return {"enterprise": "enterprise_id", "introducer": "introducer_id", "worker": "worker_id"}[terms.payee]


def _write_claims(calculation: Calculation, actor: Membership, terms: PolicyTerms, judged: Judged) -> pl.DataFrame:
    """One claim a payee, in the order of first lines; returns payee -> claim_id."""
    payee = _payee_column(terms)
    eligible = pl.col("is_eligible")
    sums = judged.lines.group_by(payee, maintain_order=True).agg(
        pl.len().alias("lines"),
        pl.col("worker_id").filter(eligible).n_unique().alias("people"),
        pl.col("amount_fen").sum(),
    )
    owner = "organisation_id" if terms.payee == "enterprise" else "worker_id"
    claims = Claim.objects.bulk_create(
        [
            Claim(
                batch_id=calculation.batch_id, calculation=calculation, position=position, lines=row["lines"],
                people=row["people"], amount_fen=row["amount_fen"], recorded_by=actor, **{owner: row[payee]},
            )
            for position, row in enumerate(sums.iter_rows(named=True), 1)
        ],
        batch_size=2_000,
    )  # fmt: skip
    return pl.DataFrame({payee: sums[payee], "claim_id": pl.Series([c.pk for c in claims], dtype=pl.Int64)})


def carry_decisions(actor: Membership, batch: Batch, before: int | None, day: date) -> int:
    """Holds and removals of the computation before, for the same employment and period; returns how many."""
    if before is None:
        return 0
    standing = LineDecision.objects.filter(line__calculation=before, is_standing=True, kind__in=CARRIED)
    found = {
        (employment, period): (kind, reason)
        for employment, period, kind, reason in standing.values_list(
            "line__employment", "line__period_key", "kind", "reason"
        )
    }
    if not found:
        return 0
    mine = LineItem.objects.filter(
        calculation=batch.current_id, is_eligible=True, employment__in={key for key, _ in found}
    )
    carried: dict[str, dict[int, str]] = {kind.value: {} for kind in CARRIED}
    for pk, employment, period in mine.values_list("pk", "employment", "period_key"):
        if (employment, period) in found:
            kind, reason = found[employment, period]
            carried[kind][pk] = reason
    return sum(
        write_decisions(actor=actor, batch=batch, reasons=carried[kind.value], kind=kind, day=day) for kind in CARRIED
    )
