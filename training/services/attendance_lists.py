"""考勤表: marks of many sessions at once, as a base reports them; what has been marked stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.models import TrainingBase
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import find_worker_ids, name_key, recorded_now, select_where_any
from training.attendance_list.checker import Seat, check_lines
from training.attendance_list.reader import AttendanceLine, read_lines
from training.attendance_list.recorded import ClassRun, Recorded, Trainee
from training.models import Attendance, ClassSession, Enrolment, TrainingClass
from training.permissions import HELD
from training.services.attendance import COLUMNS, keep_hours_in_step
from training.services.recorded_results import in_chunks

EMPLOYED = (
    "SELECT COALESCE(w.merged_into_id, w.id), e.hired_on, e.left_on FROM park_workers_employment e "
    "JOIN park_workers_worker w ON w.id = e.worker_id"
)  # fmt: skip


@dataclass
class JudgedAttendance:
    """Session, enrolment and mark by row of the file, and the marks in force before."""

    seats: dict[int, Seat]
    marks: dict[int, str]
    recorded: Recorded


def check_attendance(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Judge every line against the base's classes, sessions, people and marks; writes nothing."""
    if not TrainingBase.objects.filter(pk=context.organisation.pk).exists():
        raise FileRefused("NOT_A_TRAINING_BASE", "考勤表只能以培训基地的名义上传", "请由培训基地上传")
    lines = read_lines(rows)
    recorded = read_recorded(base_id=context.organisation.pk, lines=lines)
    judged = check_lines(lines, day=context.day, recorded=recorded)
    return CheckedRows(
        accepted=[row for row in rows if row.number in judged.seats],
        issues=[context.issue(f.row, f.column, f.code, f.message, f.fix, severity=f.severity) for f in judged.findings],
        found=JudgedAttendance(judged.seats, {line.number: line.mark for line in lines}, recorded),
    )


def apply_attendance(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Marks not recorded yet.  Counts: `new` marks, `sessions` they are of, `unchanged` lines."""
    judged: JudgedAttendance = checked.found
    stamp = (Attendance.Source.SHEET.value, context.upload.pk, "", recorded_now(), context.actor.pk)
    fresh = [
        (*judged.seats[row.number], judged.marks[row.number], *stamp)
        for row in checked.accepted
        if judged.seats[row.number] not in judged.recorded.marks
    ]
    if fresh:
        load_rows("training_attendance", COLUMNS, fresh)
        keep_hours_in_step({row[1] for row in fresh})
    return {
        "new": len(fresh), "sessions": len({row[0] for row in fresh}), "unchanged": len(checked.accepted) - len(fresh),
    }  # fmt: skip


def read_recorded(*, base_id: int, lines: Sequence[AttendanceLine]) -> Recorded:
    """Everything the lines of a base's sheet are compared with: a few queries, however long it is."""
    numbers = {line.class_number for line in lines}
    recorded = Recorded(runs=_runs_of(base_id, numbers))
    days = {line.class_number: set[date]() for line in lines}
    for line in lines:
        days[line.class_number].add(line.day)
    found = {run.pk for number, some in days.items() for day in some if (run := recorded.run_on(number, day))}
    for chunk in in_chunks(found):
        sessions = ClassSession.objects.standing().filter(training_class_id__in=chunk)
        keys = sessions.values_list("training_class_id", "day", "number", "pk")
        recorded.sessions |= {(seat, day, number): pk for seat, day, number, pk in keys}
        marks = Attendance.objects.standing().filter(session__in=sessions)
        rows = marks.values_list("session_id", "enrolment_id", "mark")
        recorded.marks |= {(session, who): mark for session, who, mark in rows.iterator(chunk_size=10_000)}
    _read_people(recorded, found, {line.key for line in lines if line.key})
    return recorded


def _runs_of(base_id: int, numbers: Collection[str]) -> dict[str, list[ClassRun]]:
    runs: dict[str, list[ClassRun]] = defaultdict(list)
    for chunk in in_chunks(numbers):
        rows = (
            TrainingClass.objects.filter(base_id=base_id, number__in=chunk)
            .exclude(status="cancelled")
            .order_by("starts_on")
        )
        for pk, number, starts_on, ends_on, status in rows.values_list(
            "pk", "number", "starts_on", "ends_on", "status"
        ):
            word = "" if status in HELD else TrainingClass.Status(status).label
            runs[number].append(ClassRun(pk, starts_on, ends_on, word))
    return dict(runs)


def _read_people(recorded: Recorded, classes: Collection[int], keys: Collection[str]) -> None:
    """Who sits in the classes, under every number that stands for them."""
    by_worker: dict[tuple[int, int], Trainee] = {}
    for chunk in in_chunks(classes):
        rows = Enrolment.objects.on_roster().filter(training_class_id__in=chunk).values_list(
            "pk", "training_class_id", "worker__person_key", "worker__name", "worker__last_four_hash",
            Coalesce("worker__merged_into_id", "worker_id"),
        )  # fmt: skip
        for pk, seat, key, name, last_four, worker in rows.iterator(chunk_size=10_000):
            trainee = Trainee(pk, name_key(name), last_four, worker)
            recorded.by_number[seat, key] = by_worker[seat, worker] = trainee
            recorded.by_name.setdefault((seat, trainee.name_key, last_four), []).append(trainee)
    known = {key for _, key in recorded.by_number}
    for key, worker in find_worker_ids(set(keys) - known).items():
        for seat in classes:
            if (seat, worker) in by_worker:
                recorded.by_number[seat, key] = by_worker[seat, worker]
    workers = {trainee.worker_id for trainee in recorded.by_number.values()}
    for worker, hired_on, left_on in sorted(
        select_where_any(EMPLOYED, "COALESCE(w.merged_into_id, w.id)", workers), key=lambda row: row[:2]
    ):
        recorded.employed.setdefault(worker, []).append((_day(hired_on), _day(left_on) if left_on else None))


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
