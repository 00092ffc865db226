"""Kinds of condition: each is one small function from typed parameters to one polars expression that is true where it FAILS.

A missing fact never passes silently: where the expression is null, the condition fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from subsidies.rules.facts import LIST_SEPARATOR
from subsidies.rules.spans import matured_on
from subsidies.rules.terms import ConditionTerms

#: words of a policy pack -> column of the facts frame
COLUMNS = {
    "enterprise.admitted_on": "enterprise_admitted_on", "enterprise.type": "enterprise_type",
    "employment.form": "employment_form", "employment.hired_on": "hired_on", "employment.front_line": "is_front_line",
    "employment.contract": "contract_months", "employment.left_on": "left_on", "person.birth_date": "birth_on",
    "insurance": "insured_run_months", "ledger": "paid_policies", "other_subsidies": "other_subsidies",
    "introducer.post": "introducer_posts",
}  # fmt: skip
TEXT_FIELDS = frozenset({"enterprise.type", "employment.form", "introducer.post"})
#: columns that hold several values joined
LIST_COLUMNS = frozenset({"introducer_posts", "paid_policies", "other_subsidies"})


class NotComputable(Exception):
    """The policy has a shape or condition that cannot be computed from these facts."""


@dataclass(frozen=True)
class Context:
    """What an expression may know besides the row."""

    cutoff_on: date


Failing = Callable[[ConditionTerms, Context], pl.Expr]


@dataclass(frozen=True)
class Test:
    """A kind of condition: which fields it takes (None = none named), which parameters it needs, its expression.

    `failing` is None for kinds judged over a whole frame or computed by a later shape.
    """

    fields: frozenset[str] | None
    parameters: tuple[str, ...]
    failing: Failing | None


def _column(condition: ConditionTerms) -> str:
    return COLUMNS[condition.fields[0]]


def has_any(column: str, values: Sequence[str]) -> pl.Expr:
    """True where a joined list (or a single text) holds one of the values."""
    padded = pl.lit(LIST_SEPARATOR) + pl.col(column).fill_null("") + pl.lit(LIST_SEPARATOR)
    return pl.any_horizontal(
        [padded.str.contains(f"{LIST_SEPARATOR}{value}{LIST_SEPARATOR}", literal=True) for value in values]
    )


def _values(condition: ConditionTerms) -> list[str]:
    value = condition.parameters["value"]
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def after_cutoff(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The date is missing or later than the cut-off date."""
    return pl.col(_column(condition)) > context.cutoff_on


def differs_from_value(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The field is not the value."""
    return pl.col(_column(condition)) != str(condition.parameters["value"])


def any_equals(condition: ConditionTerms, context: Context) -> pl.Expr:
    """One of the fields is one of the values."""
    found = []
    for name in condition.fields:
        column = COLUMNS[name]
        equal = has_any(column, _values(condition))
        found.append(equal if column in LIST_COLUMNS else equal | pl.col(column).is_null())
    return pl.any_horizontal(found)


def outside_window(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The day is before the first or after the last day of the window, both included."""
    first, last = (date.fromisoformat(condition.parameters[key]) for key in ("from", "to"))
    return ~pl.col(_column(condition)).is_between(first, last)


def not_true(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The field is not true."""
    return ~pl.col(_column(condition))


def months_short(condition: ConditionTerms, context: Context) -> pl.Expr:
    """A contract with an end has fewer months than asked for; an open-ended one never has."""
    short = pl.col("contract_months").fill_null(-1) < int(condition.parameters["value"])
    return ~pl.col("contract_is_open_ended").fill_null(False) & short


def run_short(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The unbroken run of insured months that ends in the cut-off month is too short."""
    return pl.col("insured_run_months").fill_null(0) < int(condition.parameters["value"])


def left_before(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Left before the cut-off date; the leaving day itself still counts as employed."""
    return (pl.col(_column(condition)) < context.cutoff_on).fill_null(False)


def younger(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Not yet of the age on the day of hire."""
    return pl.col("age_at_hire") < int(condition.parameters["value"])


def _limit_months(limit: Any) -> int:
    """An age limit as months: 60, or {years: 60, months: 4}."""
    if isinstance(limit, Mapping):
        return int(limit.get("years", 0)) * 12 + int(limit.get("months", 0))
    return int(limit) * 12


def _reached(months: int) -> pl.Expr:
    if months % 12 == 0:
        return pl.col("age_at_hire") >= months // 12
    return pl.col("hired_on") >= pl.col("birth_on").dt.offset_by(f"{months}mo")


def too_old(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The retirement age of the table is reached on the day of hire.

    A table is {男: 60, 女: 50}, or dated: {"2025-01-01": {男: {years: 60, months: 1}, …}, …} with the newest entry that has
    begun by the day of hire in force (the first one before its own date).
    """
    ages = condition.parameters["ages"]
    dated = {"0001-01-01": ages} if "男" in ages else dict(ages)
    expression = pl.lit(None, dtype=pl.Boolean)
    for begins, table in sorted(dated.items()):
        by_sex = pl.when(pl.col("sex") == "男").then(_reached(_limit_months(table["男"]))).otherwise(
            _reached(_limit_months(table["女"]))
        )
        first = begins == min(dated)
        in_force = pl.lit(True) if first else pl.col("hired_on") >= date.fromisoformat(begins)
        expression = pl.when(in_force).then(by_sex).otherwise(expression)
    return expression


def paid_before(condition: ConditionTerms, context: Context) -> pl.Expr:
    """A live entitlement under one of the policies."""
    return has_any("paid_policies", _values(condition))


def has_other(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Another scheme that excludes this one has paid."""
    return has_any("other_subsidies", _values(condition))


def left_before_maturity(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Left before so many months were complete; the completing day itself suffices."""
    done = matured_on(pl.col("hired_on"), int(condition.parameters["value"]))
    return (pl.col("left_on") < done).fill_null(False)


def not_yet_mature(condition: ConditionTerms, context: Context) -> pl.Expr:
    """So many months are complete only after the cut-off (stated) date."""
    return matured_on(pl.col("hired_on"), int(condition.parameters["months"])) > context.cutoff_on


def same_person(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Introducer and newcomer are one person."""
    return pl.col("introducer_id") == pl.col("worker_id")


TESTS: dict[str, Test] = {
    "on_or_before_cutoff": Test(frozenset({"enterprise.admitted_on"}), (), after_cutoff),
    "equals": Test(TEXT_FIELDS, ("value",), differs_from_value),
    "none_equals": Test(TEXT_FIELDS, ("value",), any_equals),
    "in_window": Test(frozenset({"employment.hired_on"}), (), outside_window),
    "is_true": Test(frozenset({"employment.front_line"}), (), not_true),
    "months_at_least": Test(frozenset({"employment.contract"}), ("value",), months_short),
    "consecutive_months_ending_in_cutoff_month": Test(frozenset({"insurance"}), ("value", "kinds"), run_short),
    "empty_or_on_or_after_cutoff": Test(frozenset({"employment.left_on"}), (), left_before),
    "age_at_hire_at_least": Test(frozenset({"person.birth_date"}), ("value",), younger),
    "age_at_hire_below": Test(frozenset({"person.birth_date"}), ("table",), too_old),
    "not_paid_under": Test(frozenset({"ledger"}), ("value",), paid_before),
    "none_of": Test(frozenset({"other_subsidies"}), ("value",), has_other),
    "months_employed_at_least": Test(None, ("value",), left_before_maturity),
    "matured_on_stated_date": Test(None, (), not_yet_mature),
    "differs": Test(None, (), same_person),
    "annual_cap": Test(None, ("value",), None),
    # of the shapes with certificates, quotas and fees, which are loaded but not computed here
    "on_or_before_stated_date": Test(frozenset({"certificate.issued_on"}), (), None),
    "in": Test(frozenset({"certificate.trade"}), ("value",), None),
    "quota": Test(None, (), None),
    "headcount_kept": Test(None, ("people", "months"), None),
}


def failing(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The expression of a condition, true where it fails (a missing fact fails too); raises NotComputable."""
    test = TESTS[condition.test]
    if test.failing is None:
        raise NotComputable(f"条件 {condition.code}（{condition.test}）尚不能测算")
    return test.failing(condition, context).fill_null(True)
