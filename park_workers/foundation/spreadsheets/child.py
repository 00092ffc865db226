"""Reads one workbook in a process of its own, with limits; prints its cells as JSON.

Run as `python child.py ROWS COLUMNS`, workbook on standard input.  Imports little, because every upload pays for it.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

HIDDEN_ROW = re.compile(rb"<row\b[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
ROW_NUMBER = re.compile(rb"\br=\"(\d+)\"")
#: a cell whose formula came to nothing, such as #N/A, which the reader gives as blank
ERROR_CELL = re.compile(
    rb"<c\b(?=[^>]*\bt=\"e\")[^>]*\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>([^<]{1,20})</v>"
)
#: no spreadsheet program writes a longer text into a cell
LONGEST_CELL = 32_767
#: everything we hand back; a text shared by many cells costs its file next to nothing and its reader everything
ANSWER_BYTES = 96 * 1024**2
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 60


def limit_resources() -> None:
    """No more memory and processor time than an honest file needs."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def cell_of(value: Any) -> Any:
    """A cell as JSON: text, number, truth; dates as {"d": …}."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return None if value is None else str(value)


def xml_of(content: bytes, index: int) -> bytes:
    """The index-th worksheet part (the order of parts is that of sheets in practice)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = sorted(
            (n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
            key=lambda n: int(re.sub(r"\D", "", n)),
        )
        return archive.read(parts[index]) if index < len(parts) else b""


def hidden_rows(xml: bytes) -> list[int]:
    """Numbers of hidden rows."""
    numbers = (ROW_NUMBER.search(tag) for tag in HIDDEN_ROW.findall(xml))
    return [int(found.group(1)) for found in numbers if found]


def show_errors(xml: bytes, rows: list[list[Any]]) -> None:
    """Put the words of formulas that came to nothing where they stand, so that they are no blanks."""
    for letters, number, words in ERROR_CELL.findall(xml) if b't="e"' in xml else ():
        at, column = int(number) - 1, 0
        for letter in letters:
            column = column * 26 + letter - 64
        if at < len(rows) and column <= len(rows[at]) and rows[at][column - 1] in ("", None):
            rows[at][column - 1] = words.decode("utf-8", "replace")


def fill_merged(rows: list[list[Any]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> int:
    """Give cells merged downwards the value that is shown for them all, in rows that hold something; how many were filled."""
    count = 0
    for (first, column), (last, _) in ranges:
        if last == first or first >= len(rows) or column >= len(rows[first]) or rows[first][column] in ("", None):
            continue
        for row in rows[first + 1 : last + 1]:
            if column < len(row) and row[column] in ("", None) and any(cell not in ("", None) for cell in row):
                row[column] = rows[first][column]
                count += 1
    return count


def as_json(content: Any) -> bytes:
    """JSON in one go: the encoder in C is only used when the whole text is asked for."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer(content: dict[str, Any]) -> int:
    """Print why the cells are not handed over."""
    sys.stdout.buffer.write(as_json(content))
    return 0


def main() -> int:
    """Read, print, or print why not."""
    limit_resources()
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    max_rows, max_columns = int(sys.argv[1]), int(sys.argv[2])
    content = sys.stdin.buffer.read()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets: list[bytes] = []
    size = 0
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height > max_rows or sheet.total_width > max_columns:
            return answer({"too_large": [meta.name, sheet.total_height, sheet.total_width]})
        rows, xml = sheet.to_python(skip_empty_area=False), xml_of(content, index)
        show_errors(xml, rows)
        filled = fill_merged(rows, sheet.merged_cell_ranges or [])
        lines: list[bytes] = []
        for number, row in enumerate(rows, 1):
            line = as_json([c if type(c) is str else cell_of(c) for c in row])
            size += len(line)
            if len(line) > LONGEST_CELL and any(type(c) is str and len(c) > LONGEST_CELL for c in row):
                return answer({"too_long": [meta.name, number]})
            if size > ANSWER_BYTES:
                return answer({"too_much": meta.name})
            lines.append(line)
        about = {
            "name": meta.name,
            "is_hidden": meta.visible != SheetVisibleEnum.Visible,
            "hidden": hidden_rows(xml),
            "filled": filled,
        }
        sheets.append(as_json(about)[:-1] + b',"rows":[' + b",".join(lines) + b"]}")
    sys.stdout.buffer.write(b'{"sheets":[' + b",".join(sheets) + b"]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
