"""Days typed into forms and addresses: any of the written forms, a year that can be meant, and words for what is neither."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets.cleaning import parse_date


def read_day(text: str, missing: str) -> tuple[date | None, str]:
    """The day and "", or None and what to say at the field; `missing` is said of a blank one."""
    if not text.strip():
        return None, missing
    try:
        return parse_date(text), ""
    except IdentifierProblem as wrong:
        return None, wrong.sentences


def typed_day(typed: dict[str, str], name: str, errors: dict[str, str], *, missing: str = "") -> date | None:
    """The day in a field, kept there as a date field writes it; what is none is named at the field and counts as missing.

    `missing` is said of a blank field, which is fine when nothing is to be said.
    """
    found, wrong = read_day(typed[name], missing)
    if wrong:
        errors[name] = wrong
    if found is not None:
        typed[name] = found.isoformat()
    return found


def given_day(text: str, label: str) -> date | None:
    """The day, None for a blank; `label` is the field's name.  Raises RuleViolation DAY_UNREADABLE for what is none."""
    found, wrong = read_day(text, "")
    if wrong:
        raise RuleViolation("DAY_UNREADABLE", f"{label}无法识别", wrong)
    return found


def demanded_day(text: str, label: str) -> date:
    """The day that must be there.  Raises RuleViolation DAY_MISSING, DAY_UNREADABLE."""
    found = given_day(text, label)
    if found is None:
        raise RuleViolation("DAY_MISSING", f"没有填写{label}", f"请填写{label}")
    return found


def day_asked(text: str) -> date | None:
    """The day a list was asked for; None for nothing and for what is none."""
    return read_day(text, "")[0]
