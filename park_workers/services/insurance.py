"""社保缴费: months paid for people, strangers included; repeats count once, every kind is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now

COLUMNS = ("worker_id", "credit_code", "month", "kind", "upload_id", "void_reason", "recorded_at", "recorded_by_id")


def check_insurance_list(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Every readable line of a month already begun goes in; who the people are is judged later (insurance_checks)."""
    checked = CheckedRows()
    for row in rows:
        if row.values["month"] > context.day:
            message = f"费款所属期 {row.values['month']:%Y%m} 晚于上传日 {context.day}"
            checked.issues.append(
                context.issue(row, "month", "MONTH_IN_FUTURE", message, "请核对费款所属期的年份和月份")
            )
        else:
            checked.accepted.append(row)
    return checked


def apply_insurance_list(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Insured months that are not recorded yet; whoever is not known becomes a Worker, which registers nobody."""
    keys = {row.values["id_number"]: person_key(row.values["id_number"]) for row in checked.accepted}
    people = [
        PersonLine(row.values["id_number"], keys[row.values["id_number"]], row.values["name"] or "")
        for row in checked.accepted
    ]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    now, actor = recorded_now(), context.actor.pk
    added = load_rows(
        "park_workers_insuredmonth",
        COLUMNS,
        (
            (
                workers[keys[v["id_number"]]], v["credit_code"], v["month"], v["kind"], context.upload.pk, "", now, actor,
            )
            for v in (row.values for row in checked.accepted)
        ),
        skip_known=True,
    )  # fmt: skip
    return {"new": added, "people": people_added, "repeated": len(checked.accepted) - added}
