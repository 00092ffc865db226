"""A picture for a screen, drawn as the page is."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from park_workers.foundation.documents.lettering import POINTS, drawable, picture_font
from park_workers.foundation.documents.paper import INK, LINE, WHITE, cut_to
from park_workers.foundation.links import qr_rows


class PngPaper:
    """A picture of so many millimetres at so many pixels a millimetre."""

    def __init__(self, *, width: float, height: float, scale: float) -> None:
        self._scale = scale
        self._image = Image.new("RGB", (round(width * scale), round(height * scale)), WHITE)
        self._draw = ImageDraw.Draw(self._image)

    def content(self) -> bytes:
        """The picture as PNG."""
        out = io.BytesIO()
        self._image.save(out, "PNG", compress_level=6)
        return out.getvalue()

    def _at(self, *lengths: float) -> list[int]:
        return [round(length * self._scale) for length in lengths]

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
        """One line."""
        pixels = max(1, round(size / POINTS * self._scale))
        anchor = {"left": "ls", "middle": "ms", "right": "rs"}[align]
        self._draw.text(
            (x * self._scale, y * self._scale), drawable(text), colour, picture_font(pixels), anchor,
            stroke_width=pixels * 0.018 if is_bold else 0,
        )  # fmt: skip

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """A rectangle."""
        left, top, right, bottom = self._at(x, y, x + width, y + height)
        thick = max(1, round(self._scale / 6))
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill or None, line or None, thick if line else 0)

    def disc(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """A filled circle."""
        self._draw.ellipse(self._at(x - radius, y - radius, x + radius, y + radius), fill)

    def arch(self, x: float, y: float, half_width: float, height: float, *, fill: str) -> None:
        """The upper half of an ellipse."""
        self._draw.pieslice(self._at(x - half_width, y - height, x + half_width, y + height), 180, 360, fill)

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, *, colour: str = LINE, is_dashed: bool = False
    ) -> None:
        """A thin line."""
        self._draw.line(self._at(x, y, to_x, to_y), colour, max(1, round(self._scale / 7)))

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code: every module the same whole number of pixels, in the middle of its place."""
        rows = qr_rows(text)
        left, top, across = self._at(x, y, side)
        each = max(1, across // len(rows))
        left, top = (start + (across - each * len(rows)) // 2 for start in (left, top))
        for down, row in enumerate(rows):
            for along, is_dark in enumerate(row):
                if is_dark:
                    corner = (left + along * each, top + down * each)
                    self._draw.rectangle((*corner, corner[0] + each - 1, corner[1] + each - 1), "#000000")

    def picture(self, x: float, y: float, width: float, height: float, content: bytes) -> None:
        """A picture."""
        left, top, wide, high = self._at(x, y, width, height)
        self._image.paste(cut_to(content, ratio=width / height, pixels=wide).resize((wide, high)), (left, top))
