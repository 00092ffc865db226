"""One plain row check, shared by every sheet: raw cells -> typed values, findings and certain repairs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from park_workers.foundation.identifiers import (
    IdentifierProblem,
    check_account,
    check_certificate_number,
    check_credit_code,
    check_id_number,
    check_phone,
    clean_name,
    clean_text,
)
from park_workers.foundation.logs import scrub
from park_workers.foundation.money import AmountInvalid, parse_yuan
from park_workers.foundation.spreadsheets.declaration import Column, DeclaredSheet, Issue

#: with the time of day that other programs write behind it: 2026-11-01T00:00:00, 2026-11-01 08:30:00.0
_DATE = re.compile(
    r"(\d{4})\s*[-–—/.年]\s*(\d{1,2})\s*[-–—/.月]\s*(\d{1,2})\s*[日号.]?(?:(?:\s+|T)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"((?:19|20)\d{2})\s*[-/.年]?\s*(\d{1,2})\s*月?")
_TENTHS = re.compile(r"(?:19|20)\d{2}\.1")
_NUMBER_IN_NAME = re.compile(r"\d{6}")
#: Excel serial 1 is 1900-01-01, with its invented 29 February 1900
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(20_000, 80_000)
#: a day in another year is a slip of the keyboard: no living person's and no contract's
LIKELY_YEARS = range(1900, 2101)
#: kinds whose repairs a preview shows
_REPAIRED = frozenset({"id_number", "credit_code", "phone", "name", "account", "certificate"})
#: kinds whose blank value is an empty text rather than None
_TEXTS = frozenset({"text", "name", "id_number", "credit_code", "phone", "account", "certificate"})
Cleaner = Callable[[Any], Any]


#: kinds of which a list says the same few things again and again, so that each is read once
_REPEATED = frozenset({"text", "name", "choice", "date", "month", "integer", "money_yuan", "credit_code"})
#: different values of a column that are remembered; later ones are read as if nothing were
_REMEMBERED = 8_192


@dataclass(slots=True)
class CleanedRow:
    """A row's typed values by column key (dates, fen, clean numbers; blank = "" or None), and what was found."""

    number: int
    values: dict[str, Any]
    issues: list[Issue] = field(default_factory=list)
    #: (column key, as written, as read)
    repairs: list[tuple[str, str, str]] = field(default_factory=list)
    #: cells left blank with a warning, as they were written, by column key
    left_out: dict[str, Any] = field(default_factory=dict)


def check_day(day: date) -> date:
    """The day itself when its year is one that can be meant; raises IdentifierProblem YEAR_UNLIKELY."""
    if day.year not in LIKELY_YEARS:
        fix = f"请核对年份，应在 {LIKELY_YEARS[0]} 年至 {LIKELY_YEARS[-1]} 年之间"
        raise IdentifierProblem("YEAR_UNLIKELY", f"日期 {day} 的年份有误", fix)
    return day


def parse_date(value: Any) -> date:
    """A day from a real date, an Excel serial or one of the written forms.

    Raises IdentifierProblem DATE_INVALID, or YEAR_UNLIKELY for a year that cannot be meant.
    """
    written = value
    try:
        if isinstance(value, dict):
            return check_day(date.fromisoformat(value["d"]))
        if isinstance(value, int | float) and not isinstance(value, bool):
            whole = int(value)
            if whole in _EXCEL_SERIALS:
                return _EXCEL_EPOCH + timedelta(days=whole)
            value = str(whole)
        text = clean_text(value)
        found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
        if found is None and text.isdigit() and int(text) in _EXCEL_SERIALS:
            return _EXCEL_EPOCH + timedelta(days=int(text))
        if found is not None:
            return check_day(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        pass
    raise IdentifierProblem(
        "DATE_INVALID", f"“{_shown(written)}”不是有效日期", "请按 2026-11-01 的样式填写实际存在的日期"
    )


def parse_month(value: Any) -> date:
    """First day of a month from 202301, "2023-01", "2023年1月" or a date; raises IdentifierProblem MONTH_INVALID (of a date
    DATE_INVALID, YEAR_UNLIKELY)."""
    if isinstance(value, dict):
        return date.fromisoformat(value["d"]).replace(day=1)
    if isinstance(value, float) and _TENTHS.fullmatch(str(value)):
        message = f"数字 {value} 分不清是 1 月还是 10 月"  # a cell of numbers keeps no last nought
        raise IdentifierProblem("MONTH_INVALID", message, "请将该列设为文本格式，按 202301 的样式填写")
    text = clean_text(value)
    if _DATE.fullmatch(text):
        return parse_date(text).replace(day=1)
    found = _MONTH.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise IdentifierProblem("MONTH_INVALID", f"“{_shown(value)}”不是有效月份", "请按 202301 的样式填写")


def parse_integer(value: Any) -> int:
    """A whole number."""
    text = clean_text(value)
    if whole := re.fullmatch(r"(-?\d{1,15})(?:\.0+)?", text):
        return int(whole[1])
    raise IdentifierProblem("NUMBER_INVALID", f"“{_shown(value)}”不是整数", "请填写整数")


def _money(value: Any) -> int:
    try:
        return parse_yuan(clean_text(value))
    except AmountInvalid as error:
        raise IdentifierProblem(
            "AMOUNT_INVALID", f"“{_shown(value)}”不是有效金额", "请填写以元为单位的金额，最多两位小数"
        ) from error


def _shown(value: Any) -> str:
    """As written, for a message that is kept: where columns are out of place, a number of a person may stand here."""
    return scrub(str(value["d"] if isinstance(value, dict) else value))[:40]


def _text(value: Any) -> str:
    return str(value["d"]) if isinstance(value, dict) else clean_text(value)


def _with_unit(clean: Cleaner, units: tuple[str, ...]) -> Cleaner:
    """Also takes a number with its unit behind it, as 85分."""

    def without(value: Any) -> Any:
        text = clean_text(value) if isinstance(value, str) else value
        unit = next((unit for unit in units if isinstance(text, str) and text.endswith(unit)), "")
        return clean(text.removesuffix(unit).strip() if unit else value)

    return without


def _choice(column: Column) -> Cleaner:
    meant = {choice: choice for choice in column.choices} | dict(column.synonyms)

    def clean(value: Any) -> str:
        text = "".join(_text(value).split())
        found = meant.get(text)
        if found is None:
            raise IdentifierProblem(
                f"{column.key.upper()}_UNKNOWN", f"{column.header}“{scrub(text)[:20]}”不在可选范围",
                f"请填写：{'、'.join(column.choices)}",
            )  # fmt: skip
        return found

    return clean


def _name(value: Any) -> str:
    """A name; one with a number of a person in it would lie open in every list."""
    name = clean_name(value)
    if _NUMBER_IN_NAME.search(name):
        raise IdentifierProblem("NAME_INVALID", "姓名里有号码", "请只填写姓名；证件号码、电话请填在各自的列")
    return name


def _id_number(value: Any) -> str:
    return check_id_number(value).number


_CLEANERS: dict[str, Cleaner] = {
    "text": _text,
    "name": _name,
    "id_number": _id_number,
    "credit_code": check_credit_code,
    "phone": check_phone,
    "date": parse_date,
    "month": parse_month,
    "money_yuan": _money,
    "integer": parse_integer,
    "account": check_account,
    "certificate": lambda value: check_certificate_number(value).number,
}
#: a wrong value of these only warns: the row is as good without it
_ONLY_WARN = frozenset({"phone", "certificate"})


def _says_nothing(raw: str, column: Column) -> bool:
    text = clean_text(raw)
    return not text or "".join(text.split()) in column.blank_words


@dataclass(frozen=True, slots=True)
class _Step:
    """One column of the file: where its cells are and how they are read."""

    column: Column
    index: int
    letter: str
    header: str
    clean: Cleaner
    #: texts read so far and what they mean, for kinds that repeat
    known: dict[str, Any]
    is_repeated: bool


def _unreadable(words: str) -> IdentifierProblem:
    """A cell whose formula has no value: #N/A and the like, or never computed."""
    message = f"该格是错误值 {words[:20]}" if words else "该格是公式，还没有计算结果"
    return IdentifierProblem("CELL_UNREADABLE", message, "请改为实际内容（可复制后“粘贴为数值”），或留空")


def _with_note(problem: IdentifierProblem, column: Column) -> IdentifierProblem:
    """Beside a number that is none stands what the column asks for, as the template says it."""
    if problem.code != "NUMBER_INVALID" or not column.note:
        return problem
    return IdentifierProblem(problem.code, problem.message, f"{problem.fix}（{column.note}）")


class RowCleaner:
    """Cleans rows of one file; everything that does not change from row to row is worked out once."""

    def __init__(self, declared: DeclaredSheet, sheet_name: str, columns: dict[str, tuple[int, str, str]]) -> None:
        self.sheet_name = sheet_name
        self._steps: list[_Step] = []
        self._blank: dict[str, Any] = {c.key: "" if c.kind in _TEXTS else None for c in declared.columns}
        for column in declared.columns:
            if column.key in columns:
                cleaner = _choice(column) if column.kind == "choice" else _CLEANERS[column.kind]
                if column.units:
                    cleaner = _with_unit(cleaner, column.units)
                self._steps.append(_Step(column, *columns[column.key], cleaner, {}, column.kind in _REPEATED))

    def clean(self, number: int, cells: list[Any]) -> CleanedRow:
        """Values, findings (all bad cells at once) and repairs of one row."""
        row = CleanedRow(number, dict(self._blank))
        values, width = row.values, len(cells)
        for step in self._steps:
            raw: Any = cells[step.index] if step.index < width else None
            is_text = type(raw) is str
            value = step.known.get(raw) if is_text and step.is_repeated else None
            if value is None:
                if raw is None or raw == "" or (is_text and _says_nothing(raw, step.column)):
                    self._leave_blank(row, step)
                    continue
                try:
                    if type(raw) is dict and "e" in raw:
                        raise _unreadable(raw["e"])
                    value = step.clean(raw)
                except IdentifierProblem as problem:
                    self._leave_out(row, step, raw, problem)
                    continue
                if is_text and step.is_repeated and len(step.known) < _REMEMBERED:
                    step.known[raw] = value
            values[step.column.key] = value
            if is_text and value != raw and step.column.kind in _REPAIRED:
                row.repairs.append((step.column.key, raw, value))
        return row

    def _leave_blank(self, row: CleanedRow, step: _Step) -> None:
        column = step.column
        if column.required:
            problem = IdentifierProblem(column.code_when_missing, f"{step.header}为空", f"请填写{column.header}")
            row.issues.append(self._issue(row, step, problem, "error"))

    def _leave_out(self, row: CleanedRow, step: _Step, raw: Any, problem: IdentifierProblem) -> None:
        column = step.column
        is_harmless = column.kind in _ONLY_WARN and not column.required and problem.code != "CELL_UNREADABLE"
        row.issues.append(self._issue(row, step, _with_note(problem, column), "warning" if is_harmless else "error"))
        if is_harmless:
            row.left_out[step.column.key] = raw

    def _issue(self, row: CleanedRow, step: _Step, problem: IdentifierProblem, severity: str) -> Issue:
        place = (self.sheet_name, row.number, step.letter, step.header)
        return Issue(*place, problem.code, problem.message, problem.fix, severity)
