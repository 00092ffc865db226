"""Counts a computation keeps with itself, so that no page has to count its lines.

Written with the computation, and again by `write_totals` whenever its lines change; frozen with it from submission on.
Beside `eligible` (lines) and `reasons` (code -> lines) they are: `eligible_before`, for every STRIDE places in order how
many eligible lines stand before them (a far page is found from there); `claims`, `paid_claims` (those with people or money)
and `people_of_claims` (the sum of their people; somebody in two claims counts twice).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import polars as pl
from django.db.models import Count, F, Q, Sum

from subsidies.models import Calculation, LineItem
from subsidies.rules.evaluate import codes_of
from subsidies.rules.terms import PolicyTerms

STRIDE = 10_000


def counts_of_frames(terms: PolicyTerms, lines: pl.DataFrame, claims: pl.DataFrame) -> dict[str, Any]:
    """From the judged lines in order (is_eligible, fail_mask) and the sums of their claims (people, amount_fen)."""
    masks = lines.filter(~pl.col("is_eligible")).group_by("fail_mask").len()
    strides = [int(part["is_eligible"].sum()) for part in lines.select("is_eligible").iter_slices(STRIDE)]
    return _counts(
        terms, masks.iter_rows(), strides, claims.height,
        claims.filter((pl.col("people") > 0) | (pl.col("amount_fen") > 0)).height, int(claims["people"].sum() or 0),
    )  # fmt: skip


def counts_of_rows(calculation: Calculation) -> dict[str, Any]:
    """The same from what is stored."""
    terms = calculation.policy_version.parsed_terms
    lines = LineItem.objects.filter(calculation=calculation, corrects__isnull=True).order_by()
    masks = lines.filter(is_eligible=False).values_list("fail_mask").annotate(n=Count("pk"))
    eligible = Count("pk", filter=Q(is_eligible=True))
    strides = lines.annotate(stride=(F("position") - 1) / STRIDE).values("stride").annotate(n=eligible)
    claims = calculation.claims.aggregate(
        n=Count("pk"), paid=Count("pk", filter=Q(people__gt=0) | Q(amount_fen__gt=0)), people=Sum("people")
    )
    in_order = strides.order_by("stride").values_list("n", flat=True)
    return _counts(terms, masks, in_order, claims["n"], claims["paid"], claims["people"] or 0)


def _counts(
    terms: PolicyTerms, masks: Iterable[tuple[int, int]], strides: Iterable[int], claims: int, paid: int, people: int
) -> dict[str, Any]:  # fmt: skip
    reasons: dict[str, int] = {}
    for mask, count in masks:
        for code in codes_of(terms, mask):
            reasons[code] = reasons.get(code, 0) + count
    sums = list(accumulate(strides, initial=0))
    return {
        "reasons": dict(sorted(reasons.items())), "eligible": sums[-1], "eligible_before": sums[:-1] or [0],
        "claims": claims, "paid_claims": paid, "people_of_claims": people,
    }  # fmt: skip
