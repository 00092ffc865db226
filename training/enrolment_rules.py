"""Who may take a seat in a class: the person against the class and against everything recorded of them.  Pure.

Errors exclude: too young, of retirement age, a seat here already, two classes at once at any base, the same trade and level
passed before.  Warnings do not: employed or employed once (training of staff is no abuse by itself, but whoever pays for the
training of job-seekers looks at it), a woman between the two retirement ages, another name than on the rosters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from park_workers.foundation.identifiers import age_on
from park_workers.services.people import name_key
from park_workers.services.rosters.hire import WARNING, Problem
from training.pass_list.reader import LEVEL_NAMES
from training.retirement import is_retired, latest_limit, may_be_retired

LEAST_AGE = 16


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """The class somebody wants to sit in; `pk` is 0 for one not written yet."""

    pk: int
    base_id: int
    trade: str
    level: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat somebody has or had, at whichever base."""

    class_id: int
    base_id: int
    number: str
    trade: str
    level: int
    starts_on: date
    ends_on: date
    has_passed: bool
    #: filed, or of the same base: somebody else's draft takes nobody's time
    is_firm: bool


@dataclass(frozen=True)
class Candidate:
    """A person, and what is recorded of them."""

    name: str
    birth_on: date
    sex: str
    #: the name on enterprises' rosters, blank where no roster gave it
    roster_name: str = ""
    seats: Sequence[Seat] = ()
    #: (hired on, left on) of every employment
    employments: Sequence[tuple[date, date | None]] = field(default=())


def judge_candidate(person: Candidate, terms: ClassTerms, *, day: date) -> list[Problem]:
    """Everything that stands against the seat, errors first."""
    found = [*_judge_age(person, terms), *_judge_seats(person, terms), *_judge_work(person, day)]
    if person.roster_name and name_key(person.roster_name) != name_key(person.name):
        message = "姓名与花名册上同一证件号码的姓名不同"
        found.append(Problem("name", "TRAINEE_NAME_MISMATCH", message, "请对照证件核对姓名与号码", WARNING))
    return sorted(found, key=lambda problem: problem.severity == WARNING)


def _judge_age(person: Candidate, terms: ClassTerms) -> Iterator[Problem]:
    begins = terms.starts_on
    age = age_on(person.birth_on, begins)
    if age < LEAST_AGE:
        message = f"开班日 {begins} 时 {age} 周岁，未满 {LEAST_AGE} 周岁"
        yield Problem("id_number", "AGE_UNDER_16", message, "请核对证件号码；未满16周岁的不能参加")
    elif is_retired(person.birth_on, person.sex, begins):
        years, months = divmod(latest_limit(person.birth_on, person.sex), 12)
        limit = f"{years} 岁" + (f" {months} 个月" if months else "")
        message = f"开班日 {begins} 时 {age} 周岁，已达法定退休年龄（{limit}）"
        yield Problem("id_number", "AGE_RETIRED", message, "请核对证件号码；已达法定退休年龄的不列入本班")
    elif may_be_retired(person.birth_on, person.sex, begins):
        message = f"开班日 {begins} 时 {age} 周岁，按女工人口径已达退休年龄"
        yield Problem("id_number", "AGE_MAY_BE_RETIRED", message, "请核实是否已办理退休；已退休的请不要列入", WARNING)


def _judge_seats(person: Candidate, terms: ClassTerms) -> Iterator[Problem]:
    if any(seat.class_id == terms.pk for seat in person.seats):
        yield Problem("id_number", "ENROLLED_ALREADY", "该学员已在本班名册上", "无需重复报名")
    others = [seat for seat in person.seats if seat.class_id != terms.pk]
    at_once = [s for s in others if s.is_firm and s.starts_on <= terms.ends_on and terms.starts_on <= s.ends_on]
    for seat in at_once[:1]:
        where = f"本基地班次 {seat.number}" if seat.base_id == terms.base_id else "其他基地的班次"
        message = f"该学员同一时段已在{where}（{seat.starts_on} 至 {seat.ends_on}）"
        yield Problem(
            "id_number", "CLASS_OVERLAP", message, "一人同时只能参加一个班：请先从另一班退出，或改报时间不重叠的班次"
        )
    if any(s.has_passed and (s.trade, s.level) == (terms.trade, terms.level) for s in others):
        message = f"该学员的{terms.trade}{LEVEL_NAMES[terms.level]}已经合格"
        yield Problem(
            "id_number", "LEVEL_PASSED_BEFORE", message, "同一工种、同一级别只培训一次，请改报更高级别或其他工种"
        )


def _judge_work(person: Candidate, day: date) -> Iterator[Problem]:
    spans = [span for span in person.employments if span[0] <= day]
    if any(left is None or left >= day for _, left in spans):
        fix = "在职人员可以参加；如按求职人员申报培训，请先核实是否已离职"
        yield Problem("id_number", "EMPLOYED_NOW", "该学员目前在园区企业在职", fix, WARNING)
    elif spans:
        last = max(left for _, left in spans if left is not None)
        message = f"该学员曾在园区企业就业，{last} 离职"
        yield Problem("id_number", "EMPLOYED_AND_LEFT", message, "可以参加，请了解离职原因，便于培训后推荐", WARNING)
