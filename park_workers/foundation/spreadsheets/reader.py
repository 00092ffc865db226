"""Safe reader: bytes -> the rows of the declared sheet, wherever its header stands and whatever its columns are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from park_workers.foundation.file_judgement import DEFAULT_LIMITS, FileLimits, FileRefused, judge_workbook
from park_workers.foundation.spreadsheets.cleaning import CleanedRow, RowCleaner
from park_workers.foundation.spreadsheets.declaration import DeclaredSheet, Issue
from park_workers.foundation.spreadsheets.layout import (
    HEADER_SEARCH_ROWS,
    RawRow,
    filled_rows,
    find_header,
    is_blank,
    is_long_number,
    missing_headers,
    unread_columns,
)

CHILD = Path(__file__).with_name("child.py")
WALL_SECONDS = 120
#: so many known columns in one row are a list, and no remark
LIST_COLUMNS = 4


@dataclass
class SheetReading:
    """What was read: the sheet, where the header stands, which column is where, the data rows."""

    declared: DeclaredSheet
    sheet_name: str
    header_row: int
    #: key -> (index from 0, letter, header as written)
    columns: dict[str, tuple[int, str, str]]
    rows: list[RawRow]
    notes: list[str] = field(default_factory=list)
    #: what only a person can answer before the rows go in: sheets with content that were not read
    questions: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @cached_property
    def _cleaner(self) -> RowCleaner:
        return RowCleaner(self.declared, self.sheet_name, self.columns)

    def clean(self, row: RawRow) -> CleanedRow:
        """Typed values of a row and what is wrong with it."""
        return self._cleaner.clean(row.number, row.cells)

    def issue(self, row: int, key: str, code: str, message: str, fix: str = "", severity: str = "error") -> Issue:
        """A finding in the cell of a column."""
        _, letter, header = self.columns.get(key, (0, "", self.declared.column(key).header))
        return Issue(self.sheet_name, row, letter, header, code, message, fix, severity)


def _read_cells(content: bytes, limits: FileLimits) -> list[dict[str, Any]]:
    """All sheets by the limited child process."""
    command = [sys.executable, "-I", str(CHILD), str(limits.rows), str(limits.columns)]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=WALL_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(
            "FILE_TOO_SLOW", "文件过于复杂，读取超时", "请删除多余的格式、图片和空行后另存再上传"
        ) from error
    if child.returncode != 0:
        raise FileRefused(
            "FILE_DAMAGED", "工作簿无法读取，可能已损坏或内容异常", "请用 WPS 或 Excel 打开后另存为 .xlsx 再上传"
        )
    answer = json.loads(child.stdout)
    _check_size(answer, limits)
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets


def _check_size(answer: dict[str, Any], limits: FileLimits) -> None:
    """What the child did not hand over, because it was too much."""
    if "too_large" in answer:
        name, rows, columns = answer["too_large"]
        raise FileRefused(
            "FILE_TOO_MANY_CELLS", f"工作表“{name}”有 {rows} 行 {columns} 列，超过 {limits.rows} 行 {limits.columns} 列",
            "请删除多余的空行、空列，或拆成几份上传",
        )  # fmt: skip
    if "too_long" in answer:
        name, row = answer["too_long"]
        raise FileRefused(
            "FILE_CELL_TOO_LONG", f"工作表“{name}”第 {row} 行有一格内容异常冗长", "请删除该格内容后另存再上传"
        )
    if "too_much" in answer:
        raise FileRefused(
            "FILE_BOMB", f"工作表“{answer['too_much']}”展开后内容异常巨大，已拒收", "请删除无关内容，或拆成几份上传"
        )


def _also_filled(declared: DeclaredSheet, sheets: list[dict[str, Any]]) -> list[str]:
    """Questions about other sheets which hold a list: of the same form, one lacking columns, or lines with numbers of people or firms."""
    asked = []
    for sheet in sheets:
        at, columns = find_header(declared, sheet["rows"])
        missing = missing_headers(declared, columns)
        if len(columns) >= (LIST_COLUMNS if missing else 1):
            count = len(filled_rows(sheet["rows"], at, columns)[0])
        else:
            count = sum(any(is_long_number(cell) for cell in row) for row in sheet["rows"])
        if not count:
            continue
        lacks = (
            f"像是名单，但缺少列：{'、'.join(missing)}"
            if missing and columns
            else "像是名单"
            if missing
            else "同样的名单"
        )
        asked.append(
            f"工作表“{sheet['name']}”也有 {count} 行{lacks}，没有读取；如需导入，请合并到一张工作表，或单独存成一份文件上传"
        )
    return asked


def _hidden_but_filled(sheets: list[dict[str, Any]]) -> list[str]:
    """A question for each hidden sheet with anything in it."""
    return [
        f"隐藏的工作表“{s['name']}”有 {len(s['rows'])} 行内容，没有读取；如需导入，请取消隐藏后重新上传"
        for s in sheets
        if s["is_hidden"] and any(not is_blank(c) for row in s["rows"] for c in row)
    ]


def read_sheet(declared: DeclaredSheet, content: bytes, limits: FileLimits = DEFAULT_LIMITS) -> SheetReading:
    """Judge the file, read it in a limited child, find the header; raises FileRefused with what to do.

    Hidden rows are data and noted; a hidden sheet with data is not read, and asked about.
    """
    judge_workbook(content, limits)
    sheets = _read_cells(content, limits)
    questions, notes = _hidden_but_filled(sheets), []
    visible = [s for s in sheets if not s["is_hidden"]]
    best: tuple[dict[str, Any] | None, int, dict[str, tuple[int, str, str]]] = (None, -1, {})
    for sheet in visible:
        at, columns = find_header(declared, sheet["rows"])
        if columns and not missing_headers(declared, columns):
            best = (sheet, at, columns)
            break
        if len(columns) > len(best[2]):
            best = (sheet, at, columns)
    sheet_found, header_at, columns = best
    missing = missing_headers(declared, columns)
    if sheet_found is None or missing:
        seen = "、".join(header for _, _, header in columns.values()) or "无"
        raise FileRefused(
            "HEADER_NOT_FOUND",
            f"前 {HEADER_SEARCH_ROWS} 行内找不到《{declared.title}》的表头，缺少：{'、'.join(missing)}（已认出：{seen}）",
            "请对照模板补齐列名后重新上传",
        )
    rows, prose = filled_rows(sheet_found["rows"], header_at, columns)
    if not rows:
        raise FileRefused("NO_ROWS", f"《{declared.title}》表头下没有数据行", "请填写后重新上传")
    questions += _also_filled(declared, [sheet for sheet in visible if sheet is not sheet_found])
    notes += unread_columns(declared, sheet_found["rows"], header_at, columns)
    if prose:
        notes.append(f"第 {'、'.join(map(str, prose[:10]))} 行只有一句文字，按说明未读取")
    if sheet_found["filled"]:
        notes.append(f"有 {sheet_found['filled']} 个合并单元格，已按合并显示的内容逐行读取")
    hidden = set(sheet_found["hidden"]) & {row.number for row in rows}
    if hidden:
        notes.append(f"有 {len(hidden)} 个隐藏行，已按数据读取（第 {min(hidden)} 行起）")
    return SheetReading(declared, sheet_found["name"], header_at + 1, columns, rows, notes, questions)
