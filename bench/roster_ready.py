"""The yardstick of rosters: rows that are ready (checked, hashed, sealed) copied and merged, and the loop over objects."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from park_workers.foundation.files import new_reference
from park_workers.foundation.identifiers import (
    IdentifierProblem,
    birth_date_of,
    check_id_number,
    check_phone,
    id_type_of,
    sex_of,
)
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.models import ContractSpan, Employment, Membership, PostSpan, Upload, UploadIssue, Worker

PEOPLE = ("reference", "person_key", "id_type", "id_number", "last_four_hash", "name", "phone", "phone_hash", "birth_on",
          "sex", "origin")  # fmt: skip
HIRES = ("hire_reference", "hired_on", "left_on", "contract_starts_on", "contract_ends_on", "form", "trade",
         "is_front_line", "introducer_key")  # fmt: skip
MERGE = """
INSERT INTO park_workers_worker ({people}, recorded_at, recorded_by_id)
SELECT {people}, now(), %(actor)s FROM ready ON CONFLICT (person_key) DO NOTHING;
INSERT INTO park_workers_employment
  (reference, worker_id, enterprise_id, hired_on, left_on, leave_reason, introducer_id, source, recorded_at, recorded_by_id)
SELECT r.hire_reference, w.id, %(enterprise)s, r.hired_on, r.left_on, '', i.id, 'roster', now(), %(actor)s FROM ready r
JOIN park_workers_worker w USING (person_key) LEFT JOIN park_workers_worker i ON i.person_key = r.introducer_key
ON CONFLICT (worker_id, enterprise_id, hired_on) DO NOTHING;
INSERT INTO park_workers_contractspan (employment_id, starts_on, ends_on, form, recorded_at, recorded_by_id)
SELECT e.id, r.contract_starts_on, r.contract_ends_on, r.form, now(), %(actor)s FROM ready r
JOIN park_workers_employment e ON e.reference = r.hire_reference ON CONFLICT (employment_id, starts_on) DO NOTHING;
INSERT INTO park_workers_postspan (employment_id, starts_on, trade, is_front_line, recorded_at, recorded_by_id)
SELECT e.id, r.hired_on, r.trade, r.is_front_line, now(), %(actor)s FROM ready r
JOIN park_workers_employment e ON e.reference = r.hire_reference ON CONFLICT (employment_id, starts_on) DO NOTHING;
"""


def worker_values(row: dict[str, Any]) -> dict[str, Any]:
    """Columns of a person, sealed and hashed; raises IdentifierProblem."""
    number = check_id_number(row["证件号码"]).number
    phone, key = check_phone(row["手机号码"]), person_key(number)
    id_field, phone_field = Worker._meta.get_field("id_number"), Worker._meta.get_field("phone")
    return {
        "reference": new_reference(), "person_key": key, "id_type": id_type_of(number),
        "id_number": id_field.seal(number, owner=key), "last_four_hash": search_hash(number[-4:], purpose="last_four"),
        "name": row["姓名"], "phone": phone_field.seal(phone, owner=key),
        "phone_hash": search_hash(phone, purpose="phone"), "birth_on": birth_date_of(number), "sex": sex_of(number),
        "origin": row["户籍地"],
    }  # fmt: skip


def prepare(rows: int, path: Path) -> None:
    """Write the good rows ready for COPY; not measured."""
    import random

    from bench.roster_file import row_of

    draw = random.Random(20231231)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for order in range(1, rows + 1):
            row = row_of(order, draw)
            try:
                person = worker_values(row)
            except IdentifierProblem:
                continue
            if row["合同终止日"] is None:
                continue
            introducer = person_key(row["引工人证件号"] or "")
            writer.writerow([*person.values(), new_reference(), row["入职日期"], row["离职日期"], row["合同起始日"],
                             row["合同终止日"], row["用工形式"], row["工种"], "t", introducer])  # fmt: skip


def merge(path: Path, actor: Membership) -> None:
    """COPY the ready rows into a temporary table, then merge them table by table."""
    from django.db import connection, transaction

    dates = {"birth_on", "hired_on", "left_on", "contract_starts_on", "contract_ends_on"}
    columns = ", ".join(f"{c} {'date' if c in dates else 'bool' if c[:3] == 'is_' else 'text'}" for c in PEOPLE + HIRES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE ready ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY ready FROM STDIN (FORMAT csv)") as copy, path.open("rb") as source:
            while part := source.read(1 << 16):
                copy.write(part)
        cursor.execute("ANALYZE ready")
        cursor.execute(MERGE.format(people=", ".join(PEOPLE)), {"actor": actor.pk, "enterprise": actor.organisation_id})


def loop(path: Path, actor: Membership, upload: Upload, rows: int) -> None:
    """openpyxl and get_or_create(), object by object, as most import code has it; findings are kept too."""
    from django.db import transaction
    from openpyxl import load_workbook

    page = load_workbook(path, read_only=True).worksheets[0]
    lines = page.iter_rows(values_only=True)
    header = next(lines)
    with transaction.atomic():
        for number, cells in enumerate(lines, 2):
            if number > rows + 1:
                break
            row = dict(zip(header, cells, strict=True))
            try:
                _save(row, actor)
            except (IdentifierProblem, ValueError) as problem:
                UploadIssue.objects.create(upload=upload, row=number, column="C", header="", code="WRONG",
                                           message=str(problem)[:300], severity="error")  # fmt: skip


def _save(row: dict[str, Any], actor: Membership) -> None:
    if not row["合同终止日"]:
        raise ValueError("合同终止日")
    values = worker_values(row) | {"recorded_by": actor}
    worker, _ = Worker.objects.get_or_create(person_key=values.pop("person_key"), defaults=values)
    introducer = Worker.objects.filter(person_key=person_key(row["引工人证件号"] or "")).first()
    left = row["离职日期"]
    employment, _ = Employment.objects.get_or_create(
        worker=worker, enterprise_id=actor.organisation_id, hired_on=date.fromisoformat(row["入职日期"]),
        defaults={"left_on": left and date.fromisoformat(left), "introducer": introducer, "recorded_by": actor},
    )  # fmt: skip
    ContractSpan.objects.get_or_create(
        employment=employment, starts_on=date.fromisoformat(row["合同起始日"]),
        defaults={"ends_on": date.fromisoformat(row["合同终止日"]), "form": row["用工形式"], "recorded_by": actor},
    )  # fmt: skip
    PostSpan.objects.get_or_create(
        employment=employment, starts_on=employment.hired_on,
        defaults={"trade": row["工种"], "is_front_line": row["是否一线"] == "是", "recorded_by": actor},
    )  # fmt: skip


def count_rows() -> dict[str, Any]:
    """What stands in the database, and a digest of it that knows no keys and no ciphertext."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(e.left_on), count(e.introducer_id), md5(string_agg(md5(row(w.person_key, w.name, "
            "w.phone_hash, w.birth_on, w.sex, e.hired_on, e.left_on, i.person_key, c.starts_on, c.ends_on, c.form, p.trade, "
            "p.is_front_line)::text), '' ORDER BY w.person_key)) FROM park_workers_employment e "
            "JOIN park_workers_worker w ON w.id = e.worker_id LEFT JOIN park_workers_worker i ON i.id = e.introducer_id "
            "JOIN park_workers_contractspan c ON c.employment_id = e.id JOIN park_workers_postspan p ON p.employment_id = e.id"
        )
        found = list(cursor.fetchone())
    return json.loads(json.dumps({"all": found}))
