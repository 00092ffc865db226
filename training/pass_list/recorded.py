"""What is recorded already of the classes, people and certificates of a pass list: plain values for the checker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What all lines of a class have in common."""

    trade: str
    level: int
    starts_on: date
    ends_on: date
    planned_hours: int

    def overlaps(self, other: ClassFacts) -> bool:
        """Whether some day belongs to both."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True, slots=True)
class RecordedClass:
    """A class of the base that gave the list; one that was filed has a roster that stands."""

    pk: int
    facts: ClassFacts
    status: str = "completed"
    is_reported: bool = True


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """A person known by number; `roster_name` is blank unless a roster has given the name."""

    worker_id: int
    roster_name: str


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """One person in one class, at this base or another."""

    class_number: str
    base_id: int
    facts: ClassFacts
    attended_hours: int
    assessment_id: int | None
    theory_score: int | None
    practice_score: int | None
    verdict: str
    certificate_number: str
    issued_on: date | None
    enrolment_id: int = 0
    #: the class has sessions, so that no hours recorded means none attended
    keeps_attendance: bool = False
    #: the day from which its certificate is no longer good
    revoked_on: date | None = None

    @property
    def is_awaited(self) -> bool:
        """On the roster of a filed class, the result still to come."""
        return self.assessment_id is None


@dataclass(frozen=True, slots=True)
class FiledScope:
    """A trade and its levels (5 lowest, 1 highest) under a filing, with the days it holds."""

    trade: str
    lowest: int
    highest: int
    first_day: date
    last_day: date

    def holds(self, trade: str, level: int, day: date) -> bool:
        """Whether the trade at the level may be assessed on a day."""
        return trade == self.trade and self.highest <= level <= self.lowest and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class FiledAssessor:
    """A filing (备案) of an assessor: whose, from when to when, for what."""

    name: str
    first_day: date
    last_day: date
    scopes: tuple[FiledScope, ...] = ()

    def lasts(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Recorded:
    """Everything a pass list is compared with."""

    base_id: int
    #: by number and first day
    classes: dict[tuple[str, date], RecordedClass] = field(default_factory=dict)
    #: by person key
    people: dict[str, RecordedPerson] = field(default_factory=dict)
    #: by canonical worker, in the order of class dates
    results: dict[int, list[RecordedResult]] = field(default_factory=dict)
    #: certificate number, as reported or as corrected -> canonical worker it is recorded for
    certificates: dict[str, int] = field(default_factory=dict)
    #: certificate number -> canonical worker whose result of a sitting (认定场次) it stands in
    assessed: dict[str, int] = field(default_factory=dict)
    #: the first thirteen signs that assessors of this base give, and those of other bases
    assessors: frozenset[str] = frozenset()
    foreign_assessors: frozenset[str] = frozenset()
    #: filings of assessors by the first five signs of the numbers they give
    filings: dict[str, tuple[FiledAssessor, ...]] = field(default_factory=dict)
    #: standing certificates of the base by day of issue
    issued: dict[date, int] = field(default_factory=dict)

    def identity(self, key: str) -> int | str:
        """Who a person is: the canonical worker, whichever of several numbers is given; a stranger is the key itself."""
        person = self.people.get(key)
        return person.worker_id if person else key

    def results_of(self, key: str) -> list[RecordedResult]:
        """Every class a person has sat in."""
        person = self.people.get(key)
        return self.results.get(person.worker_id, []) if person else []

    def result(self, key: str, class_number: str, starts_on: date) -> RecordedResult | None:
        """What is recorded of a person in a class of this base."""
        return next((r for r in self.results_of(key) if self.is_here(r, class_number, starts_on)), None)

    def is_here(self, result: RecordedResult, class_number: str, starts_on: date) -> bool:
        """Whether a result belongs to a class of this base."""
        return (result.base_id, result.class_number, result.facts.starts_on) == (self.base_id, class_number, starts_on)

    def runs_of(self, class_number: str) -> Iterator[ClassFacts]:
        """Every time this base has held the class of a number, by first day."""
        return (known.facts for (number, _), known in sorted(self.classes.items()) if number == class_number)
