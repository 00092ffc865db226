"""扫码签到: a trainee signs in to a session by the code that the base shows, without an account.

The code carries the session's random reference with a signature made for one minute (`sign_reference` with a purpose of its
own that names the minute).  It opens the screen in that minute and the next, so a picture of it sent to somebody at home
is soon worth nothing; the screen itself then stays good for some minutes of typing.  Whoever is not found is told the same
whatever the reason, so that nobody learns who sits in a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.links import open_reference, sign_reference
from park_workers.services.people import name_key
from training.attendance_list.reader import last_four_hash
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.permissions import HELD
from training.services.attendance import keep_hours_in_step

#: whoever signs in by code, in the audit log
TRAINEE = SystemActor("扫码签到")
#: a code is shown for so long, and opens the screen for as many windows as are listed: its own and the next
WINDOW_SECONDS = 60
WINDOWS = (0, -1)


class Outcome(StrEnum):
    """What came of signing in."""

    SIGNED_IN = "signed_in"
    ALREADY = "already"
    #: the teacher has marked the person as not there
    MARKED_OTHERWISE = "marked_otherwise"
    #: not enrolled, unknown, or not to be told apart: always the same answer
    NOT_FOUND = "not_found"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    #: the session, or the class is not held
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SignedIn:
    """The outcome; the person and the mark when somebody was found."""

    outcome: Outcome
    enrolment: Enrolment | None = None
    attendance: Attendance | None = None


def window_of(now: datetime) -> int:
    """The minute a code is signed for, counted from the epoch."""
    return int(now.timestamp()) // WINDOW_SECONDS


def seconds_left(now: datetime) -> int:
    """Seconds until the code changes."""
    return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS


def code_of(session: ClassSession, *, now: datetime) -> str:
    """What the session's code holds in this minute."""
    return sign_reference(session.reference, purpose=_purpose(window_of(now)))


def _purpose(window: int) -> str:
    return f"{ClassSession.PURPOSE}:{window}"


def session_of_code(signed: str, *, now: datetime) -> ClassSession | None:
    """The session of a code shown in this minute or the one before; None for a stale, foreign or forged one."""
    for ago in WINDOWS:
        reference = open_reference(signed, purpose=_purpose(window_of(now) + ago))
        if reference is not None:
            return session_by_reference(reference)
    return None


def session_by_reference(reference: str) -> ClassSession | None:
    """The session, with what a screen of it shows."""
    seen = ClassSession.objects.select_related("training_class__base__organisation")
    return seen.filter(reference=reference).first()


def opens_at(session: ClassSession) -> datetime:
    """The instant from which signing in is possible, by the clock on the wall."""
    return _at(session.day, session.from_time) - timedelta(minutes=settings.SIGN_IN_EARLY_MINUTES)


def _at(day: date, time_of_day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time_of_day))  # type: ignore[arg-type]


def when_open(session: ClassSession, *, day: date, now: datetime) -> Outcome | None:
    """Why nobody can sign in now; None when everybody can.  `day` is the business day, `now` gives the time of day."""
    if session.cancelled_on is not None or session.training_class.status not in HELD:
        return Outcome.CANCELLED
    here = _at(day, timezone.localtime(now).time())
    if here < opens_at(session):
        return Outcome.TOO_EARLY
    return Outcome.TOO_LATE if here > _at(session.day, session.to_time) else None


def sign_in(
    *, actor: SystemActor, session: ClassSession, name: str, last_four: str, day: date, now: datetime
) -> SignedIn:
    """Sign a person of the class in, once; 迟到 after the minutes of grace.

    `name` and `last_four` as typed.  Writes nothing unless the person is found, the time is right and no mark stands.
    """
    closed = when_open(session, day=day, now=now)
    if closed is not None:
        return SignedIn(closed)
    enrolment = _found(session, name, last_four)
    if enrolment is None:
        return SignedIn(Outcome.NOT_FOUND)
    late_from = _at(session.day, session.from_time) + timedelta(minutes=settings.SIGN_IN_GRACE_MINUTES)
    is_late = _at(day, timezone.localtime(now).time()) > late_from
    mark = Attendance.Mark.LATE if is_late else Attendance.Mark.PRESENT
    try:
        return _sign_in(actor, session, enrolment, mark, day)
    except IntegrityError:  # another tap was faster, or the session was cancelled just now
        return _standing(session, enrolment) or SignedIn(Outcome.CANCELLED)


@transaction.atomic
def _sign_in(
    actor: SystemActor, session: ClassSession, enrolment: Enrolment, mark: Attendance.Mark, day: date
) -> SignedIn:
    held = TrainingClass.objects.select_for_update().get(pk=session.training_class_id)
    if held.status not in HELD:
        return SignedIn(Outcome.CANCELLED)
    ClassSession.objects.select_for_update().get(pk=session.pk)
    standing = _standing(session, enrolment)
    if standing is not None:
        return standing
    made = Attendance.objects.create(
        session=session, enrolment=enrolment, mark=mark, source=Attendance.Source.QR, recorded_by=None
    )
    keep_hours_in_step([enrolment.pk])
    changes = {"marks": mark.label, "class": session.training_class.number, "session": str(session)}
    record_event(actor=actor, code="attendance.signed_in", subject=made, day=day, changes=changes)
    return SignedIn(Outcome.SIGNED_IN, enrolment, made)


def _standing(session: ClassSession, enrolment: Enrolment) -> SignedIn | None:
    known = Attendance.objects.standing().filter(session=session, enrolment=enrolment).first()
    if known is None:
        return None
    is_there = known.mark in Attendance.COUNTED
    return SignedIn(Outcome.ALREADY if is_there else Outcome.MARKED_OTHERWISE, enrolment, known)


def _found(session: ClassSession, name: str, last_four: str) -> Enrolment | None:
    """The one person of the class with this name and these last four; None for nobody and for several."""
    four = last_four_hash(last_four)
    if not four or not name_key(name):
        return None
    people = Enrolment.objects.on_roster().filter(
        training_class_id=session.training_class_id, worker__last_four_hash=four
    ).select_related("worker")  # fmt: skip
    same = [one for one in people if name_key(one.worker.name) == name_key(name)]
    return same[0] if len(same) == 1 else None
