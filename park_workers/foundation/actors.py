"""Who acts: every service takes an actor; foundation only needs these few attributes of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Actor(Protocol):
    """A membership (one person in one role) or a named system job."""

    @property
    def actor_id(self) -> int | None: ...

    @property
    def person_id(self) -> int | None: ...

    @property
    def role(self) -> str: ...

    @property
    def actor_label(self) -> str: ...


@dataclass(frozen=True)
class SystemActor:
    """A job that acts by itself, named in the audit log."""

    name: str
    actor_id: int | None = None
    person_id: int | None = None
    role: str = "system"

    @property
    def actor_label(self) -> str:
        """Name shown in the audit log."""
        return f"系统任务 {self.name}"
