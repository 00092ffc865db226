"""考勤: who was there, recorded by list; hours attended against the threshold.

A mark in force is never edited: a correction voids it and adds another, so a save that is sent twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.bulk import load_rows
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.people import recorded_now
from park_workers.services.reasons import stated_reason
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.permissions import check_can_keep_attendance
from training.services.pass_rules import limits_on
from training.services.recorded_results import in_chunks

COLUMNS = ("session_id", "enrolment_id", "mark", "source", "upload_id", "void_reason", "recorded_at", "recorded_by_id")
LONGEST_REASON = 200
MARKS = frozenset(Attendance.Mark.values)


@dataclass(frozen=True)
class Taken:
    """What a save did: marks added, marks corrected, marks that stood as they were sent.

    `left`: enrolments whose mark somebody else has given meanwhile; theirs stands.
    """

    new: int
    corrected: int
    same: int
    left: tuple[int, ...] = ()


@dataclass(frozen=True)
class HoursAttended:
    """One person's lesson hours (45 minutes) in a class; `planned` is what the class was filed with.

    `possible`: what would be attended if the person came to every session that has no mark yet, or is not planned yet.
    """

    enrolment: Enrolment
    attended: int
    planned: int
    possible: int
    least_percent: int

    @property
    def percent(self) -> int:
        """Whole percent of the planned hours, rounded down; a share is never made to look reached."""
        return self.attended * 100 // self.planned if self.planned else 0

    @property
    def is_reached(self) -> bool:
        """Whether the threshold has been reached."""
        return self.attended * 100 >= self.planned * self.least_percent

    @property
    def is_out_of_reach(self) -> bool:
        """Whether the threshold cannot be reached any more, whatever sessions follow."""
        return self.possible * 100 < self.planned * self.least_percent


def least_percent(training_class: TrainingClass) -> int:
    """The share of planned hours to be attended, as the bureau's rules of passing have it on the class's last day (80 %, 待核定)."""
    return limits_on(training_class.base.bureau, training_class.ends_on).hours_percent


@transaction.atomic
def record_attendance(
    *,
    actor: Membership,
    session: ClassSession,
    marks: Mapping[int, str],
    day: date,
    reason: str = "",
    seen: int | None = None,
) -> Taken:
    """Mark people of the class (enrolment number -> mark) in a session, by the teacher's list.

    The same marks again change nothing.  `seen` is the number of the newest mark that the sender had looked at: what has been
    marked otherwise since (by code, by a colleague) is left as it is.  A mark given on an earlier day is corrected only with
    a reason.  Raises PermissionRefused; RuleViolation SESSION_CANCELLED, SESSION_NOT_YET, MARK_UNKNOWN, NOT_IN_CLASS,
    REASON_MISSING.
    """
    training_class = TrainingClass.objects.select_for_update().get(pk=session.training_class_id)
    check_can_keep_attendance(actor, training_class)
    held: ClassSession = ClassSession.objects.select_for_update().get(pk=session.pk)
    _check_markable(held, marks, day)
    known = {row.enrolment_id: row for row in held.attendances.standing()}
    left = [pk for pk, mark in marks.items() if _is_newer(known.get(pk), mark, seen)]
    marks = {pk: mark for pk, mark in marks.items() if pk not in left}
    replaced = [known[pk] for pk, mark in marks.items() if pk in known and known[pk].mark != mark]
    fresh = {pk: mark for pk, mark in marks.items() if pk not in known or known[pk].mark != mark}
    stated = reason.strip()[:LONGEST_REASON]
    if replaced and day > held.day:
        stated = stated_reason(stated, "没有填写更正考勤的原因", "请选择或填写原因", least=2)
    if fresh:
        _write(actor, held, fresh, replaced, stated)
        changes = {
            "marks": _counted(fresh), "corrected": len(replaced), "class": training_class.number, "session": str(held),
        }  # fmt: skip
        note = stated if replaced else ""
        record_event(actor=actor, code="attendance.recorded", subject=held, note=note, day=day, changes=changes)
    return Taken(len(fresh) - len(replaced), len(replaced), len(marks) - len(fresh), tuple(sorted(left)))


def _write(
    actor: Membership, held: ClassSession, fresh: Mapping[int, str], replaced: Sequence[Attendance], reason: str
) -> None:
    """Void what is replaced, add what is new, and the hours that follow from it."""
    if replaced:
        voided = Attendance.objects.standing().filter(pk__in=[row.pk for row in replaced])
        voided.update(voided_at=timezone.now(), voided_by=actor, void_reason=reason)
    stamp = (Attendance.Source.LIST, None, "", recorded_now(), actor.pk)
    load_rows("training_attendance", COLUMNS, [(held.pk, pk, mark, *stamp) for pk, mark in sorted(fresh.items())])
    keep_hours_in_step(fresh)


def _counted(marks: Mapping[int, str]) -> str:
    """出勤 10，缺勤 2."""
    counts = Counter(marks.values())
    return "，".join(f"{word} {counts[mark]}" for mark, word in Attendance.Mark.choices if counts[mark])


def _is_newer(known: Attendance | None, mark: str, seen: int | None) -> bool:
    """Whether another mark has been given since the sender looked."""
    return seen is not None and known is not None and known.pk > seen and known.mark != mark


def _check_markable(held: ClassSession, marks: Mapping[int, str], day: date) -> None:
    """Raises RuleViolation when the session, a mark or a person is not to be marked."""
    if held.cancelled_on is not None:
        raise RuleViolation("SESSION_CANCELLED", "这一节已经取消，不能点名", "请刷新页面，改在新排的节次点名")
    if held.day > day:
        raise RuleViolation("SESSION_NOT_YET", f"这一节在 {held.day}，还没有到", "请在上课当天或之后点名")
    wrong = sorted(set(marks.values()) - MARKS)
    if wrong:
        raise RuleViolation("MARK_UNKNOWN", f"“{wrong[0][:20]}”不是考勤标记", "请选择出勤、迟到、缺勤或请假")
    roster = Enrolment.objects.on_roster().filter(training_class_id=held.training_class_id)
    here = set(roster.values_list("pk", flat=True))
    if set(marks) - here:
        raise RuleViolation("NOT_IN_CLASS", "名单中有人不是本班学员", "请刷新页面后重新点名")


def attended_hours(training_class: TrainingClass) -> dict[int, int]:
    """Lesson hours attended by enrolment, 0 for whoever was never there; marks in force of standing sessions, 迟到 counted."""
    hours = dict.fromkeys(training_class.enrolments.on_roster().values_list("pk", flat=True), 0)
    counted = Attendance.objects.standing().filter(
        session__training_class=training_class, mark__in=Attendance.COUNTED
    )  # fmt: skip
    found = dict(counted.values_list("enrolment").annotate(Sum("session__hours")).order_by())
    return {pk: found.get(pk, 0) for pk in hours}


def keep_hours_in_step(enrolments: Collection[int]) -> None:
    """Write what people have attended beside their seats that have no result yet, where pass lists and completion read it.

    Called in the transaction of every change of marks, after the rows it locks: two changes at once take turns at the seats.
    """
    for chunk in in_chunks(enrolments):
        seats = Enrolment.objects.filter(pk__in=chunk, assessment__isnull=True)
        list(seats.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        there = Attendance.objects.standing().filter(enrolment=OuterRef("pk"), mark__in=Attendance.COUNTED)
        hours = there.order_by().values("enrolment").annotate(n=Sum("session__hours")).values("n")
        seats.update(attended_hours=Coalesce(Subquery(hours), 0))


def has_sessions(training_class: TrainingClass) -> bool:
    """Whether attendance of the class is kept here; a class of earlier years has only what its pass list said."""
    return bool(ClassSession.objects.standing().filter(training_class=training_class).exists())


def hours_of(training_class: TrainingClass) -> list[HoursAttended]:
    """Everybody of a class with hours attended against planned ones, by name."""
    attended = attended_hours(training_class)
    marked = Attendance.objects.standing().filter(session__training_class=training_class)
    lost = dict(
        marked.exclude(mark__in=Attendance.COUNTED)
        .values_list("enrolment")
        .annotate(Sum("session__hours"))
        .order_by()
    )  # fmt: skip
    sessions = ClassSession.objects.standing().filter(training_class=training_class)
    offered = max(sessions.aggregate(n=Sum("hours"))["n"] or 0, training_class.planned_hours)
    people = training_class.enrolments.on_roster().select_related("worker").order_by("worker__name", "pk")
    least = least_percent(training_class)
    return [
        HoursAttended(one, attended[one.pk], training_class.planned_hours, offered - lost.get(one.pk, 0), least)
        for one in people
    ]
