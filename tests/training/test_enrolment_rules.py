"""Who may take a seat: by worked examples, and by properties of the retirement table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from training.enrolment_rules import Candidate, ClassTerms, Seat, judge_candidate
from training.retirement import MEN, WOMEN_OFFICE, WOMEN_WORKERS, is_retired, lived_months, may_be_retired

BEGINS, ENDS = date(2026, 3, 2), date(2026, 3, 13)
TERMS = ClassTerms(pk=1, base_id=1, trade="平车", level=5, starts_on=BEGINS, ends_on=ENDS)
DAY = date(2026, 2, 20)


def codes(**more: Any) -> list[tuple[str, str]]:
    person = Candidate(**{"name": "张三", "birth_on": date(1990, 5, 17), "sex": "男"} | more)
    return [(problem.code, problem.severity) for problem in judge_candidate(person, TERMS, day=DAY)]


def seat(**more: Any) -> Seat:
    stated = {
        "class_id": 2,
        "base_id": 2,
        "number": "2-平车",
        "trade": "平车",
        "level": 4,
        "starts_on": BEGINS,
        "ends_on": ENDS,
    }
    return Seat(**stated | {"has_passed": False, "is_firm": True} | more)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, []),
        ({"birth_on": date(2010, 3, 2)}, []),  # sixteen on the first day
        ({"birth_on": date(2010, 3, 3)}, [("AGE_UNDER_16", "error")]),
        ({"birth_on": date(1965, 1, 1)}, [("AGE_RETIRED", "error")]),  # at 60 years and 1 month, in February 2025
        ({"birth_on": date(1966, 1, 1)}, []),  # at 60 years and 4 months
        ({"birth_on": date(1965, 1, 1), "sex": "女"}, [("AGE_RETIRED", "error")]),
        ({"birth_on": date(1975, 6, 1), "sex": "女"}, [("AGE_MAY_BE_RETIRED", "warning")]),
        ({"seats": [seat(class_id=1)]}, [("ENROLLED_ALREADY", "error")]),
        ({"seats": [seat()]}, [("CLASS_OVERLAP", "error")]),
        ({"seats": [seat(is_firm=False)]}, []),  # somebody else's draft
        ({"seats": [seat(starts_on=date(2026, 3, 14), ends_on=date(2026, 3, 20))]}, []),
        ({"seats": [seat(starts_on=date(2025, 3, 2), ends_on=date(2025, 3, 9), level=5, has_passed=True)]},
         [("LEVEL_PASSED_BEFORE", "error")]),
        ({"seats": [seat(starts_on=date(2025, 3, 2), ends_on=date(2025, 3, 9), level=4, has_passed=True)]}, []),
        ({"employments": [(date(2025, 1, 1), None)]}, [("EMPLOYED_NOW", "warning")]),
        ({"employments": [(date(2025, 1, 1), DAY)]}, [("EMPLOYED_NOW", "warning")]),  # the leaving day still counts
        ({"employments": [(date(2025, 1, 1), date(2026, 1, 5))]}, [("EMPLOYED_AND_LEFT", "warning")]),
        ({"roster_name": "张 三"}, []),
        ({"roster_name": "李四"}, [("TRAINEE_NAME_MISMATCH", "warning")]),
    ],
)  # fmt: skip
def test_what_stands_against_a_seat(more: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert codes(**more) == found


def test_a_message_names_no_other_base_and_no_enterprise() -> None:
    person = Candidate("张三", date(1990, 5, 17), "男", seats=[seat()], employments=[(date(2025, 1, 1), None)])
    words = "".join(p.message + p.fix for p in judge_candidate(person, TERMS, day=DAY))
    assert "其他基地" in words and "2-平车" not in words


@pytest.mark.parametrize(
    ("limit", "birth", "years", "months"),
    [
        (MEN, date(1964, 12, 31), 60, 0), (MEN, date(1965, 1, 1), 60, 1), (MEN, date(1965, 5, 1), 60, 2),
        (MEN, date(1976, 9, 1), 63, 0), (MEN, date(1990, 1, 1), 63, 0),
        (WOMEN_OFFICE, date(1970, 1, 1), 55, 1), (WOMEN_OFFICE, date(1981, 9, 1), 58, 0),
        (WOMEN_WORKERS, date(1975, 1, 1), 50, 1), (WOMEN_WORKERS, date(1975, 3, 1), 50, 2), (WOMEN_WORKERS, date(1984, 11, 1), 55, 0),
    ],
)  # fmt: skip
def test_the_retirement_age_rises_as_the_decision_says(limit: Any, birth: date, years: int, months: int) -> None:
    assert divmod(limit.of(birth), 12) == (years, months)


days = some.dates(date(1940, 1, 1), date(2012, 1, 1))


@given(birth=days, sex=some.sampled_from(["男", "女"]), day=some.dates(date(2020, 1, 1), date(2045, 1, 1)))
def test_who_has_retired_stays_so_and_who_surely_has_may_have(birth: date, sex: str, day: date) -> None:
    later = day + timedelta(days=40)
    assert is_retired(birth, sex, later) or not is_retired(birth, sex, day)
    assert sex == "男" or may_be_retired(birth, sex, day) or not is_retired(birth, sex, day)
    assert lived_months(birth, later) >= lived_months(birth, day)
