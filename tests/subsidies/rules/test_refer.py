"""REFER: paid to the introducer, with a yearly cap; TOPUP: stacks on what was paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from subsidies.rules.evaluate import codes_of, evaluate, headline_of
from subsidies.rules.facts import STACK_FACTS
from tests.subsidies.rules.frames import good, newcomer, referrals, terms_of

REFER = terms_of("REFER")
STATED = date(2023, 11, 30)


def headline(**changes: Any) -> str | None:
    """Outcome of one newcomer."""
    row = evaluate(REFER, referrals(newcomer(**changes)), cutoff_on=STATED).row(0, named=True)
    return headline_of(REFER, row["fail_mask"])


def test_an_introducer_gets_three_hundred_yuan_after_six_months() -> None:
    assert evaluate(REFER, referrals(newcomer()), cutoff_on=STATED)["amount_fen"].to_list() == [30_000]


def test_the_completing_day_itself_suffices() -> None:
    assert headline(left_on=date(2023, 8, 31)) is None
    assert headline(left_on=date(2023, 8, 30)) == "LEFT_BEFORE_6_MONTHS"


def test_six_months_complete_on_the_stated_date_pass() -> None:
    assert headline(hired_on=date(2023, 5, 31)) is None
    assert headline(hired_on=date(2023, 6, 2)) == "NOT_YET_6_MONTHS"


def test_who_refers_himself_is_told_so_first() -> None:
    assert headline(introducer_id=1, left_on=date(2023, 4, 1)) == "SELF_REFERRAL"


def test_a_recruiter_gets_nothing() -> None:
    assert headline(introducer_posts="平车工|人事专员") == "INTRODUCER_IS_HR"
    assert headline(introducer_posts=None) is None


def many(count: int, **changes: Any) -> pl.DataFrame:
    """Newcomers of one introducer, hired day by day."""
    return referrals(
        *(newcomer(line_no=n, worker_id=100 + n, hired_on=date(2023, 1, 1 + n), **changes) for n in range(count))
    )


def test_the_twenty_first_of_a_year_is_over_the_cap() -> None:
    outcome = evaluate(REFER, many(23), cutoff_on=STATED)
    assert outcome["is_eligible"].to_list() == [True] * 20 + [False] * 3
    assert codes_of(REFER, outcome["fail_mask"][22]) == ["ANNUAL_CAP_REACHED"]


def test_who_fails_otherwise_takes_no_place_under_the_cap() -> None:
    frame = pl.concat([many(20), referrals(newcomer(line_no=30, worker_id=1, introducer_id=9, hired_on=date(2023, 1, 1),
                                                    left_on=date(2023, 2, 1)))])  # fmt: skip
    assert evaluate(REFER, frame, cutoff_on=STATED)["is_eligible"].sum() == 20


def test_the_cap_counts_by_the_year_in_which_the_months_are_complete() -> None:
    last_year = referrals(newcomer(line_no=50, worker_id=500, hired_on=date(2022, 6, 1)))
    outcome = evaluate(REFER, pl.concat([many(21), last_year]), cutoff_on=STATED)
    assert outcome["is_eligible"].sum() == 21
    assert outcome.filter(pl.col("line_no") == 20)["is_eligible"].to_list() == [False]


def test_the_first_to_complete_their_months_take_the_places_whatever_their_line_number() -> None:
    frame = many(23).with_columns(line_no=22 - pl.col("line_no"))
    outcome = evaluate(REFER, frame, cutoff_on=STATED)
    assert outcome.filter(~pl.col("is_eligible"))["line_no"].to_list() == [0, 1, 2]


def test_each_introducer_has_a_cap_of_his_own() -> None:
    others = many(20, introducer_id=8).with_columns(line_no=pl.col("line_no") + 100)
    assert evaluate(REFER, pl.concat([many(20), others]), cutoff_on=STATED)["is_eligible"].all()


def test_without_an_introducer_nobody_is_paid_even_where_no_other_condition_asks_for_one() -> None:
    cap_only = replace(REFER, conditions=tuple(c for c in REFER.conditions if c.test != "differs"))
    row = evaluate(cap_only, referrals(newcomer(introducer_id=None)), cutoff_on=STATED).row(0, named=True)
    assert headline_of(cap_only, row["fail_mask"]) == "ANNUAL_CAP_REACHED"


def test_without_a_day_of_hire_no_months_are_complete() -> None:
    mask = evaluate(REFER, referrals(newcomer(hired_on=None)), cutoff_on=STATED)["fail_mask"][0]
    assert codes_of(REFER, mask) == ["LEFT_BEFORE_6_MONTHS", "NOT_YET_6_MONTHS"]


def test_the_order_of_rows_does_not_decide_who_is_over_the_cap() -> None:
    frame = many(23)
    assert evaluate(REFER, frame.reverse(), cutoff_on=STATED).equals(evaluate(REFER, frame, cutoff_on=STATED))


def test_the_top_up_is_paid_for_exactly_what_was_paid_under_the_base() -> None:
    rows = [good(line_no=n, base_line_id=n, base_is_paid=paid) for n, paid in enumerate((True, False, None))]
    outcome = evaluate(terms_of("TOPUP"), pl.DataFrame(rows, schema=STACK_FACTS), cutoff_on=STATED)
    assert outcome["amount_fen"].to_list() == [50_000, 0, 0]
