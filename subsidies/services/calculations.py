"""Computing a batch: facts, judgement, lines.  Reading and judging happen outside a transaction; the load is one.

Both go part by part (`facts.collect_facts_in_parts`), so that memory does not grow with the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Any

import polars as pl

from park_workers.foundation.bulk import load_frame, refresh_statistics
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import JobRun, job_kind
from park_workers.foundation.shelf import Shelf
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from subsidies.fact_tables import TABLES_READ
from subsidies.facts import NATURAL_KEYS, PART_ROWS, collect_facts_in_parts
from subsidies.models import Batch, Calculation, Claim, LineDecision, LineItem
from subsidies.rules.conditions import OF_PERIOD, NotComputable
from subsidies.rules.digests import OutcomeDigest, line_digests
from subsidies.rules.evaluate import evaluate
from subsidies.rules.facts import LIST_SEPARATOR
from subsidies.rules.instalments import ONCE, evaluate_instalments
from subsidies.rules.terms import PolicyTerms
from subsidies.services.annual_caps import spent
from subsidies.services.dispositions import write_decisions
from subsidies.services.kept_counts import counts_of_frames

COMPUTE = "subsidies.compute_batch"
LINE_TABLE = "subsidies_lineitem"
#: decisions of the clerk's that hold for the next computation too
CARRIED = (LineDecision.Kind.HELD, LineDecision.Kind.REMOVED)
#: facts that are no columns of a line: it is numbered by `position`, its firm is its claim's or its employment's
NOT_KEPT = ("line_no", "enterprise_id", "base_is_paid")
#: columns of a line, beside its payee, that sums are made of
FIGURES = ("worker_id", "is_eligible", "amount_fen", "fail_mask")
CLAIMS_AT_ONCE = 2_000


class Judged:
    """A computed list, not yet written: lines in order with their digests (on the shelf), and the digest of the whole.

    `figures` has what sums need of every line, in order: payee, worker_id, is_eligible, amount_fen, fail_mask.  A context
    manager: at its end the lines are gone.
    """

    def __init__(self, batch: Batch, terms: PolicyTerms) -> None:
        self.payee = _payee_column(terms)
        self._digest = OutcomeDigest(terms_digest=batch.policy_version.digest, cutoff_on=batch.cutoff_on)
        self._shelf = Shelf()
        self._figures: list[pl.DataFrame] = []
        self.height = 0

    def __enter__(self) -> Judged:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self._shelf.close()

    def add(self, lines: pl.DataFrame) -> None:
        """The next lines."""
        self._shelf.put(len(self._figures), lines.with_row_index("position", self.height + 1))
        self._figures.append(lines.select(list(dict.fromkeys((self.payee, *FIGURES)))))
        self._digest.add(lines["line_digest"])
        self.height += lines.height

    @property
    def digest(self) -> str:
        """Names the outcome: the same facts give the same digest, however many were judged at a time."""
        return self._digest.hexdigest()

    @cached_property
    def figures(self) -> pl.DataFrame:
        """What sums need of every line, once all are added."""
        return pl.concat(self._figures)

    def parts(self) -> Iterator[pl.DataFrame]:
        """The lines, part by part."""
        for number in range(len(self._figures)):
            yield self._shelf.take(number, schema={})


def judge_batch(
    batch: Batch, terms: PolicyTerms, *, at_once: int = PART_ROWS, tell: Callable[[int], None] | None = None,
    is_from_start: bool = False,
) -> Judged:  # fmt: skip
    """Collect the facts of every candidate and judge them, some at a time; writes nothing.  Raises RuleViolation NOT_COMPUTABLE.

    `tell` hears how many lines are judged so far.  `is_from_start`: as if nothing had been paid under the family yet, for a
    simulation of a whole year.
    """
    refresh_statistics(TABLES_READ)
    try:
        judged = Judged(batch, terms)
        for facts in collect_facts_in_parts(batch, terms, most=at_once):
            if is_from_start:
                facts = facts.with_columns(_without(batch.policy.code))
            judged.add(_judge(batch, terms, facts, None if is_from_start else spent(batch, terms)))
            if tell is not None:
                tell(judged.height)
    except NotComputable as error:
        raise RuleViolation("NOT_COMPUTABLE", str(error), "请补充所需资料，或调整政策条款后再测算") from error
    return judged


def _judge(batch: Batch, terms: PolicyTerms, facts: pl.DataFrame, spent_before: pl.DataFrame | None) -> pl.DataFrame:
    """Lines with the facts they were judged on and their digests, in order."""
    if "instalments" in terms.more:
        outcome = evaluate_instalments(terms, facts, cutoff_on=batch.cutoff_on).drop("place")
    else:
        outcome = evaluate(terms, facts, cutoff_on=batch.cutoff_on, spent=spent_before)
        outcome = outcome.with_columns(pl.lit(ONCE).alias("period_key"))
    lines = outcome.join(facts, on="line_no", how="left", maintain_order="left")
    return lines.with_columns(line_digests(lines))


def _without(code: str) -> pl.Expr:
    """The list of policies enjoyed without one of them; null stays null."""
    parts, part = pl.col("paid_policies").str.split(LIST_SEPARATOR), pl.element()
    others = part.filter((part != code) & ~part.str.starts_with(f"{code}{OF_PERIOD}"))
    return parts.list.eval(others).list.join(LIST_SEPARATOR).alias("paid_policies")


@job_kind(COMPUTE)
def compute(run: JobRun) -> None:
    """Judge a batch and make the outcome its current computation."""
    batch = Batch.objects.select_related("policy_version", "policy").get(pk=run.job.subject_id)
    actor = Membership.objects.select_related("user", "organisation").get(pk=run.job.actor_id)
    check_can_move(batch, "compute", actor=actor)
    terms = batch.policy_version.parsed_terms
    with judge_batch(batch, terms, tell=lambda done: run.progress(done, done)) as judged:
        result: dict[str, Any] = {}
        with run.load(result):
            day = date.fromisoformat(run.parameters["day"])
            result.update(write_judged(actor=actor, batch=batch, terms=terms, judged=judged, day=day))


def write_judged(*, actor: Membership, batch: Batch, terms: PolicyTerms, judged: Judged, day: date) -> dict[str, Any]:
    """Computation, claims and lines; the clerk's holds and removals go over to the new lines."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("policy").get(pk=batch.pk)
    check_can_move(batch, "compute", actor=actor)  # again, now that it is locked: it may have been submitted meanwhile
    before = batch.current_id
    sums = _claim_sums(judged)
    calculation = _write_calculation(batch, actor, terms, judged, sums, day)
    claims = _write_claims(calculation, actor, terms, judged.payee, sums)
    for part in judged.parts():
        lines = part.join(claims, on=judged.payee, how="left", maintain_order="left")
        kept = [name for name in lines.columns if name not in {*NOT_KEPT, *NATURAL_KEYS}]
        load_frame(LINE_TABLE, lines.select(pl.lit(calculation.pk).alias("calculation_id"), *kept))
    figures = {"number": calculation.number, "lines": calculation.lines, "people": calculation.people,
               "amount_fen": calculation.amount_fen, "digest": calculation.digest}  # fmt: skip
    move(batch, "compute", actor=actor, day=day, changes=figures,
         with_fields={"current_id": calculation.pk, "computed_on": day})  # fmt: skip
    figures["carried"] = carry_decisions(actor, batch, before, day)
    return figures


def _write_calculation(
    batch: Batch, actor: Membership, terms: PolicyTerms, judged: Judged, sums: pl.DataFrame, day: date
) -> Calculation:  # fmt: skip
    eligible = judged.figures.filter("is_eligible")
    number = batch.calculations.count() + 1
    return Calculation.objects.create(
        batch=batch, number=number, policy_version=batch.policy_version, cutoff_on=batch.cutoff_on, computed_on=day,
        computed_by=actor.user, digest=judged.digest, lines=judged.height,
        people=eligible["worker_id"].n_unique() if eligible.height else 0,
        amount_fen=int(eligible["amount_fen"].sum() or 0), recorded_by=actor,
        figures=counts_of_frames(terms, judged.figures, sums),
    )  # fmt: skip


def _payee_column(terms: PolicyTerms) -> str:
    columns = {"enterprise": "enterprise_id", "introducer": "introducer_id", "worker": "worker_id"}
    if terms.payee not in columns:
        raise NotComputable(f"政策 {terms.code}（{terms.title}）发给人力资源机构，所需的机构服务资料尚未采集，不能测算")
    return columns[terms.payee]


def _claim_sums(judged: Judged) -> pl.DataFrame:
    """What each payee's claim says, in the order of first lines: all lines, eligible lines, eligible people, fen."""
    eligible = pl.col("is_eligible")
    return judged.figures.group_by(judged.payee, maintain_order=True).agg(
        pl.len().alias("lines"),
        eligible.sum().alias("eligible"),
        pl.col("worker_id").filter(eligible).n_unique().alias("people"),
        pl.col("amount_fen").sum(),
    )


def _write_claims(
    calculation: Calculation, actor: Membership, terms: PolicyTerms, payee: str, sums: pl.DataFrame
) -> pl.DataFrame:  # fmt: skip
    """One claim a payee; returns payee -> claim_id."""
    owner = "organisation_id" if terms.payee == "enterprise" else "worker_id"
    keys: list[int] = []
    for some in sums.iter_slices(CLAIMS_AT_ONCE):
        claims = Claim.objects.bulk_create(
            Claim(
                batch_id=calculation.batch_id, calculation=calculation, position=position, lines=row["lines"],
                eligible=row["eligible"], people=row["people"], amount_fen=row["amount_fen"], recorded_by=actor, **{owner: row[payee]},
            )
            for position, row in enumerate(some.iter_rows(named=True), len(keys) + 1)
        )  # fmt: skip
        keys += [claim.pk for claim in claims]
    return pl.DataFrame({payee: sums[payee], "claim_id": pl.Series(keys, dtype=pl.Int64)})


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
