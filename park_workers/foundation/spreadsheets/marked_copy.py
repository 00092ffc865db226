"""The user's own file, with the wrong cells red, a comment on each, and a last column 错误原因.

Formulas become the values they last had: what one person wrote must not compute on the machine of another.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from park_workers.foundation.file_judgement import judge_workbook

RED = PatternFill("solid", fgColor="FFC7CE")
AMBER = PatternFill("solid", fgColor="FFEB9C")
REASON_HEADER = "错误原因"


class Finding(Protocol):
    """What is needed of a finding."""

    sheet: str
    row: int
    column: str
    message: str
    fix: str
    severity: str


def mark_copy(content: bytes, issues: Iterable[Finding], *, header_row: int = 1) -> bytes:
    """The same workbook with the findings in it; the file must be one we would take (raises FileRefused)."""
    judge_workbook(content)
    book = load_workbook(io.BytesIO(content), data_only=True)
    by_sheet: dict[str, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for issue in issues:
        by_sheet[issue.sheet][issue.row].append(issue)
    for name, rows in by_sheet.items():
        if name in book.sheetnames:
            _mark_sheet(book[name], rows, header_row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark_sheet(sheet: Worksheet, rows: dict[int, list[Finding]], header_row: int) -> None:
    reason_column = next(
        (cell.column for cell in sheet[header_row] if cell.value == REASON_HEADER), sheet.max_column + 1
    )
    sheet.cell(header_row, reason_column, REASON_HEADER).font = Font(bold=True, color="B3261E")
    for number, findings in rows.items():
        sentences = []
        for finding in findings:
            sentence = finding.message + (f"。{finding.fix}" if finding.fix else "")
            sentences.append(sentence)
            if finding.column:
                cell = _unmerged(sheet, f"{finding.column}{number}")
                cell.fill = RED if finding.severity == "error" else AMBER
                cell.comment = Comment(sentence, "一线通")
        reason = _unmerged(sheet, f"{get_column_letter(reason_column)}{number}")
        reason.value, reason.data_type, reason.font = "；".join(sentences), "s", Font(color="B3261E")


def _unmerged(sheet: Worksheet, place: str) -> Cell:
    """The cell itself: where cells were merged they are parted, because each row is judged by itself."""
    for merged in [found for found in sheet.merged_cells.ranges if place in found]:
        sheet.unmerge_cells(str(merged))
    return sheet[place]
