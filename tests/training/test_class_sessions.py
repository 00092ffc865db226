"""Sessions lie within their class and never overlap; what has been marked in is not cancelled."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.services.employments import FieldsInvalid
from tests.conftest import Cast
from tests.training.attending import AFTERNOON, FIRST, LAST, MORNING, add, make_class, plan, seats
from training.models import ClassSession
from training.services.attendance import record_attendance
from training.services.class_sessions import cancel_session, days_between, lesson_hours

pytestmark = pytest.mark.django_db


def test_sessions_are_numbered_by_the_day(cast: Cast) -> None:
    held = make_class(cast.base)
    made = add(cast, held, plan(times=AFTERNOON), plan(), plan(LAST))
    assert [(s.day, s.number, s.from_time) for s in made] == [
        (FIRST, 1, MORNING[0]), (FIRST, 2, AFTERNOON[0]), (LAST, 1, MORNING[0]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (plan(date(2023, 3, 5)), "day"), (plan(date(2023, 3, 18)), "day"), (plan(times=(time(9), time(9))), "to_time"),
        (plan(hours=5), "hours"), (plan(hours=0), "hours"), (plan(number=21), "number"), (plan(topic="长" * 81), "topic"),
    ],
)  # fmt: skip
def test_a_wrong_session_is_refused_at_its_field_and_none_is_added(cast: Cast, wrong: object, field: str) -> None:
    held = make_class(cast.base)
    with pytest.raises(FieldsInvalid) as refusal:
        add(cast, held, plan(), wrong)  # type: ignore[arg-type]
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert not ClassSession.objects.exists()


def test_two_sessions_of_a_class_never_meet_but_may_touch(cast: Cast) -> None:
    held = make_class(cast.base)
    add(cast, held, plan(times=(time(8), time(10)), hours=2), plan(times=(time(10), time(12)), hours=2))
    with pytest.raises(RuleViolation, match="重叠"):
        add(cast, held, plan(times=(time(11), time(13)), hours=2))
    add(cast, make_class(cast.base, (), "2-平车"), plan())  # another class may


def test_the_database_refuses_an_overlap_a_foreign_day_and_a_rewritten_session(cast: Cast) -> None:
    held = make_class(cast.base)
    (session,) = add(cast, held)
    fields = {"training_class": held, "number": 2, "from_time": time(11), "to_time": time(12), "hours": 1}
    for day in (FIRST, date(2023, 3, 18)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClassSession.objects.create(day=day, **fields)
    session.hours = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        session.save()
    held.starts_on = date(2023, 3, 7)
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save()


def test_a_session_is_cancelled_with_a_reason_until_somebody_is_marked(cast: Cast) -> None:
    held = make_class(cast.base)
    first, second = add(cast, held, plan(), plan(times=AFTERNOON))
    cancel_session(actor=cast.base_clerk, session=first, reason="停电", day=FIRST)
    (again,) = add(cast, held)
    assert again.number == 3, "numbers of the day go on; the cancelled one keeps its own"
    record_attendance(actor=cast.base_clerk, session=second, marks={seats(held)[0]: "present"}, day=FIRST)
    with pytest.raises(RuleViolation, match="已有考勤"):
        cancel_session(actor=cast.base_clerk, session=second, reason="停电", day=FIRST)
    second.refresh_from_db()
    second.cancelled_on, second.cancel_reason = FIRST, "绕过"
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_only_the_base_of_the_class_plans(cast: Cast) -> None:
    held = make_class(cast.base)
    for actor in (cast.clerk, cast.hr, cast.auditor):
        with pytest.raises(PermissionRefused):
            add(cast, held, actor=actor)


def test_days_and_lesson_hours() -> None:
    assert len(days_between(FIRST, LAST, with_weekends=False)) == 10
    assert len(days_between(FIRST, LAST, with_weekends=True)) == 12
    assert [lesson_hours(*times) for times in (MORNING, (time(9), time(9, 44)), (time(9), time(8)))] == [4, 0, 0]
