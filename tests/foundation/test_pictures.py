"""Pictures: what phones take comes in, drawn anew and marked; what only looks like a picture stays outside."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageStat

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.links import qr_png
from park_workers.foundation.pictures import PictureLimits, clean_picture, read_codes
from tests.id_cards import photograph

MARK = "仅用于园区工人登记"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 420), **more: object) -> bytes:
    """A plain picture as a file."""
    out = io.BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(out, kind, **more)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that would inflate to so many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * (3 * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_archive() -> bytes:
    """A JPEG that is a zip archive too."""
    out = io.BytesIO(picture())
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("evil.txt", "x" * 100)
    return out.getvalue()


def moving(kind: str) -> bytes:
    """Two frames."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), shade) for shade in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "FILE_EMPTY"),
    "text": (lambda: "这不是照片".encode(), "FILE_NOT_PICTURE"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "FILE_NOT_PICTURE"),
    "svg after a mark": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "FILE_NOT_PICTURE"),
    "a page": (lambda: b"<!DOCTYPE html><html></html>", "FILE_NOT_PICTURE"),
    "pdf": (lambda: b"%PDF-1.7\n", "FILE_NOT_PICTURE"),
    "gif": (lambda: moving("GIF"), "FILE_NOT_PICTURE"),
    "bmp": (lambda: picture("BMP"), "FILE_NOT_PICTURE"),
    "tiff": (lambda: picture("TIFF"), "FILE_NOT_PICTURE"),
    "a video": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 400, "FILE_NOT_PICTURE"),
    "a workbook": (lambda: b"PK\x03\x04" + b"\0" * 400, "FILE_NOT_PICTURE"),
    "a program": (lambda: b"\x7fELF" + b"\0" * 400, "FILE_NOT_PICTURE"),
    "cut short": (lambda: photograph()[:9000], "PICTURE_DAMAGED"),
    "a png cut short": (lambda: picture("PNG")[:200], "PICTURE_DAMAGED"),
    "only a beginning": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 500, "PICTURE_DAMAGED"),
    "a broken webp": (lambda: b"RIFF\x10\0\0\0WEBPVP8 " + b"\xff" * 90, "PICTURE_DAMAGED"),
    "a broken heic": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 400, "PICTURE_DAMAGED"),
    "a bomb": (lambda: png_that_claims(30_000, 30_000), "PICTURE_TOO_LARGE"),
    "a long strip": (lambda: png_that_claims(60_000, 300), "PICTURE_TOO_LARGE"),
    "tiny": (lambda: picture(size=(90, 60)), "PICTURE_TOO_SMALL"),
    "a moving png": (lambda: moving("PNG"), "PICTURE_MOVES"),
    "a moving webp": (lambda: moving("WEBP"), "PICTURE_MOVES"),
    "a picture and an archive": (with_archive, "PICTURE_HOLDS_MORE"),
    "a picture and a page": (lambda: picture() + b"<script>alert(1)</script>", "PICTURE_HOLDS_MORE"),
    "a picture and a program": (lambda: picture(comment=b"<?php system($_GET['c']); ?>"), "PICTURE_HOLDS_MORE"),
    "a picture and a document": (lambda: picture() + b"%PDF-1.4", "PICTURE_HOLDS_MORE"),
    "far too many bytes": (lambda: picture() + b"\0" * (12 << 20), "FILE_TOO_LARGE"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_ordinary_picture_is_refused_with_its_reason(what: str) -> None:
    make, code = HOSTILE[what]
    content, begun = make(), time.perf_counter()
    with pytest.raises(FileRefused) as refusal:
        clean_picture(content, watermark=MARK)
    assert refusal.value.code == code and refusal.value.message and refusal.value.fix
    assert time.perf_counter() - begun < 30


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_phones_take_comes_in_whatever_it_is_called(kind: str) -> None:
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    clean = clean_picture(picture(kind), watermark=MARK)
    assert (clean.width, clean.height) == (640, 420)
    for content in (clean.plain, clean.marked):
        assert Image.open(io.BytesIO(content)).format == "JPEG"


def test_nothing_of_what_came_goes_along_and_the_card_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "MAKER-OF-PHONES"
    exif.get_ifd(0x8825)[1] = "N"
    clean = clean_picture(picture(exif=exif, comment=b"SECRET-COMMENT"), watermark=MARK)
    assert (clean.width, clean.height) == (420, 640), "turned as the phone was held"
    for content in (clean.plain, clean.marked):
        kept = Image.open(io.BytesIO(content))
        assert not kept.getexif() and b"SECRET" not in content and b"MAKER" not in content


def test_the_mark_goes_across_the_whole_picture() -> None:
    clean = clean_picture(picture(size=(1600, 1000)), watermark=MARK)
    plain, marked = (Image.open(io.BytesIO(c)).convert("L") for c in (clean.plain, clean.marked))
    for x in range(0, 1600, 400):
        for y in range(0, 1000, 500):
            area = (x, y, x + 400, y + 500)
            plain_spread, marked_spread = (ImageStat.Stat(one.crop(area)).stddev[0] for one in (plain, marked))
            assert plain_spread < 1 < marked_spread, "each part of it is marked"


def test_a_picture_is_never_kept_larger_than_needed() -> None:
    clean = clean_picture(picture(size=(5000, 3000)), watermark=MARK, limits=PictureLimits(kept_side=1000))
    assert max(clean.width, clean.height) == 1000


def test_a_code_is_read_from_a_picture_of_it() -> None:
    sheet = Image.new("RGB", (900, 700), "white")
    sheet.paste(Image.open(io.BytesIO(qr_png("https://yxt.example/c/abc", pixels=300))).convert("RGB"), (200, 150))
    out = io.BytesIO()
    sheet.rotate(9, expand=True, fillcolor="white").save(out, "JPEG")
    assert read_codes(out.getvalue()) == ["https://yxt.example/c/abc"]
    assert read_codes(picture()) == []
