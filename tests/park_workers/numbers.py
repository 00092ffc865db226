"""Document numbers of nobody: county code 99, correct check characters."""

from __future__ import annotations

from datetime import date

from park_workers.foundation.identifiers import id_check_character


def id_number(order: int = 901, *, born: date = date(1990, 5, 17), prefix: str = "441899") -> str:
    """An invented document number; odd orders are men, even ones women."""
    body = f"{prefix}{born:%Y%m%d}{order:03d}"
    return body + id_check_character(body)
