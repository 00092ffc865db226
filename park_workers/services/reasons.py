"""Why somebody does something, in their words."""

from __future__ import annotations

from park_workers.foundation.errors import RuleViolation

LONGEST = 300


def stated_reason(reason: str, message: str, fix: str, *, least: int = 1, longest: int = LONGEST) -> str:
    """A reason as it is kept, cut to `longest` signs; raises RuleViolation REASON_MISSING below `least`, saying `message` and `fix`."""
    stated = reason.strip()[:longest]
    if len(stated) < least:
        raise RuleViolation("REASON_MISSING", message, fix)
    return stated
