"""Reading what is recorded of the classes, people and certificates of a pass list: a few queries, however long it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from park_workers.models import TrainingBase, Worker
from park_workers.services.people import find_people
from training.models import Amendment, Certificate, ClassSession, Enrolment, SittingResult, TrainingClass
from training.pass_list.reader import ClassKey, PassLine
from training.pass_list.recorded import ClassFacts, Recorded, RecordedClass, RecordedPerson, RecordedResult
from training.services.assessor_codes import filings_by_code
from training.services.pass_rules import assessor_codes
from training.services.standing import IN_FORCE, holders_of_corrected, issued_by_day

CHUNK = 5_000
#: the canonical person of a seat
PERSON = Coalesce("worker__merged_into_id", "worker_id")


def read_recorded(*, base: TrainingBase, lines: Sequence[PassLine], day: date) -> Recorded:
    """Everything the lines of a base's list are compared with on a day."""
    own, foreign = assessor_codes(base.pk, base.bureau, day)
    found = find_people({line.key for line in lines})
    people = {
        key: RecordedPerson(person.worker_id, person.name if person.is_on_roster else "")
        for key, person in found.items()
    }
    return Recorded(
        base_id=base.pk,
        classes=classes_of(base_id=base.pk),
        people=people,
        assessors=own,
        foreign_assessors=foreign,
        filings=filings_by_code(base.bureau),
        issued=issued_by_day(base.pk),
        results=_results_of({person.worker_id for person in people.values()}),
        certificates=reported_holders({line.certificate_number for line in lines if line.certificate_number}),
        assessed=assessed_holders({line.certificate_number for line in lines if line.certificate_number}),
    )


def classes_of(*, base_id: int) -> dict[ClassKey, RecordedClass]:
    """Classes of a base by number and first day."""
    rows = TrainingClass.objects.filter(base_id=base_id).values_list(
        "number", "pk", "trade", "level", "starts_on", "ends_on", "planned_hours", "status", "is_reported"
    )
    return {
        (number, starts_on): RecordedClass(pk, ClassFacts(trade, level, starts_on, ends_on, hours), status, is_reported)
        for number, pk, trade, level, starts_on, ends_on, hours, status, is_reported in rows
    }


def in_chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    """Values in order, so many at a time that both engines take them as parameters."""
    ordered = sorted(values)
    for at in range(0, len(ordered), CHUNK):
        yield ordered[at : at + CHUNK]


def with_merged(workers: Collection[int]) -> set[int]:
    """Canonical workers together with the records that have been merged into them."""
    every = set(workers)
    for chunk in in_chunks(workers):
        every.update(Worker.objects.filter(merged_into_id__in=chunk).values_list("pk", flat=True))
    return every


def _results_of(workers: Collection[int]) -> dict[int, list[RecordedResult]]:
    results: dict[int, list[RecordedResult]] = {}
    for chunk in in_chunks(with_merged(workers)):
        rows = (
            Enrolment.objects.on_roster()
            .filter(worker_id__in=chunk)
            .exclude(training_class__status="cancelled")
            .order_by("training_class__starts_on", "pk")
            .values_list(
                PERSON,
                "training_class__number", "training_class__base_id", "training_class__trade", "training_class__level",
                "training_class__starts_on", "training_class__ends_on", "training_class__planned_hours",
                "attended_hours", "assessment__pk", "assessment__theory_score", "assessment__practice_score",
                "assessment__verdict", "assessment__certificate__number", "assessment__certificate__issued_on", "pk",
                Exists(ClassSession.objects.standing().filter(training_class=OuterRef("training_class"))),
            )
        )  # fmt: skip
        for worker, number, base_id, trade, level, starts_on, ends_on, planned, attended, assessment, *rest in rows:
            theory, practice, verdict, certificate, issued_on, seat, keeps_attendance = rest
            result = RecordedResult(
                class_number=number, base_id=base_id, facts=ClassFacts(trade, level, starts_on, ends_on, planned),
                attended_hours=attended, assessment_id=assessment, theory_score=theory, practice_score=practice,
                verdict=verdict or "", certificate_number=certificate or "", issued_on=issued_on, enrolment_id=seat,
                keeps_attendance=keeps_attendance,
            )  # fmt: skip
            results.setdefault(worker, []).append(result)
    return _as_amended(results) if IN_FORCE.exists() else results


def _as_amended(results: dict[int, list[RecordedResult]]) -> dict[int, list[RecordedResult]]:
    """Results as they hold now: a list given again is compared with what was corrected, not with the slip."""
    known = {result.assessment_id for found in results.values() for result in found} - {None}
    said: dict[int, dict[str, Any]] = {}
    for chunk in in_chunks(known):
        for row in IN_FORCE.filter(assessment__in=chunk).order_by("pk"):
            fields = said.setdefault(row.assessment_id, {})
            if row.kind == Amendment.Kind.RESULT:
                names = ("attended_hours", "theory_score", "practice_score", "verdict")
                fields |= {name: getattr(row, name) for name in names}
            elif row.kind == Amendment.Kind.CERTIFICATE:
                fields |= {"certificate_number": row.number} if row.number else {}
                fields |= {"issued_on": row.issued_on} if row.issued_on else {}
            elif row.kind == Amendment.Kind.REVOCATION:
                fields["revoked_on"] = row.decided_on
    return {
        worker: [replace(one, **said.get(one.assessment_id or 0, {})) for one in found]
        for worker, found in results.items()
    }


def reported_holders(numbers: Collection[str]) -> dict[str, int]:
    """Canonical holder by certificate number, as bases have reported or corrected it."""
    holders: dict[str, int] = {}
    for chunk in in_chunks(numbers):
        rows = Certificate.objects.filter(number__in=chunk)
        holders |= dict(rows.values_list("number", Coalesce("worker__merged_into_id", "worker_id")))
        holders |= holders_of_corrected(chunk)
    return holders


def assessed_holders(numbers: Collection[str], *, besides: int | None = None) -> dict[str, int]:
    """Canonical worker by certificate number of results of sittings; `besides` leaves one result out."""
    holders: dict[str, int] = {}
    for chunk in in_chunks(numbers):
        rows = SittingResult.objects.current().filter(certificate_number__in=chunk).exclude(pk=besides)
        holders |= dict(rows.values_list("certificate_number", Coalesce("worker__merged_into_id", "worker_id")))
    return holders
