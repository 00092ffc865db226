"""What money is tried with: a small year."""

from __future__ import annotations

from tests.api.conftest import stage

__all__ = ["stage"]
