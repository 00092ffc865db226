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

HELD_IN_MEMORY = 4 << 20


class Shelf:
    """Frames under keys, in the order in which they were put; a context manager."""

    def __init__(self) -> None:
        folder = Path(settings.STATE_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=str(folder))  # noqa: SIM115
        #: frames as they are, or where in the file they begin and how long they are
        self._places: dict[Hashable, list[pl.DataFrame | tuple[int, int]]] = {}
        self._held = 0

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
        places, size = self._places.setdefault(key, []), int(frame.estimated_size())
        if self._held + size <= HELD_IN_MEMORY:
            self._held += size
            places.append(frame)
            return
        content = frame.write_ipc(None, compression="lz4").getbuffer()
        places.append((self._file.seek(0, io.SEEK_END), len(content)))
        self._file.write(content)

    def take(self, key: Hashable, *, schema: dict[str, Any]) -> pl.DataFrame:
        """All frames of a key as one, in order; none at all make an empty one.  They stay on the shelf."""
        places = self._places.get(key, ())
        frames = [place if isinstance(place, pl.DataFrame) else self._read(*place) for place in places]
        return pl.concat(frames) if frames else pl.DataFrame(schema=schema)

    def _read(self, start: int, size: int) -> pl.DataFrame:
        self._file.seek(start)
        return pl.read_ipc(io.BytesIO(self._file.read(size)))
