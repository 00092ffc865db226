"""What attacks need set up: a small year, and doors of the API."""

from __future__ import annotations

from tests.api.conftest import doors, settled, stage

__all__ = ["doors", "settled", "stage"]
