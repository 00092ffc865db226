"""What takes minutes to make and nobody changes, made by the first worker of a run and used by all."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What `make` tells of its work in a folder given to it, as JSON keeps it; whoever comes later waits for the first."""
    mine = folders.getbasetemp()
    folder = (mine.parent if "gw" in mine.name else mine) / name  # workers have folders of their own in that of the run
    folder.mkdir(exist_ok=True)
    told = folder / "told.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(make(folder)), encoding="utf-8")
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found
