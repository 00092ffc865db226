"""A finding in one cell of a pass list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from park_workers.foundation.errors import Explained

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding(Explained):
    """What is wrong in a column (its key) of a row, and how to mend it."""

    row: int
    column: str
    code: str
    message: str
    fix: str
    severity: str = ERROR


def shortened(value: Any) -> str:
    """A value as it fits into a sentence."""
    return str(value)[:30]
