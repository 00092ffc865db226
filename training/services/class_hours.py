"""Hours people were present in a class, and whether the class has been held: the one place that is asked."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from park_workers.foundation.errors import RuleViolation
from training.models import Attendance, ClassSession, TrainingClass
from training.services.attendance import least_percent


def attended_hours(training_class: TrainingClass) -> dict[int, int]:
    """Whole hours present, by enrolment on the roster: kept in step with attendance, or told by a pass list."""
    return dict(training_class.enrolments.on_roster().values_list("pk", "attended_hours"))


def check_hours_are_there(training_class: TrainingClass) -> None:
    """The class has been held: every session is marked, and somebody was there for the least share of the plan (80 %, 待核定).

    Raises SESSIONS_UNMARKED, HOURS_SHORT.
    """
    marked = Exists(Attendance.objects.standing().filter(session=OuterRef("pk")))
    sessions = ClassSession.objects.standing().filter(~marked, training_class=training_class)
    unmarked = sessions.order_by("day", "number").first()
    if unmarked is not None:
        message = f"{unmarked.day} 第 {unmarked.number} 节还没有点名"
        raise RuleViolation("SESSIONS_UNMARKED", message, "请补齐点名，没有上的课请取消该节，再办理结业")
    held = max(attended_hours(training_class).values(), default=0)
    if held * 100 < training_class.planned_hours * least_percent():
        raise RuleViolation(
            "HOURS_SHORT",
            f"本班有记录的学时最多 {held} 学时，不足计划 {training_class.planned_hours} 学时的 {least_percent()}%",
            "请先补齐考勤或上传培训合格名单，再办理结业",
        )
