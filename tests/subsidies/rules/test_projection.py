"""Days to come, by worked examples: insurance that goes on, months that are complete, days on which anything can change."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from subsidies.rules.conditions import TESTS
from subsidies.rules.evaluate import BASE_NOT_PAID
from subsidies.rules.projection import complete_months, days_of_change, with_insurance_continued
from subsidies.rules.spans import insured_runs
from subsidies.rules.suppliers import NOBODY, SUPPLIES, supply_of
from tests.subsidies.rules.frames import good, hires, terms_of

AUGUST = date(2023, 8, 1)


def runs(*months: date) -> pl.DataFrame:
    """The run up to August of somebody insured in these months."""
    insured = pl.DataFrame({"worker_id": [1] * len(months), "enterprise_id": [1] * len(months), "month": list(months)})
    return insured_runs(insured, cutoff_on=AUGUST)


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2023, 8, 31), 0), (date(2023, 9, 1), 0), (date(2023, 9, 29), 0), (date(2023, 9, 30), 1),
        (date(2023, 10, 30), 1), (date(2023, 10, 31), 2), (date(2024, 2, 29), 6),
    ],
)  # fmt: skip
def test_a_month_counts_once_its_last_day_has_come(on: date, months: int) -> None:
    assert complete_months(after=AUGUST, on=on) == months


@pytest.mark.parametrize(("on", "run"), [(date(2023, 9, 29), 2), (date(2023, 9, 30), 3), (date(2023, 10, 31), 4)])
def test_who_is_insured_in_july_and_august_has_a_third_month_on_the_last_of_september(on: date, run: int) -> None:
    known = runs(date(2023, 7, 1), AUGUST)
    found = with_insurance_continued(hires(good(insured_run_months=0)), known, last_listed=AUGUST, on=on)
    assert found["insured_run_months"].to_list() == [run]
    assert found["insured_run_starts"].to_list() == [date(2023, 7, 1)]
    assert found.columns == hires(good()).columns


def test_whose_insurance_has_stopped_before_the_last_list_is_not_assumed_to_be_insured_again() -> None:
    stopped = runs(date(2023, 6, 1), date(2023, 7, 1))
    found = with_insurance_continued(hires(good()), stopped, last_listed=AUGUST, on=date(2023, 9, 30))
    assert found["insured_run_months"].to_list() == [0]


def test_verdicts_can_turn_at_the_end_of_a_month_and_on_recorded_days_only() -> None:
    contracts = pl.Series([date(2023, 9, 15), date(2023, 12, 1), None], dtype=pl.Date)
    hired = pl.Series([date(2023, 4, 1)], dtype=pl.Date)
    days = days_of_change(terms_of("HIRE"), [contracts], hired, after=date(2023, 9, 10), until=date(2023, 10, 10))
    assert days == [date(2023, 9, 15), date(2023, 9, 30)]


def test_six_months_of_employment_are_complete_on_a_day_of_their_own() -> None:
    hired = pl.Series([date(2023, 4, 1), date(2023, 1, 1)], dtype=pl.Date)
    days = days_of_change(terms_of("REFER"), [], hired, after=date(2023, 9, 10), until=date(2023, 10, 10))
    assert days == [date(2023, 9, 30)]
    early = days_of_change(terms_of("REFER"), [], hired, after=date(2023, 9, 10), until=date(2023, 9, 20))
    assert early == []


def test_every_kind_of_condition_says_what_is_missing_and_who_can_supply_it() -> None:
    assert set(SUPPLIES) == set(TESTS)
    assert all(one.who and one.what and one.how for one in SUPPLIES.values())
    assert supply_of("", BASE_NOT_PAID).what == "所叠加补贴到账"
    assert SUPPLIES["not_paid_under"].who == NOBODY and SUPPLIES["not_paid_under"].is_nobodys
    assert SUPPLIES["months_at_least"].is_ours and not SUPPLIES["on_or_before_cutoff"].is_ours
