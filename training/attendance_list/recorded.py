"""What is recorded of the classes, sessions, people and marks of an attendance sheet: plain values for the checker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ClassRun:
    """A class of the base; a number may have been used for several runs."""

    pk: int
    starts_on: date
    ends_on: date
    #: the state in which no attendance is taken, in words; blank while it is
    not_held: str = ""


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody enrolled in a class, and the spans of employment known of the person (last day null: still there)."""

    enrolment_id: int
    name_key: str
    last_four_hash: str
    worker_id: int


@dataclass
class Recorded:
    """Everything an attendance sheet is compared with."""

    #: by class number
    runs: dict[str, list[ClassRun]] = field(default_factory=dict)
    #: session by class, day and number
    sessions: dict[tuple[int, date, int], int] = field(default_factory=dict)
    #: by class and person key
    by_number: dict[tuple[int, str], Trainee] = field(default_factory=dict)
    #: by class, name and hash of the last four
    by_name: dict[tuple[int, str, str], list[Trainee]] = field(default_factory=dict)
    #: mark in force by session and enrolment
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    #: spans of employment by canonical worker, in order of their first day
    employed: dict[int, list[tuple[date, date | None]]] = field(default_factory=dict)

    def run_on(self, class_number: str, day: date) -> ClassRun | None:
        """The run of a class to which a day belongs."""
        return next((run for run in self.runs.get(class_number, ()) if run.starts_on <= day <= run.ends_on), None)
