"""Hours people were present in a class, and whether the class has been held: the one place that is asked."""

from __future__ import annotations

from park_workers.foundation.errors import RuleViolation
from training.models import TrainingClass

#: at least so much of the planned hours (待核定), as in pass lists
LEAST_HOURS_PERCENT = 80


def attended_hours(training_class: TrainingClass) -> dict[int, int]:
    """Whole hours present, by enrolment on the roster."""
    return dict(training_class.enrolments.on_roster().values_list("pk", "attended_hours"))


def check_hours_are_there(training_class: TrainingClass) -> None:
    """The class has been held: somebody was present for at least 80 % of what was planned.  Raises HOURS_SHORT."""
    held = max(attended_hours(training_class).values(), default=0)
    if held * 100 < training_class.planned_hours * LEAST_HOURS_PERCENT:
        raise RuleViolation(
            "HOURS_SHORT",
            f"本班有记录的学时最多 {held} 学时，不足计划 {training_class.planned_hours} 学时的 {LEAST_HOURS_PERCENT}%",
            "请先补齐考勤或上传培训合格名单，再办理结业",
        )
