"""A day typed into a form: any of the written forms, a year that can be meant, and words for the field when it is neither."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets.cleaning import parse_date


def read_day(text: str, missing: str) -> tuple[date | None, str]:
    """The day and "", or None and what to say at the field; `missing` is said of a blank one."""
    if not text.strip():
        return None, missing
    try:
        return parse_date(text), ""
    except IdentifierProblem as wrong:
        return None, f"{wrong.message}。{wrong.fix}。"
