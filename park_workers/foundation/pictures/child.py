"""Decodes one picture or PDF in a process of its own, with limits, and draws it anew.

Run as `python -I child.py ORDER` with the file on standard input; ORDER is JSON.  `{"task": "clean", ...}` prints a line of
JSON and then two JPEGs (plain, watermarked); `"pages"` prints a PDF of the pages as pictures, watermarked when there are words;
`"codes"` prints the texts of the bar codes on a picture.  A refusal is a line of JSON with `refused`.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from functools import lru_cache
from typing import Any

MEMORY_BYTES = 1536 * 1024**2
CPU_SECONDS = 20
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
#: dark letters with a light edge: to be seen on any ground, and the card beneath still to be read
INK, EDGE, STRENGTH = (60, 60, 60), (255, 255, 255), 70
#: a page is drawn so long at the most, and shown as if it were A4, which is 842 points long
PAGE_SIDE, A4_SIDE = 1_800, 842


def limit_resources() -> None:
    """No more memory and processor time than an honest picture needs."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


class Refused(Exception):
    """Why the picture is not taken: a code."""


def opened(content: bytes, order: dict[str, Any]) -> Any:
    """The decoded picture, upright, in RGB, no larger than what is kept; nothing but its pixels."""
    from PIL import Image, ImageOps

    if order["kind"] == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = order["pixels"]
    with Image.open(io.BytesIO(content), formats=[order["kind"]]) as picture:
        wide, high = picture.size
        if wide * high > order["pixels"] or max(wide, high) > order["side"]:
            raise Refused("PICTURE_TOO_LARGE")
        if min(wide, high) < order["least_side"]:
            raise Refused("PICTURE_TOO_SMALL")
        if order["kind"] != "HEIF" and getattr(picture, "is_animated", False):
            raise Refused("PICTURE_MOVES")
        kept = order["kept_side"]
        picture.draft("RGB", (kept, kept))  # a JPEG is decoded at a smaller scale from the start
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            ground = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(ground, upright)
        flat = upright.convert("RGB")
    flat.thumbnail((kept, kept))
    # A new canvas: no profile, no comment, no place where it was taken goes along.
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    return bare


def jpeg(picture: Any) -> bytes:
    """As it is kept."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


@lru_cache(maxsize=4)
def words_across(size: tuple[int, int], text: str, font_file: str) -> tuple[Any, Any]:
    """Masks of light edge and dark letters: the words aslant, again and again, so that no part can be used for anything else."""
    from PIL import Image, ImageDraw, ImageFont

    wide, high = (length // 2 + 1 for length in size)  # drawn at half the size: turning is what costs
    font = ImageFont.truetype(font_file, max(8, wide // 24))
    left, top, right, bottom = font.getbbox(text)
    step_x, step_y = int((right - left) * 1.35), int((bottom - top) * 5)
    side = int((wide**2 + high**2) ** 0.5) + step_x
    sheet = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, side, step_y)):
        for x in range(-(row % 2) * step_x // 2, side, step_x):
            draw.text((x, y), text, fill=STRENGTH, font=font)
    sheet = sheet.rotate(28, resample=Image.Resampling.BILINEAR)
    left, top = (side - wide) // 2, (side - high) // 2
    edge, ink = (sheet.crop((left - by, top - by, left - by + wide, top - by + high)).resize(size) for by in (1, 0))
    return edge, ink


def watermarked(picture: Any, text: str, font_file: str) -> Any:
    """The picture with the words across it; as it is without words."""
    if not text:
        return picture
    marked = picture.copy()
    for colour, mask in zip((EDGE, INK), words_across(picture.size, text, font_file), strict=True):
        marked.paste(colour, (0, 0, *picture.size), mask)
    return marked


def drawn_pages(content: bytes, order: dict[str, Any]) -> bytes:
    """A PDF of the same pages as pictures: nothing of what came but what is to be seen, letters without a font in ours."""
    import ctypes
    from pathlib import Path

    import pypdfium2 as pdfium

    folders = (ctypes.c_char_p * 2)(str(Path(order["font"]).parent).encode(), None)
    raw = pdfium.raw
    raw.FPDF_DestroyLibrary()
    paths = ctypes.cast(folders, raw.FPDF_LIBRARY_CONFIG._fields_[1][1])
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
    document = pdfium.PdfDocument(content)
    if not 1 <= len(document) <= order["pages"]:
        raise Refused("PDF_TOO_LONG")
    drawn = []
    for page in document:
        drawing = page.render(scale=PAGE_SIDE / max(page.get_size()), may_draw_forms=False)
        picture = drawing.to_pil().convert("RGB")
        drawn.append(watermarked(picture, order["watermark"], order["font"]))
        page.close()
    out = io.BytesIO()
    resolution = PAGE_SIDE * 72 / A4_SIDE
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], resolution=resolution, quality=82)
    return out.getvalue()


def codes(picture: Any) -> list[str]:
    """Texts of the QR codes that can be seen, at most a few."""
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [one.text[:500] for one in found][:4]


def done(content: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the order asks for: a line of JSON, and the bytes after it."""
    if order["task"] == "pages":
        return {}, drawn_pages(content, order)
    picture = opened(content, order)
    if order["task"] == "codes":
        return {"codes": codes(picture)}, b""
    plain, marked = jpeg(picture), jpeg(watermarked(picture, order["watermark"], order["font"]))
    return {
        "width": picture.width,
        "height": picture.height,
        "plain": len(plain),
        "marked": len(marked),
    }, plain + marked


def main() -> int:
    """Decode, draw, print; or print why not."""
    limit_resources()
    order: dict[str, Any] = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read()
    try:
        about, rest = done(content, order)
    except Refused as refusal:
        about, rest = {"refused": str(refusal)}, b""
    except Exception as error:  # whatever a decoder stumbles over
        bomb = type(error).__name__.startswith("DecompressionBomb") or isinstance(error, MemoryError)
        what = "PDF" if order["task"] == "pages" else "PICTURE"
        about, rest = {"refused": f"{what}_TOO_LARGE" if bomb else f"{what}_DAMAGED"}, b""
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + rest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
