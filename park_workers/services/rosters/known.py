"""What is recorded of the people of a roster: one set-based query per table, whatever the length of the roster."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from park_workers.services.people import KnownPerson, find_people, select_where_any


@dataclass(frozen=True, slots=True)
class KnownEmployment:
    """A recorded span of work; `left_on` inclusive, None = still there."""

    pk: int
    enterprise_id: int
    hired_on: date
    left_on: date | None
    introducer_id: int | None


@dataclass(frozen=True, slots=True)
class KnownContract:
    """A recorded contract; `ends_on` None = open-ended."""

    pk: int
    starts_on: date
    ends_on: date | None
    form: str


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A recorded post from a day on."""

    pk: int
    starts_on: date
    trade: str
    is_front_line: bool


@dataclass
class KnownStaff:
    """People of a roster as recorded, with their employments everywhere and the details of those at the enterprise."""

    enterprise_id: int
    people: dict[str, KnownPerson] = field(default_factory=dict)
    employments: dict[int, list[KnownEmployment]] = field(default_factory=dict)
    contracts: dict[int, dict[date, KnownContract]] = field(default_factory=dict)
    posts: dict[int, list[KnownPost]] = field(default_factory=dict)

    @classmethod
    def read(cls, *, enterprise_id: int, keys: Collection[str]) -> KnownStaff:
        """Everything recorded of the people with these person keys."""
        staff = cls(enterprise_id, find_people(keys))
        staff._read_employments()
        here = [e.pk for spans in staff.employments.values() for e in spans if e.enterprise_id == enterprise_id]
        staff._read_contracts(here)
        staff._read_posts(here)
        return staff

    def here(self, key: str) -> Iterator[KnownEmployment]:
        """A person's employments at the enterprise."""
        return (e for e in self._of(key) if e.enterprise_id == self.enterprise_id)

    def elsewhere(self, key: str) -> Iterator[KnownEmployment]:
        """A person's employments at other enterprises."""
        return (e for e in self._of(key) if e.enterprise_id != self.enterprise_id)

    def employment(self, key: str, hired_on: date) -> KnownEmployment | None:
        """The employment of a person at the enterprise that began on a day."""
        return next((e for e in self.here(key) if e.hired_on == hired_on), None)

    def _of(self, key: str) -> list[KnownEmployment]:
        person = self.people.get(key)
        return self.employments.get(person.worker_id, []) if person else []

    def _read_employments(self) -> None:
        """Spans are listed under the canonical person, also those recorded under a merged duplicate."""
        owner = {p.worker_id: p.worker_id for p in self.people.values()}
        merged = "SELECT w.id, w.merged_into_id FROM park_workers_worker w"
        owner |= dict(select_where_any(merged, "w.merged_into_id", owner.keys()))
        sql = "SELECT e.worker_id, e.id, e.enterprise_id, e.hired_on, e.left_on, e.introducer_id FROM park_workers_employment e"
        for worker, pk, enterprise, hired, left, introducer in select_where_any(sql, "e.worker_id", owner.keys()):
            span = KnownEmployment(pk, enterprise, _as_date(hired), _as_date_or_none(left), introducer)
            self.employments.setdefault(owner[worker], []).append(span)
        for spans in self.employments.values():
            spans.sort(key=lambda e: (e.hired_on, e.pk))

    def _read_contracts(self, employments: Collection[int]) -> None:
        sql = "SELECT c.employment_id, c.id, c.starts_on, c.ends_on, c.form FROM park_workers_contractspan c"
        for employment, pk, starts, ends, form in select_where_any(sql, "c.employment_id", employments):
            contract = KnownContract(pk, _as_date(starts), _as_date_or_none(ends), form)
            self.contracts.setdefault(employment, {})[contract.starts_on] = contract

    def _read_posts(self, employments: Collection[int]) -> None:
        sql = "SELECT p.employment_id, p.id, p.starts_on, p.trade, p.is_front_line FROM park_workers_postspan p"
        for employment, pk, starts, trade, front in select_where_any(sql, "p.employment_id", employments):
            self.posts.setdefault(employment, []).append(KnownPost(pk, _as_date(starts), trade, bool(front)))
        for spans in self.posts.values():
            spans.sort(key=lambda p: p.starts_on)


def _as_date(value: Any) -> date:
    """SQLite hands dates of plain SQL over as text."""
    return value if connection.vendor != "sqlite" else date.fromisoformat(str(value))


def _as_date_or_none(value: Any) -> date | None:
    return None if value is None else _as_date(value)
