"""Seats of a class that is still being written: one person at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import (
    IdentifierProblem,
    check_id_number,
    check_name,
    check_phone,
    clean_id_number,
    clean_name,
    clean_phone,
)
from park_workers.foundation.search_hash import person_key
from park_workers.models import Membership, Worker
from park_workers.services.employments import FieldsInvalid
from park_workers.services.people import PersonLine, ensure_people
from park_workers.services.rosters.hire import Problem
from training.models import Enrolment, TrainingClass
from training.permissions import check_can_write_class
from training.services.enrolment_checks import excludes, judge_people


@dataclass(frozen=True)
class Enrolled:
    """A seat, what is worth a look, and whether the person had it already."""

    enrolment: Enrolment
    warnings: list[Problem] = field(default_factory=list)
    is_repeat: bool = False


def read_person(*, id_number: str, name: str, phone: str = "") -> PersonLine:
    """A person as a form states them, cleaned.  Raises FieldsInvalid naming every wrong field; the phone may be missing."""
    line = PersonLine(
        clean_id_number(id_number), person_key(clean_id_number(id_number)), clean_name(name), clean_phone(phone)
    )
    checks: list[tuple[str, str, Callable[[str], object]]] = [
        ("id_number", line.id_number, check_id_number), ("name", line.name, check_name),
    ]  # fmt: skip
    checks += [("phone", line.phone, check_phone)] if line.phone else []
    problems = []
    for where, value, check in checks:
        try:
            check(value)
        except IdentifierProblem as wrong:
            problems.append(Problem(where, wrong.code, wrong.message, wrong.fix))
    if problems:
        raise FieldsInvalid(problems)
    return line


@transaction.atomic
def enrol_person(
    *, actor: Membership, training_class: TrainingClass, id_number: str, name: str, day: date, phone: str = ""
) -> Enrolled:  # fmt: skip
    """Put a person on the roster of a class that is not filed yet; who is on it already stays.

    Raises PermissionRefused (ROSTER_FROZEN after the filing), CLASS_FULL, FieldsInvalid naming every wrong field and
    everything that stands against the seat.
    """
    # Locked, so that of two at once the second sees the seat and the head count of the first.
    training_class = TrainingClass.objects.select_for_update().get(pk=training_class.pk)
    check_can_write_class(actor, training_class)
    person = read_person(id_number=id_number, name=name, phone=phone)
    workers, _ = ensure_people(people=[person], recorded_by=actor)
    worker = Worker.objects.select_for_update().get(pk=workers[person.key])
    seated = training_class.enrolments.filter(worker__in=[worker, *worker.merged.all()]).first()
    if seated is not None:
        return Enrolled(seated, is_repeat=True)
    problems = judge_people(training_class=training_class, people=[person], day=day)[person.key]
    if excludes(problems):
        raise FieldsInvalid([p for p in problems if p.severity == "error"])
    check_seat_is_free(training_class)
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                training_class=training_class, worker=worker, recorded_by=actor,
                order_enterprise_name=training_class.demand.enterprise.name if training_class.demand else "",
            )  # fmt: skip
    except IntegrityError:
        return Enrolled(training_class.enrolments.get(worker=worker), is_repeat=True)
    changes = {"class": training_class.number, "warnings": [p.code for p in problems]}
    record_event(actor=actor, code="enrolment.added", subject=enrolment, day=day, changes=changes)
    return Enrolled(enrolment, problems)


def check_seat_is_free(training_class: TrainingClass) -> None:
    """One more person fits in; a class whose capacity is not written yet takes anybody.  Raises CLASS_FULL."""
    if training_class.capacity and training_class.enrolments.on_roster().count() >= training_class.capacity:
        raise RuleViolation("CLASS_FULL", f"名额 {training_class.capacity} 人已满", "请先减少学员，或另开一班")


@transaction.atomic
def remove_person(*, actor: Membership, enrolment: Enrolment, day: date) -> None:
    """Take a person off the roster of a class that is not filed yet.  Raises PermissionRefused (ROSTER_FROZEN)."""
    training_class = TrainingClass.objects.select_for_update().get(pk=enrolment.training_class_id)
    check_can_write_class(actor, training_class)
    changes = {"class": training_class.number, "worker": enrolment.worker_id}
    record_event(actor=actor, code="enrolment.removed", subject=enrolment, day=day, changes=changes)
    enrolment.delete()
