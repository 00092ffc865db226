"""Kinds of condition: each is one small function from typed parameters to one polars expression that is true where it FAILS.

A missing fact never passes silently: where the expression is null, the condition fails.  A new kind is one function, one entry
in TESTS, one speaker in `sentences` and one test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from subsidies.rules import age_limits
from subsidies.rules.facts import BY_BASE, LIST_SEPARATOR
from subsidies.rules.spans import matured_on
from subsidies.rules.terms import ConditionTerms

#: words of a policy pack -> column of the facts frame
COLUMNS = {
    "enterprise.admitted_on": "enterprise_admitted_on", "enterprise.type": "enterprise_type",
    "employment.form": "employment_form", "employment.hired_on": "hired_on", "employment.front_line": "is_front_line",
    "employment.contract": "contract_months", "employment.left_on": "left_on", "person.birth_date": "birth_on",
    "insurance": "insured_run_months", "ledger": "paid_policies", "other_subsidies": "other_subsidies",
    "introducer.post": "introducer_posts", "certificate.issued_on": "certificate_issued_on",
    "certificate.trade": "certificate_trades", "certificate.level": "certificate_level",
    "certificate.trade_level": "certificate_levels", "training.hours": "trained_hours",
    "training.passed_hours": "passed_hours", "placement.source": "placement_source", "expert.grade": "expert_grade",
}  # fmt: skip
#: between a policy and its instalment in the ledger
OF_PERIOD = "/"
TEXT_FIELDS = frozenset({"enterprise.type", "employment.form"})
#: columns that hold several values joined; there, none is a value like another
LIST_COLUMNS = frozenset(
    {"introducer_posts", "certificate_trades", "certificate_levels", "paid_policies", "other_subsidies", "expert_grade"}
)


#: 五级 is the lowest, 一级 the highest
LEVEL_WORDS = {1: "一级", 2: "二级", 3: "三级", 4: "四级", 5: "五级"}


class NotComputable(Exception):
    """The policy has a shape or condition that cannot be computed from these facts; the text says which, in Chinese."""


@dataclass(frozen=True)
class Context:
    """What an expression may know besides the row."""

    cutoff_on: date


Failing = Callable[[ConditionTerms, Context], pl.Expr]


@dataclass(frozen=True)
class Test:
    """A kind of condition: its expression, the fields it takes, the columns it looks at besides, its parameters by type.

    `failing` is None for kinds judged over the whole frame (`evaluate`).  Types of parameters: months, years, people, text,
    texts, texts_insurances (names of 险种), yuan, level, hours, table; months_or_instalment and texts_or_trades may also refer
    to the policy's instalments and trades.
    """

    failing: Failing | None
    fields: frozenset[str] = frozenset()
    columns: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    takes_several_fields: bool = False


def _column(condition: ConditionTerms) -> str:
    return COLUMNS[condition.fields[0]]


def has_any(column: str, values: Sequence[str]) -> pl.Expr:
    """True where a joined list (or a single text) holds one of the values."""
    padded = pl.lit(LIST_SEPARATOR) + pl.col(column).fill_null("") + pl.lit(LIST_SEPARATOR)
    return pl.any_horizontal(
        [padded.str.contains(f"{LIST_SEPARATOR}{value}{LIST_SEPARATOR}", literal=True) for value in values]
    )


def values_of(condition: ConditionTerms) -> list[str]:
    """The texts of a condition whose value is one text or several."""
    value = condition.parameters["value"]
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def after_cutoff(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The date is missing or later than the cut-off (stated) date."""
    return pl.col(_column(condition)) > context.cutoff_on


def differs_from_value(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The field is not the value."""
    return pl.col(_column(condition)) != str(condition.parameters["value"])


def any_equals(condition: ConditionTerms, context: Context) -> pl.Expr:
    """One of the fields is one of the values."""
    found = []
    for name in condition.fields:
        column = COLUMNS[name]
        equal = has_any(column, values_of(condition))
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
    """Left before the cut-off date; the leaving day itself still counts as employed.  No leaving date is employed."""
    return (pl.col(_column(condition)) < context.cutoff_on).fill_null(False)


def younger(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Not yet of the age on the day of hire."""
    return pl.col("age_at_hire") < int(condition.parameters["value"])


def too_old(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The age limit of the table (`age_limits`) is reached on the day of hire."""
    return age_limits.reached(condition.parameters["ages"])


def paid_before(condition: ConditionTerms, context: Context) -> pl.Expr:
    """A live entitlement under one of the policies; of the policy's own instalments only the one judged speaks against it."""
    padded = pl.lit(LIST_SEPARATOR) + pl.col("paid_policies").fill_null("") + pl.lit(LIST_SEPARATOR)
    own = str(condition.parameters.get("of_period", ""))
    codes = [code for code in values_of(condition) if code != own.partition(OF_PERIOD)[0]]
    ends = (LIST_SEPARATOR, OF_PERIOD)
    asked = [f"{LIST_SEPARATOR}{code}{end}" for code in codes for end in ends]
    asked += [f"{LIST_SEPARATOR}{own}{LIST_SEPARATOR}"] if own else []
    return pl.any_horizontal([padded.str.contains(text, literal=True) for text in asked])


def speaks_against(condition: ConditionTerms, entry: str) -> bool:
    """Whether an entry of the ledger (a code, or CODE/instalment) is one that `paid_before` looks for."""
    own, code = str(condition.parameters.get("of_period", "")), entry.partition(OF_PERIOD)[0]
    return entry == own if own and code == own.partition(OF_PERIOD)[0] else code in values_of(condition)


def has_other(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Another scheme that excludes this one has paid."""
    return has_any("other_subsidies", values_of(condition))


def left_before_maturity(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Left before so many months were complete; the completing day itself suffices."""
    done = matured_on(pl.col("hired_on"), int(condition.parameters["value"]))
    return done.is_null() | (pl.col("left_on") < done).fill_null(False)


def not_yet_mature(condition: ConditionTerms, context: Context) -> pl.Expr:
    """So many months are complete only after the cut-off (stated) date."""
    return matured_on(pl.col("hired_on"), int(condition.parameters["months"])) > context.cutoff_on


def same_person(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Introducer and newcomer are one person."""
    return pl.col("introducer_id") == pl.col("worker_id")


def not_listed(condition: ConditionTerms, context: Context) -> pl.Expr:
    """None of the values held is listed."""
    return ~has_any(_column(condition), values_of(condition))


def too_few_people(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Fewer people stayed so many months than asked for."""
    return pl.col("people_kept") < int(condition.parameters["people"])


def level_low(condition: ConditionTerms, context: Context) -> pl.Expr:
    """No certificate, or the best one is of a lower level: 五级 is the lowest, 一级 the highest."""
    return pl.col("certificate_level") > int(condition.parameters["value"])


def trade_level_low(condition: ConditionTerms, context: Context) -> pl.Expr:
    """No certificate of one of the trades is of that level or a higher one."""
    levels = range(1, int(condition.parameters["value"]) + 1)
    return ~has_any("certificate_levels", [trade_level(t, n) for t in condition.parameters["trades"] for n in levels])


def trade_level(trade: str, level: int) -> str:
    """平车四级, as `certificate_levels` has it."""
    return trade + LEVEL_WORDS[level]


def hours_short(condition: ConditionTerms, context: Context) -> pl.Expr:
    """Fewer hours attended than asked for."""
    return pl.col(_column(condition)).fill_null(0) < int(condition.parameters["value"])


def not_by_base(condition: ConditionTerms, context: Context) -> pl.Expr:
    """No referral of a training base has ended in this hire."""
    return pl.col("placement_source") != BY_BASE


MONTHS, YEARS = {"value": "months"}, {"value": "years"}
TESTS: dict[str, Test] = {
    "on_or_before_cutoff": Test(after_cutoff, frozenset({"enterprise.admitted_on"})),
    "equals": Test(differs_from_value, TEXT_FIELDS, (), {"value": "text"}),
    "none_equals": Test(
        any_equals, TEXT_FIELDS | {"introducer.post"}, (), {"value": "texts"}, takes_several_fields=True
    ),
    "in_window": Test(outside_window, frozenset({"employment.hired_on"})),
    "is_true": Test(not_true, frozenset({"employment.front_line"})),
    "months_at_least": Test(months_short, frozenset({"employment.contract"}), ("contract_is_open_ended",), MONTHS),
    "consecutive_months_ending_in_cutoff_month": Test(
        run_short, frozenset({"insurance"}), (), {**MONTHS, "kinds": "texts_insurances"}
    ),
    "empty_or_on_or_after_cutoff": Test(left_before, frozenset({"employment.left_on"})),
    "age_at_hire_at_least": Test(younger, frozenset({"person.birth_date"}), ("age_at_hire",), YEARS),
    "age_at_hire_below": Test(
        too_old, frozenset({"person.birth_date"}), ("age_at_hire", "sex", "hired_on"), {"table": "table"}
    ),
    "not_paid_under": Test(paid_before, frozenset({"ledger"}), (), {"value": "texts"}),
    "none_of": Test(has_other, frozenset({"other_subsidies"}), (), {"value": "texts"}),
    "months_employed_at_least": Test(
        left_before_maturity, frozenset(), ("hired_on", "left_on"), {"value": "months_or_instalment"}
    ),
    "matured_on_stated_date": Test(not_yet_mature, frozenset(), ("hired_on",)),
    "differs": Test(same_person, frozenset(), ("introducer_id", "worker_id")),
    "annual_cap": Test(None, frozenset(), ("introducer_id", "hired_on"), {"value": "yuan"}),
    "on_or_before_stated_date": Test(after_cutoff, frozenset({"certificate.issued_on"})),
    "in": Test(not_listed, frozenset({"certificate.trade"}), (), {"value": "texts_or_trades"}),
    "expert_grade_in": Test(not_listed, frozenset({"expert.grade"}), ("expert_grade_on",), {"value": "texts"}),
    "certificate_level_at_least": Test(level_low, frozenset({"certificate.level"}), (), {"value": "level"}),
    "trade_level_at_least": Test(
        trade_level_low, frozenset({"certificate.trade_level"}), (), {"value": "level", "trades": "texts"}
    ),
    "trained_hours_at_least": Test(
        hours_short, frozenset({"training.hours", "training.passed_hours"}), (), {"value": "hours"}
    ),
    "placed_by_base": Test(not_by_base, frozenset(), ("placement_source", "placed_base")),
    "placement_source_in": Test(not_listed, frozenset({"placement.source"}), (), {"value": "texts"}),
    "quota": Test(None, frozenset(), ("applied_on", "sequence")),
    "headcount_kept": Test(too_few_people, frozenset(), ("people_kept",), {"people": "people", "months": "months"}),
}


def insured_kinds(conditions: Sequence[ConditionTerms]) -> list[str]:
    """The insurances a policy asks for, every one of which must be paid for a month to count; empty where it asks for none."""
    return sorted({str(kind) for condition in conditions for kind in condition.parameters.get("kinds", ())})


def asks_expert_grade(conditions: Sequence[ConditionTerms]) -> bool:
    """Whether a policy looks at the grade of the technical review."""
    return any(condition.test == "expert_grade_in" for condition in conditions)


def columns_of(condition: ConditionTerms) -> list[str]:
    """The columns of the facts frame that a condition looks at."""
    return [*(COLUMNS[name] for name in condition.fields), *TESTS[condition.test].columns]


def failing(condition: ConditionTerms, context: Context) -> pl.Expr:
    """The expression of a condition, true where it fails (a missing fact fails too); raises NotComputable."""
    test = TESTS[condition.test]
    if test.failing is None:
        raise NotComputable(f"条件 {condition.code}（{condition.test}）须对全部人员一并测算")
    return test.failing(condition, context).fill_null(True)
