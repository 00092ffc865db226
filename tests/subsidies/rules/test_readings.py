"""The readings of the example year, worked from dates on paper to the reason code."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from subsidies.rules.evaluate import codes_of, evaluate
from subsidies.rules.spans import age_on, insured_runs, latest_contracts, stayed
from tests.subsidies.rules.frames import CUTOFF, good, hires, terms_of

HIRE = terms_of("HIRE")
SPANS = {"employment_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "form": pl.String}
MONTHS = {"worker_id": pl.Int64, "enterprise_id": pl.Int64, "month": pl.Date}


def codes(**facts: Any) -> list[str]:
    """Reason codes of one person."""
    return codes_of(HIRE, evaluate(HIRE, hires(good(**facts)), cutoff_on=CUTOFF)["fail_mask"][0])


def contract_facts(*spans: tuple[date, date | None, str]) -> dict[str, Any]:
    """The contract tested on the cut-off date, as facts."""
    frame = pl.DataFrame([(1, *span) for span in spans], schema=SPANS, orient="row")
    return latest_contracts(frame, cutoff_on=CUTOFF).row(0, named=True)


def run(*months: date, cutoff_on: date = CUTOFF, firm: int = 1) -> dict[str, Any]:
    """The insured run of person 1 at firm 1, as facts."""
    frame = pl.DataFrame([(1, firm, month) for month in months], schema=MONTHS, orient="row")
    found = insured_runs(frame, cutoff_on=cutoff_on).filter(pl.col("enterprise_id") == 1).rows(named=True)
    return found[0] if found else {"insured_run_months": 0, "insured_run_starts": None}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        (date(2023, 3, 1), date(2024, 2, 29), 12),
        (date(2023, 3, 1), date(2024, 2, 28), 11),
        (date(2022, 3, 1), date(2023, 2, 28), 12),
        (date(2023, 3, 15), date(2024, 3, 14), 12),
        (date(2023, 3, 15), date(2024, 3, 13), 11),
        (date(2023, 1, 31), date(2023, 2, 27), 1),  # a month after the 31st is the last day of February
        (date(2023, 1, 31), date(2023, 2, 26), 0),
        (date(2024, 2, 29), date(2025, 2, 27), 12),
        (date(2024, 2, 29), date(2025, 2, 26), 11),
        (date(2024, 2, 29), date(2028, 2, 28), 48),
        (date(2023, 12, 1), date(2023, 12, 31), 1),
        (date(2023, 5, 4), date(2023, 5, 4), 0),
        (date(2023, 1, 1), date(9999, 12, 31), 95_724),  # how some rosters write "for ever"
    ],
)
def test_a_contract_is_counted_from_day_to_same_day_less_one(starts_on: date, ends_on: date, months: int) -> None:
    assert contract_facts((starts_on, ends_on, "劳动合同"))["contract_months"] == months


def test_twelve_months_pass_and_a_day_less_does_not() -> None:
    assert codes(**contract_facts((date(2023, 3, 1), date(2024, 2, 29), "劳动合同"))) == []
    assert codes(**contract_facts((date(2023, 3, 1), date(2024, 2, 28), "劳动合同"))) == ["CONTRACT_TOO_SHORT"]
    assert codes(**contract_facts((date(2023, 3, 1), None, "劳动合同"))) == []


def test_a_renewal_counts_once_it_has_begun_by_the_cutoff() -> None:
    short, long = (date(2023, 3, 1), CUTOFF, "劳动合同"), (date(2023, 7, 1), date(2024, 6, 30), "劳动合同")
    assert codes(**contract_facts(short, long)) == ["CONTRACT_TOO_SHORT"]
    assert codes(**contract_facts(short, (CUTOFF, date(2024, 6, 29), "劳动合同"))) == []


def test_the_form_is_that_of_the_contract_tested() -> None:
    dispatch, direct = (date(2023, 3, 1), date(2024, 2, 29), "劳务派遣"), (date(2023, 6, 1), None, "劳动合同")
    assert codes(**contract_facts(dispatch, direct)) == []
    assert codes(**contract_facts(dispatch)) == ["LABOUR_DISPATCH"]


def test_of_contracts_begun_on_one_day_the_longer_is_tested_in_whatever_order_they_come() -> None:
    one, two = (date(2023, 3, 1), date(2024, 2, 28), "劳动合同"), (date(2023, 3, 1), date(2024, 2, 29), "劳动合同")
    assert contract_facts(one, two) == contract_facts(two, one)
    assert contract_facts(one, two)["contract_months"] == 12
    assert contract_facts((date(2023, 3, 1), None, "劳动合同"), two)["contract_is_open_ended"]


def test_three_insured_months_are_the_cutoff_month_and_the_two_before() -> None:
    april, may, june = date(2023, 4, 1), date(2023, 5, 1), date(2023, 6, 1)
    assert codes(**run(april, may, june)) == []
    assert run(april, may, june)["insured_run_starts"] == april
    assert codes(**run(may, june)) == ["INSURED_MONTHS_SHORT"]
    assert codes(**run(date(2023, 3, 1), april, may)) == ["INSURED_MONTHS_SHORT"]
    assert codes(**run(date(2023, 3, 1), april, june)) == ["INSURED_MONTHS_SHORT"]


def test_months_after_the_cutoff_and_repeats_do_not_lengthen_the_run() -> None:
    months = (date(2023, 5, 1), date(2023, 6, 1))
    assert run(*months, *months, date(2023, 7, 1))["insured_run_months"] == 2


def test_months_at_two_firms_are_never_added() -> None:
    frame = pl.DataFrame(
        [(1, 1, date(2023, 6, 1)), (1, 1, date(2023, 5, 1)), (1, 2, date(2023, 4, 1))], schema=MONTHS, orient="row"
    )
    assert insured_runs(frame, cutoff_on=CUTOFF)["insured_run_months"].to_list() == [2]


def test_a_run_over_the_turn_of_the_year_and_over_many_years_is_counted_whole() -> None:
    assert run(date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1), cutoff_on=date(2023, 1, 31)) == {
        "worker_id": 1, "enterprise_id": 1, "insured_run_months": 3, "insured_run_starts": date(2022, 11, 1),
    }  # fmt: skip
    for length in (62, 63, 64, 126, 127, 190):
        months = [date((24281 - k) // 12, (24281 - k) % 12 + 1, 1) for k in range(length)]
        found = run(*months, date(1990, 1, 1))
        assert (found["insured_run_months"], found["insured_run_starts"]) == (length, months[-1])


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2007, 3, 1), date(2023, 3, 1), 16),
        (date(2007, 3, 2), date(2023, 3, 1), 15),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2004, 2, 29), date(2023, 2, 28), 18),  # in a common year the year is complete on 1 March
        (date(2004, 2, 29), date(2023, 3, 1), 19),
    ],
)
def test_a_year_of_age_is_complete_on_the_birthday(birth: date, day: date, age: int) -> None:
    assert pl.DataFrame({"b": [birth], "d": [day]}).select(age_on(pl.col("b"), pl.col("d"))).item() == age


@pytest.mark.parametrize(
    ("left", "kept"), [(None, True), (date(2023, 8, 31), True), (date(2023, 8, 30), False), (date(2024, 1, 1), True)]
)
def test_who_leaves_on_the_completing_day_has_stayed(left: date | None, kept: bool) -> None:
    frame = pl.DataFrame({"h": [date(2023, 3, 1)], "l": [left]}, schema={"h": pl.Date, "l": pl.Date})
    for cutoff, expected in ((date(2023, 8, 31), kept), (date(2023, 8, 30), False)):
        assert frame.select(stayed(pl.col("h"), pl.col("l"), 6, cutoff_on=cutoff)).item() is expected
