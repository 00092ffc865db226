"""Decodes one picture in a process of its own, with limits, and draws it anew.

Run as `python -I child.py ORDER` with the picture on standard input; ORDER is JSON.  `{"task": "clean", ...}` prints a line of
JSON and then two JPEGs (plain, watermarked); `{"task": "codes", ...}` prints the texts of the bar codes on it.  A refusal is a
line of JSON with `refused`.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from typing import Any

MEMORY_BYTES = 1536 * 1024**2
CPU_SECONDS = 20
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
#: dark letters with a light edge: to be seen on any ground, and the card beneath still to be read
INK, EDGE, STRENGTH = (60, 60, 60), (255, 255, 255), 70


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


def watermarked(picture: Any, text: str, font_file: str) -> Any:
    """The picture with the words across it, again and again, so that no part can be used for anything else."""
    from PIL import Image, ImageDraw, ImageFont

    wide, high = picture.size
    font = ImageFont.truetype(font_file, max(16, wide // 24))
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
    marked = picture.copy()
    for ink, shift in ((EDGE, 2), (INK, 0)):
        mask = sheet.crop((left - shift, top - shift, left - shift + wide, top - shift + high))
        marked.paste(Image.new("RGB", picture.size, ink), mask=mask)
    return marked


def codes(picture: Any) -> list[str]:
    """Texts of the QR codes that can be seen, at most a few."""
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [one.text[:500] for one in found][:4]


def main() -> int:
    """Decode, draw, print; or print why not."""
    limit_resources()
    order: dict[str, Any] = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        picture = opened(content, order)
    except Refused as refusal:
        out.write(json.dumps({"refused": str(refusal)}).encode() + b"\n")
        return 0
    except Exception as error:  # whatever a decoder stumbles over
        bomb = type(error).__name__.startswith("DecompressionBomb") or isinstance(error, MemoryError)
        out.write(json.dumps({"refused": "PICTURE_TOO_LARGE" if bomb else "PICTURE_DAMAGED"}).encode() + b"\n")
        return 0
    if order["task"] == "codes":
        out.write(json.dumps({"codes": codes(picture)}).encode() + b"\n")
        return 0
    plain, marked = jpeg(picture), jpeg(watermarked(picture, order["watermark"], order["font"]))
    about = {"width": picture.width, "height": picture.height, "plain": len(plain), "marked": len(marked)}
    out.write(json.dumps(about).encode() + b"\n" + plain + marked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
