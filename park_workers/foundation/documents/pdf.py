"""Pages of a PDF with the signs they use embedded."""

from __future__ import annotations

import io
from functools import lru_cache

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from park_workers.foundation.documents.lettering import FONT, POINTS, drawable, font, text_width
from park_workers.foundation.documents.paper import HEIGHT, INK, LINE, WIDTH, cut_to
from park_workers.foundation.links import qr_rows

#: pages are compressed, and not written as text afterwards
rl_config.useA85 = 0
#: a row of false and true as the digits 0 and 1
DIGITS = bytes.maketrans(b"\0\1", b"01")
_colour = lru_cache(maxsize=64)(HexColor)


class PdfPaper:
    """Pages of a PDF, A4 unless said otherwise; the font's used signs are embedded."""

    def __init__(self, title: str, *, width: float = WIDTH, height: float = HEIGHT) -> None:
        font()
        self._out = io.BytesIO()
        self._height = height
        size = (width * POINTS, height * POINTS)
        self._canvas = Canvas(self._out, pagesize=size, pageCompression=1, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("一线通")

    def next_page(self) -> None:
        """End this page."""
        self._canvas.showPage()

    def content(self) -> bytes:
        """The finished file; call it once, after the last page has been drawn (and not ended)."""
        self._canvas.save()
        return self._out.getvalue()

    def _up(self, y: float) -> float:
        return (self._height - y) * POINTS

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
        canvas, shown = self._canvas, drawable(text)
        x -= {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * (text_width(shown, size) if align != "left" else 0)
        canvas.setFillColor(_colour(colour))
        canvas.setFont(FONT, size)
        if is_bold:
            canvas.setStrokeColor(_colour(colour))
            canvas.setLineWidth(size * 0.035)
        canvas.drawString(x * POINTS, self._up(y), shown, mode=2 if is_bold else None)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """A rectangle."""
        canvas = self._canvas
        if fill:
            canvas.setFillColor(_colour(fill))
        if line:
            canvas.setStrokeColor(_colour(line))
            canvas.setLineWidth(0.5)
        canvas.rect(
            x * POINTS,
            self._up(y + height),
            width * POINTS,
            height * POINTS,
            stroke=int(bool(line)),
            fill=int(bool(fill)),
        )

    def disc(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """A filled circle."""
        self._canvas.setFillColor(_colour(fill))
        self._canvas.circle(x * POINTS, self._up(y), radius * POINTS, stroke=0, fill=1)

    def arch(self, x: float, y: float, half_width: float, height: float, *, fill: str) -> None:
        """The upper half of an ellipse."""
        canvas = self._canvas
        canvas.setFillColor(_colour(fill))
        path = canvas.beginPath()
        path.arc(
            (x - half_width) * POINTS, self._up(y + height), (x + half_width) * POINTS, self._up(y - height), 0, 180
        )
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, *, colour: str = LINE, is_dashed: bool = False
    ) -> None:
        """A thin line."""
        canvas = self._canvas
        canvas.setStrokeColor(_colour(colour))
        canvas.setLineWidth(0.4)
        canvas.setDash(*((2, 2) if is_dashed else ()))
        canvas.line(x * POINTS, self._up(y), to_x * POINTS, self._up(to_y))

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code as an image mask within the page: sharp at any size, some 300 bytes."""
        rows = qr_rows(text)
        n, octets = len(rows), -(-len(rows) // 8)
        bits = "".join(
            f"{int(''.join('01'[dark] for dark in row).ljust(octets * 8, '0'), 2):0{octets * 2}x}" for row in rows
        )
        across = side * POINTS
        self._canvas.addLiteral(
            f"q 0 g {across:.3f} 0 0 {across:.3f} {x * POINTS:.3f} {self._up(y + side):.3f} cm "
            f"BI /W {n} /H {n} /IM true /BPC 1 /D [1 0] /F /AHx ID {bits}> EI Q"
        )

    def picture(self, x: float, y: float, width: float, height: float, content: bytes) -> None:
        """A picture at 250 dots an inch."""
        fitting = cut_to(content, ratio=width / height, pixels=round(width / 25.4 * 250))
        out = io.BytesIO()
        fitting.save(out, "JPEG", quality=85)
        out.seek(0)
        self._canvas.drawImage(ImageReader(out), x * POINTS, self._up(y + height), width * POINTS, height * POINTS)
