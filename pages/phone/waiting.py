"""One kind of work that waits for an enterprise; its own module, so that what counts it and what lists it can both name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Todo:
    """Something only the enterprise can do: what, how many, until when (None: no day set), and where."""

    label: str
    n: int
    href: str
    icon: str
    until: date | None = None
    note: str = ""
