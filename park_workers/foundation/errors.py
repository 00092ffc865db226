"""Refusals a user can understand: what, where, and what to do next."""

from __future__ import annotations


def in_sentences(*parts: str) -> str:
    """Parts as sentences, each with its full stop; empty ones are left out."""
    return "".join(f"{part.removesuffix('。')}。" for part in parts if part)


class Explained:
    """What has a `message` and a `fix`: Chinese sentences for the user."""

    __slots__ = ()
    message: str
    fix: str

    @property
    def sentences(self) -> str:
        """What and what to do next, as a page says them."""
        return in_sentences(self.message, self.fix)


class RuleViolation(Explained, Exception):
    """A business rule says no.  `code` is stable; `message` and `fix` are Chinese sentences for the user."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(f"{message}{fix and '（' + fix + '）'}")
        self.code, self.message, self.fix = code, message, fix


class PermissionRefused(RuleViolation):
    """The actor's role may not do this."""


class TransitionRefused(RuleViolation):
    """The object is not in a state from which this action leads anywhere, or somebody else moved it meanwhile."""
