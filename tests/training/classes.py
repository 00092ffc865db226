"""A class written, filled, filed and accepted, step by step; people of nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from training.models import Enrolment, LabourDemand, TrainingClass
from training.services.classes import ClassPlan, decide_filing, file_class, open_class, start_class
from training.services.demands import DemandTerms, post_demand
from training.services.enrolments import enrol_person

DAY = date(2023, 11, 6)
FIRST, LAST = date(2023, 11, 13), date(2023, 11, 24)
PLAN = ClassPlan(
    number="1-平车", trade="平车", level=5, starts_on=FIRST, ends_on=LAST, planned_hours=40, plan="安全 4 学时，平缝 36 学时",
    place="一号车间", capacity=3, teachers=(("钱老师", "缝纫工高级技师"),),
)  # fmt: skip
TERMS = DemandTerms(
    trade="平车",
    heads=20,
    needed_by=date(2023, 12, 31),
    level=5,
    wage_from_fen=450_000,
    wage_to_fen=600_000,
    has_dormitory=True,
)


def demand(cast: Cast, key: str = "d1", **more: Any) -> LabourDemand:
    """An open demand of the first enterprise."""
    return post_demand(actor=cast.hr, enterprise=cast.alpha, terms=replace(TERMS, **more), day=DAY, request_id=key)


def draft(cast: Cast, key: str = "c1", **more: Any) -> TrainingClass:
    """A class being written, with everything the filing needs but people."""
    actor = more.pop("actor", cast.base_clerk)
    return open_class(actor=actor, plan=replace(PLAN, **more), day=DAY, request_id=key)


def seat(cast: Cast, training_class: TrainingClass, order: int = 1, **more: Any) -> Enrolment:
    """One person on the roster; orders from 1."""
    stated = {
        "id_number": id_number(900 + order),
        "name": "学员" + "甲乙丙丁戊己"[order % 6],
        "actor": cast.base_clerk,
        "day": DAY,
    }
    return enrol_person(training_class=training_class, **(stated | more)).enrolment


def filed(cast: Cast, people: int = 2, **more: Any) -> TrainingClass:
    """A class with so many people, filed."""
    found = draft(cast, **more)
    for order in range(1, people + 1):
        seat(cast, found, order)
    return file_class(actor=cast.base_clerk, training_class=found, day=DAY)


def accepted(cast: Cast, people: int = 2, **more: Any) -> TrainingClass:
    """A class the bureau has accepted."""
    return decide_filing(actor=cast.clerk, training_class=filed(cast, people, **more), is_accepted=True, day=DAY)


def running(cast: Cast, people: int = 2, **more: Any) -> TrainingClass:
    """A class that has begun."""
    return start_class(actor=cast.base_clerk, training_class=accepted(cast, people, **more), day=FIRST)


def after(days: int) -> date:
    """So many days after the last one of the class."""
    return LAST + timedelta(days=days)
