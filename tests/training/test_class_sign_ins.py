"""Signing in by the code on the wall: fresh codes only, once, in time; whoever is not found is told one thing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.links import sign_reference
from park_workers.models import Worker
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.training.attending import FIRST, add, make_class, seats, trainee
from training.models import Attendance, ClassSession
from training.services.attendance import record_attendance
from training.services.class_sessions import cancel_session
from training.services.class_sign_ins import TRAINEE, Outcome, SignedIn, code_of, session_of_code, sign_in

pytestmark = pytest.mark.django_db
FOUR = id_number(901)[-4:]


@standing
def session(cast: Cast) -> ClassSession:
    """8:30 to 11:30 on the first day."""
    return add(cast, make_class(cast.base))[0]


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of the first day in the bureau's time."""
    return timezone.make_aware(datetime.combine(FIRST, time(hour, minute, second)))


def come(session: ClassSession, now: datetime, name: str = "学员乙", four: str = FOUR, day: date = FIRST) -> SignedIn:
    """Somebody types a name and four characters."""
    return sign_in(actor=TRAINEE, session=session, name=name, last_four=four, day=day, now=now)


def test_a_code_opens_in_its_minute_and_the_next_and_no_longer(session: ClassSession) -> None:
    code = code_of(session, now=at(8, 20, 59))
    opened = [session_of_code(code, now=at(8, 20, 59) + timedelta(seconds=n)) for n in (0, 1, 60, 61)]
    assert opened == [session, session, session, None]
    assert code != code_of(session, now=at(8, 21))
    assert session_of_code(sign_reference(session.reference, purpose="card"), now=at(8, 21)) is None


def test_a_person_signs_in_once_and_late_after_the_grace(session: ClassSession) -> None:
    first = come(session, at(8, 5))
    assert first.outcome == Outcome.SIGNED_IN and first.attendance is not None
    assert (first.attendance.mark, first.attendance.source, first.attendance.recorded_by) == ("present", "qr", None)
    assert come(session, at(8, 6)).outcome == Outcome.ALREADY
    late = come(session, at(8, 41), " 学员丙 ", id_number(902)[-4:].lower())
    assert late.attendance is not None and late.attendance.mark == "late"
    assert Attendance.objects.count() == 2
    said = [str((e.note, e.changes)) for e in AuditEvent.objects.filter(code="attendance.signed_in")]
    assert len(said) == 2 and not any("学员" in one or FOUR in one for one in said)


@pytest.mark.parametrize(
    ("now", "day", "outcome"),
    [
        (at(7, 59), FIRST, Outcome.TOO_EARLY), (at(11, 31), FIRST, Outcome.TOO_LATE),
        (at(9), date(2023, 3, 5), Outcome.TOO_EARLY), (at(9), date(2023, 3, 7), Outcome.TOO_LATE),
    ],
)  # fmt: skip
def test_too_early_and_too_late_are_said_to_everybody_alike(
    session: ClassSession, now: datetime, day: date, outcome: Outcome
) -> None:
    assert [come(session, now, name, day=day).outcome for name in ("学员乙", "没有这个人")] == [outcome, outcome]


def test_unknown_not_enrolled_and_not_to_be_told_apart_get_one_answer(session: ClassSession) -> None:
    trainee(8)  # known, but in no class
    Worker.objects.filter(pk=trainee(3).pk).update(name="学员丙", last_four_hash=trainee(2).last_four_hash)
    people = [
        ("没有这个人", FOUR),
        ("学员乙", "0000"),
        ("学员癸", id_number(908)[-4:]),
        ("学员丙", id_number(902)[-4:]),
        ("", ""),
    ]
    assert {come(session, at(9), name, four) for name, four in people} == {SignedIn(Outcome.NOT_FOUND)}
    assert not Attendance.objects.exists()


def test_what_the_teacher_has_marked_is_not_overwritten(cast: Cast, session: ClassSession) -> None:
    one, two, _ = seats(session.training_class)
    record_attendance(actor=cast.base_clerk, session=session, marks={one: "absent", two: "late"}, day=FIRST)
    assert come(session, at(9)).outcome == Outcome.MARKED_OTHERWISE
    assert come(session, at(9), "学员丙", id_number(902)[-4:]).outcome == Outcome.ALREADY
    assert Attendance.objects.count() == 2


def test_nobody_signs_in_to_a_cancelled_session(cast: Cast, session: ClassSession) -> None:
    cancel_session(actor=cast.base_clerk, session=session, reason="停电", day=FIRST)
    session.refresh_from_db()
    assert come(session, at(9)).outcome == Outcome.CANCELLED
