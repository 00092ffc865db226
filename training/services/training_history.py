"""专班历史名单: attendances of the years before the bases, counted as trained; they bring no marks and no certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now, update_rows
from training.models import EarlierTraining
from training.services.recorded_results import in_chunks, with_merged

HERE, LEFT = "在职", "已离职"
LONGEST = {"enterprise_name": 120, "trade": 40, "name": 80}
COLUMNS = (
    "worker_id", "enterprise_name", "trade", "trained_on", "is_leaver", "upload_id", "recorded_at", "recorded_by_id",
)  # fmt: skip
Attendance = tuple[int, date, str]


def check_training_history(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """The day has come, and nobody stands twice for one day and trade."""
    checked, seen = CheckedRows(), dict[tuple[str, date, str], int]()
    for row in rows:
        wrong = _what_is_wrong(context, row, seen)
        if wrong is None:
            v = row.values
            seen[v["id_number"], v["trained_on"], v["trade"]] = row.number
            checked.accepted.append(row)
        else:
            checked.issues.append(context.issue(row, *wrong))
    return checked


def _what_is_wrong(
    context: ImportContext, row: CleanedRow, seen: dict[tuple[str, date, str], int]
) -> tuple[str, str, str, str] | None:
    v = row.values
    for name, longest in LONGEST.items():
        if len(v[name]) > longest:
            return name, "TEXT_TOO_LONG", f"有 {len(v[name])} 个字，超过 {longest} 个字", "请缩短后重新上传"
    if v["trained_on"] > context.day:
        message = f"培训日期 {v['trained_on']} 晚于上传日 {context.day}"
        return "trained_on", "DATE_IN_FUTURE", message, "请核对培训日期的年份"
    first = seen.get((v["id_number"], v["trained_on"], v["trade"]))
    if first is not None:
        message = f"与第 {first} 行重复（同一人、同一日期、同一工种）"
        return "id_number", "DUPLICATE_IN_FILE", message, "请删除重复的一行"
    return None


def apply_training_history(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Attendances not recorded yet; a person who has left since is marked so, and never unmarked.

    Counts: `new` attendances, `people` not known before, `leavers` newly marked, `unchanged` lines.
    """
    keys = {row.number: person_key(row.values["id_number"]) for row in checked.accepted}
    people = [PersonLine(row.values["id_number"], keys[row.number], row.values["name"]) for row in checked.accepted]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    recorded = _recorded(set(workers.values()))
    stamp = (context.upload.pk, recorded_now(), context.actor.pk)
    fresh: list[tuple[Any, ...]] = []
    leavers: list[tuple[bool, int]] = []
    for row in checked.accepted:
        v = row.values
        attendance, is_leaver = (workers[keys[row.number]], v["trained_on"], v["trade"]), v["state"] == LEFT
        known = recorded.get(attendance)
        if known is None:
            recorded[attendance] = (0, True)  # the same person under a second number is not counted twice
            fresh.append((attendance[0], v["enterprise_name"], v["trade"], v["trained_on"], is_leaver, *stamp))
        elif is_leaver and not known[1]:
            leavers.append((True, known[0]))
    if fresh:
        load_rows("training_earliertraining", COLUMNS, fresh)
    update_rows("UPDATE training_earliertraining SET is_leaver = %s WHERE id = %s", leavers)
    return {
        "new": len(fresh), "people": people_added, "leavers": len(leavers),
        "unchanged": len(checked.accepted) - len(fresh) - len(leavers),
    }  # fmt: skip


def _recorded(workers: set[int]) -> dict[Attendance, tuple[int, bool]]:
    """Primary key and whether the person has left, by canonical worker, day and trade."""
    found: dict[Attendance, tuple[int, bool]] = {}
    for chunk in in_chunks(with_merged(workers)):
        rows = EarlierTraining.objects.filter(worker_id__in=chunk).values_list(
            Coalesce("worker__merged_into_id", "worker_id"), "trained_on", "trade", "pk", "is_leaver"
        )
        found |= {(worker, day, trade): (pk, is_leaver) for worker, day, trade, pk, is_leaver in rows}
    return found
