"""Which lines of a batch are to be paid now, and whether its totals still agree."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, Calculation, Claim, LineFunding, LineItem
from subsidies.models.lines import LineItemQuerySet
from subsidies.services.kept_counts import counts_of_rows

#: states in which the lines' money is reserved
RESERVED_STATES = frozenset(
    {"submitted", "reviewed", "approved", "in_notice", "notice_ended", "sent_to_city", "answered", "paying", "closed"}
)


def included_lines(batch: Batch) -> LineItemQuerySet:
    """Lines of the current computation to be paid now, in order: eligible, and taken off the road by no decision."""
    lines: LineItemQuerySet = LineItem.objects.filter(calculation_id=batch.current_id)
    return lines.included().order_by("position", "pk")


def included_figures(batch: Batch) -> dict[str, int]:
    """`lines`, `people` and `amount_fen` (fen) of the included lines."""
    found = included_lines(batch).order_by().aggregate(
        lines=Count("pk"), people=Count("worker", distinct=True), amount_fen=Coalesce(Sum("amount_fen"), 0)
    )  # fmt: skip
    return {key: int(value) for key, value in found.items()}


def list_digest(batch: Batch) -> str:
    """SHA-256 over the digests of the included lines in order: equal digests mean the same list, line by line (I5)."""
    digest = hashlib.sha256()
    for line_digest in included_lines(batch).values_list("line_digest", flat=True).iterator(chunk_size=20_000):
        digest.update(line_digest.encode())
    return digest.hexdigest()


def _line_totals() -> dict[str, Any]:
    """Aggregates of lines as claims and computations hold them: all lines, eligible people, eligible fen."""
    eligible = Q(is_eligible=True, corrects__isnull=True)
    return {
        "n_lines": Count("pk", filter=Q(corrects__isnull=True)),
        "n_eligible": Count("pk", filter=eligible),
        "n_people": Count("worker", filter=eligible, distinct=True),
        "n_fen": Coalesce(Sum("amount_fen", filter=eligible), 0),
    }


def claim_totals(calculation: Calculation) -> Any:
    """Rows (claim, lines, eligible lines, people, fen) re-derived from the lines of a computation."""
    lines = LineItem.objects.filter(calculation=calculation).order_by().values("claim")
    return lines.annotate(**_line_totals()).values_list("claim", "n_lines", "n_eligible", "n_people", "n_fen")


def calculation_totals(calculation: Calculation) -> dict[str, int]:
    """`n_lines`, `n_eligible` (lines), `n_people` and `n_fen` re-derived from the lines of a computation."""
    found = LineItem.objects.filter(calculation=calculation).aggregate(**_line_totals())
    return {key: int(value) for key, value in found.items()}


def write_totals(calculation: Calculation) -> None:
    """Write the totals of claims and computation as its lines say; before submission only (afterwards they are frozen)."""
    of_claim = LineItem.objects.filter(claim=OuterRef("pk")).order_by().values("claim").annotate(**_line_totals())
    Claim.objects.filter(calculation=calculation).update(
        lines=Coalesce(Subquery(of_claim.values("n_lines")), 0),
        eligible=Coalesce(Subquery(of_claim.values("n_eligible")), 0),
        people=Coalesce(Subquery(of_claim.values("n_people")), 0),
        amount_fen=Coalesce(Subquery(of_claim.values("n_fen")), 0),
    )
    totals = calculation_totals(calculation)
    Calculation.objects.filter(pk=calculation.pk).update(
        lines=totals["n_lines"], people=totals["n_people"], amount_fen=totals["n_fen"],
        figures=calculation.figures | counts_of_rows(calculation),
    )  # fmt: skip


def _refuse(what: str) -> None:
    raise RuleViolation("TOTALS_DIFFER", f"明细、申报与批次合计不一致：{what}", "请停止办理并联系系统管理员核查")


def check_totals(batch: Batch) -> None:
    """Lines = claims = computation, and reserved money = included lines (I2); raises RuleViolation on a difference."""
    calculation = batch.current
    if calculation is None:
        raise RuleViolation("NOT_COMPUTED", "批次尚未测算", "请先测算")
    calculation.refresh_from_db()
    totals = calculation_totals(calculation)
    stored = (calculation.lines, calculation.people, calculation.amount_fen)
    if (totals["n_lines"], totals["n_people"], totals["n_fen"]) != stored:
        _refuse(f"明细合计 {totals['n_fen'] / 100:,.2f} 元，批次记为 {calculation.amount_fen / 100:,.2f} 元")
    derived = {claim: tuple(values) for claim, *values in claim_totals(calculation)}
    claims = Claim.objects.filter(calculation=calculation)
    for claim in claims.only("reference", "lines", "eligible", "people", "amount_fen"):
        lines, eligible, people, fen = derived.get(claim.pk, (0, 0, 0, 0))
        known = eligible if claim.eligible is None else claim.eligible  # computed before it was written down
        if (lines, eligible, people, fen) != (claim.lines, known, claim.people, claim.amount_fen):
            _refuse(f"申报 {claim.reference} 与其明细不符")
    if "eligible_before" in calculation.figures:
        counts = counts_of_rows(calculation)  # older computations have written down less of it
        if any(counts.get(key) != value for key, value in calculation.figures.items()):
            _refuse("批次记下的统计与其明细不符")
    if batch.status in RESERVED_STATES:
        _check_funding(batch)


def _check_funding(batch: Batch) -> None:
    """Each included line's live shares add up to its amount."""
    shares = (
        LineFunding.objects.filter(line=OuterRef("pk"), released_at__isnull=True)
        .order_by().values("line").annotate(total=Sum("amount_fen")).values("total")
    )  # fmt: skip
    wrong = included_lines(batch).filter(amount_fen__gt=0).annotate(reserved=Coalesce(Subquery(shares), 0))
    found = wrong.exclude(reserved=F("amount_fen")).first()
    if found is not None:
        _refuse(f"第 {found.position} 行的资金占用与金额不符")
