"""Working days by the State Council's arrangement; the table always wins."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from park_workers.foundation.calendar import CalendarDay, days_after, working_days_between, write_arrangement

pytestmark = pytest.mark.django_db


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range(366) if (date(year, 1, 1) + timedelta(days=n)).year == year
    ]


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_the_working_days_that_an_independent_calendar_counts(year: int, count: int) -> None:
    days = days_of(year)
    expected = [day for day in days if chinese_calendar.is_workday(day)]
    found = days_after(start=date(year - 1, 12, 31), length=len(expected), unit="working_days").counted
    assert list(found) == expected
    assert working_days_between(first=date(year - 1, 12, 31), last=date(year, 12, 31)) == len(expected) == count


def test_a_notice_of_five_working_days_counts_the_saturday_that_is_worked() -> None:
    term = days_after(start=date(2023, 5, 5), length=5, unit="working_days")
    assert term.counted[0] == date(2023, 5, 6)
    assert (term.last_day, term.is_provisional) == (date(2023, 5, 11), False)


def test_the_first_day_counts_only_when_asked_for() -> None:
    term = days_after(start=date(2023, 5, 5), length=5, unit="working_days", counts_first_day=True)
    assert (term.counted[0], term.last_day) == (date(2023, 5, 5), date(2023, 5, 10))


def test_calendar_days_go_through_holidays_and_are_never_provisional() -> None:
    term = days_after(start=date(2027, 9, 30), length=7, unit="calendar_days")
    assert (term.last_day, term.is_provisional) == (date(2027, 10, 7), False)


def test_a_term_across_the_national_week_skips_it() -> None:
    assert days_after(start=date(2023, 9, 28), length=2, unit="working_days").counted == (
        date(2023, 10, 7),
        date(2023, 10, 8),
    )


def test_a_year_not_yet_arranged_is_provisional() -> None:
    assert days_after(start=date(2027, 3, 1), length=1, unit="working_days").is_provisional
    assert days_after(start=date(2026, 12, 31), length=1, unit="working_days").is_provisional
    assert not days_after(start=date(2026, 12, 30), length=1, unit="working_days").is_provisional
    assert days_after(start=date(2031, 3, 1), length=5, unit="working_days").is_provisional


def test_statutory_days_of_2027_are_free_already() -> None:
    assert days_after(start=date(2027, 9, 30), length=1, unit="working_days").last_day == date(2027, 10, 4)


def test_what_people_write_into_the_table_wins_over_the_weekday_and_over_what_was_there() -> None:
    wednesday, saturday = date(2023, 3, 1), date(2023, 3, 4)
    write_arrangement(days=[(wednesday, False, "停电"), (saturday, True, "补班")], source="区通知")
    term = days_after(start=date(2023, 2, 28), length=3, unit="working_days")
    assert term.counted == (date(2023, 3, 2), date(2023, 3, 3), saturday)
    write_arrangement(days=[(wednesday, True, "")], source="更正")
    assert CalendarDay.objects.filter(day=wednesday).count() == 1
    assert days_after(start=date(2023, 2, 28), length=1, unit="working_days").last_day == wednesday


def test_an_official_arrangement_settles_its_year() -> None:
    write_arrangement(days=[(date(2027, 2, 5), False, "春节")], source="国务院办公厅通知")
    assert not days_after(start=date(2027, 3, 1), length=1, unit="working_days").is_provisional


def test_no_days_lie_between_a_day_and_itself_or_an_earlier_one() -> None:
    assert working_days_between(first=date(2023, 5, 5), last=date(2023, 5, 5)) == 0
    assert working_days_between(first=date(2023, 5, 8), last=date(2023, 5, 5)) == 0
    assert working_days_between(first=date(2023, 5, 5), last=date(2023, 5, 8)) == 2
