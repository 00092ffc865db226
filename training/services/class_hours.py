"""Whether a class has been held, and the hours its people take from it: the one place that is asked."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from park_workers.foundation.errors import RuleViolation
from training.models import Attendance, ClassSession, TrainingClass
from training.services import attendance


def attended_hours(training_class: TrainingClass) -> dict[int, int]:
    """Whole hours present by enrolment on the roster: by attendance where it is kept here, else as a pass list said."""
    seats = dict(training_class.enrolments.on_roster().values_list("pk", "attended_hours"))
    if not attendance.has_sessions(training_class):
        return seats
    kept = attendance.attended_hours(training_class)
    return {pk: kept.get(pk, 0) for pk in seats}


def check_hours_are_there(training_class: TrainingClass) -> None:
    """The class has been held: every session marked, and the least share of what was planned (80 %, 待核定) given.

    Without sessions somebody's hours of the pass list say so.  Raises SESSIONS_UNMARKED, HOURS_SHORT.
    """
    sessions = ClassSession.objects.standing().filter(training_class=training_class)
    marked = Exists(Attendance.objects.standing().filter(session=OuterRef("pk")))
    unmarked = sessions.filter(~marked).order_by("day", "number").first()
    if unmarked is not None:
        message = f"{unmarked.day} 第 {unmarked.number} 节还没有点名"
        raise RuleViolation("SESSIONS_UNMARKED", message, "请补齐点名，没有上的课请取消该节，再办理结业")
    held = sum(sessions.values_list("hours", flat=True)) or max(attended_hours(training_class).values(), default=0)
    least = attendance.least_percent(training_class)
    if held * 100 < training_class.planned_hours * least:
        raise RuleViolation(
            "HOURS_SHORT",
            f"本班有记录的学时最多 {held} 学时，不足计划 {training_class.planned_hours} 学时的 {least}%",
            "请先补齐考勤或上传培训合格名单，再办理结业",
        )
