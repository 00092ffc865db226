"""Where the header of a sheet stands, which rows below it are data, and what is left out: that is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from park_workers.foundation.identifiers import clean_id_number, clean_text
from park_workers.foundation.logs import scrub
from park_workers.foundation.spreadsheets.declaration import DeclaredSheet

HEADER_SEARCH_ROWS = 15
TOTAL_WORDS = ("合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计")
FOOTER_WORDS = (
    "填表", "制表", "填报", "审核", "负责人", "单位负责人", "经办人", "复核人", "单位(", "单位盖章", "盖章", "日期:",
    "备注:", "说明:", "注:", "※",
)  # fmt: skip
#: columns that people number their lines in
COUNTING = frozenset({"序号", "编号", "序", "行号", "No", "NO", "no"})
#: a day is called by any of these
_DAY_WORDS = re.compile(r"(?<=.)(?:日期|时间|年月日)$")
_LONG_NUMBER = re.compile(r"[0-9A-Z]{17}[0-9A-ZX]")
#: a name is no longer, and no number of a document or a firm shorter
SHORTEST_PROSE, DIGITS = 7, re.compile(r"\d{6}")


@dataclass(frozen=True)
class RawRow:
    """A row of the file: its Excel number and its cells as they were (dates as {"d": …})."""

    number: int
    cells: list[Any]


def column_letter(index: int) -> str:
    """Excel letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _names(declared: DeclaredSheet) -> dict[str, str]:
    """Every way a header is written -> key."""
    return {_plain(name): column.key for column in declared.columns for name in (column.header, *column.aliases)}


def _plain(text: Any) -> str:
    """A header without blanks, line breaks and the stars and notes people add; 离职时间 and 离职日期 are 离职日."""
    plain = "".join(clean_text(text).split()).strip("*:")
    return _DAY_WORDS.sub("日", re.split(r"[(\[【]", plain)[0])


def find_header(declared: DeclaredSheet, rows: list[list[Any]]) -> tuple[int, dict[str, tuple[int, str, str]]]:
    """Index of the best header row within the first rows, and the columns found there.

    A header of two rows (成绩 above 理论 and 实操) counts with its lower one; where that is blank the upper one names the column.
    """
    names = _names(declared)
    best: tuple[int, dict[str, tuple[int, str, str]]] = (-1, {})
    above: list[Any] = []
    for at, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        found = _named(names, row)
        both = [above[i] if is_blank(cell) and i < len(above) else cell for i, cell in enumerate(row)]
        together = _named(names, both) if found else found
        if len(together) > len(found):
            found = together
        is_lower_half = bool(best[1]) and at == best[0] + 1 and len(found) == len(best[1])
        if len(found) > len(best[1]) or is_lower_half:
            best = (at, found)
        above = row
    return best


def _named(names: dict[str, str], row: list[Any]) -> dict[str, tuple[int, str, str]]:
    """The columns that a row of headers names: key -> (index, letter, header as written)."""
    found: dict[str, tuple[int, str, str]] = {}
    for index, cell in enumerate(row):
        key = names.get(_plain(cell)) if isinstance(cell, str) and cell else None
        if key is not None and key not in found:
            found[key] = (index, column_letter(index), clean_text(cell))
    return found


def missing_headers(declared: DeclaredSheet, found: dict[str, tuple[int, str, str]]) -> list[str]:
    return [c.header for c in declared.columns if c.must_be_in_header and c.key not in found]


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and (cell == "" or not clean_text(cell)))


def _is_closing_line(first: Any) -> bool:
    """A total or a signature line below the data, by how it begins (so may the line of somebody in the 审核部)."""
    if not isinstance(first, str):
        return False
    text = "".join(clean_text(first).split())
    return text.startswith(TOTAL_WORDS) or text.startswith(FOOTER_WORDS)


def filled_rows(
    rows: list[list[Any]], header_at: int, columns: dict[str, tuple[int, str, str]]
) -> tuple[list[RawRow], list[int]]:  # fmt: skip
    """The rows of data, and the numbers of those that hold one sentence and nothing else."""
    found, prose = [], []
    named = [(index, cell) for index, cell in enumerate(rows[header_at]) if isinstance(cell, str) and cell]
    probes, read = named[-3:], {index for index, _, _ in columns.values()}
    for at in range(header_at + 1, len(rows)):
        cells = rows[at]
        first = next((c for c in cells if not is_blank(c)), None)
        if first is None or (_is_closing_line(first) and not any(map(is_long_number, cells))):
            continue
        # a list printed in pages repeats its header
        if any(i < len(cells) and cells[i] == name for i, name in probes) and _repeats(cells, named):
            continue
        if len(columns) > 1 and _is_prose(cells, first, read):
            prose.append(at + 1)
            continue
        found.append(RawRow(at + 1, cells))
    return found, prose


def _is_prose(cells: list[Any], first: Any, read: set[int]) -> bool:
    """One text alone in its row: outside the columns that are read, or longer than a name and without a number."""
    if not isinstance(first, str) or sum(not is_blank(cell) for cell in cells) > 1:
        return False
    text = clean_text(first)
    return not DIGITS.search(text) and (cells.index(first) not in read or len(text) >= SHORTEST_PROSE)


def unread_columns(
    declared: DeclaredSheet, rows: list[list[Any]], header_at: int, columns: dict[str, tuple[int, str, str]]
) -> list[str]:
    """Notes on columns that hold something and are not read: what is left out is told."""
    read, below, names = {index for index, _, _ in columns.values()}, rows[header_at + 1 :], _names(declared)
    unread, notes = [], []
    for at, cell in enumerate(rows[header_at]):
        if at in read or not isinstance(cell, str) or _plain(cell) in COUNTING | {""}:
            continue
        if not any(at < len(row) and not is_blank(row[at]) for row in below):
            continue
        place, key = f"“{scrub(clean_text(cell))[:20]}”（{column_letter(at)} 列）", names.get(_plain(cell))
        if key in columns:
            notes.append(f"{place}与“{columns[key][2]}”（{columns[key][1]} 列）是同一项，只读取了后者")
        else:
            unread.append(place)
    if unread:
        words = "、".join(unread[:8]) + ("等" if len(unread) > 8 else "")
        notes.append(f"没有读取的列：{words}；其中有需要的，请把列名改为模板中的列名后重新上传")
    return notes


def _repeats(cells: list[Any], named: list[tuple[int, str]]) -> bool:
    """Whether a row says the header's own words again, three of them at the least."""
    again = [i for i, name in named if i < len(cells) and cells[i] == name]
    return len(again) >= min(3, len(named))


def is_long_number(cell: Any) -> bool:
    """A document number or a credit code by its shape."""
    return isinstance(cell, str) and len(cell) >= 18 and _LONG_NUMBER.fullmatch(clean_id_number(cell)) is not None
