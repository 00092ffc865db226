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

HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\bhidden=[\"'](?:1|true)[\"'][^>]*>")
RELATION, SHEET = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>"), re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
REFERENCE, TARGET = re.compile(rb"\bId=[\"']([^\"']*)"), re.compile(rb"\bTarget=[\"']([^\"']*)")
RELATED = re.compile(rb"\b\w+:id=[\"']([^\"']*)")
#: the tag of a row, or the tag of a cell and what is inside; a blank cell closes itself, and some programs give every tag a prefix
ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(?:row\b([^>]*)>|c\b((?:[^>/]|/(?!>))*)(?:/>|>(.*?)</(?:\w+:)?c>))", re.S)
PLACE, VALUE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d+)[\"']"), re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
ROW_NUMBER, KIND = re.compile(rb"\br=[\"'](\d+)[\"']"), re.compile(rb"\bt=[\"'](\w+)[\"']")
FORMULA, END_OF_ROW = re.compile(rb"<(?:\w+:)?f\b"), re.compile(rb"</(?:\w+:)?row>")
#: one of these stands in every row that holds an error or a formula
MARKS = (b"<f", b":f", b't="e"', b"t='e'")
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
    """A cell as JSON: text, number, truth; dates as {"d": …}, what cannot be read as {"e": …}."""
    if isinstance(value, str | int | float | dict):
        return value
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return None if value is None else str(value)


def sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    """The part of each sheet in the order of the book; "" where it is not found."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return []
    targets = {}
    for relation in RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        named, target = REFERENCE.search(relation), TARGET.search(relation)
        if named and target:
            targets[named[1]] = target[1].decode("utf-8", "replace").removeprefix("/xl/").removeprefix("/")
    sheets = [RELATED.search(tag) for tag in SHEET.findall(archive.read("xl/workbook.xml"))]
    parts = [f"xl/{targets[found[1]]}" if found and found[1] in targets else "" for found in sheets]
    return [part if part in names else "" for part in parts]


def unreadable_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """(row, column) from 0 -> #N/A and the like, or "" for a formula that no program has computed yet.

    The reader gives both as blank, and a blank day of leaving is not the same as none.
    """
    found: dict[tuple[int, int], str] = {}
    end_of_row = END_OF_ROW.search(xml)
    for at, part in enumerate(xml.split(end_of_row[0]) if end_of_row else ()):
        if not any(mark in part for mark in MARKS):
            continue
        row, column = at - 1, -1
        for read in ROW_OR_CELL.finditer(part):
            tag_of_row, tag, inside = read.groups()
            if tag is None:  # a row; it and its cells may leave their number out
                number = ROW_NUMBER.search(tag_of_row)
                row, column = int(number[1]) - 1 if number else row + 1, -1
                continue
            place = PLACE.search(tag)
            column = column_number(place[1]) if place else column + 1
            words = words_of_unreadable(tag, inside or b"")
            if words is not None:
                found[int(place[2]) - 1 if place else row, column] = words
    return found


def column_number(letters: bytes) -> int:
    """0 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def words_of_unreadable(tag: bytes, inside: bytes) -> str | None:
    """What an error says, "" for a formula without a value; None for a cell that can be read."""
    is_formula = FORMULA.search(inside) is not None
    kind = KIND.search(tag)
    if not is_formula and (kind is None or kind[1] != b"e"):
        return None
    value = VALUE.search(inside)
    if kind is not None and kind[1] == b"e":
        return value[1].decode("utf-8", "replace") if value else ""
    is_blank_text = kind is not None and kind[1] == b"str"
    return "" if not is_blank_text and (value is None or not value[1].strip()) else None


def put_unreadable(rows: list[list[Any]], cells: dict[tuple[int, int], str]) -> None:
    """Write {"e": …} where a cell cannot be read."""
    for (row, column), words in cells.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = {"e": words}


def hidden_rows(xml: bytes) -> list[int]:
    """Numbers of the hidden rows of a worksheet part."""
    numbers = (ROW_NUMBER.search(tag) for tag in HIDDEN_ROW.findall(xml))
    return [int(found.group(1)) for found in numbers if found]


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
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = sheet_parts(archive)
    sheets: list[bytes] = []
    size = 0
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height > max_rows or sheet.total_width > max_columns:
            return answer({"too_large": [meta.name, sheet.total_height, sheet.total_width]})
        rows = sheet.to_python(skip_empty_area=False)
        filled = fill_merged(rows, sheet.merged_cell_ranges or [])
        xml = archive.read(parts[index]) if index < len(parts) and parts[index] else b""
        put_unreadable(rows, unreadable_cells(xml))
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
