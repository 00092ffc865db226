"""Policies paid in instalments: each instalment is a policy of its own with the months and amount filled in.

Only who qualifies for the first instalment takes a place of a quota; who takes none gets no instalment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from subsidies.rules.conditions import OF_PERIOD, values_of
from subsidies.rules.evaluate import fail_masks, in_order_of_application, outcome, with_bit
from subsidies.rules.terms import ConditionTerms, PolicyTerms

#: how a condition refers to the months of the instalment it is judged for
MONTHS_OF_INSTALMENT = "instalment.after_months"
ONCE = "once"


def period_keys(terms: PolicyTerms) -> list[str]:
    """Keys of the instalments in order, or `once`."""
    return [str(part["key"]) for part in terms.more.get("instalments", ())] or [ONCE]


def terms_of_period(terms: PolicyTerms, period_key: str) -> PolicyTerms:
    """The terms of one instalment: codes, words, months and amount filled in; a policy paid once stays as it is."""
    for part in terms.more.get("instalments", ()):
        if part["key"] == period_key:
            months = int(part["after_months"])
            conditions = tuple(
                _filled(condition, months, f"{terms.code}{OF_PERIOD}{period_key}") for condition in terms.conditions
            )
            more = {key: value for key, value in terms.more.items() if key != "instalments"}
            return replace(terms, amount_fen=int(part["amount_fen"]), conditions=conditions, more=more)
    if period_key in period_keys(terms):
        return terms
    raise KeyError(period_key)


def _filled(condition: ConditionTerms, months: int, place: str) -> ConditionTerms:
    parameters = {
        key: months if value == MONTHS_OF_INSTALMENT else value for key, value in condition.parameters.items()
    }
    if condition.test == "not_paid_under" and place.partition(OF_PERIOD)[0] in values_of(condition):
        parameters["of_period"] = place
    code = condition.code.replace("{n}", str(months))
    needs = condition.needs.replace("{n}", str(months)).replace("满n个月", f"满{months}个月")
    return replace(condition, code=code, needs=needs, parameters=parameters)


def evaluate_instalments(terms: PolicyTerms, facts: pl.DataFrame, *, cutoff_on: date) -> pl.DataFrame:
    """Judge every row for every instalment: the outcome frame with `period_key`, sorted by line_no, then instalment.

    `place` is the rank in the quota (from 1), null for who has none or where there is no quota.
    """
    parts = [(key, terms_of_period(terms, key)) for key in period_keys(terms)]
    masks = [fail_masks(part, facts, cutoff_on=cutoff_on) for _, part in parts]
    placed = pl.Series("line_no", [], dtype=pl.Int64)
    for bit, condition in enumerate(terms.conditions):
        if condition.test == "quota":
            applied = in_order_of_application(masks[0].filter(pl.col("fail_mask") == 0))
            people = int(condition.parameters["people"])
            placed, refused = applied[:people], applied[people:]
            masks = [with_bit(mask, bit, refused) for mask in masks]
    places = placed.to_frame().with_columns(pl.int_range(1, pl.len() + 1).alias("place"))
    outcomes = [
        outcome(mask).with_columns(pl.lit(key).alias("period_key"), pl.lit(number).alias("number"))
        for number, ((key, _), mask) in enumerate(zip(parts, masks, strict=True))
    ]
    everything = pl.concat(outcomes).join(places, on="line_no", how="left")
    return everything.sort("line_no", "number").drop("number")
