"""Counts a computation keeps with itself, so that no page has to count its lines.

Written with the computation, and again by `write_totals` whenever its lines change; frozen with it from submission on.
Beside `eligible` (lines) and `reasons` (code -> lines) they are: `eligible_before`, for every STRIDE places in order how
many eligible lines stand before them (a far page is found from there); `reason_before`, the same of the lines that each
condition refuses, or `reason_places`, all of their places, where they are RARE; `claims`, `paid_claims` (those with people or
money) and `people_of_claims` (the sum of their people; somebody in two claims counts twice).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import polars as pl
from django.db.models import Count, F, Q, Sum

from subsidies.models import Calculation, LineItem
from subsidies.rules.evaluate import codes_of
from subsidies.rules.terms import PolicyTerms

STRIDE = 10_000
#: a condition that refuses no more lines has every place of theirs written down
RARE = 500
#: stride (from 0), whether eligible, mask, lines
Strides = Sequence[tuple[int, bool, int, int]]


def counts_of_frames(terms: PolicyTerms, lines: pl.DataFrame, claims: pl.DataFrame) -> dict[str, Any]:
    """From the judged lines in order (is_eligible, fail_mask) and the sums of their claims (people, amount_fen)."""
    placed = lines.select("is_eligible", "fail_mask").with_row_index("place", offset=1)
    stride = ((pl.col("place") - 1) // STRIDE).cast(pl.Int64).alias("stride")
    strides = placed.group_by(stride, "is_eligible", "fail_mask").len().rows()

    def places_of(masks: list[int]) -> list[int]:
        mine = placed.filter(~pl.col("is_eligible") & pl.col("fail_mask").is_in(masks))
        return [int(place) for place in mine["place"]]

    return _counts(
        terms, strides, places_of, claims.height,
        claims.filter((pl.col("people") > 0) | (pl.col("amount_fen") > 0)).height, int(claims["people"].sum() or 0),
    )  # fmt: skip


def counts_of_rows(calculation: Calculation) -> dict[str, Any]:
    """The same from what is stored."""
    terms = calculation.policy_version.parsed_terms
    lines = LineItem.objects.filter(calculation=calculation, corrects__isnull=True).order_by()
    strides = lines.annotate(stride=(F("position") - 1) / STRIDE).values_list("stride", "is_eligible", "fail_mask")
    counted = list(strides.annotate(n=Count("pk")))

    def places_of(masks: list[int]) -> list[int]:
        mine = lines.filter(is_eligible=False, fail_mask__in=masks).order_by("position", "pk")
        return list(mine.values_list("position", flat=True))

    claims = calculation.claims.aggregate(
        n=Count("pk"), paid=Count("pk", filter=Q(people__gt=0) | Q(amount_fen__gt=0)), people=Sum("people")
    )
    return _counts(terms, counted, places_of, claims["n"], claims["paid"], claims["people"] or 0)


def _counts(
    terms: PolicyTerms, strides: Strides, places_of: Callable[[list[int]], list[int]], claims: int, paid: int, people: int
) -> dict[str, Any]:  # fmt: skip
    many = max((stride for stride, *_ in strides), default=0) + 1
    eligible, refused, masks = [0] * many, dict[str, list[int]](), dict[str, set[int]]()
    for stride, is_eligible, mask, n in strides:
        if is_eligible:
            eligible[stride] += n
            continue
        for code in codes_of(terms, mask):
            refused.setdefault(code, [0] * many)[stride] += n
            masks.setdefault(code, set()).add(mask)
    reasons = {code: sum(refused[code]) for code in sorted(refused)}
    rare = [code for code, n in reasons.items() if n <= RARE]
    return {
        "reasons": reasons, "eligible": sum(eligible), "eligible_before": _before(eligible),
        "reason_before": {code: _before(refused[code]) for code in reasons if code not in rare},
        "reason_places": {code: places_of(sorted(masks[code])) for code in rare},
        "claims": claims, "paid_claims": paid, "people_of_claims": people,
    }  # fmt: skip


def _before(strides: list[int]) -> list[int]:
    """How many stand before each stride."""
    return list(accumulate(strides, initial=0))[:-1]
