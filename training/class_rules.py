"""What a class must say of itself: to be written at all, and to be filed.  Pure."""

from __future__ import annotations

from typing import Any

from park_workers.services.rosters.hire import Problem

MOST_HOURS, MOST_SEATS, MOST_TEACHERS = 5_000, 500, 20
LONGEST = {"number": ("班次号", 60), "trade": ("工种", 40), "place": ("地点", 120), "plan": ("教学计划", 4_000)}


def judge_class(plan: Any) -> list[Problem]:
    """Every wrong field of a class as it is written (`ClassPlan`), in the order of the form."""
    found = [
        Problem(name, "TEXT_TOO_LONG", f"{word}超过 {most} 个字", "请缩短")
        for name, (word, most) in LONGEST.items()
        if len(getattr(plan, name).strip()) > most
    ]
    if not plan.number.strip():
        found.append(Problem("number", "CLASS_MISSING", "没有填写班次号", "请填写，如 1-20260302-平车"))
    if not plan.trade.strip():
        found.append(Problem("trade", "TRADE_MISSING", "没有填写工种", "请填写，如平车"))
    if plan.level is None or not 1 <= plan.level <= 5:
        found.append(Problem("level", "LEVEL_MISSING", "没有选择级别", "请选择五级至一级"))
    found += _judge_days(plan)
    if plan.planned_hours is None or not 1 <= plan.planned_hours <= MOST_HOURS:
        found.append(Problem("planned_hours", "HOURS_INVALID", "计划学时不正确", f"请填写 1 至 {MOST_HOURS} 的整数"))
    if plan.capacity is not None and not 0 <= plan.capacity <= MOST_SEATS:
        found.append(Problem("capacity", "CAPACITY_INVALID", "名额不正确", f"请填写 1 至 {MOST_SEATS} 的整数"))
    return found + _judge_teachers(plan) + _judge_demand(plan)


def _judge_days(plan: Any) -> list[Problem]:
    found = []
    if plan.starts_on is None:
        found.append(Problem("starts_on", "CLASS_START_MISSING", "没有填写开班日期", "请填写开班日期"))
    if plan.ends_on is None:
        found.append(Problem("ends_on", "CLASS_END_MISSING", "没有填写结业日期", "请填写结业日期"))
    elif plan.starts_on and plan.ends_on < plan.starts_on:
        message = f"结业日期 {plan.ends_on} 早于开班日期 {plan.starts_on}"
        found.append(Problem("ends_on", "CLASS_END_BEFORE_START", message, "请核对两个日期"))
    return found


def _judge_teachers(plan: Any) -> list[Problem]:
    names = [name.strip() for name, _ in plan.teachers]
    if len(names) > MOST_TEACHERS:
        return [Problem("teachers", "TEACHERS_TOO_MANY", f"教师超过 {MOST_TEACHERS} 位", "请只列本班授课教师")]
    if any(not name.strip() or not words.strip() for name, words in plan.teachers):
        return [Problem("teachers", "TEACHER_INCOMPLETE", "有教师没有填写姓名或资质", "请补填，或清空这一行")]
    if any(len(name.strip()) > 80 or len(words.strip()) > 120 for name, words in plan.teachers):
        return [Problem("teachers", "TEXT_TOO_LONG", "教师姓名或资质过长", "姓名不超过 80 个字，资质不超过 120 个字")]
    if len(set(names)) < len(names):
        return [Problem("teachers", "TEACHER_TWICE", "同一位教师列了两次", "请删除重复的一行")]
    return []


def _judge_demand(plan: Any) -> list[Problem]:
    """A class to order teaches what is wanted, at the wanted level or above (5 is the lowest)."""
    demand = plan.demand
    if demand is None:
        return []
    if demand.trade != plan.trade.strip():
        message = f"需求的工种是“{demand.trade}”，本班是“{plan.trade.strip()}”"
        return [Problem("demand", "DEMAND_OTHER_TRADE", message, "请改选需求，或改工种")]
    if demand.level is not None and plan.level is not None and plan.level > demand.level:
        return [Problem("demand", "DEMAND_HIGHER_LEVEL", "本班级别低于需求的最低级别", "请改选需求，或改级别")]
    return []
