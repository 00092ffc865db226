"""The rows of a file, read and cleaned: once when it is given, and kept sealed beside it until it has been imported.

What is kept depends on nothing but the file and the code that reads it; rows that other code has cleaned are cleaned again.
They are as secret as the file itself, are not in backups, and whoever finds none reads the file.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from park_workers.foundation import file_judgement, identifiers, money, spreadsheets
from park_workers.foundation.encryption import CannotDecrypt
from park_workers.foundation.files import StoredFile
from park_workers.foundation.search_hash import search_hash
from park_workers.foundation.spreadsheets import CleanedRow, DeclaredSheet, Issue, RawRow, SheetReading, read_sheet

PROGRESS_EVERY = 2_000
KEPT = "rows"
#: kinds of column whose values are days
DAYS = frozenset({"date", "month"})


@dataclass
class RowsRead:
    """A file as read and cleaned: rows without an error of their own, the others, and what is wrong with these."""

    #: sheet, header and notes; its rows are given up as they are cleaned
    reading: SheetReading
    #: data rows of the file
    count: int
    good: list[CleanedRow] = field(default_factory=list)
    bad: list[CleanedRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: certain repairs by column key: how many cells read otherwise than written
    repairs: Counter[str] = field(default_factory=Counter)

    @cached_property
    def content(self) -> str:
        """Keyed digest of the good rows in any order: the same for a re-saved or shuffled file."""
        lines = sorted("\x1f".join(map(str, row.values.values())) for row in self.good)
        return search_hash("\n".join(lines), purpose="upload_content")


def read_rows(
    declared: DeclaredSheet, stored: StoredFile, *, tell: Callable[[int, int], None] | None = None
) -> RowsRead:  # fmt: skip
    """Read and clean a stored file; `tell` hears how many rows are done of how many.  Raises FileRefused."""
    reading = read_sheet(declared, stored.read())
    read = RowsRead(reading, len(reading.rows), issues=list(reading.issues))
    for done, raw in enumerate(_given_up(reading), 1):
        row = reading.clean(raw)
        read.issues.extend(row.issues)
        read.repairs.update(key for key, _, _ in row.repairs)
        is_bad = any(issue.severity == "error" for issue in row.issues)
        (read.bad if is_bad else read.good).append(row)
        if tell is not None and done % PROGRESS_EVERY == 0:
            tell(done, read.count)
    return read


def _given_up(reading: SheetReading) -> Iterator[RawRow]:
    """The rows of a sheet, one after the other, each forgotten once it is handed out: memory holds them raw or cleaned."""
    rows, reading.rows = reading.rows, []
    rows.reverse()
    while rows:
        yield rows.pop()


def keep_rows(declared: DeclaredSheet, stored: StoredFile, read: RowsRead) -> None:
    """Put the rows beside their file, sealed."""
    reading = read.reading
    content = {
        "read_by": _read_by(declared), "sheet_name": reading.sheet_name, "header_row": reading.header_row,
        "columns": reading.columns, "notes": reading.notes, "questions": reading.questions, "count": read.count,
        "issues": [astuple(issue) for issue in read.issues], "repairs": read.repairs,
        "good": _by_column(declared, read.good), "bad": _by_column(declared, read.bad),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    stored.keep_beside(KEPT, zlib.compress(text.encode(), 1))


def kept_rows(declared: DeclaredSheet, stored: StoredFile) -> RowsRead | None:
    """The rows kept beside a file; None when there are none, or when other code has read them."""
    try:
        packed = stored.read_beside(KEPT)
    except (FileNotFoundError, CannotDecrypt):
        return None
    content = json.loads(zlib.decompress(packed))
    if content["read_by"] != _read_by(declared):
        return None
    columns = {key: (index, letter, header) for key, (index, letter, header) in content["columns"].items()}
    reading = SheetReading(
        declared, content["sheet_name"], content["header_row"], columns, [], content["notes"], content["questions"]
    )
    return RowsRead(
        reading, content["count"], list(_rows(declared, content["good"])), list(_rows(declared, content["bad"])),
        [Issue(*issue) for issue in content["issues"]], Counter(content["repairs"]),
    )  # fmt: skip


def forget_rows(stored: StoredFile) -> None:
    """The rows beside a file are needed no more."""
    stored.forget_beside(KEPT)


def _by_column(declared: DeclaredSheet, rows: Sequence[CleanedRow]) -> dict[str, Any]:
    return {
        "numbers": [row.number for row in rows],
        "values": {column.key: [row.values[column.key] for row in rows] for column in declared.columns},
        "left_out": {row.number: row.left_out for row in rows if row.left_out},
    }


def _rows(declared: DeclaredSheet, kept: dict[str, Any]) -> Iterator[CleanedRow]:
    """Rows as they were cleaned, but for their findings and repairs, which are kept for the whole file."""
    values = kept["values"]
    for column in declared.columns:
        # A list says the same few things again and again: each of them is held once.
        texts = values[column.key]
        meant = {text: date.fromisoformat(text) if text and column.kind in DAYS else text for text in texts}
        values[column.key] = [meant[text] for text in texts]
    keys = [column.key for column in declared.columns]
    for number, *cells in zip(kept["numbers"], *(values[key] for key in keys), strict=True):
        row = CleanedRow(number, dict(zip(keys, cells, strict=True)))
        if left_out := kept["left_out"].get(str(number)):
            row.left_out = left_out
        yield row


def _read_by(declared: DeclaredSheet) -> str:
    """Names the declaration and our code that reads it: any change of either gives another name."""
    text = json.dumps(asdict(declared), default=sorted, sort_keys=True)
    return hashlib.sha256(f"{text}{_code_read()}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _code_read() -> str:
    found = hashlib.sha256()
    package = sorted(Path(str(spreadsheets.__file__)).parent.glob("*.py"))
    for path in [*package, *(Path(str(module.__file__)) for module in (file_judgement, identifiers, money))]:
        found.update(path.read_bytes())
    return found.hexdigest()
