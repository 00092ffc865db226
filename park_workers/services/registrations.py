"""采集登记: the park's register of workers, imported from the bureau's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.models import Enterprise, WorkerRegistration
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now

COLUMNS = (
    "worker_id", "enterprise_id", "registered_on", "method", "trade", "is_front_line", "consent_version", "upload_id",
    "recorded_at", "recorded_by_id",
)  # fmt: skip
FRONT_LINE: dict[str | None, bool | None] = {"是": True, "否": False, None: None}


def check_register(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """The enterprise is known, the day has come, nobody stands twice for one enterprise."""
    wanted = {row.values["credit_code"] for row in rows}
    firms = dict(
        Enterprise.objects.filter(organisation__credit_code__in=wanted).values_list("organisation__credit_code", "pk")
    )
    checked, seen = CheckedRows(found=firms), dict[tuple[str, str], int]()
    for row in rows:
        wrong = _what_is_wrong(context, row, firms, seen)
        if wrong is None:
            seen[row.values["id_number"], row.values["credit_code"]] = row.number
            checked.accepted.append(row)
        else:
            column, code, message, fix = wrong
            checked.issues.append(context.issue(row, column, code, message, fix))
    return checked


def _what_is_wrong(
    context: ImportContext, row: CleanedRow, firms: dict[Any, int], seen: dict[tuple[str, str], int]
) -> tuple[str, str, str, str] | None:
    v = row.values
    if not v["name"]:
        return "name", "NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名"
    if v["credit_code"] not in firms:
        fix = "请核对代码，或先导入企业名录"
        return "credit_code", "ENTERPRISE_UNKNOWN", "企业名录中没有该统一社会信用代码", fix
    if v["registered_on"] > context.day:
        message = f"采集日期 {v['registered_on']} 晚于上传日 {context.day}"
        return "registered_on", "DATE_IN_FUTURE", message, "请核对采集日期"
    first = seen.get((v["id_number"], v["credit_code"]))
    if first is not None:
        return "id_number", "DUPLICATE_IN_FILE", f"与第 {first} 行重复（同一人、同一企业）", "请删除重复的一行"
    return None


def apply_register(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Registrations that are not recorded yet; people need not stand on any roster."""
    keys = {row.number: person_key(row.values["id_number"]) for row in checked.accepted}
    people = [
        PersonLine(row.values["id_number"], keys[row.number], row.values["name"], row.values["phone"])
        for row in checked.accepted
    ]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    now, actor = recorded_now(), context.actor.pk
    added = load_rows(
        "park_workers_workerregistration",
        COLUMNS,
        (
            (
                workers[keys[row.number]], checked.found[v["credit_code"]], v["registered_on"],
                WorkerRegistration.Method.FILE.value, v["trade"][:40], FRONT_LINE[v["is_front_line"]], "", context.upload.pk, now, actor,
            )
            for row, v in ((row, row.values) for row in checked.accepted)
        ),
        skip_known=True,
    )  # fmt: skip
    return {"new": added, "people": people_added, "unchanged": len(checked.accepted) - added}
