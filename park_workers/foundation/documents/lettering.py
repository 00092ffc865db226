"""The font of printed documents: what it has, how wide a text is, where its lines break."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_FILE = Path(__file__).resolve().parents[1] / "fonts" / "NotoSansSC-Regular.ttf"
FONT = "NotoSansSC"
POINTS = 72 / 25.4
LACKING = "〓"
#: between two lines of a block, in sizes
LEADING = 1.3
PIECES = re.compile(r"[0-9A-Za-z'’.\-]+|.", re.DOTALL)
#: signs that do not begin a line
CLINGING = frozenset("·•，。、；：！？）》」』”,.;:!?)")
SMALLER = 0.5
BEYOND = re.compile(r"<([0-9A-F]{5,6})>$", re.MULTILINE)


class CopiedFont(TTFont):
    """The font, its text copied and searched right: the library writes signs beyond U+FFFF, such as 𬱟, as five digits."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Write the font, then its table of signs with pairs of UTF-16 as the format has them."""
        super().addObjects(doc)
        for name, part in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                part.content = BEYOND.sub(
                    lambda found: f"<{chr(int(found[1], 16)).encode('utf-16-be').hex()}>", part.content
                )


@lru_cache(maxsize=1)
def font() -> TTFont:
    """The font, read once and known to the PDF writer."""
    loaded = CopiedFont(FONT, str(FONT_FILE))
    pdfmetrics.registerFont(loaded)
    return loaded


@lru_cache(maxsize=64)
def picture_font(pixels: int) -> ImageFont.FreeTypeFont:
    """The same font for pictures, by its height in pixels."""
    return ImageFont.truetype(str(FONT_FILE), pixels)


def missing_signs(text: str) -> str:
    """Signs of a text that the font lacks, each once, in order."""
    glyphs = font().face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in glyphs and sign.isprintable()))


@lru_cache(maxsize=4_096)
def drawable(text: str) -> str:
    """The text as it is drawn: signs that the font lacks as 〓, invisible ones gone, a line break a blank."""
    glyphs = font().face.charToGlyph
    plain = " ".join(text.split())
    return "".join(sign if ord(sign) in glyphs else LACKING for sign in plain if sign.isprintable())


def text_width(text: str, size: float) -> float:
    """Width of one line in millimetres."""
    return _units(text) * size / 1000 / POINTS


@lru_cache(maxsize=8_192)
def _units(text: str) -> int:
    face = font().face
    widths, usual = face.charWidths, face.defaultWidth
    return int(sum(widths.get(ord(sign), usual) for sign in drawable(text)))


@lru_cache(maxsize=2_048)
def _pieces(text: str) -> tuple[tuple[str, int], ...]:
    """What a line may be broken between, each with its width in thousandths of the size."""
    return tuple((piece, _units(piece)) for piece in PIECES.findall(drawable(text)))


def wrap(text: str, *, width: float, size: float) -> list[str]:
    """Lines of a text, broken between signs or words; a closing mark or the dot of a name never begins one."""
    room = width * POINTS * 1000 / size
    lines, line, used = [], "", 0
    for piece, units in _pieces(text):
        if line and used + units > room and piece not in CLINGING and piece != " ":
            lines.append(line.rstrip())
            line, used = "", 0
        while units > room and len(piece) > 1:  # a word longer than the line
            kept = next((n for n in range(len(piece) - 1, 1, -1) if _units(piece[:n]) <= room), 1)
            lines.append(piece[:kept])
            piece, units = piece[kept:], _units(piece[kept:])
        if line or piece != " ":
            line, used = line + piece, used + units
    return [*lines, line.rstrip()] if line.strip() else lines


def fit(
    text: str, *, width: float, size: float, smallest: float, lines: int = 1, height: float = 0
) -> tuple[float, list[str]]:
    """The largest size down to `smallest` at which the text keeps within so many lines (and the height), and those lines.

    A text that is too long even so is cut with … at the end of its last line.
    """
    while True:
        found = wrap(text, width=width, size=size)
        most = min(lines, max(1, int(height * POINTS / size / LEADING))) if height else lines
        if len(found) <= most and all(text_width(line, size) <= width for line in found):
            return size, found
        if size <= smallest:
            break
        size = max(smallest, size - SMALLER)
    kept = found[:most]
    if len(found) > most:
        kept[-1] += "…"
    for at, line in enumerate(kept):
        while text_width(line, size) > width and len(line) > 1:
            line = line.rstrip("…")[:-1] + "…"
        kept[at] = line
    return size, kept
