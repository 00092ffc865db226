"""Printed documents: one drawing, on paper (PDF) or as a picture (PNG), with a full Chinese font embedded.

Places and lengths are millimetres from the upper left corner, type sizes points.  The font has some 30,000 signs, also rare ones
of names (㛃 𬱟 䶮); one that it lacks is drawn as 〓, the printer's sign for a missing piece of type, never left out: `missing_signs`
says which, so that a page can tell people before they print.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from park_workers.foundation.links import qr_rows

FONT_FILE = Path(__file__).resolve().parent / "fonts" / "NotoSansSC-Regular.ttf"
FONT = "NotoSansSC"
#: A4 and its margin
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 12.0
INK, SECOND, BRAND, LINE, WHITE = "#1f2329", "#5c6370", "#1d4e89", "#c8cdd6", "#ffffff"
POINTS = 72 / 25.4
LACKING = "〓"
#: between two lines of a block, in sizes
LEADING = 1.3
PIECES = re.compile(r"[0-9A-Za-z'’.\-]+|.", re.DOTALL)
#: signs that do not begin a line
CLINGING = frozenset("·•，。、；：！？）》」』”,.;:!?)")
SMALLER = 0.5


@lru_cache(maxsize=1)
def font() -> TTFont:
    """The font, read once and known to the PDF writer."""
    loaded = TTFont(FONT, str(FONT_FILE))
    pdfmetrics.registerFont(loaded)
    return loaded


@lru_cache(maxsize=64)
def _picture_font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_FILE), pixels)


def missing_signs(text: str) -> str:
    """Signs of a text that the font lacks, each once, in order."""
    glyphs = font().face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in glyphs and sign.isprintable()))


def drawable(text: str) -> str:
    """The text as it is drawn: signs that the font lacks as 〓, invisible ones gone, a line break a blank."""
    glyphs = font().face.charToGlyph
    plain = " ".join(text.split())
    return "".join(sign if ord(sign) in glyphs else LACKING for sign in plain if sign.isprintable())


def text_width(text: str, size: float) -> float:
    """Width of one line in millimetres."""
    face = font().face
    widths, usual = face.charWidths, face.defaultWidth
    return float(sum(widths.get(ord(sign), usual) for sign in drawable(text)) * size / 1000 / POINTS)


def wrap(text: str, *, width: float, size: float) -> list[str]:
    """Lines of a text, broken between signs or words; a closing mark or the dot of a name never begins one."""
    lines, line = [], ""
    for piece in PIECES.findall(drawable(text)):
        if line and piece not in CLINGING and text_width(line + piece.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        while text_width(piece, size) > width and len(piece) > 1:  # a word longer than the line
            kept = next((n for n in range(len(piece) - 1, 1, -1) if text_width(piece[:n], size) <= width), 1)
            lines.append(piece[:kept])
            piece = piece[kept:]
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def fit(text: str, *, width: float, size: float, smallest: float, lines: int = 1) -> tuple[float, list[str]]:
    """The largest size down to `smallest` at which the text keeps within so many lines, and those lines.

    A text that is too long even so is cut with … at the end of its last line.
    """
    while True:
        found = wrap(text, width=width, size=size)
        if len(found) <= lines and all(text_width(line, size) <= width for line in found):
            return size, found
        if size <= smallest:
            break
        size = max(smallest, size - SMALLER)
    kept = found[:lines]
    if len(found) > lines:
        kept[-1] += "…"
    for at, line in enumerate(kept):
        while text_width(line, size) > width and len(line) > 1:
            line = line.rstrip("…")[:-1] + "…"
        kept[at] = line
    return size, kept


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
    colour: str = INK, align: str = "left", is_bold: bool = False,
) -> float:  # fmt: skip
    """A text fitted into a width; `y` is the base line of its first line.  Returns the base line that would come next."""
    size, found = fit(text, width=width, size=size, smallest=smallest or size, lines=lines)
    at = {"left": x, "middle": x + width / 2, "right": x + width}[align]
    for line in found:
        paper.text(at, y, line, size, colour=colour, align=align, is_bold=is_bold)
        y += size * LEADING / POINTS
    return y


def cut_to(content: bytes, *, ratio: float, pixels: int) -> Image.Image:
    """A picture cut to a form (width by height), its middle kept and a little more of its upper part, at most so wide."""
    picture = Image.open(io.BytesIO(content))
    picture.draft("RGB", (pixels * 2, pixels * 4))
    picture = picture.convert("RGB")
    width, height = picture.size
    if width > height * ratio:
        wide = round(height * ratio)
        picture = picture.crop(((width - wide) // 2, 0, (width - wide) // 2 + wide, height))
    else:
        high = round(width / ratio)
        picture = picture.crop((0, (height - high) // 4, width, (height - high) // 4 + high))
    picture.thumbnail((pixels, round(pixels / ratio)))
    return picture


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
        canvas.setFillColor(colour)
        canvas.setFont(FONT, size)
        if is_bold:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(size * 0.035)
        canvas.drawString(x * POINTS, self._up(y), shown, mode=2 if is_bold else None)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """A rectangle."""
        canvas = self._canvas
        if fill:
            canvas.setFillColor(fill)
        if line:
            canvas.setStrokeColor(line)
            canvas.setLineWidth(0.5)
        canvas.rect(
            x * POINTS,
            self._up(y + height),
            width * POINTS,
            height * POINTS,
            stroke=int(bool(line)),
            fill=int(bool(fill)),
        )

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, *, colour: str = LINE, is_dashed: bool = False
    ) -> None:
        """A thin line."""
        canvas = self._canvas
        canvas.setStrokeColor(colour)
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
            (x * self._scale, y * self._scale), drawable(text), colour, _picture_font(pixels), anchor,
            stroke_width=round(pixels * 0.018) if is_bold else 0,
        )  # fmt: skip

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """A rectangle."""
        left, top, right, bottom = self._at(x, y, x + width, y + height)
        thick = max(1, round(self._scale / 6))
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill or None, line or None, thick if line else 0)

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
