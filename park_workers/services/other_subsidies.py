"""已享受其他补贴名单: what other schemes have paid to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now

COLUMNS = ("worker_id", "name", "month", "amount_fen", "enterprise_name", "upload_id", "recorded_at", "recorded_by_id")


def check_other_subsidies(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """One line for a person, a subsidy and a month; the second is refused, whatever its amount."""
    checked, seen = CheckedRows(), dict[tuple[str, str, Any], int]()
    for row in rows:
        v = row.values
        first = seen.setdefault((v["id_number"], v["subsidy_name"], v["month"]), row.number)
        if first == row.number:
            checked.accepted.append(row)
            continue
        message = f"与第 {first} 行重复（同一人、同一补贴、同一月份）"
        fix = "请删除重复的一行；确为分次发放的请合计为一行"
        checked.issues.append(context.issue(row, "id_number", "DUPLICATE_IN_FILE", message, fix))
    return checked


def apply_other_subsidies(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Subsidies that are not recorded yet; what is recorded is not changed."""
    keys = {row.number: person_key(row.values["id_number"]) for row in checked.accepted}
    people = [
        PersonLine(row.values["id_number"], keys[row.number], row.values["name"] or "") for row in checked.accepted
    ]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    now, actor = recorded_now(), context.actor.pk
    added = load_rows(
        "park_workers_othersubsidy",
        COLUMNS,
        (
            (
                workers[keys[row.number]], v["subsidy_name"], v["month"], v["amount_fen"], v["enterprise_name"] or "",
                context.upload.pk, now, actor,
            )
            for row, v in ((row, row.values) for row in checked.accepted)
        ),
        skip_known=True,
    )  # fmt: skip
    return {"new": added, "people": people_added, "unchanged": len(checked.accepted) - added}
