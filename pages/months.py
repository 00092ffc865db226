"""A month in an address."""

from __future__ import annotations

import re
from datetime import date

MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


def month_in(text: str) -> date | None:
    """The first day of a month written 2026-10; None for anything else."""
    match = MONTH.fullmatch(text) if text.isascii() else None
    return date(int(match[1]), int(match[2]), 1) if match else None
