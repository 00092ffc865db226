"""The attendance sheet: good lines go in, wrong ones are named at their cell, what has been marked stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.models import Employment, Worker
from park_workers.services.people import merge_workers
from tests.api.lessons import another_base
from tests.conftest import Cast
from tests.park_workers.files import findings
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.training.attending import (
    AFTERNOON,
    FIRST,
    LAST,
    add,
    give_attendance,
    line,
    make_class,
    plan,
    seats,
    trainee,
)
from training.models import Attendance, TrainingClass
from training.services.attendance import attended_hours, record_attendance

pytestmark = pytest.mark.django_db


@standing
def held(cast: Cast) -> TrainingClass:
    """Three people and two sessions on the first day."""
    held = make_class(cast.base)
    add(cast, held, plan(), plan(times=AFTERNOON))
    return held


def test_people_are_named_by_number_or_by_name_and_last_four_in_the_words_of_the_wall(
    cast: Cast, held: TrainingClass
) -> None:
    four = id_number(902)[-4:]
    rows = [
        line(1, 考勤="√"), line(2, 证件号码=None, 证件末四位=four, 考勤="迟到"), line(3, 姓名=None, 考勤="旷课"),
        line(1, 节次=2, 考勤="病假"),
    ]  # fmt: skip
    upload = give_attendance(cast, rows)
    assert findings(upload) == []
    assert {k: upload.result[k] for k in ("new", "sessions", "unchanged")} == {"new": 4, "sessions": 2, "unchanged": 0}
    marks = Attendance.objects.order_by("session__number", "enrolment_id").values_list("mark", "source")
    assert [mark for mark, _ in marks] == ["present", "late", "absent", "leave"]
    assert {source for _, source in marks} == {"sheet"}
    assert list(attended_hours(held).values()) == [4, 4, 0]


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        (line(班次="9-平车"), "A", "CLASS_UNKNOWN"),
        (line(上课日期=date(2023, 3, 5)), "B", "DAY_OUTSIDE_CLASS"),
        (line(上课日期="3月6日"), "B", "DATE_INVALID"),
        (line(节次=3), "C", "SESSION_UNKNOWN"),
        (line(节次=None), "C", "SESSION_MISSING"),
        (line(9), "E", "NOT_ENROLLED"),
        (line(证件号码=None, 证件末四位="0000"), "D", "NOT_ENROLLED"),
        (line(证件号码=None), "F", "PERSON_MISSING"),
        (line(证件号码=None, 证件末四位="四位"), "F", "LAST_FOUR_INVALID"),
        (line(证件号码=None, 姓名=None, 证件末四位="0000"), "D", "PERSON_MISSING"),
        (line(证件号码=441899199005179010), "E", "ID_NUMERIC_CELL"),
        (line(考勤="大概来了"), "G", "MARK_UNKNOWN"),
        (line(考勤=None), "G", "MARK_MISSING"),
        (line(2), "G", "DUPLICATE_IN_FILE"),
        (line(2, 考勤="缺勤"), "G", "DUPLICATE_IN_FILE"),
    ],
)
def test_a_wrong_line_is_refused_at_its_cell_and_the_others_go_in(
    cast: Cast, held: TrainingClass, wrong: dict[str, Any], column: str, code: str
) -> None:
    upload = give_attendance(cast, [line(2), wrong, line(3)])
    assert findings(upload) == [(3, column, code, "error")]
    assert (upload.status, upload.accepted, Attendance.objects.count()) == ("applied", 2, 2)


def test_a_day_still_to_come_is_refused(cast: Cast, held: TrainingClass) -> None:
    upload = give_attendance(cast, [line()], day=date(2023, 3, 5))
    assert findings(upload) == [(2, "B", "DATE_IN_FUTURE", "error")]


def test_what_has_been_marked_stands_and_the_same_again_is_unchanged(cast: Cast, held: TrainingClass) -> None:
    one, two, _ = seats(held)
    session = held.sessions.get(number=1)  # type: ignore[attr-defined]
    record_attendance(actor=cast.base_clerk, session=session, marks={one: "late", two: "present"}, day=FIRST)
    upload = give_attendance(cast, [line(1), line(2), line(3)])
    assert findings(upload) == [(2, "G", "MARK_CONTRADICTS_RECORD", "error")]
    assert (upload.result["new"], upload.result["unchanged"]) == (1, 1)
    again = give_attendance(cast, [line(3), line(2)])
    assert (again.result["new"], again.result["unchanged"]) == (0, 2)


def test_a_class_number_used_again_is_told_apart_by_the_day(cast: Cast, held: TrainingClass) -> None:
    again = make_class(cast.base, (1,), starts_on=date(2023, 5, 8), ends_on=date(2023, 5, 19))
    add(cast, again, plan(date(2023, 5, 8)))
    give_attendance(cast, [line(), line(上课日期=date(2023, 5, 8))], day=date(2023, 5, 20))
    assert {row.session.training_class_id for row in Attendance.objects.all()} == {held.pk, again.pk}


def test_two_people_alike_are_told_apart_by_number_only(cast: Cast, held: TrainingClass) -> None:
    first, second = trainee(1), trainee(2)
    Worker.objects.filter(pk=second.pk).update(name=first.name, last_four_hash=first.last_four_hash)
    upload = give_attendance(cast, [line(1), line(1, 证件号码=None, 证件末四位=id_number(901)[-4:], 节次=2)])
    assert findings(upload) == [(3, "D", "PERSON_AMBIGUOUS", "error")]


def test_somebody_under_a_second_number_is_the_same_person(cast: Cast, held: TrainingClass) -> None:
    merge_workers(actor=cast.clerk, duplicate=trainee(7), into=trainee(1), reason="同一人两个号码", day=FIRST)
    upload = give_attendance(cast, [line(1), line(7, 姓名="学员乙")])
    assert findings(upload) == [(3, "G", "DUPLICATE_IN_FILE", "error")]


def test_there_before_hire_or_after_leaving_is_worth_a_look_once_a_person(cast: Cast, held: TrainingClass) -> None:
    for order, spans in ((1, [(date(2023, 4, 1), None)]), (2, [(date(2022, 1, 1), date(2023, 3, 1))])):
        for hired_on, left_on in spans:
            Employment.objects.create(worker=trainee(order), enterprise=cast.alpha, hired_on=hired_on, left_on=left_on)
    upload = give_attendance(cast, [line(1), line(1, 节次=2), line(2), line(3)])
    assert findings(upload) == [
        (2, "B", "ATTENDED_BEFORE_HIRE", "warning"), (4, "B", "ATTENDED_AFTER_LEAVING", "warning"),
    ]  # fmt: skip
    assert upload.result["new"] == 4


def test_another_bases_class_is_unknown_here(cast: Cast) -> None:
    make_class(another_base(cast.bureau))
    assert findings(give_attendance(cast, [line()], day=LAST)) == [(2, "A", "CLASS_UNKNOWN", "error")]
