"""(terms, facts) -> outcome per line; one person and a million go through the same expressions.

Outcome frame: line_no, is_eligible, amount_fen, fail_mask (bit i = the i-th condition fails; every failing condition is
set), sorted by line_no.  Codes follow from the mask (`codes_of`, `headline_of`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from subsidies.rules.amounts import amount_when_eligible
from subsidies.rules.conditions import Context, NotComputable, columns_of, failing
from subsidies.rules.facts import FACTS_BY_NAME
from subsidies.rules.spans import matured_on
from subsidies.rules.terms import PolicyTerms

BASE_NOT_PAID = "BASE_NOT_PAID"
#: what was had elsewhere: who introduced whom, the year in which the months were complete, fen
SPENT_COLUMNS = {"introducer_id": pl.Int64, "worker_id": pl.Int64, "year": pl.Int32, "fen": pl.Int64}
#: kinds judged over the whole frame, after everything else, among those who fail nothing else
FRAME_TESTS = frozenset({"annual_cap", "quota"})


def evaluate(
    terms: PolicyTerms, facts: pl.DataFrame, *, cutoff_on: date, spent: pl.DataFrame | None = None
) -> pl.DataFrame:  # fmt: skip
    """Judge every row of a facts frame (`rules.facts`).

    `spent` (SPENT_COLUMNS): what introducers have had under this policy elsewhere, which counts towards an annual cap.

    Raises NotComputable when the frame lacks a column that the terms look at, or the policy pays in instalments
    (`instalments.evaluate_instalments`), ValueError when line_no does not name each row.
    """
    if "instalments" in terms.more:
        raise NotComputable(f"政策 {terms.code}（{terms.title}）按期计发，须逐期测算")
    judged = fail_masks(terms, facts, cutoff_on=cutoff_on)
    for bit, condition in enumerate(terms.conditions):
        if condition.test == "annual_cap":
            ranked = judged.with_columns(facts["worker_id"])
            over = _over_annual_cap(ranked, terms, int(condition.parameters["cap_fen"]), spent)
            judged = with_bit(judged, bit, over)
        elif condition.test == "quota":
            qualified = judged.filter(pl.col("fail_mask") == 0)
            judged = with_bit(judged, bit, in_order_of_application(qualified)[int(condition.parameters["people"]) :])
    return outcome(judged)


def fail_masks(terms: PolicyTerms, facts: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """The columns looked at, with `fail_mask` of the conditions judged row by row and `amount` (fen) if eligible."""
    columns = looked_at(terms)
    if missing := [name for name in columns if name not in facts.columns]:
        labels = "、".join(FACTS_BY_NAME[name].label for name in missing)
        raise NotComputable(f"政策 {terms.code}（{terms.title}）所需的事实尚未采集：{labels}，不能测算")
    if facts["line_no"].null_count() or facts["line_no"].n_unique() != facts.height:
        raise ValueError("line_no must name each row of the facts frame once")
    context = Context(cutoff_on)
    mask = pl.lit(0, dtype=pl.Int64)
    for bit, condition in enumerate(terms.conditions):
        if condition.test not in FRAME_TESTS:
            mask = mask | _bit_where(failing(condition, context), bit)
    if terms.stacks_on:
        mask = mask | _bit_where(~pl.col("base_is_paid").fill_null(False), len(terms.conditions))
    amount = amount_when_eligible(terms, facts).alias("amount")
    judged = facts.lazy().select(*columns, mask.alias("fail_mask")).collect()
    return judged.with_columns(amount)


def is_judged_whole(terms: PolicyTerms) -> bool:
    """Whether a line's verdict may depend on other lines, so that the facts cannot be judged in parts."""
    return any(condition.test in FRAME_TESTS for condition in terms.conditions)


def looked_at(terms: PolicyTerms) -> list[str]:
    """Columns of the facts frame that the terms need."""
    names = ["line_no", *(name for condition in terms.conditions for name in columns_of(condition))]
    names += ["base_is_paid"] if terms.stacks_on else []
    names += ["fee_fen"] if "share_of_fee" in terms.more else []
    return list(dict.fromkeys(names))


def outcome(judged: pl.DataFrame) -> pl.DataFrame:
    """The outcome frame of judged rows."""
    is_eligible = pl.col("fail_mask") == 0
    return judged.select(
        "line_no",
        is_eligible.alias("is_eligible"),
        pl.when(is_eligible).then(pl.col("amount")).otherwise(0).cast(pl.Int64).alias("amount_fen"),
        "fail_mask",
    ).sort("line_no")


def _bit_where(is_failing: pl.Expr, bit: int) -> pl.Expr:
    return pl.when(is_failing).then(pl.lit(1 << bit, dtype=pl.Int64)).otherwise(pl.lit(0, dtype=pl.Int64))


def with_bit(judged: pl.DataFrame, bit: int, lines: pl.Series) -> pl.DataFrame:
    """Set a bit of the mask on some lines."""
    is_failing = pl.col("line_no").is_in(lines.implode())
    return judged.with_columns((pl.col("fail_mask") | _bit_where(is_failing, bit)).alias("fail_mask"))


def _over_annual_cap(
    judged: pl.DataFrame, terms: PolicyTerms, cap_fen: int, spent: pl.DataFrame | None
) -> pl.Series:  # fmt: skip
    """Lines beyond cap // amount newcomers an introducer and calendar year, by the day the months are complete.

    A newcomer of this frame who was paid elsewhere takes one place, not two.
    """
    done, key = matured_on(pl.col("hired_on"), _maturity_months(terms)), ["introducer_id", "year"]
    qualified = judged.filter(pl.col("fail_mask") == 0).with_columns(done.alias("done"), done.dt.year().alias("year"))
    elsewhere = pl.DataFrame(schema=SPENT_COLUMNS) if spent is None else spent
    sums = elsewhere.join(qualified, on="worker_id", how="anti").group_by(key).agg(pl.col("fen").sum())
    # In money, so that what was paid at another rate counts for what it was.
    left = (cap_fen - pl.col("fen").fill_null(0)).clip(lower_bound=0)
    places = left // terms.amount_fen if terms.amount_fen else pl.lit(0)
    ranked = (
        qualified.join(sums, on=key, how="left")
        .sort("done", "hired_on", "line_no")
        .with_columns(pl.int_range(pl.len()).over(key).alias("place"), places.alias("places"))
    )
    return ranked.filter((pl.col("place") >= pl.col("places")) | pl.col("introducer_id").is_null())["line_no"]


def in_order_of_application(qualified: pl.DataFrame) -> pl.Series:
    """Lines in the order in which places of a quota go: by the day of application, then the number in the list."""
    return qualified.sort("applied_on", "sequence", "line_no", nulls_last=True)["line_no"]


def _maturity_months(terms: PolicyTerms) -> int:
    found = next((c for c in terms.conditions if c.test == "months_employed_at_least"), None)
    if found is None:
        raise NotComputable(f"政策 {terms.code} 有年度上限，却没有满几个月的条件")
    return int(found.parameters["value"])


def _order(terms: PolicyTerms) -> list[int]:
    """Bits in the order in which a failing condition is named first.

    Who somebody is comes before how long they stayed: a referral of oneself is none, however long it lasted.  A place
    in the quota is only asked of who qualifies for the first instalment, so the want of one explains every instalment.
    """
    bits = list(range(len(terms.conditions)))
    if any(c.test == "differs" for c in terms.conditions):
        rank = {"differs": 0, "none_equals": 1}
        return sorted(bits, key=lambda bit: rank.get(terms.conditions[bit].test, 2))
    return sorted(bits, key=lambda bit: terms.conditions[bit].test != "quota")


def _named(terms: PolicyTerms) -> Iterable[tuple[int, str]]:
    """(bit, code) in the order of naming; that the base is not paid comes last."""
    yield from ((bit, terms.conditions[bit].code) for bit in _order(terms))
    if terms.stacks_on:
        yield len(terms.conditions), BASE_NOT_PAID


def codes_of(terms: PolicyTerms, fail_mask: int) -> list[str]:
    """Reason codes of a mask in the order of the conditions."""
    codes = [c.code for bit, c in enumerate(terms.conditions) if fail_mask >> bit & 1]
    return codes + ([BASE_NOT_PAID] if fail_mask >> len(terms.conditions) & 1 else [])


def headline_of(terms: PolicyTerms, fail_mask: int) -> str | None:
    """The failing condition to name first; None when nothing fails."""
    return next((code for bit, code in _named(terms) if fail_mask >> bit & 1), None)
