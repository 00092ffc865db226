"""Hours, marks and the verdict of one person against one another; the same for a line of a list and for a correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training.pass_list.findings import WARNING, Finding
from training.pass_list.limits import PassLimits
from training.pass_list.reader import ABSENT, FAILED, PASSED

FULL_MARK = 100
MOST_HOURS = 5_000


@dataclass(frozen=True, slots=True)
class Result:
    """What is said of one person in one class."""

    planned_hours: int
    attended_hours: int
    theory_score: int | None
    practice_score: int | None
    verdict: str


def judge_hours(result: Result, row: int, limits: PassLimits) -> Iterator[Finding]:
    """Hours planned and present, and whether they suffice for a pass."""
    planned, attended = result.planned_hours, result.attended_hours
    if not 0 < planned <= MOST_HOURS:
        yield Finding(
            row, "planned_hours", "HOURS_INVALID", f"计划学时为 {planned}", f"请填写 1 至 {MOST_HOURS} 的整数"
        )
    elif not 0 <= attended <= MOST_HOURS:
        yield Finding(
            row, "attended_hours", "HOURS_INVALID", f"实到学时为 {attended}", f"请填写 0 至 {MOST_HOURS} 的整数"
        )
    elif attended > planned:
        message = f"实到学时 {attended} 多于计划学时 {planned}"
        yield Finding(row, "attended_hours", "HOURS_ABOVE_PLAN", message, "请核对两个学时", WARNING)
    elif result.verdict == PASSED and not limits.has_hours(attended, planned):
        message = f"结论为合格，实到学时 {attended} 不足计划学时 {planned} 的 {limits.hours_percent}%"
        yield Finding(row, "attended_hours", "HOURS_SHORT", message, "请核对考勤记录", WARNING)


def judge_marks(result: Result, row: int, limits: PassLimits) -> Iterator[Finding]:
    """Marks within 0 and 100, and a verdict that follows from them."""
    marks = {"theory_score": result.theory_score, "practice_score": result.practice_score}
    outside = [name for name, mark in marks.items() if mark is not None and not 0 <= mark <= FULL_MARK]
    for name in outside:
        yield Finding(row, name, "SCORE_OUT_OF_RANGE", f"成绩为 {marks[name]}", f"请填写 0 至 {FULL_MARK} 的整数")
    if outside:
        return
    given, line = [mark for mark in marks.values() if mark is not None], limits.pass_mark
    if result.verdict == PASSED:
        for name, mark in marks.items():
            if mark is None:
                yield Finding(row, name, "SCORE_MISSING", "结论为合格但没有成绩", "请补填理论和实操成绩")
        if given and min(given) < line:
            message = f"结论为合格，但成绩 {min(given)} 分低于 {line} 分"
            fix = f"理论和实操均达{line}分为合格，请核对成绩与结论"
            yield Finding(row, "verdict", "VERDICT_CONTRADICTS_SCORE", message, fix)
    elif result.verdict == ABSENT and given:
        yield Finding(row, "verdict", "VERDICT_CONTRADICTS_SCORE", "结论为缺考但填有成绩", "请核对成绩与结论")
    elif result.verdict == FAILED and _would_pass(result, limits):
        message = f"理论和实操均达 {line} 分且学时已满，结论却为不合格"
        fix = "请核对结论；确因其他原因不合格的可以确认"
        yield Finding(row, "verdict", "VERDICT_BELOW_SCORES", message, fix, WARNING)


def _would_pass(result: Result, limits: PassLimits) -> bool:
    """Both marks reach the line and enough was attended."""
    marks = (result.theory_score, result.practice_score)
    has_marks = all(mark is not None and mark >= limits.pass_mark for mark in marks)
    return has_marks and limits.has_hours(result.attended_hours, result.planned_hours)
