"""Frames put away while a job works through them part by part: memory holds one part, whatever the number of rows.

A few megabytes stay in memory; beyond that an unnamed file in the state folder takes them, which nobody else can open and
which is gone with the process.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Hashable
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl
from django.conf import settings

HELD_IN_MEMORY = 16 << 20


class Shelf:
    """Frames under keys, in the order in which they were put; a context manager."""

    def __init__(self) -> None:
        folder = Path(settings.STATE_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.SpooledTemporaryFile(max_size=HELD_IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._places: dict[Hashable, list[tuple[int, int]]] = {}

    def __enter__(self) -> Shelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def put(self, key: Hashable, frame: pl.DataFrame) -> None:
        """Put a frame away beneath those of its key."""
        content = frame.write_ipc(None, compression="lz4").getbuffer()
        self._places.setdefault(key, []).append((self._file.seek(0, io.SEEK_END), len(content)))
        self._file.write(content)

    def take(self, key: Hashable, *, schema: dict[str, Any]) -> pl.DataFrame:
        """All frames of a key as one, in order; none at all make an empty one.  They stay on the shelf."""
        frames = [pl.read_ipc(self._read(start, size)) for start, size in self._places.get(key, ())]
        return pl.concat(frames) if frames else pl.DataFrame(schema=schema)

    def _read(self, start: int, size: int) -> io.BytesIO:
        self._file.seek(start)
        return io.BytesIO(self._file.read(size))
