"""Something to draw on, in millimetres from the upper left corner: the same drawing goes on a page and on a picture."""

from __future__ import annotations

import io
from typing import Protocol

from PIL import Image

from park_workers.foundation.documents.lettering import LEADING, POINTS, fit

#: A4 and its margin
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 12.0
INK, SECOND, BRAND, LINE, WHITE = "#1f2329", "#5c6370", "#1d4e89", "#c8cdd6", "#ffffff"
#: below this size a bold text only runs together
BOLD_FROM = 8.0


class Paper(Protocol):
    """Something to draw on; the same drawing goes on a page and on a picture."""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = INK,
        align: str = "left",
        is_bold: bool = False,
    ) -> None:
        """One line; `y` is its base line, `x` its left end, middle or right end by `align`."""

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """A rectangle, filled or outlined or both."""

    def disc(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """A filled circle around a point."""

    def arch(self, x: float, y: float, half_width: float, height: float, *, fill: str) -> None:
        """The filled upper half of an ellipse that stands on a point."""

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, *, colour: str = LINE, is_dashed: bool = False
    ) -> None:
        """A thin line."""

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code without its border: leave four modules of white around it."""

    def picture(self, x: float, y: float, width: float, height: float, content: bytes) -> None:
        """A picture (JPEG or PNG), cut at its edges to the form of its place."""


def write_block(
    paper: Paper, x: float, y: float, text: str, *, width: float, size: float, smallest: float = 0, lines: int = 1,
    height: float = 0, colour: str = INK, align: str = "left", is_bold: bool = False,
) -> float:  # fmt: skip
    """A text fitted into a width; `y` is the base line of its first line.  Returns the base line that would come next."""
    size, found = fit(text, width=width, size=size, smallest=smallest or size, lines=lines, height=height)
    at = {"left": x, "middle": x + width / 2, "right": x + width}[align]
    for line in found:
        paper.text(at, y, line, size, colour=colour, align=align, is_bold=is_bold and size >= BOLD_FROM)
        y += size * LEADING / POINTS
    return y


def cut_to(content: bytes, *, ratio: float, pixels: int) -> Image.Image:
    """A picture cut to a form (width by height), its middle kept and a little more of its upper part, at most so wide."""
    opened = Image.open(io.BytesIO(content))
    opened.draft("RGB", (pixels * 2, pixels * 4))
    picture = opened.convert("RGB")
    width, height = picture.size
    if width > height * ratio:
        wide = round(height * ratio)
        picture = picture.crop(((width - wide) // 2, 0, (width - wide) // 2 + wide, height))
    else:
        high = round(width / ratio)
        picture = picture.crop((0, (height - high) // 4, width, (height - high) // 4 + high))
    picture.thumbnail((pixels, round(pixels / ratio)))
    return picture
