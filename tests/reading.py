"""The reader of workbooks without the process around it: the service starts one for each file, and that costs more than to read.

That it runs apart, and within its limits, is tried where files are hostile (tests/foundation/) and wherever a whole service runs.
"""

from __future__ import annotations

import io
import json
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from park_workers.foundation.file_judgement import FileLimits
from park_workers.foundation.spreadsheets import child, reader

LOCK = threading.Lock()
in_a_child = reader._read_cells


def cells_of(content: bytes, limits: FileLimits) -> list[dict[str, Any]]:
    """All sheets of a workbook; what cannot be read or is too much goes to the real child, which says so."""
    said = io.BytesIO()
    outside = SimpleNamespace(
        argv=["", str(limits.rows), str(limits.columns)], stdin=SimpleNamespace(buffer=io.BytesIO(content)),
        stdout=SimpleNamespace(buffer=said),
    )  # fmt: skip
    try:
        with LOCK, pytest.MonkeyPatch.context() as patch:
            patch.setattr(child, "limit_resources", lambda: None)
            patch.setattr(child, "sys", outside)
            child.main()
        sheets: list[dict[str, Any]] = json.loads(said.getvalue())["sheets"]
    except Exception:  # whatever it is, the child has the words for it
        return in_a_child(content, limits)
    return sheets
