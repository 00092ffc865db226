"""采集登记: the park's register of workers, one by one or imported from the bureau's list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.bulk import load_rows
from park_workers.foundation.identifiers import (
    IdentifierProblem,
    check_id_number,
    check_phone,
    clean_id_number,
    clean_name,
    clean_phone,
)
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.models import Enterprise, Membership, WorkerRegistration
from park_workers.permissions import check_can_register_worker
from park_workers.services.employments import FieldsInvalid
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, recorded_now
from park_workers.services.rosters.hire import Problem

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


@dataclass(frozen=True)
class RegisteredWorker:
    """A person in the register, and whether they stood there before."""

    registration: WorkerRegistration
    is_repeat: bool = False


def register_worker(
    *,
    actor: Membership,
    enterprise: Enterprise | None,
    name: str,
    id_number: str,
    registered_on: date | None,
    day: date,
    phone: str = "",
    trade: str = "",
    is_front_line: bool | None = None,
    method: str = WorkerRegistration.Method.ENTERPRISE,
    consent_version: str = "",
    consented_at: datetime | None = None,
) -> RegisteredWorker:
    """Enter one person in the park's register for one enterprise; who stands there already is left as they are.

    `method` says how they came, `consent_version` which text of consent (知情同意) they agreed to, `consented_at` when.
    Raises PermissionRefused; FieldsInvalid naming every wrong field.
    """
    number, phone, name = clean_id_number(id_number), clean_phone(phone), clean_name(name)
    problems = _judge_person(enterprise, name, number, phone, registered_on, day)
    if problems or enterprise is None:
        raise FieldsInvalid(problems)
    check_can_register_worker(actor, enterprise)
    key = person_key(number)
    with transaction.atomic():
        workers, _ = ensure_people(people=[PersonLine(number, key, name, phone)], recorded_by=actor)
        # The unique key decides between two taps: the second finds the row of the first.
        found, is_new = WorkerRegistration.objects.get_or_create(
            worker_id=workers[key], enterprise=enterprise,
            defaults={
                "registered_on": registered_on, "method": method, "trade": trade.strip()[:40],
                "is_front_line": is_front_line, "recorded_by": actor,
                "consent_version": consent_version.strip()[:20], "consented_at": consented_at,
            },
        )  # fmt: skip
        if is_new:
            changes = {"firm": enterprise.name, "registered_on": str(registered_on), "consent": found.consent_version}
            record_event(actor=actor, code="worker.registered", subject=found, day=day, changes=changes)
    return RegisteredWorker(found, is_repeat=not is_new)


def _judge_person(
    enterprise: Enterprise | None, name: str, number: str, phone: str, registered_on: date | None, day: date
) -> list[Problem]:
    """Every wrong field, in the order of the form."""
    problems = []
    if enterprise is None:
        problems.append(Problem("enterprise", "ENTERPRISE_MISSING", "没有选择企业", "请选择企业"))
    if not name:
        problems.append(Problem("name", "NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名"))
    checks: list[tuple[str, str, Callable[[str], object]]] = [("id_number", number, check_id_number)]
    if phone:
        checks.append(("phone", phone, check_phone))
    for field_name, value, check in checks:
        try:
            check(value)
        except IdentifierProblem as wrong:
            problems.append(Problem(field_name, wrong.code, wrong.message, wrong.fix))
    if registered_on is None:
        problems.append(Problem("registered_on", "DATE_MISSING", "没有填写采集日期", "请填写采集日期，如 2026-11-01"))
    elif registered_on > day:
        problems.append(Problem("registered_on", "DATE_IN_FUTURE", f"采集日期 {registered_on} 尚未到", "请核对年份"))
    return problems
