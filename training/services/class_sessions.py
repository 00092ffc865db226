"""Sessions of a class (上课节次): planned, and cancelled while nobody has been marked in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import ClassSession, TrainingClass
from training.models.attendance import MOST_SESSION_HOURS
from training.permissions import check_can_plan_sessions

#: a lesson hour (学时) has so many minutes
LESSON_MINUTES = 45
MOST_AT_ONCE, MOST_NUMBER = 120, 20
LONGEST = {"topic": 80, "teacher": 40, "place": 80}
SATURDAY = 5


@dataclass(frozen=True)
class SessionPlan:
    """One session to hold; `number` 0 takes the next free one of its day."""

    day: date
    from_time: time
    to_time: time
    hours: int
    number: int = 0
    topic: str = ""
    teacher: str = ""
    place: str = ""

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.to_time.hour - self.from_time.hour) * 60 + self.to_time.minute - self.from_time.minute


def lesson_hours(from_time: time, to_time: time) -> int:
    """Whole lesson hours of 45 minutes between two times; breaks are not taken off."""
    return max(SessionPlan(date.min, from_time, to_time, 0).minutes // LESSON_MINUTES, 0)


def days_between(first: date, last: date, *, with_weekends: bool) -> list[date]:
    """The days of a span, without Saturdays and Sundays unless they are wanted."""
    every = (first + timedelta(days=n) for n in range(max((last - first).days + 1, 0)))
    return [day for day in every if with_weekends or day.weekday() < SATURDAY]


@transaction.atomic
def add_sessions(
    *, actor: Membership, training_class: TrainingClass, plans: Sequence[SessionPlan], day: date
) -> list[ClassSession]:
    """Plan sessions of a class, all or none.

    Hours are lesson hours of 45 minutes; one that stands already as it is planned is not added again, so a form sent twice adds
    one.  Returns the sessions as they stand.  Raises PermissionRefused; FieldsInvalid naming every wrong field; RuleViolation
    SESSIONS_OVERLAP when one would meet another of the class on the same day.
    """
    held = TrainingClass.objects.select_for_update().get(pk=training_class.pk)
    check_can_plan_sessions(actor, held)
    problems = list(dict.fromkeys(problem for plan in plans for problem in _judge(plan, held)))
    if not plans or len(plans) > MOST_AT_ONCE:
        problems.append(Problem("day", "SESSIONS_COUNT", f"一次排 1 至 {MOST_AT_ONCE} 节", "请调整起止日期后分次添加"))
    if problems:
        raise FieldsInvalid(problems)
    standing = list(held.sessions.standing())
    beside: dict[date, list[SessionPlan]] = defaultdict(list)
    for known in standing:
        beside[known.day].append(SessionPlan(known.day, known.from_time, known.to_time, known.hours, known.number))
    there = {_content_of(known): known for known in standing}
    rows = [there[_content_of(plan)] for plan in plans if _content_of(plan) in there]
    plans = [plan for plan in plans if _content_of(plan) not in there]
    if not plans:
        return rows
    for plan in sorted(plans, key=lambda one: (one.day, one.from_time)):
        number = _number_of(plan, beside[plan.day])
        beside[plan.day].append(SessionPlan(plan.day, plan.from_time, plan.to_time, plan.hours, number))
        rows.append(
            ClassSession.objects.create(
                training_class=held, day=plan.day, number=number, from_time=plan.from_time, to_time=plan.to_time,
                hours=plan.hours, topic=plan.topic, teacher=plan.teacher, place=plan.place, recorded_by=actor,
            )
        )  # fmt: skip
    first, hours = min(plan.day for plan in plans), sum(plan.hours for plan in plans)
    changes = {"sessions": len(plans), "hours": hours, "from": first.isoformat()}
    record_event(actor=actor, code="class_session.planned", subject=held, day=day, changes=changes)
    return rows


def _content_of(session: SessionPlan | ClassSession) -> tuple[Any, ...]:
    """What makes two sessions the same."""
    return session.day, session.from_time, session.to_time, session.hours, session.topic, session.teacher, session.place


def _judge(plan: SessionPlan, held: TrainingClass) -> list[Problem]:
    """Every wrong field of one session."""
    found = []
    if not held.starts_on <= plan.day <= held.ends_on:
        span = f"{held.starts_on} 至 {held.ends_on}"
        found.append(Problem("day", "DAY_OUTSIDE_CLASS", f"{plan.day} 不在班次日期内", f"该班次为 {span}"))
    if plan.minutes <= 0:
        found.append(Problem("to_time", "SESSION_ENDS_EARLY", "结束时间不晚于开始时间", "请核对两个时间"))
    elif not 1 <= plan.hours <= min(plan.minutes // LESSON_MINUTES, MOST_SESSION_HOURS):
        most = min(plan.minutes // LESSON_MINUTES, MOST_SESSION_HOURS)
        fix = f"每学时 {LESSON_MINUTES} 分钟，这段时间最多 {most} 学时" if most else f"一节至少 {LESSON_MINUTES} 分钟"
        found.append(Problem("hours", "HOURS_DO_NOT_FIT", f"{plan.hours} 学时与起止时间不符", fix))
    if not 0 <= plan.number <= MOST_NUMBER:
        found.append(Problem("number", "SESSION_NUMBER_INVALID", "节次不对", f"请填写 1 至 {MOST_NUMBER}"))
    found += [
        Problem(name, "TEXT_TOO_LONG", f"超过 {longest} 个字", "请缩短")
        for name, longest in LONGEST.items()
        if len(getattr(plan, name)) > longest
    ]
    return found


def _number_of(plan: SessionPlan, beside: Sequence[SessionPlan]) -> int:
    """Its number on that day; raises RuleViolation when it meets another session or its number is taken."""
    for other in beside:
        if plan.from_time < other.to_time and other.from_time < plan.to_time:
            message = f"{plan.day} {plan.from_time:%H:%M}–{plan.to_time:%H:%M} 与该日第 {other.number} 节时间重叠"
            raise RuleViolation("SESSIONS_OVERLAP", message, "请核对日期和时间；换时间的，请先取消原来的节次")
    taken = {other.number for other in beside}
    if plan.number in taken:
        raise RuleViolation(
            "SESSION_NUMBER_TAKEN", f"{plan.day} 已有第 {plan.number} 节", "请换一个节次，或留空自动编号"
        )
    free = plan.number or max(taken, default=0) + 1
    if free > MOST_NUMBER:
        raise RuleViolation("SESSION_NUMBER_INVALID", f"{plan.day} 的节次太多", f"一天最多 {MOST_NUMBER} 节")
    return free


@transaction.atomic
def cancel_session(*, actor: Membership, session: ClassSession, reason: str, day: date) -> ClassSession:
    """Cancel a session in which nobody has been marked; it can be planned anew.

    Raises PermissionRefused; RuleViolation REASON_MISSING, SESSION_CANCELLED, SESSION_HAS_MARKS.
    """
    check_can_plan_sessions(actor, session.training_class)
    stated = stated_reason(reason, "没有填写取消原因", "请选择或填写原因", least=2, longest=200)
    held: ClassSession = ClassSession.objects.select_for_update().get(pk=session.pk)
    if held.cancelled_on is not None:
        raise RuleViolation("SESSION_CANCELLED", "这一节已经取消", "无需再次取消")
    if held.attendances.standing().exists():
        raise RuleViolation("SESSION_HAS_MARKS", "这一节已有考勤，不能取消", "考勤有误的，请在点名页更正")
    held.cancelled_on, held.cancel_reason = day, stated
    held.save(update_fields=["cancelled_on", "cancel_reason"])
    changes = {"session": str(held), "class": session.training_class.number}
    record_event(actor=actor, code="class_session.cancelled", subject=held, note=stated, day=day, changes=changes)
    return held
