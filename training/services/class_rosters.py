"""学员名册: the people of one class that is still being written, as a sheet; judged as one by one at the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from park_workers.foundation.audit import record_event
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.models import Worker
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, find_worker_ids
from training.models import Enrolment, TrainingClass
from training.services.enrolment_checks import excludes, judge_people

LONGEST_NAME = 80


def class_of_scope(context: ImportContext) -> TrainingClass:
    """The class that the scope of an upload names (`class:12`), of the base that gave it and not filed yet; FileRefused otherwise."""
    found, _, key = context.scope.partition(":")
    pk = int(key) if found == "class" and key.isascii() and key.isdigit() and len(key) < 18 else 0
    classes = TrainingClass.objects.filter(base_id=context.organisation.pk)
    training_class = classes.select_related("demand__enterprise__organisation").filter(pk=pk).first()
    if training_class is None:
        raise FileRefused("CLASS_NOT_NAMED", "没有指明是哪个班次的名册", "请在班次页上传学员名册")
    if not training_class.is_being_written:
        message = f"班次“{training_class.status_label()}”，名册已固定"
        raise FileRefused("ROSTER_FROZEN", message, "请在班次页逐人提交名册变更申请")
    return training_class


def check_class_roster(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Every line against the class and what is recorded; who is on the roster already is left as they are."""
    training_class = class_of_scope(context)
    people = {row.number: _person(row) for row in rows}
    judged = judge_people(training_class=training_class, people=people.values(), day=context.day)
    known = find_worker_ids({person.key for person in people.values()})
    left = _seats_left(training_class)
    checked, seen = CheckedRows(found=people), dict[int | str, int]()
    for row in rows:
        person = people[row.number]
        who = known.get(person.key, person.key)
        problems = [p for p in judged[person.key] if p.code != "ENROLLED_ALREADY"]
        is_seated = len(problems) < len(judged[person.key])
        wrong = _wrong_in_file(row, seen.get(who), left, is_seated)
        if wrong is not None:
            checked.issues.append(context.issue(row, *wrong))
            continue
        # A line that is refused for the person takes no seat from those after it.
        checked.issues += [context.issue(row, p.field, p.code, p.message, p.fix, p.severity) for p in problems]
        if excludes(problems) and not is_seated:
            continue
        seen[who] = row.number
        left = left if left is None or is_seated else left - 1
        checked.accepted.append(row)
    return checked


def _person(row: CleanedRow) -> PersonLine:
    v = row.values
    return PersonLine(v["id_number"], person_key(v["id_number"]), v["name"], v["phone"] or "")


def _seats_left(training_class: TrainingClass) -> int | None:
    """None while the capacity is not written."""
    if not training_class.capacity:
        return None
    return training_class.capacity - training_class.enrolments.on_roster().count()


def _wrong_in_file(
    row: CleanedRow, first: int | None, left: int | None, is_seated: bool
) -> tuple[str, str, str, str] | None:  # fmt: skip
    if len(row.values["name"]) > LONGEST_NAME:
        return "name", "TEXT_TOO_LONG", f"姓名超过 {LONGEST_NAME} 个字", "请缩短后重新上传"
    if first is not None:
        return "id_number", "DUPLICATE_IN_FILE", f"与第 {first} 行重复（同一人）", "请删除重复的一行"
    if left is not None and left <= 0 and not is_seated:
        return "id_number", "CLASS_FULL", "本班名额已满", "请提高名额，或另开一班"
    return None


def apply_class_roster(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Seats for those who have none yet.  Counts: `new` seats, `people` not known before, `unchanged` lines."""
    training_class = TrainingClass.objects.select_for_update().get(pk=class_of_scope(context).pk)
    people = [checked.found[row.number] for row in checked.accepted]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    ids = {workers[person.key] for person in people}
    list(Worker.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    seated = set(training_class.enrolments.values_list("worker__merged_into_id", flat=True))
    seated |= set(training_class.enrolments.values_list("worker_id", flat=True))
    order = training_class.demand.enterprise.name if training_class.demand else ""
    fresh = sorted(ids - {pk for pk in seated if pk is not None})
    Enrolment.objects.bulk_create(
        Enrolment(
            training_class=training_class, worker_id=pk, order_enterprise_name=order, upload=context.upload,
            recorded_by=context.actor,
        )
        for pk in fresh
    )  # fmt: skip
    if fresh:
        changes = {"class": training_class.number, "count": len(fresh), "upload": context.upload.reference}
        record_event(
            actor=context.actor, code="class.roster_filled", subject=training_class, day=context.day, changes=changes
        )
    return {"new": len(fresh), "people": people_added, "unchanged": len(people) - len(fresh)}
