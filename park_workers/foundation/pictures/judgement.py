"""Judge a picture by its content before any library opens it: its name and what the browser says of it count for nothing."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from park_workers.foundation.file_judgement import FileRefused

TAKE_AGAIN = "请用手机重新拍照，或选择 JPG、PNG、HEIC、WebP 格式的照片"
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"})
#: what makes a picture also something that a browser, a reader or a server would run
FOREIGN = (b"<?php", b"<script", b"<html", b"<!doctype", b"<svg ", b"%pdf-", b"javascript:")


@dataclass(frozen=True)
class PictureLimits:
    """What a picture may be at most, and at least."""

    bytes: int = 12 * 1024 * 1024
    pixels: int = 40_000_000
    side: int = 12_000
    #: nothing can be read on less
    least_side: int = 200
    #: the longest side of what is kept
    kept_side: int = 2_000


DEFAULT_LIMITS = PictureLimits()


def judge_picture(content: bytes, limits: PictureLimits = DEFAULT_LIMITS) -> str:
    """The kind of picture (`JPEG`, `PNG`, `WEBP`, `HEIF`); raises FileRefused for anything else, also a picture that is more."""
    if not content:
        raise FileRefused("FILE_EMPTY", "照片是空的", "请重新拍照")
    if len(content) > limits.bytes:
        size = f"{len(content) / 1048576:.1f}"
        fix = "请调低相机分辨率后重拍"
        raise FileRefused("FILE_TOO_LARGE", f"照片有 {size} MB，超过 {limits.bytes // 1048576} MB", fix)
    kind = _kind_of(content)
    if not kind:
        raise FileRefused("FILE_NOT_PICTURE", _what_it_is(content), TAKE_AGAIN)
    lowered = content.lower()
    is_archive = b"PK\x03\x04" in content and zipfile.is_zipfile(io.BytesIO(content))
    if is_archive or any(sign in lowered for sign in FOREIGN):
        raise FileRefused(
            "PICTURE_HOLDS_MORE", "照片里夹带了其他内容，已拒收", "请用手机重新拍照，不要使用处理过的文件"
        )
    return kind


def _kind_of(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "HEIF"
    return ""


def _what_it_is(content: bytes) -> str:
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<?xml", b"<svg", b"<!doctype", b"<html")):
        return "这是矢量图或网页文件，不是照片"
    if start.startswith(b"%pdf"):
        return "这是 PDF 文件，不是照片"
    if start.startswith(b"gif8"):
        return "这是 GIF 动图，不是照片"
    if content[4:8] == b"ftyp":
        return "这是视频，不是照片"
    if start.startswith(b"pk\x03\x04"):
        return "这是压缩包或文档，不是照片"
    return "这不是能识别的照片（改扩展名并不会改变格式）"
