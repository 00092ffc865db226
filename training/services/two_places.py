"""同日两地: the same person at two places on one day, with the evidence.  Reads only; nobody is accused by it.

Three kinds: two sessions that overlap in time (people cannot be in both); sessions at two bases, or at two named places, on one
day; a session on a day that lies in a class of another base, which keeps no attendance here but reported hours of the person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import combinations
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from park_workers.models import Worker
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.services.recorded_results import in_chunks

OVERLAP, TWO_PLACES, OTHER_CLASS = "overlap", "two_places", "other_class"
KINDS = {OVERLAP: "时间重叠", TWO_PLACES: "同日两地", OTHER_CLASS: "另一基地同期班次"}
WHO = Coalesce("enrolment__worker__merged_into_id", "enrolment__worker_id")


@dataclass(frozen=True, order=True)
class Seen:
    """Where somebody was: session (or the whole class: no times), base, mark and how it was recorded."""

    day: date
    from_time: time | None
    to_time: time | None
    base_name: str
    place: str
    class_id: int
    class_number: str
    session_id: int | None
    session_number: int | None
    mark: str
    source: str

    @property
    def where(self) -> str:
        """Base and place in words."""
        return f"{self.base_name} {self.place}".strip()

    @property
    def mark_word(self) -> str:
        """The mark as people say it; blank for a whole class."""
        return dict(Attendance.Mark.choices).get(self.mark, "")

    @property
    def source_word(self) -> str:
        """How it came in; blank for a whole class."""
        return dict(Attendance.Source.choices).get(self.source, "")


@dataclass(frozen=True)
class AtTwoPlaces:
    """One person, one day, two places: kind and both records."""

    kind: str
    worker: Worker
    day: date
    first: Seen
    second: Seen
    #: days of the first class that lie in the second (OTHER_CLASS), otherwise 1
    days: int = 1

    @property
    def kind_word(self) -> str:
        """The kind as people say it."""
        return KINDS[self.kind]


def people_at_two_places(*, first_day: date, last_day: date) -> list[AtTwoPlaces]:
    """Everybody who was at two places on one day of a span, newest day first."""
    there = Attendance.objects.standing().filter(
        mark__in=Attendance.COUNTED, session__day__range=(first_day, last_day)
    )  # fmt: skip
    pairs = [*_two_sessions(there), *_class_elsewhere(there)]
    people = Worker.objects.in_bulk({who for who, *_ in pairs})
    found = [AtTwoPlaces(kind, people[who], first.day, first, second, days) for who, kind, first, second, days in pairs]
    order = list(KINDS)
    return sorted(found, key=lambda one: (-one.day.toordinal(), order.index(one.kind), one.worker.name, one.worker.pk))


Pair = tuple[int, str, Seen, Seen, int]


def _two_sessions(there: QuerySet[Attendance]) -> Iterator[Pair]:
    """Pairs of sessions of different classes on one day; most days nobody has such a pair."""
    twice = (
        there.annotate(who=WHO)
        .values("who", "session__day")
        .annotate(classes=Count("session__training_class", distinct=True))
    )
    wanted = {(row["who"], row["session__day"]) for row in twice.filter(classes__gt=1).order_by()}
    by_day: dict[tuple[int, date], list[Seen]] = defaultdict(list)
    for chunk in in_chunks({who for who, _ in wanted}):
        for who, seen in _seen(there.annotate(who=WHO).filter(who__in=chunk), "who"):
            if (who, seen.day) in wanted:
                by_day[who, seen.day].append(seen)
    for (who, _), several in by_day.items():
        found: dict[tuple[int, ...], list[tuple[str, Seen, Seen]]] = defaultdict(list)
        for first, second in combinations(sorted(several), 2):
            if first.class_id != second.class_id and (kind := _kind_of(first, second)):
                found[tuple(sorted((first.class_id, second.class_id)))].append((kind, first, second))
        for pairs in found.values():  # of two classes on one day the plainest pair says it
            kind, first, second = min(pairs, key=lambda one: list(KINDS).index(one[0]))
            yield who, kind, first, second, 1


def _kind_of(first: Seen, second: Seen) -> str:
    """Blank for two classes one after the other at one place."""
    assert first.from_time and first.to_time and second.from_time and second.to_time
    if first.from_time < second.to_time and second.from_time < first.to_time:
        return OVERLAP
    is_elsewhere = first.base_name != second.base_name or (first.place and second.place and first.place != second.place)
    return TWO_PLACES if is_elsewhere else ""


def _seen(rows: QuerySet[Any], *keys: str) -> Iterator[tuple[Any, ...]]:
    """The keys asked for, then where somebody was."""
    values = rows.values_list(
        *keys, "session__day", "session__from_time", "session__to_time",
        "session__training_class__base__organisation__name", "session__place", "session__training_class_id",
        "session__training_class__number", "session_id", "session__number", "mark", "source",
    )  # fmt: skip
    for row in values:
        yield *row[: len(keys)], Seen(*row[len(keys) :])


def _class_elsewhere(there: QuerySet[Attendance]) -> Iterator[Pair]:
    """Sessions on days of a class that another base held without sessions here; once for each pair of classes."""
    kept = ClassSession.objects.standing().filter(training_class=OuterRef("training_class"))
    elsewhere = (
        Enrolment.objects.filter(~Exists(kept), attended_hours__gt=0)
        .annotate(who=Coalesce("worker__merged_into_id", "worker_id"))
        .filter(who=OuterRef("who"), training_class__starts_on__lte=OuterRef("session__day"))
        .filter(training_class__ends_on__gte=OuterRef("session__day"))
        .exclude(training_class__base=OuterRef("session__training_class__base"))
    )
    rows = there.annotate(who=WHO).annotate(other=elsewhere.values("training_class")[:1]).filter(other__isnull=False)
    seen: dict[tuple[int, int, int], list[Seen]] = defaultdict(list)
    for who, other, one in _seen(rows, "who", "other"):
        seen[who, one.class_id, other].append(one)
    classes = _whole_classes({other for _, _, other in seen})
    for (who, _, other), several in seen.items():
        days = len({one.day for one in several})
        yield who, OTHER_CLASS, max(several), classes[other], days


def _whole_classes(classes: set[int]) -> dict[int, Seen]:

    rows = TrainingClass.objects.filter(pk__in=classes).select_related("base__organisation")
    return {
        row.pk: Seen(
            row.starts_on, None, None, row.base.organisation.name, f"{row.starts_on} 至 {row.ends_on}", row.pk, row.number,
            None, None, "", "",
        )
        for row in rows
    }  # fmt: skip
