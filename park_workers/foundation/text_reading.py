"""The optional reader of printed text on pictures (rapidocr): its models lie inside the wheel, nothing leaves the machine.

About 600 MB in the process that reads, so only the worker of the queue `reading` loads it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

QUEUE = "reading"
PACKAGES = ("rapidocr", "onnxruntime", "cv2")


@dataclass(frozen=True)
class TextLine:
    """One line as read: its text, how sure the reader is in percent, its corners in pixels (from the upper left, clockwise)."""

    text: str
    percent: int
    corners: tuple[tuple[int, int], ...]


def is_reader_installed() -> bool:
    """Whether the optional set (requirements-ocr.txt) is there; looks only, loads nothing."""
    return all(find_spec(name) is not None for name in PACKAGES)


@lru_cache(maxsize=1)
def _reader() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.max_side_len": 1600})


def read_lines(picture: bytes, *, quarter_turns: int = 0) -> list[TextLine]:
    """Lines of text on a JPEG of ours, first turned counter-clockwise by so many quarters."""
    import numpy
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=["JPEG"]) as opened:
        upright = opened.convert("RGB").rotate(90 * quarter_turns, expand=True)
    found = _reader()(numpy.asarray(upright)[:, :, ::-1].copy())
    if found.txts is None:
        return []
    return [
        TextLine(text, int(score * 100), tuple((int(x), int(y)) for x, y in box))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]
