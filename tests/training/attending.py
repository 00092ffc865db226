"""A class with sessions and people of nobody, for tests of attendance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.workflow import move
from park_workers.models import TrainingBase, Upload, User, Worker
from park_workers.services.people import PersonLine, ensure_people
from tests.conftest import Cast
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number
from training.models import ClassSession, Enrolment, TrainingClass
from training.services.class_sessions import SessionPlan, add_sessions

FIRST, LAST = date(2023, 3, 6), date(2023, 3, 17)
MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(14), time(17))
HEADER = ("班次", "上课日期", "节次", "姓名", "证件号码", "证件末四位", "考勤")
NAMES = "甲乙丙丁戊己庚辛壬癸"


def trainee(order: int) -> Worker:
    """Somebody by number; orders from 1."""
    number = id_number(900 + order)
    person = PersonLine(number, person_key(number), f"学员{NAMES[order % 10]}", f"1990000{order:04d}")
    workers, _ = ensure_people(people=[person], recorded_by=None)
    return Worker.objects.get(pk=workers[person.key])


def make_class(
    base: TrainingBase, people: Sequence[int] = (1, 2, 3), number: str = "1-平车", **more: Any
) -> TrainingClass:
    """A class of two weeks and 40 hours with people enrolled, begun; or one that only a pass list has told of."""
    fields: dict[str, Any] = {
        "base": base, "number": number, "trade": "平车", "level": 5, "starts_on": FIRST, "ends_on": LAST, "planned_hours": 40,
        "plan": "平缝", "place": "一号车间", "capacity": 40, "status": "draft",
    }  # fmt: skip
    held = TrainingClass.objects.create(**fields | more)
    for order in people:
        Enrolment.objects.create(training_class=held, worker=trainee(order), attended_hours=0)
    if not held.is_reported:
        take_to(held, "running")
    return held


def take_to(held: TrainingClass, state: str) -> None:
    """File, accept, start, complete: past the checks of other tests, through the same guards of the database."""
    one, two = (User.objects.get_or_create(username=name)[0] for name in ("files", "decides"))
    base, bureau = SystemActor("基地", role="base_clerk"), SystemActor("经办", role="clerk")
    day = held.starts_on
    steps: list[tuple[str, SystemActor, dict[str, Any]]] = [
        ("file", base, {"filed_on": day, "filed_by": one}), ("accept", bureau, {"decided_on": day, "decided_by": two}),
        ("start", base, {"started_on": day}), ("complete", base, {"completed_on": held.ends_on}),
    ]  # fmt: skip
    for action, actor, fields in steps:
        if held.status == state:
            break
        if held.status in held.TRANSITIONS[action].sources:
            move(held, action, actor=actor, with_fields=fields)


def plan(day: date = FIRST, times: tuple[time, time] = MORNING, hours: int = 4, **more: Any) -> SessionPlan:
    """A session as it is planned."""
    return SessionPlan(day, *times, hours, **more)


def add(cast: Cast, held: TrainingClass, *plans: SessionPlan, day: date = FIRST, **more: Any) -> list[ClassSession]:
    """The base plans sessions."""
    actor = more.pop("actor", cast.base_clerk)
    return add_sessions(actor=actor, training_class=held, plans=plans or [plan()], day=day)


def seats(held: TrainingClass) -> list[int]:
    """Enrolment numbers in order."""
    return list(held.enrolments.order_by("pk").values_list("pk", flat=True))


def line(order: int = 1, **more: Any) -> dict[str, Any]:
    """A line of an attendance sheet: there in the first session."""
    return {
        "班次": "1-平车", "上课日期": FIRST, "节次": 1, "姓名": f"学员{NAMES[order % 10]}", "证件号码": id_number(900 + order),
        "考勤": "出勤",
    } | more  # fmt: skip


def give_attendance(cast: Cast, rows: Sequence[dict[str, Any]], *, day: date = LAST, **more: Any) -> Upload:
    """The base gives a sheet and confirms it."""
    return give(more.pop("actor", cast.base_clerk), "attendance", workbook(HEADER, rows), day, **more)
