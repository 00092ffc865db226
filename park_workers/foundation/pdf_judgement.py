"""Judge a PDF by its content, then keep pictures of its pages and nothing else of it.

Before any library opens the file, what could act (scripts, forms that send, files within, launches, links to elsewhere) is looked
for by name in the objects as they lie there and in packed object streams, and a file in which one is found, or in which it could
hide (encrypted, packed in an unusual way), is refused.  What is left is drawn in a limited process (`pictures/child.py`): author,
title, text beneath a picture and whatever else is not to be seen on a page stay behind.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pictures import draw_pages

PRINT_AGAIN = "请用“打印”或“导出为 PDF”重新生成一份普通 PDF，或改为上传照片"


@dataclass(frozen=True)
class PdfLimits:
    """What a PDF may be at most."""

    bytes: int = 8 * 1024 * 1024
    #: of one packed object stream, and of all of them
    unpacked_bytes: int = 32 * 1024 * 1024
    streams: int = 20_000


DEFAULT_LIMITS = PdfLimits()
ENDS_WITHIN = 2_048
#: names of what acts, of what carries other files, and of what sends or fetches
ACTIVE = (
    b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA", b"SubmitForm", b"ImportData", b"GoToR",
    b"GoToE", b"AA", b"Movie", b"Sound", b"Rendition", b"3D", b"AF", b"FileAttachment", b"OpenAction", b"AcroForm", b"Collection",
)  # fmt: skip
ACTIVE_NAME = re.compile(rb"/(?:" + b"|".join(ACTIVE) + rb")(?![A-Za-z0-9_.+\-])")
#: long enough never to stand by chance among the bytes of a picture: looked for there too, where an object could hide
HIDDEN_NAME = re.compile(rb"/(?:" + b"|".join(name for name in ACTIVE if len(name) > 5) + rb")(?![A-Za-z0-9_.+\-])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
#: an action when a document opens that only says which page is shown first
ONLY_SHOWS = re.compile(rb"/OpenAction\s*(?:\[[^\]]{0,200}\]|<<\s*/(?:D|S|Type)[^>]{0,200}>>)")
HARMLESS_OPENING = re.compile(rb"/S\s*/(?!GoTo\b)\w+")
STREAM = re.compile(rb"stream\r?\n")
#: one filter only, which we unpack ourselves
PLAIN_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
#: what makes a file also something that a browser or a server would run
FOREIGN = (b"<?php", b"<script", b"<!doctype", b"<html", b"<svg ")


def clean_pdf(content: bytes, *, limits: PdfLimits = DEFAULT_LIMITS) -> bytes:
    """A PDF of pictures of its pages; raises FileRefused with what is wrong and what to do."""
    judge_pdf(content, limits)
    return draw_pages(content)


def judge_pdf(content: bytes, limits: PdfLimits = DEFAULT_LIMITS) -> None:
    """Refuse what is no ordinary PDF, and one in which something acts; raises FileRefused."""
    _judge_whole(content, limits)
    for part in _objects(content, limits):
        _judge_names(part)


def _judge_whole(content: bytes, limits: PdfLimits) -> None:
    if not content:
        raise FileRefused("FILE_EMPTY", "文件是空的", "请重新选择文件")
    if len(content) > limits.bytes:
        size = f"{len(content) / 1048576:.1f}"
        fix = "请减少页数或降低图片清晰度后重新生成"
        raise FileRefused("FILE_TOO_LARGE", f"PDF 有 {size} MB，超过 {limits.bytes // 1048576} MB", fix)
    if not re.match(rb"%PDF-[12]\.\d", content):
        raise FileRefused("FILE_NOT_PDF", "这不是 PDF 文件（改扩展名并不会改变格式）", PRINT_AGAIN)
    if b"%%EOF" not in content[-ENDS_WITHIN:] or b"startxref" not in content[-ENDS_WITHIN:]:
        raise FileRefused("PDF_DAMAGED", "PDF 文件不完整，无法打开", "请重新生成后上传")
    lowered = content.lower()
    if (b"PK\x03\x04" in content and b"PK\x05\x06" in content[-66_000:]) or any(sign in lowered for sign in FOREIGN):
        raise FileRefused("PDF_HOLDS_MORE", "PDF 里夹带了其他内容，已拒收", PRINT_AGAIN)


def _objects(content: bytes, limits: PdfLimits) -> list[bytes]:
    """Everything outside streams, and the unpacked object streams; what a page draws holds no objects and is left alone."""
    plain, packed, at = [], [], 0
    for number, found in enumerate(STREAM.finditer(content)):
        if found.start() < at:
            continue
        if number > limits.streams:
            raise _unusual("内部结构异常")
        plain.append(_named(content[at : found.start()]))
        end = content.find(b"endstream", found.end())
        end = len(content) if end < 0 else end
        about = plain[-1][plain[-1].rfind(b" obj") :]
        if b"/ObjStm" in about:
            if not PLAIN_FLATE.search(about) or b"/DecodeParms" in about:
                raise _unusual("内部的压缩方式少见，无法核对")
            packed.append(_named(_unpacked(content[found.end() : end], limits)))
        at = end + len(b"endstream")
    parts = [*plain, _named(content[at:])]
    everywhere = _named(content)
    if sum(map(len, packed)) > limits.unpacked_bytes or everywhere.count(b"/ObjStm") != len(packed):
        raise _unusual("内部结构异常")
    if b"/Encrypt" in everywhere:
        raise FileRefused("FILE_ENCRYPTED", "PDF 设有密码或权限限制", "请去掉密码后重新上传")
    seen = sum(len(HIDDEN_NAME.findall(part)) for part in parts)
    hidden = HIDDEN_NAME.findall(everywhere)
    if len(hidden) != seen:
        raise _is_active(hidden[0])
    return [*parts, *packed]


def _unusual(what: str) -> FileRefused:
    return FileRefused("PDF_UNUSUAL", f"PDF {what}，已拒收", PRINT_AGAIN)


def _is_active(name: bytes) -> FileRefused:
    message = f"PDF 含有脚本、附件、表单或自动动作（{name.decode()[1:]}），已拒收"
    return FileRefused("PDF_IS_ACTIVE", message, PRINT_AGAIN)


def _unpacked(stream: bytes, limits: PdfLimits) -> bytes:
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(stream, limits.unpacked_bytes)
    except zlib.error as error:
        raise FileRefused("PDF_DAMAGED", "PDF 文件已损坏，无法打开", "请重新生成后上传") from error
    if unpacker.unconsumed_tail:
        raise _unusual("展开后异常巨大")
    return found


def _named(part: bytes) -> bytes:
    """Names as they are meant: `/J#61vaScript` is /JavaScript."""
    return ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), part)


def _judge_names(part: bytes) -> None:
    """Refuse what acts.  To open at a certain page is no act."""
    for opening in ONLY_SHOWS.findall(part):
        if not HARMLESS_OPENING.search(opening):
            part = part.replace(opening, b"")
    found = ACTIVE_NAME.search(part)
    if found is not None:
        raise _is_active(found[0])
