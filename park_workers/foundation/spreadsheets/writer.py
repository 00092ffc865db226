"""Templates and exports; text is written as text, so no formula can live in a file of ours."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from park_workers.foundation.spreadsheets.declaration import TEXT_CELLS, DeclaredSheet

TEMPLATE_ROWS = 1_000
KIND_NOTES = {
    "id_number": "18位，文本格式", "credit_code": "18位，文本格式", "phone": "11位手机号码", "account": "文本格式",
    "date": "样式 2026-11-01", "month": "样式 202611", "money_yuan": "单位为元，最多两位小数", "certificate": "22位",
    "integer": "整数",
}  # fmt: skip


def write_template(sheet: DeclaredSheet) -> bytes:
    """An empty form: headers, an example row, drop-downs, text columns, and a sheet 填写说明."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet.title[:31])
    head = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1})
    needed = book.add_format({"bold": True, "bg_color": "#E8EEF5", "border": 1, "font_color": "#B3261E"})
    text = book.add_format({"num_format": "@"})
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.header, needed if column.required else head)
        width = column.width or max(12, len(column.header) * 2 + 4)
        page.set_column(at, at, 22 if column.kind in TEXT_CELLS else width, text if column.kind in TEXT_CELLS else None)
        if column.example:
            page.write_string(1, at, column.example, text)
        if column.choices:
            page.data_validation(1, at, TEMPLATE_ROWS, at, {"validate": "list", "source": list(column.choices)})
    page.freeze_panes(1, 0)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 18)
    notes.set_column(1, 2, 60)
    for at, line in enumerate(("列名", "要求", "说明")):
        notes.write_string(0, at, line, head)
    for row, column in enumerate(sheet.columns, 1):
        rule = ("必填；" if column.required else "选填；") + KIND_NOTES.get(column.kind, "")
        notes.write_string(row, 0, column.header)
        notes.write_string(row, 1, rule + (f"可选：{'、'.join(column.choices)}" if column.choices else ""))
        notes.write_string(row, 2, column.note)
    for row, line in enumerate(
        (*sheet.notes, "第2行为示例，填写前请删除；合计行、空行会被跳过"), len(sheet.columns) + 2
    ):
        notes.write_string(row, 0, line)
    book.close()
    return out.getvalue()


def sheet_name(title: str) -> str:
    """A title as Excel takes it for a sheet: 31 signs, none of [ ] : * ? / \\ and no apostrophe at either end."""
    return re.sub(r"[\[\]:*?/\\]", "-", title)[:31].strip("'") or "Sheet1"


def write_rows(title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], *, watermark: str = "") -> bytes:
    """A workbook of one sheet, flat in memory; numbers as numbers, everything else as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet_name(title))
    bold = book.add_format({"bold": True})
    for at, header in enumerate(headers):
        page.set_column(at, at, max(10, len(header) * 2 + 4))
        page.write_string(0, at, header, bold)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        for at, value in enumerate(row):
            if isinstance(value, int | float) and not isinstance(value, bool):
                page.write_number(count, at, value)
            elif value is not None and value != "":
                page.write_string(count, at, value.isoformat() if isinstance(value, date) else str(value))
    if watermark:
        page.set_footer(f"&L{watermark}&R第 &P 页 共 &N 页")
        page.write_string(count + 2, 0, watermark)
    book.close()
    return out.getvalue()
