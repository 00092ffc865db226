"""Printed documents: one drawing, on paper (PDF) or as a picture (PNG), with a full Chinese font embedded.

Places and lengths are millimetres from the upper left corner, type sizes points.  The font has some 30,000 signs, also rare ones
of names (㛃 𬱟 䶮); one that it lacks is drawn as 〓, the printer's sign for a missing piece of type, never left out: `missing_signs`
says which, so that a page can tell people before they print.
"""

from park_workers.foundation.documents.lettering import (
    LACKING,
    LEADING,
    POINTS,
    drawable,
    fit,
    font,
    missing_signs,
    text_width,
    wrap,
)
from park_workers.foundation.documents.paper import (
    BOLD_FROM,
    BRAND,
    HEIGHT,
    INK,
    LINE,
    MARGIN,
    SECOND,
    WHITE,
    WIDTH,
    Paper,
    cut_to,
    write_block,
)
from park_workers.foundation.documents.pdf import PdfPaper
from park_workers.foundation.documents.png import PngPaper

__all__ = [
    "BOLD_FROM",
    "BRAND",
    "HEIGHT",
    "INK",
    "LACKING",
    "LEADING",
    "LINE",
    "MARGIN",
    "POINTS",
    "SECOND",
    "WHITE",
    "WIDTH",
    "Paper",
    "PdfPaper",
    "PngPaper",
    "cut_to",
    "drawable",
    "fit",
    "font",
    "missing_signs",
    "text_width",
    "wrap",
    "write_block",
]
