"""Alarms about sittings: too much in too little time, outside the filing; the same facts in any order say the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.sitting_alarms import AlarmLimits, ScopeFact, SittingFact, sitting_alarms

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
SCOPE = (ScopeFact("缝纫工", 5, 3, FIRST, LAST),)
LIMITS = AlarmLimits(most_per_examiner=40, most_sittings=25, span_days=60)
DAY = date(2026, 3, 2)


def sitting(pk: int, day: date = DAY, **more: object) -> SittingFact:
    """Thirty people, two examiners, within the filing."""
    fact = SittingFact(pk, "一号基地", "缝纫工", 5, day, 30, 30, 24, ("K-001", "K-002"), FIRST, LAST, SCOPE)
    return replace(fact, **more)  # type: ignore[arg-type]


def codes(*facts: SittingFact, limits: AlarmLimits = LIMITS) -> list[str]:
    return [alarm.code for alarm in sitting_alarms(facts, limits)]


def test_an_ordinary_year_gives_no_alarm() -> None:
    assert codes(*(sitting(pk, DAY + timedelta(days=3 * pk)) for pk in range(60))) == []


def test_the_audit_finding_is_found() -> None:
    """2,600 certificates in 25 sittings of two months: here 26 sittings of a hundred people with two examiners each."""
    facts = [
        sitting(pk, DAY + timedelta(days=2 * pk), assessed=100, certificates=100, capacity=100) for pk in range(26)
    ]
    found = sitting_alarms(facts, LIMITS)
    dense = next(alarm for alarm in found if alarm.code == "TOO_MANY_SITTINGS")
    assert dense.sittings == tuple(range(26)) and "共 26 场" in dense.sentence and "发证 2600 本" in dense.sentence
    assert sum(alarm.code == "TOO_MANY_PER_EXAMINER" for alarm in found) == 26


def test_twenty_five_sittings_in_the_span_are_allowed_and_a_twenty_sixth_day_later_is_not() -> None:
    days = [sitting(pk, DAY + timedelta(days=pk)) for pk in range(25)]
    assert codes(*days) == []
    assert codes(*days, sitting(25, DAY + timedelta(days=59))) == ["TOO_MANY_SITTINGS"]
    assert codes(*days, sitting(25, DAY + timedelta(days=60))) == []


def test_examiners_of_a_day_are_counted_together_and_nobody_counts_as_one() -> None:
    morning, afternoon = sitting(1, assessed=60, capacity=60), sitting(2, assessed=60, capacity=60)
    assert codes(morning, afternoon) == ["TOO_MANY_PER_EXAMINER"]
    assert codes(morning, replace(afternoon, examiners=("K-003",))) == []
    assert codes(sitting(3, assessed=41, capacity=60, examiners=())) == ["TOO_MANY_PER_EXAMINER"]


def test_outside_scope_span_and_capacity() -> None:
    assert codes(sitting(1, trade="裁剪工")) == ["OUTSIDE_SCOPE"]
    assert codes(sitting(1, level=2)) == ["OUTSIDE_SCOPE"]
    assert codes(sitting(1, filing_last=DAY - timedelta(days=1))) == ["OUTSIDE_VALIDITY"]
    assert codes(sitting(1, assessed=31)) == ["ABOVE_CAPACITY"]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(1, 5)), max_size=40), st.randoms())
def test_alarms_do_not_depend_on_the_order_and_name_only_given_sittings(
    rows: list[tuple[int, int, int]], chance: random.Random
) -> None:
    limits = AlarmLimits(most_per_examiner=20, most_sittings=5, span_days=30)
    facts = [
        sitting(pk, DAY + timedelta(days=after), assessed=people, level=level)
        for pk, (after, people, level) in enumerate(rows)
    ]
    found = sitting_alarms(facts, limits)
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert sitting_alarms(shuffled, limits) == found
    assert {pk for alarm in found for pk in alarm.sittings} <= {fact.pk for fact in facts}
    assert {a.sittings[0] for a in found if a.code == "OUTSIDE_SCOPE"} == {f.pk for f in facts if f.level < 3}
