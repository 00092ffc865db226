"""What waits for an enterprise: each kind of work adds its own line, and the home page shows those that have something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from park_workers.models import Membership


@dataclass(frozen=True)
class Todo:
    """Something only the enterprise can do: what, how many, until when (None: no day set), and where."""

    label: str
    n: int
    href: str
    icon: str
    until: date | None = None
    note: str = ""


#: a source answers None, or a line with n = 0, when nothing waits
Source = Callable[[Membership, date], Todo | None]
#: in the order of the page
SOURCES: tuple[Source, ...] = ()


def todo_list(member: Membership, today: date) -> list[Todo]:
    """Everything that waits for this enterprise, what ends first on top."""
    found = [todo for source in SOURCES if (todo := source(member, today)) is not None and todo.n]
    return sorted(found, key=lambda todo: todo.until or date.max)
