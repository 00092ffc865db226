"""Giving a file the way a person does: upload, look, confirm."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from park_workers.models import Membership, Organisation, Upload
from park_workers.services.uploads import confirm_upload, receive_upload

ROSTER_HEADER = (
    "姓名", "证件号码", "性别", "手机号码", "工种", "是否一线", "用工形式", "入职日期", "合同起始日", "合同终止日", "无固定期限",
    "离职日期", "引工人证件号",
)  # fmt: skip

#: what each list of rows was saved as
SAVED: dict[str, bytes] = {}


def workbook(header: Sequence[str], rows: Sequence[dict[str, Any]], sheet: str = "Sheet1") -> bytes:
    """A tidy workbook; dates as 2023-03-01, missing cells blank; the same rows make the same file."""
    lines = [[str(v) if isinstance(v := row.get(column), date) else v for column in header] for row in rows]
    said = repr((header, lines, sheet))
    if said not in SAVED:
        SAVED[said] = _saved([list(header), *lines], sheet)
    return SAVED[said]


def _saved(lines: list[list[Any]], sheet: str) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in lines:
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def staff(name: str, number: str, hired_on: date, **more: Any) -> dict[str, Any]:
    """A line of a roster: three years of contract from the hire on, a front-line post."""
    return {
        "姓名": name, "证件号码": number, "工种": "平车", "是否一线": "是", "用工形式": "劳动合同", "入职日期": hired_on,
        "合同起始日": hired_on, "合同终止日": date(hired_on.year + 3, hired_on.month, 1),
    } | more  # fmt: skip


def give(
    actor: Membership, kind: str, content: bytes, day: date, *, name: str = "名单.xlsx", scope: str = "",
    organisation: Organisation | None = None, confirmed_by: Membership | None = None,
) -> Upload:  # fmt: skip
    """Upload a file and confirm it when it has good rows; the upload as it stands then."""
    upload = receive_upload(
        actor=actor, sheet_kind=kind, content=content, name=name, day=day, scope=scope, organisation=organisation
    )
    upload.refresh_from_db()
    if upload.status == Upload.Status.CHECKED and upload.accepted:
        confirm_upload(actor=confirmed_by or actor, upload=upload, day=day)
        upload.refresh_from_db()
    return upload


def findings(upload: Upload, *, later: bool = False) -> list[tuple[int, str, str, str]]:
    """(row, column letter, code, severity) of what was found."""
    rows = upload.issues.filter(is_later_finding=later)  # type: ignore[attr-defined]
    return [(i.row, i.column, i.code, i.severity) for i in rows.order_by("row", "column", "code")]


def shuffled(path: Path, seed: int = 1) -> bytes:
    """The same file with its data rows in another order and saved anew; a title above and a total below stay."""
    book = load_workbook(path)
    page = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    header = next(n for n, row in enumerate(rows) if sum(v is not None for v in row) > 4)
    last = next((n for n, row in enumerate(rows) if row[0] == "合计"), len(rows))
    body = rows[header + 1 : last]
    random.Random(seed).shuffle(body)
    fresh = Workbook()
    target = fresh.active
    assert target is not None
    target.title = page.title
    for row in [*rows[: header + 1], *body, *rows[last:]]:
        target.append(row)
    out = io.BytesIO()
    fresh.save(out)
    return out.getvalue()
