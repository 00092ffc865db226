"""What stands above a batch and its tabs: counts and sums kept with the computation, less what decisions have taken out."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from pages.desk.line_pages import Known
from subsidies.models import Batch, Calculation, Claim, LineDecision, LineItem
from subsidies.rules.evaluate import codes_of
from subsidies.services.kept_counts import STRIDE


def figures(batch: Batch) -> dict[str, int]:
    """People, money and counts behind the header and the tabs; money in fen.

    They are the sums of the computation less what decisions have taken out, so that a large batch is not counted anew for
    every page.
    """
    made, lines = batch.current, LineItem.objects.filter(calculation_id=batch.current_id)
    if made is None:
        return dict.fromkeys(("eligible", "people", "amount_fen", "ineligible", "held", "payees", "applied"), 0)
    out = lines.filter(decisions__is_standing=True, decisions__excludes=True)
    taken = out.aggregate(
        held=Count("pk"), n=Count("pk", filter=Q(is_eligible=True)), fen=Sum("amount_fen", filter=Q(is_eligible=True))
    )
    eligible = made.figures.get("eligible")
    if eligible is None:  # computed before it was written down
        eligible = lines.eligible().count()
    paid = made.figures.get("paid_claims")
    if paid is None:
        paid = made.claims.filter(Q(people__gt=0) | Q(amount_fen__gt=0)).count()
    return {
        "eligible": eligible - taken["n"],
        "people": made.people - (_without_lines(lines, "worker") if taken["n"] else 0),
        "amount_fen": made.amount_fen - (taken["fen"] or 0),
        "ineligible": made.lines - eligible,
        "held": taken["held"],
        "payees": paid - (_without_lines(lines, "claim") if taken["n"] else 0),
        "applied": made.lines,
    }


def _without_lines(lines: Any, owner: str) -> int:
    """How many persons or claims have eligible lines, but decisions have taken out all of them."""
    touched = lines.filter(is_eligible=True, decisions__is_standing=True, decisions__excludes=True)
    owners = touched.order_by().filter(**{f"{owner}__isnull": False}).values(owner).distinct()
    still_there = lines.included().order_by().filter(**{f"{owner}__in": owners}).values(owner).distinct()
    return int(owners.count() - still_there.count())


def eligible_before(made: Calculation) -> list[int] | None:
    """For every STRIDE places, how many included lines stand before them; None if the computation did not write it down."""
    kept = made.figures.get("eligible_before")
    if kept is None:
        return None
    out = LineItem.objects.filter(
        calculation=made, is_eligible=True, decisions__is_standing=True, decisions__excludes=True
    )
    taken = sorted(out.order_by().values_list("position", flat=True))
    return [n - bisect_left(taken, number * STRIDE + 1) for number, n in enumerate(kept)]


def refused_before(made: Calculation) -> list[int] | None:
    """The same of refused lines, which no decision takes out."""
    kept = made.figures.get("eligible_before")
    return None if kept is None else [number * STRIDE - n for number, n in enumerate(kept)]


def lines_refused_by(made: Calculation, code: str, count: int) -> Known:
    """What is written down of the lines that one condition refuses."""
    before, places = (made.figures.get(key, {}).get(code) for key in ("reason_before", "reason_places"))
    return Known(count, 0, before, places)


def lines_by_reason(batch: Batch) -> dict[str, int]:
    """Refused lines by the code of each condition that failed."""
    made = batch.current
    if made is None or "eligible_before" in made.figures:
        return dict(made.figures["reasons"]) if made else {}
    # Computed before the counts followed lines that submission refused.
    counts, terms = Counter[str](), batch.policy_version.parsed_terms
    masks = LineItem.objects.filter(calculation=made, is_eligible=False).order_by().values_list("fail_mask")
    for mask, n in masks.annotate(n=Count("pk")):
        counts.update(dict.fromkeys(codes_of(terms, mask), n))
    return dict(counts)


def claim_totals(made: Calculation) -> dict[str, int]:
    """`n` claims of a computation with their `lines`, `people` and `amount_fen`."""
    if "claims" in made.figures:
        kept = made.figures
        return {
            "n": kept["claims"],
            "lines": made.lines,
            "people": kept["people_of_claims"],
            "amount_fen": made.amount_fen,
        }
    sums = {key: Sum(key, default=0) for key in ("lines", "people", "amount_fen")}
    return dict(made.claims.aggregate(n=Count("pk"), **sums))


def with_lines_left_out(claims: Sequence[Claim]) -> None:
    """Give each claim of a page its refused lines and those that decisions have taken out."""
    keys = [claim.pk for claim in claims]
    taken = _per_claim(
        LineDecision.objects.filter(line__claim__in=keys, is_standing=True, excludes=True), "line__claim"
    )
    unknown = [claim.pk for claim in claims if claim.eligible is None]
    counted = _per_claim(LineItem.objects.filter(claim__in=unknown, is_eligible=False), "claim")
    for claim in claims:
        refused = counted.get(claim.pk, 0) if claim.eligible is None else claim.lines - claim.eligible
        claim.refused, claim.taken_out = refused, taken.get(claim.pk, 0)  # type: ignore[attr-defined]


def _per_claim(rows: Any, claim: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(claim).annotate(n=Count("pk")))
