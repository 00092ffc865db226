"""名册变更: a base asks, the bureau decides, and only then the roster changes."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership, Worker
from park_workers.services.employments import FieldsInvalid
from park_workers.services.people import PersonLine, ensure_people
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import ClassChangeRequest, Enrolment, TrainingClass
from training.permissions import check_can_ask_change, check_can_decide_change, check_can_withdraw_change
from training.services.enrolment_checks import excludes, judge_people, judge_workers
from training.services.enrolments import check_seat_is_free, read_person

Kind = ClassChangeRequest.Kind
MIN_REASON = 2


def ask_change(
    *, actor: Membership, training_class: TrainingClass, kind: str, reason: str, day: date, request_id: str,
    enrolment: Enrolment | None = None, id_number: str = "", name: str = "", phone: str = "",
) -> ClassChangeRequest:  # fmt: skip
    """Ask for a person more (add), less (remove), or another in one's place (replace).

    `enrolment` is the seat given up; the others describe who comes.  The same `request_id` again is the same request.
    Raises PermissionRefused; FieldsInvalid; CHANGE_WAITING when one about the same person waits.
    """
    check_can_ask_change(actor, training_class)
    again = training_class.changes.filter(request_id=request_id).first()
    if again is not None:
        return again
    person = _judged(training_class, kind, reason, enrolment, (id_number, name, phone), day)
    try:
        with transaction.atomic():
            return _keep(actor, training_class, kind, reason, day, request_id, enrolment, person)
    except IntegrityError:
        again = training_class.changes.filter(request_id=request_id).first()
        if again is None:
            fix = "请等区人社局决定，或先撤回原申请"
            raise RuleViolation("CHANGE_WAITING", "该人员已有待决定的变更申请", fix) from None
        return again


def _judged(
    training_class: TrainingClass, kind: str, reason: str, enrolment: Enrolment | None, typed: tuple[str, str, str], day: date
) -> PersonLine | None:  # fmt: skip
    """Who comes, if anybody; FieldsInvalid names every wrong field."""
    problems, person = [], None
    if kind not in Kind.values:
        problems.append(Problem("kind", "VALUE_NOT_ALLOWED", "没有选择变更种类", "请选增补、退出或替换"))
    if kind in (Kind.REMOVE, Kind.REPLACE) and (
        enrolment is None or enrolment.training_class_id != training_class.pk or enrolment.withdrawn_on
    ):
        problems.append(Problem("enrolment", "SEAT_MISSING", "没有选择退出的学员", "请选择名册上的一位学员"))
    elif enrolment is not None and hasattr(enrolment, "assessment"):
        problems.append(Problem("enrolment", "RESULT_RECORDED", "该学员已有考核结果", "已有结果的学员不能退出"))
    if len(reason.strip()) < MIN_REASON:
        problems.append(Problem("reason", "REASON_MISSING", "没有填写原因", "用几个字写明原因，区人社局据此决定"))
    if kind in (Kind.ADD, Kind.REPLACE):
        try:
            person = read_person(id_number=typed[0], name=typed[1], phone=typed[2])
            found = judge_people(training_class=training_class, people=[person], day=day)[person.key]
            problems += [p for p in found if p.severity == "error"]
        except FieldsInvalid as wrong:
            problems += wrong.problems
    if problems:
        raise FieldsInvalid(problems)
    if kind == Kind.ADD:
        check_seat_is_free(training_class)
    return person


def _keep(
    actor: Membership, training_class: TrainingClass, kind: str, reason: str, day: date, request_id: str,
    enrolment: Enrolment | None, person: PersonLine | None,
) -> ClassChangeRequest:  # fmt: skip
    workers = ensure_people(people=[person], recorded_by=actor)[0] if person else {}
    change = ClassChangeRequest.objects.create(
        status=ClassChangeRequest.Status.WAITING, training_class=training_class, kind=kind, reason=reason.strip()[:200],
        asked_on=day, asked_by=actor.user, request_id=request_id, recorded_by=actor,
        enrolment=enrolment if kind != Kind.ADD else None, worker_id=workers[person.key] if person else None,
    )  # fmt: skip
    changes = {"class": training_class.number, "kind": kind}
    record_event(
        actor=actor,
        code="class_change.asked",
        subject=change,
        day=day,
        to_state="waiting",
        note=change.reason,
        changes=changes,
    )
    return change


@transaction.atomic
def decide_change(
    *, actor: Membership, change: ClassChangeRequest, is_granted: bool, reason: str, day: date, seen_version: int | None = None
) -> ClassChangeRequest:  # fmt: skip
    """Grant the change, which changes the roster, or refuse it; with a reason either way.

    Raises PermissionRefused, TransitionRefused, REASON_MISSING; FieldsInvalid or CLASS_FULL when the person may not come
    any more; CLASS_IS_OVER.
    """
    training_class = TrainingClass.objects.select_for_update().get(pk=change.training_class_id)
    check_can_decide_change(actor, change)
    action = "grant" if is_granted else "refuse"
    check_can_move(change, action, actor=actor)
    note = stated_reason(reason, "请填写决定的理由", "用几个字写明理由，基地会看到", least=MIN_REASON, longest=200)
    if is_granted:
        _check_still_possible(training_class, change, day)
    fields = {"decided_on": day, "decided_by": actor.user, "decision_note": note}
    changes = {"class": training_class.number, "kind": change.kind}
    move(
        change, action, actor=actor, day=day, note=note, seen_version=seen_version, changes=changes, with_fields=fields
    )
    if is_granted:
        _change_roster(actor, training_class, change, day)
    return change


def _check_still_possible(training_class: TrainingClass, change: ClassChangeRequest, day: date) -> None:
    if training_class.status not in ("filed", "accepted", "running"):
        message = f"班次“{training_class.status_label()}”，名册不再变更"
        raise RuleViolation("CLASS_IS_OVER", message, "请不同意该申请并说明")
    if change.enrolment is not None and hasattr(change.enrolment, "assessment"):
        raise RuleViolation("RESULT_RECORDED", "该学员已有考核结果，不能退出", "请不同意该申请并说明")
    if change.worker is None:
        return
    worker = Worker.objects.select_for_update().get(pk=change.worker.canonical_id)
    problems = judge_workers(training_class=training_class, workers=[worker], day=day)[worker.pk]
    if excludes(problems):
        raise FieldsInvalid([p for p in problems if p.severity == "error"])
    if change.kind == Kind.ADD:
        check_seat_is_free(training_class)


def _change_roster(actor: Membership, training_class: TrainingClass, change: ClassChangeRequest, day: date) -> None:
    """The seat given up keeps its row; who was on the roster before and left gets the old seat back."""
    if change.enrolment_id:
        Enrolment.objects.filter(pk=change.enrolment_id).update(withdrawn_on=day, withdrawn_by_change=change)
    if not change.worker_id:
        return
    back = training_class.enrolments.filter(worker=change.worker_id, withdrawn_on__isnull=False)
    if back.update(withdrawn_on=None, withdrawn_by_change=None, added_by_change=change):
        return
    Enrolment.objects.create(
        training_class=training_class, worker_id=change.worker_id, added_by_change=change, recorded_by=actor,
        order_enterprise_name=training_class.demand.enterprise.name if training_class.demand else "",
    )  # fmt: skip


@transaction.atomic
def withdraw_change(
    *, actor: Membership, change: ClassChangeRequest, day: date, seen_version: int | None = None
) -> ClassChangeRequest:  # fmt: skip
    """The base takes its request back.  Raises PermissionRefused, TransitionRefused."""
    check_can_withdraw_change(actor, change)
    move(change, "withdraw", actor=actor, day=day, seen_version=seen_version)
    return change
