"""Refusals a user can understand: what, where, and what to do next."""

from __future__ import annotations


class RuleViolation(Exception):
    """A business rule says no.  `code` is stable; `message` and `fix` are Chinese sentences for the user."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(f"{message}{fix and '（' + fix + '）'}")
        self.code, self.message, self.fix = code, message, fix


class PermissionRefused(RuleViolation):
    """The actor's role may not do this."""


class TransitionRefused(RuleViolation):
    """The object is not in a state from which this action leads anywhere, or somebody else moved it meanwhile."""
