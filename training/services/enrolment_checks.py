"""Reading what is recorded of people who want a seat: a few queries, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.db.models.functions import Coalesce

from park_workers.foundation.identifiers import birth_date_of, sex_of
from park_workers.models import Employment, Worker
from park_workers.services.people import PersonLine, find_people
from park_workers.services.rosters.hire import ERROR, Problem
from training.enrolment_rules import Candidate, ClassTerms, Seat, judge_candidate
from training.models import Enrolment, TrainingClass
from training.services.recorded_results import PERSON, in_chunks, with_merged
from training.services.standing import verdict_now


def terms_of(training_class: TrainingClass) -> ClassTerms:
    """What a seat in the class is judged against."""
    c = training_class
    return ClassTerms(c.pk or 0, c.base_id, c.trade, c.level, c.starts_on, c.ends_on)


def judge_people(
    *, training_class: TrainingClass, people: Collection[PersonLine], day: date
) -> dict[str, list[Problem]]:  # fmt: skip
    """What stands against each person's seat, by person key; people need not be known."""
    known = find_people({person.key for person in people})
    ids = {person.worker_id for person in known.values()}
    terms = terms_of(training_class)
    seats, work = _seats_of(ids, terms), _employments_of(ids)
    found = {}
    for person in people:
        here = known.get(person.key)
        who = here.worker_id if here else 0
        name = here.name if here and here.is_on_roster else ""
        candidate = Candidate(
            person.name,
            birth_date_of(person.id_number),
            sex_of(person.id_number),
            name,
            seats.get(who, []),
            work.get(who, []),
        )
        found[person.key] = judge_candidate(candidate, terms, day=day)
    return found


def judge_roster(*, training_class: TrainingClass, day: date) -> dict[int, list[Problem]]:
    """What stands against the seats of a class now, by enrolment; their having one here is no reproach."""
    rows = training_class.enrolments.on_roster().select_related("worker", "worker__merged_into")
    seated = {row.pk: row.worker.merged_into or row.worker for row in rows}
    found = judge_workers(training_class=training_class, workers=seated.values(), day=day)
    return {pk: [p for p in found[worker.pk] if p.code != "ENROLLED_ALREADY"] for pk, worker in seated.items()}


def judge_workers(
    *, training_class: TrainingClass, workers: Collection[Worker], day: date
) -> dict[int, list[Problem]]:  # fmt: skip
    """What stands against each known person's seat, by canonical worker."""
    terms = terms_of(training_class)
    ids = {worker.canonical_id for worker in workers}
    seats, work = _seats_of(ids, terms), _employments_of(ids)
    return {
        worker.pk: judge_candidate(
            Candidate(
                worker.name, worker.birth_on, worker.sex, "", seats.get(worker.canonical_id, []),
                work.get(worker.canonical_id, []),
            ),
            terms, day=day,
        )
        for worker in workers
    }  # fmt: skip


def excludes(problems: Collection[Problem]) -> bool:
    """Whether any of them is an error."""
    return any(problem.severity == ERROR for problem in problems)


def _seats_of(workers: Collection[int], terms: ClassTerms) -> Mapping[int, list[Seat]]:
    """Seats by canonical worker: not given up, of classes not called off."""
    found: dict[int, list[Seat]] = defaultdict(list)
    for chunk in in_chunks(with_merged(workers)):
        rows = Enrolment.objects.on_roster().filter(worker_id__in=chunk).exclude(training_class__status="cancelled")
        columns = ("pk", "base_id", "number", "trade", "level", "starts_on", "ends_on", "status")
        values = rows.annotate(says=verdict_now()).values_list(
            PERSON, "says", *(f"training_class__{name}" for name in columns)
        )
        for person, verdict, pk, base_id, number, trade, level, starts_on, ends_on, status in values:
            is_firm = base_id == terms.base_id or status not in ("draft", "returned")
            found[person].append(
                Seat(pk, base_id, number, trade, level, starts_on, ends_on, verdict == "合格", is_firm)
            )
    return found


def _employments_of(workers: Collection[int]) -> Mapping[int, list[tuple[date, date | None]]]:
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for chunk in in_chunks(workers):
        rows = Employment.objects.filter(Q(worker_id__in=chunk) | Q(worker__merged_into_id__in=chunk))
        person = Coalesce("worker__merged_into_id", "worker_id")
        for worker, hired_on, left_on in rows.values_list(person, "hired_on", "left_on"):
            found[worker].append((hired_on, left_on))
    return found
