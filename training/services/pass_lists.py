"""培训合格名单: classes, who sat in them, results and certificates, as a base reports them.

A recorded result stands; a later list of the same class adds people and the certificates issued meanwhile.  Being trained
registers and employs nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.models import TrainingBase
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now, update_rows
from training.models import Assessment, Enrolment, TrainingClass
from training.pass_list.checker import check_lines
from training.pass_list.reader import ClassKey, PassLine, read_lines
from training.pass_list.recorded import Recorded
from training.services.pass_rules import limits_on
from training.services.recorded_results import PERSON, classes_of, read_recorded

STAMP = ("recorded_at", "recorded_by_id")
CLASS_COLUMNS = (
    "base_id", "number", "trade", "level", "starts_on", "ends_on", "planned_hours", "status", "version", "is_reported", "plan",
    "place", "capacity", "return_reason", "cancel_reason", *STAMP,
)  # fmt: skip
#: a class told of by a list is over, and was never filed (补报)
REPORTED = (TrainingClass.Status.COMPLETED.value, 1, True, "", "", 0, "", "")
ENROLMENT_COLUMNS = (
    "training_class_id", "worker_id", "attended_hours", "order_enterprise_name", "upload_id", *STAMP,
)  # fmt: skip
ASSESSMENT_COLUMNS = ("enrolment_id", "theory_score", "practice_score", "verdict", *STAMP)
CERTIFICATE_COLUMNS = ("number", "assessment_id", "worker_id", "trade", "level", "issued_on", *STAMP)


@dataclass
class JudgedPassList:
    """Good lines by row and what is recorded already: what applying needs."""

    lines: dict[int, PassLine]
    recorded: Recorded


def base_of(context: ImportContext) -> TrainingBase:
    """The base in whose name the list was given; FileRefused when that is no training base."""
    found = TrainingBase.objects.select_related("bureau").filter(pk=context.organisation.pk).first()
    if found is None:
        raise FileRefused("NOT_A_TRAINING_BASE", "培训合格名单只能以培训基地的名义上传", "请由培训基地上传")
    return found


def check_pass_list(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Judge every line by itself, within its class and against what is recorded; writes nothing."""
    base = base_of(context)
    lines = read_lines(rows)
    recorded = read_recorded(base=base, lines=lines, day=context.day)
    judged = check_lines(lines, day=context.day, recorded=recorded, limits=limits_on(base.bureau, context.day))
    good = {line.number: line for line in judged.accepted}
    return CheckedRows(
        accepted=[row for row in rows if row.number in good],
        issues=[context.issue(f.row, f.column, f.code, f.message, f.fix, severity=f.severity) for f in judged.findings],
        found=JudgedPassList(good, recorded),
    )


def apply_pass_list(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """New classes, people in them, results and certificates; what is recorded is not changed.

    The results of a filed class come to the seats of its roster.  Counts: `new` results, `people` not known before,
    `classes`, `certificates`, `unchanged` lines.
    """
    judged: JudgedPassList = checked.found
    lines = [judged.lines[row.number] for row in checked.accepted]
    people = [PersonLine(line.id_number, line.key, line.name, line.phone) for line in lines]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    fresh = [line for line in lines if judged.recorded.result(line.key, *line.class_key) is None]
    classes, classes_added = _add_classes(context, fresh, judged.recorded)
    _add_enrolments(context, fresh, classes, workers)
    awaited = _fill_seats(context, lines, judged.recorded)
    assessments = _add_assessments(context, [*fresh, *awaited], classes, workers)
    certified = _add_certificates(context, lines, assessments, judged.recorded, workers)
    touched = {line.number for line in (*fresh, *awaited)} | certified
    return {
        "new": len(fresh) + len(awaited), "people": people_added, "classes": classes_added, "certificates": len(certified),
        "unchanged": len(lines) - len(touched),
    }  # fmt: skip


def _add_classes(
    context: ImportContext, fresh: Sequence[PassLine], recorded: Recorded
) -> tuple[dict[ClassKey, int], int]:
    """Primary key of each class by number and first day, and how many are new."""
    base, stamp = context.organisation.pk, (recorded_now(), context.actor.pk)
    rows = {
        line.class_key: (
            base, line.class_number, line.trade, line.level, line.starts_on, line.ends_on, line.planned_hours,
            *REPORTED, *stamp,
        )
        for line in fresh
        if line.class_key not in recorded.classes
    }  # fmt: skip
    if rows:
        load_rows("training_trainingclass", CLASS_COLUMNS, rows.values())
    return {key: known.pk for key, known in classes_of(base_id=base).items()}, len(rows)


def _add_enrolments(
    context: ImportContext, fresh: Sequence[PassLine], classes: dict[ClassKey, int], workers: dict[str, int]
) -> None:
    stamp = (recorded_now(), context.actor.pk)
    if fresh:
        load_rows(
            "training_enrolment", ENROLMENT_COLUMNS,
            (
                (
                    classes[line.class_key], workers[line.key], line.attended_hours, line.order_enterprise_name,
                    context.upload.pk, *stamp,
                )
                for line in fresh
            ),
        )  # fmt: skip


def _fill_seats(context: ImportContext, lines: Sequence[PassLine], recorded: Recorded) -> list[PassLine]:
    """Lines whose people sit in a filed class without a result yet; their seats name the list and the hours."""
    found = {line.number: recorded.result(line.key, *line.class_key) for line in lines}
    awaited = [line for line in lines if (seat := found[line.number]) is not None and seat.is_awaited]
    update_rows(
        "UPDATE training_enrolment SET attended_hours = %s, upload_id = %s WHERE id = %s",
        [(line.attended_hours, context.upload.pk, found[line.number].enrolment_id) for line in awaited],  # type: ignore[union-attr]
    )
    return awaited


def _add_assessments(
    context: ImportContext, fresh: Sequence[PassLine], classes: dict[ClassKey, int], workers: dict[str, int]
) -> dict[int, int]:
    """Results of the people whose seats this list has brought or filled: assessment by row of the file."""
    if not fresh:
        return {}
    stamp = (recorded_now(), context.actor.pk)
    brought = Enrolment.objects.filter(upload=context.upload).values_list("training_class_id", PERSON, "pk")
    enrolments = {(seat, worker): pk for seat, worker, pk in brought.iterator(chunk_size=10_000)}
    ids = {line.number: enrolments[classes[line.class_key], workers[line.key]] for line in fresh}
    load_rows(
        "training_assessment", ASSESSMENT_COLUMNS,
        ((ids[line.number], line.theory_score, line.practice_score, line.verdict, *stamp) for line in fresh),
    )  # fmt: skip
    kept = Assessment.objects.filter(enrolment__upload=context.upload).values_list("enrolment_id", "pk")
    assessments = dict(kept.iterator(chunk_size=10_000))
    return {number: assessments[enrolment] for number, enrolment in ids.items()}


def _add_certificates(
    context: ImportContext,
    lines: Sequence[PassLine],
    assessments: dict[int, int],
    recorded: Recorded,
    workers: dict[str, int],
) -> set[int]:
    """Certificates not recorded yet, of results new or old; the rows that brought one."""
    stamp = (recorded_now(), context.actor.pk)
    rows: dict[int, tuple[Any, ...]] = {}
    for line in lines:
        known = recorded.result(line.key, *line.class_key)
        if not line.certificate_number or (known is not None and known.certificate_number):
            continue
        assessment = assessments[line.number] if known is None or known.is_awaited else known.assessment_id
        rows[line.number] = (
            line.certificate_number, assessment, workers[line.key], line.trade, line.level, line.issued_on, *stamp,
        )  # fmt: skip
    if rows:
        load_rows("training_certificate", CERTIFICATE_COLUMNS, rows.values())
    return set(rows)
