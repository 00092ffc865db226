"""What a sheet is: its columns, how they are called in the wild, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: kinds of column; cleaning.py has one cleaner for each
KINDS = (
    "text", "name", "id_number", "credit_code", "phone", "date", "month", "money_yuan", "integer", "choice", "account",
    "certificate",
)  # fmt: skip
#: kinds whose cells a template sets to text, so that no program drops digits
TEXT_CELLS = frozenset({"id_number", "credit_code", "phone", "account", "certificate", "month"})


@dataclass(frozen=True)
class Column:
    """One column.  `required` = the cell may not be blank; `in_header` = the file must have the column at all."""

    key: str
    header: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    in_header: bool | None = None
    #: allowed values of a choice, in the order of the drop-down
    choices: tuple[str, ...] = ()
    #: other words for a choice: written -> meant
    synonyms: Mapping[str, str] = field(default_factory=dict)
    #: words that people write for nothing, such as 缺考 among marks
    blank_words: frozenset[str] = frozenset()
    #: words behind a number that say nothing new, such as 分
    units: tuple[str, ...] = ()
    #: code reported for a blank required cell
    missing_code: str = ""
    example: str = ""
    note: str = ""
    width: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of column {self.kind}")

    @property
    def must_be_in_header(self) -> bool:
        """A required column must be there unless told otherwise."""
        return self.required if self.in_header is None else self.in_header

    @property
    def code_when_missing(self) -> str:
        """ID_MISSING, NAME_MISSING, …"""
        fallback = {"name": "NAME_MISSING", "id_number": "ID_MISSING", "credit_code": "CREDIT_CODE_MISSING"}
        return self.missing_code or fallback.get(self.kind, f"{self.key.upper()}_MISSING")


@dataclass(frozen=True)
class DeclaredSheet:
    """A sheet people fill in or send."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Issue:
    """One finding: where (Excel row, column letter, header as written), what, how to mend; error or warning."""

    sheet: str
    row: int
    column: str
    header: str
    code: str
    message: str
    fix: str = ""
    severity: str = "error"
