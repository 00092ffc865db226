"""Workbooks good and bad, built part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number

HIRED = date(2023, 3, 1)


def roster(*rows: dict[str, Any], header: Sequence[str] = ROSTER_HEADER) -> bytes:
    """A tidy roster; of one man when nothing is said."""
    return workbook(header, rows or (staff("张三", id_number(901), HIRED),))


def grid(rows: Sequence[Sequence[Any]], title: str = "Sheet1") -> bytes:
    """A workbook of one sheet, cell by cell; text stays text, even when it begins with =."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(title)
    for number, row in enumerate(rows):
        for at, value in enumerate(row):
            page.write(number, at, value)
    book.close()
    return out.getvalue()


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The same workbook after somebody worked on it."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(content: bytes, **parts: bytes) -> bytes:
    """The workbook with parts added or replaced; `__` in a name stands for `/`."""
    given = {name.replace("__", "/"): part for name, part in parts.items()}
    return repacked(content, lambda name, part: given.pop(name, part), given)


def repacked(content: bytes, change: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> bytes:
    """Every part through `change`, packed again, with what is still in `added` behind."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, part in (added or {}).items():
            target.writestr(name, part)
    return out.getvalue()


def only_page(content: bytes) -> Worksheet:
    """First sheet of a workbook, formulas as they are written."""
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert isinstance(page, Worksheet)
    return page
