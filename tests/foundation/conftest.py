"""Here files are read by the real child, within its limits: some are made to break whoever reads them."""

from __future__ import annotations

import pytest

from park_workers.foundation.spreadsheets import reader
from tests.reading import in_a_child


@pytest.fixture(autouse=True)
def files_are_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the service."""
    monkeypatch.setattr(reader, "_read_cells", in_a_child)
