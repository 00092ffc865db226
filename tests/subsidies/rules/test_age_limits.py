"""Age limits: plain, with months, dated, and rising with the month in which the old limit would be reached."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.rules.age_limits import limit_of, reached, read_table
from subsidies.rules.spans import age_on

RISING: dict[str, Any] = {
    "男": {"years": 60, "from": date(2025, 1, 1), "one_month_per": 4, "until_years": 63},
    "女": {"years": 50, "from": date(2025, 1, 1), "one_month_per": 2, "until_years": 55},
}
DATED = {date(2000, 1, 1): {"男": 60, "女": 50}, date(2025, 1, 1): RISING}
BY_MONTH = {"男": {"years": 60, "months": 4}, "女": 50}


def is_too_old(table: Any, *, sex: str | None, birth: date | None, hired: date | None) -> bool | None:
    """Whether the limit is reached."""
    frame = pl.DataFrame(
        {"sex": [sex], "birth_on": [birth], "hired_on": [hired]},
        schema={"sex": pl.String, "birth_on": pl.Date, "hired_on": pl.Date},
    ).with_columns(age_on(pl.col("birth_on"), pl.col("hired_on")).alias("age_at_hire"))
    answer: bool | None = frame.select(reached(table)).item()
    return answer


@pytest.mark.parametrize(
    ("sex", "birth", "years", "months"),
    [
        # published examples of the gradual rise: original month of retirement -> new age
        ("男", date(1964, 12, 31), 60, 0),
        ("男", date(1965, 1, 1), 60, 1),
        ("男", date(1965, 4, 30), 60, 1),
        ("男", date(1965, 5, 1), 60, 2),
        ("男", date(1976, 8, 31), 62, 11),
        ("男", date(1976, 9, 1), 63, 0),
        ("男", date(1990, 1, 1), 63, 0),
        ("女", date(1974, 12, 31), 50, 0),
        ("女", date(1975, 1, 1), 50, 1),
        ("女", date(1975, 3, 1), 50, 2),
        ("女", date(1984, 10, 31), 54, 11),
        ("女", date(1984, 11, 1), 55, 0),
    ],
)
def test_the_limit_rises_by_the_month_of_birth(sex: str, birth: date, years: int, months: int) -> None:
    assert limit_of(RISING, sex=sex, birth=birth, hired=date(2026, 1, 1)) == (years, months)


def test_the_last_day_before_the_raised_limit_is_young_enough() -> None:
    birth = date(1965, 5, 20)  # 60 years and 2 months: 2025-07-20
    assert is_too_old(RISING, sex="男", birth=birth, hired=date(2025, 7, 19)) is False
    assert is_too_old(RISING, sex="男", birth=birth, hired=date(2025, 7, 20)) is True


def test_a_dated_table_goes_by_the_day_of_hire() -> None:
    birth = date(1974, 12, 31)
    assert is_too_old(DATED, sex="女", birth=birth, hired=date(2024, 12, 30)) is False
    assert is_too_old(DATED, sex="女", birth=birth, hired=date(2024, 12, 31)) is True
    assert is_too_old(DATED, sex="女", birth=date(1975, 1, 2), hired=date(2025, 1, 2)) is False
    assert limit_of(DATED, sex="男", birth=birth, hired=date(1999, 1, 1)) == (60, 0)


def test_a_new_table_is_in_force_from_its_first_day() -> None:
    table = {date(2000, 1, 1): {"男": 60, "女": 50}, date(2025, 1, 1): {"男": 63, "女": 55}}
    assert is_too_old(table, sex="男", birth=date(1963, 1, 1), hired=date(2024, 12, 31)) is True
    assert is_too_old(table, sex="男", birth=date(1963, 1, 1), hired=date(2025, 1, 1)) is False
    unknown_day = pl.DataFrame(
        {"sex": ["男"], "age_at_hire": [30], "hired_on": [None]}, schema_overrides={"hired_on": pl.Date}
    )
    assert unknown_day.select(reached(table)).item() is None


@pytest.mark.parametrize("missing", ["sex", "birth", "hired"])
@pytest.mark.parametrize("table", [RISING, DATED, BY_MONTH, {"男": 60, "女": 50}])
def test_a_missing_fact_decides_nothing(table: Any, missing: str) -> None:
    person: dict[str, Any] = {"sex": "男", "birth": date(1990, 1, 1), "hired": date(2026, 1, 1)}
    assert is_too_old(table, **(person | {missing: None})) is None


@given(
    st.sampled_from([RISING, DATED, BY_MONTH]), st.sampled_from(["男", "女"]),
    st.dates(date(1955, 1, 1), date(1995, 12, 31)), st.dates(date(2020, 1, 1), date(2045, 12, 31)),
)  # fmt: skip
@settings(max_examples=300)
def test_the_expression_agrees_with_counting_months_by_hand(table: Any, sex: str, birth: date, hired: date) -> None:
    limit = limit_of(table, sex=sex, birth=birth, hired=hired)
    assert limit is not None
    lived = (hired.year - birth.year) * 12 + hired.month - birth.month - (hired.day < birth.day)
    assert is_too_old(table, sex=sex, birth=birth, hired=hired) is (lived >= limit[0] * 12 + limit[1])


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (None, "男、女"), ({}, "男、女"), ({"男": 60}, "男、女"), ({"男": 60, "女": 50, "其他": 1}, "男、女"),
        ({"男": "60", "女": 50}, "男：应为周岁数"), ({"男": True, "女": 50}, "男：应为周岁数"),
        ({"男": 60, "女": {"years": 50, "months": 12}}, "女：months"), ({"男": {"years": 60, "month": 1}, "女": 50}, "month"),
        ({"男": {"years": 60, "from": date(2025, 1, 1)}, "女": 50}, "one_month_per"),
        ({"男": {**RISING["男"], "until_years": 59}, "女": 50}, "until_years"),
        ({"男": {**RISING["男"], "from": "soon"}, "女": 50}, "不是日期"),
        ({"2025": {"男": 60, "女": 50}}, "不是日期"), ({date(2025, 1, 1): 60}, "男、女"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_understood_is_refused(table: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_table(table)
