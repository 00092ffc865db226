"""Who was at two places on one day is found with both records; one class after the other at one place is nothing."""

from __future__ import annotations

from datetime import date, time

import pytest

from park_workers.models import Membership, Role
from park_workers.services.people import merge_workers
from tests.api.lessons import another_base, teach
from tests.conftest import Cast, make_member
from tests.training.attending import AFTERNOON, FIRST, LAST, MORNING, add, make_class, plan, seats, trainee
from training.models import Enrolment, TrainingClass
from training.services.attendance import record_attendance
from training.services.two_places import people_at_two_places

pytestmark = pytest.mark.django_db


def attend(cast: Cast, held: TrainingClass, times: tuple[time, time], place: str = "", mark: str = "present") -> None:
    """A session on the first day in which everybody of the class gets the mark."""
    here = held.base.organisation
    actor = Membership.objects.filter(organisation=here).first() or make_member("elsewhere", here, Role.BASE_CLERK)
    (session,) = add(cast, held, plan(times=times, hours=1, place=place), actor=actor)
    record_attendance(actor=actor, session=session, marks=dict.fromkeys(seats(held), mark), day=FIRST)


def found() -> list[tuple[str, str, str, str, int]]:
    """Kind, person and the two classes."""
    pairs = people_at_two_places(first_day=FIRST, last_day=LAST)
    return [(one.kind, one.worker.name, one.first.class_number, one.second.class_number, one.days) for one in pairs]


def test_two_sessions_at_one_time_and_two_bases_on_one_day(cast: Cast) -> None:
    other = another_base(cast.bureau)
    attend(cast, make_class(cast.base, (1, 2, 3), "1-平车"), MORNING)
    attend(cast, make_class(other, (1,), "2-平车"), (time(11), time(12)))
    attend(cast, make_class(other, (2,), "3-平车"), AFTERNOON)
    assert found() == [("overlap", "学员乙", "1-平车", "2-平车", 1), ("two_places", "学员丙", "1-平车", "3-平车", 1)]


def test_one_class_after_the_other_at_one_base_is_nothing_unless_the_places_differ(cast: Cast) -> None:
    attend(cast, make_class(cast.base, (1,), "1-平车"), MORNING, "一号车间")
    attend(cast, make_class(cast.base, (1,), "2-平车"), AFTERNOON)
    assert found() == []
    attend(cast, make_class(cast.base, (1,), "3-平车"), (time(18), time(20)), "高新区教学点")
    assert [pair[:1] + pair[2:4] for pair in found()] == [("two_places", "1-平车", "3-平车")]


def test_absence_is_no_presence_and_two_numbers_are_one_person(cast: Cast) -> None:
    other = another_base(cast.bureau)
    attend(cast, make_class(cast.base, (1, 2), "1-平车"), MORNING)
    attend(cast, make_class(other, (1,), "2-平车"), MORNING, mark="absent")
    attend(cast, make_class(other, (7,), "3-平车"), MORNING)
    assert found() == []
    merge_workers(actor=cast.clerk, duplicate=trainee(7), into=trainee(2), reason="同一人两个号码", day=FIRST)
    assert found() == [("overlap", "学员丙", "1-平车", "3-平车", 1)]


def test_a_session_on_days_of_another_bases_class_without_attendance_of_its_own(cast: Cast) -> None:
    other = another_base(cast.bureau)
    teach(other, trainee(2), "2023-02")  # ended before
    whole = make_class(
        other, (), "2-平车", status="completed", is_reported=True, starts_on=date(2023, 3, 1), ends_on=date(2023, 3, 8)
    )
    Enrolment.objects.create(training_class=whole, worker=trainee(1), attended_hours=30)
    Enrolment.objects.create(training_class=whole, worker=trainee(2), attended_hours=0)
    held = make_class(cast.base, (1, 2), "1-平车")
    attend(cast, held, MORNING)
    attend(cast, held, AFTERNOON)
    assert found() == [("other_class", "学员乙", "1-平车", "2-平车", 1)]
