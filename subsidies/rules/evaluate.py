"""(terms, facts) -> outcome per line; one person and a million go through the same expressions.

Outcome frame: line_no, is_eligible, amount_fen, fail_mask (bit i = the i-th condition fails; every failing condition is
set), headline_code (the failing condition to name first, null when eligible), sorted by line_no.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from subsidies.rules.amounts import places_under_cap
from subsidies.rules.conditions import Context, NotComputable, failing
from subsidies.rules.spans import matured_on
from subsidies.rules.terms import ConditionTerms, PolicyTerms

#: kinds judged over the whole frame, after everything else
FRAME_TESTS = frozenset({"annual_cap"})
#: who somebody is comes before how long they stayed: a referral of oneself is none, however long it lasted
IDENTITY_TESTS = frozenset({"differs", "none_equals"})
SHAPES_NOT_COMPUTED = ("instalments", "share_of_fee")


def evaluate(terms: PolicyTerms, facts: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """Judge every row of a facts frame (`rules.facts`); raises NotComputable for shapes not computed here."""
    if any(shape in terms.more for shape in SHAPES_NOT_COMPUTED):
        raise NotComputable(f"政策 {terms.code}（{terms.title}）的计发方式尚不能测算")
    context = Context(cutoff_on)
    mask = pl.lit(0, dtype=pl.Int64)
    if terms.stacks_on:
        mask = mask | pl.when(pl.col("base_is_paid").fill_null(False)).then(0).otherwise(1 << len(terms.conditions))
    for bit, condition in enumerate(terms.conditions):
        if condition.test not in FRAME_TESTS:
            mask = mask | pl.when(failing(condition, context)).then(pl.lit(1 << bit, dtype=pl.Int64)).otherwise(0)
    judged = facts.lazy().with_columns(mask.alias("fail_mask")).collect()
    for bit, condition in enumerate(terms.conditions):
        if condition.test == "annual_cap":
            judged = _apply_annual_cap(judged, terms, condition, bit)
    is_eligible = pl.col("fail_mask") == 0
    return judged.select(
        "line_no",
        is_eligible.alias("is_eligible"),
        pl.when(is_eligible).then(terms.amount_fen).otherwise(0).cast(pl.Int64).alias("amount_fen"),
        "fail_mask",
        _headline(terms).alias("headline_code"),
    ).sort("line_no")


def _apply_annual_cap(judged: pl.DataFrame, terms: PolicyTerms, condition: ConditionTerms, bit: int) -> pl.DataFrame:
    """At most cap // amount newcomers an introducer and calendar year, by the day the months are complete."""
    months = _maturity_months(terms)
    done = matured_on(pl.col("hired_on"), months)
    places = places_under_cap(int(condition.parameters["cap_fen"]), terms.amount_fen)
    order = judged.filter(pl.col("fail_mask") == 0).with_columns(done.alias("done")).sort("done", "hired_on", "line_no")
    ranked = order.with_columns(
        pl.int_range(pl.len()).over("introducer_id", pl.col("done").dt.year()).alias("place")
    ).select("line_no", "place")
    over = (pl.col("place") >= places).fill_null(False)
    return (
        judged.join(ranked, on="line_no", how="left")
        .with_columns(pl.when(over).then(pl.lit(1 << bit, dtype=pl.Int64)).otherwise(pl.col("fail_mask")).alias("fail_mask"))
        .drop("place")
    )


def _maturity_months(terms: PolicyTerms) -> int:
    found = next((c for c in terms.conditions if c.test == "months_employed_at_least"), None)
    if found is None:
        raise NotComputable(f"政策 {terms.code} 有年度上限，却没有满几个月的条件")
    return int(found.parameters["value"])


def _order(terms: PolicyTerms) -> list[int]:
    """Bits in the order in which a failing condition is named first."""
    if not any(c.test == "differs" for c in terms.conditions):
        return list(range(len(terms.conditions)))
    identity = [bit for bit, c in enumerate(terms.conditions) if c.test in IDENTITY_TESTS]
    identity.sort(key=lambda bit: terms.conditions[bit].test != "differs")
    return identity + [bit for bit in range(len(terms.conditions)) if bit not in identity]


def _headline(terms: PolicyTerms) -> pl.Expr:
    expression = pl.lit(None, dtype=pl.String)
    if terms.stacks_on:
        base = pl.col("fail_mask") // (1 << len(terms.conditions)) % 2 == 1
        expression = pl.when(base).then(pl.lit(BASE_NOT_PAID)).otherwise(expression)
    for bit in reversed(_order(terms)):
        fails = pl.col("fail_mask") // (1 << bit) % 2 == 1
        expression = pl.when(fails).then(pl.lit(terms.conditions[bit].code)).otherwise(expression)
    return expression


BASE_NOT_PAID = "BASE_NOT_PAID"


def codes_of(terms: PolicyTerms, fail_mask: int) -> list[str]:
    """Reason codes of a mask in the order of the conditions."""
    codes = [c.code for bit, c in enumerate(terms.conditions) if fail_mask >> bit & 1]
    return codes + ([BASE_NOT_PAID] if fail_mask >> len(terms.conditions) & 1 else [])


def headline_of(terms: PolicyTerms, fail_mask: int) -> str | None:
    """The failing condition to name first; None when nothing fails."""
    for bit in _order(terms):
        if fail_mask >> bit & 1:
            return terms.conditions[bit].code
    return BASE_NOT_PAID if fail_mask else None
