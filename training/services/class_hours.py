"""Hours people were present in a class, and whether the class has been held: the one place that is asked."""

from __future__ import annotations

from park_workers.foundation.errors import RuleViolation
from training.models import TrainingClass
from training.services.attendance import least_percent


def attended_hours(training_class: TrainingClass) -> dict[int, int]:
    """Whole hours present, by enrolment on the roster: kept in step with attendance, or told by a pass list."""
    return dict(training_class.enrolments.on_roster().values_list("pk", "attended_hours"))


def check_hours_are_there(training_class: TrainingClass) -> None:
    """The class has been held: somebody was present for the least share of what was planned (80 %, 待核定).  Raises HOURS_SHORT."""
    held = max(attended_hours(training_class).values(), default=0)
    if held * 100 < training_class.planned_hours * least_percent():
        raise RuleViolation(
            "HOURS_SHORT",
            f"本班有记录的学时最多 {held} 学时，不足计划 {training_class.planned_hours} 学时的 {least_percent()}%",
            "请先补齐考勤或上传培训合格名单，再办理结业",
        )
