"""One stated hire, judged by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from park_workers.services.rosters.hire import Hire, judge_hire, notice_about_person
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)
GOOD = Hire(
    id_number=id_number(901), key="k", name="张三", hired_on=date(2023, 3, 1), left_on=None,
    contract_starts_on=date(2023, 3, 1), contract_ends_on=date(2024, 2, 29), is_open_ended=False, form="劳动合同",
    trade="平车", is_front_line=True,
)  # fmt: skip


def codes(hire: Hire, day: date = DAY) -> list[tuple[str, str]]:
    return [(p.field, p.code) for p in judge_hire(hire, day=day)]


def test_a_plain_hire_has_no_problem() -> None:
    assert codes(GOOD) == []
    assert notice_about_person(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": ""}, [("name", "NAME_MISSING")]),
        ({"hired_on": None}, [("hired_on", "HIRE_DATE_MISSING")]),
        ({"hired_on": date(2053, 3, 1)}, [("hired_on", "DATE_IN_FUTURE")]),
        ({"left_on": date(2053, 3, 1)}, [("left_on", "DATE_IN_FUTURE")]),
        ({"left_on": date(2023, 2, 28)}, [("left_on", "LEAVE_BEFORE_HIRE")]),
        ({"contract_starts_on": None}, [("contract_starts_on", "CONTRACT_START_MISSING")]),
        ({"contract_ends_on": date(2023, 2, 28)}, [("contract_ends_on", "CONTRACT_END_BEFORE_START")]),
        ({"contract_ends_on": None}, [("contract_ends_on", "CONTRACT_END_MISSING")]),
        ({"is_open_ended": True}, [("is_open_ended", "CONTRACT_END_CONTRADICTS")]),
    ],
)
def test_each_wrong_cell_is_named_once(changed: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert codes(replace(GOOD, **changed)) == expected  # type: ignore[arg-type]


def test_a_hire_in_the_future_is_not_blamed_again_for_the_leaving_date_before_it() -> None:
    hire = replace(GOOD, hired_on=date(2053, 3, 1), left_on=date(2023, 4, 1))
    assert codes(hire) == [("hired_on", "DATE_IN_FUTURE")]


def test_today_and_the_same_day_are_in_order() -> None:
    hire = replace(GOOD, hired_on=DAY, left_on=DAY, contract_starts_on=DAY, contract_ends_on=DAY)
    assert codes(hire) == []


@pytest.mark.parametrize(("born", "warned"), [(date(2007, 3, 1), False), (date(2007, 3, 2), True)])
def test_sixteen_is_reached_on_the_birthday(born: date, warned: bool) -> None:
    hire = replace(GOOD, id_number=id_number(born=born))
    assert ["AGE_UNDER_16"] * warned == [p.code for p in notice_about_person(hire)]


def test_the_kind_of_document_and_the_sex_follow_the_number_and_a_difference_is_said() -> None:
    hire = replace(GOOD, id_number=id_number(990, prefix="810000"), id_type="居民身份证", sex="男")
    assert [p.code for p in notice_about_person(hire)] == ["ID_TYPE_MISMATCH", "SEX_MISMATCH"]
    assert all(p.severity == "warning" for p in notice_about_person(hire))


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_a_hire_passes_only_when_nothing_lies_in_the_future_and_leaving_follows_hiring(hired: date, left: date) -> None:
    hire = replace(GOOD, hired_on=hired, left_on=left)
    assert (codes(hire) == []) == (hired <= left <= DAY)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 5))
def test_the_day_of_upload_is_the_only_today(hired: date, later: int) -> None:
    hire = replace(GOOD, hired_on=hired)
    assert codes(hire, hired + timedelta(days=later)) == []
    assert codes(hire, hired - timedelta(days=1)) == [("hired_on", "DATE_IN_FUTURE")]
