"""Judge a workbook by its content before any library opens it.

A refusal says what the file is and how to get one we can take.  Members are inflated in a stream and counted, so that
a bomb costs neither memory nor more than a moment.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from park_workers.foundation.errors import Explained

CHUNK = 1 << 16
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.S)
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.I)
HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)
SAVE_AS = "请用 WPS 或 Excel 打开后“另存为”普通的 .xlsx 工作簿，再上传"


@dataclass(frozen=True)
class FileLimits:
    """What a file may be at most."""

    bytes: int = 20 * 1024 * 1024
    inflated_bytes: int = 200 * 1024 * 1024
    #: inflated to packed bytes of a whole file above a floor; honest sheets stay below 60
    ratio: int = 150
    ratio_floor_bytes: int = 20 * 1024 * 1024
    members: int = 2_000
    rows: int = 200_000
    columns: int = 200


DEFAULT_LIMITS = FileLimits()


class FileRefused(Explained, Exception):
    """The file as a whole is not taken: what it is, and what to do."""

    def __init__(self, code: str, message: str, fix: str = SAVE_AS) -> None:
        super().__init__(f"{message}。{fix}")
        self.code, self.message, self.fix = code, message, fix


def judge_workbook(content: bytes, limits: FileLimits = DEFAULT_LIMITS) -> None:
    """Raise FileRefused unless `content` is an ordinary .xlsx within the limits."""
    if not content:
        raise FileRefused("FILE_EMPTY", "文件是空的", "请确认文件已保存后重新上传")
    if len(content) > limits.bytes:
        size = f"{len(content) / 1048576:.1f}"
        raise FileRefused("FILE_TOO_LARGE", f"文件有 {size} MB，超过 {limits.bytes // 1048576} MB", "请拆成几份上传")
    _judge_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _judge_members(archive, content, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("FILE_DAMAGED", "文件已损坏，无法打开", "请重新保存后上传") from error


def _judge_kind(content: bytes) -> None:
    if content.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileRefused("FILE_ENCRYPTED", "工作簿设有打开密码", "请去掉密码后重新上传")
        raise FileRefused("FILE_OLD_XLS", "这是旧版 .xls 文件（改扩展名并不会改变格式）")
    if not content.startswith(b"PK\x03\x04"):
        start = content[:512].lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
            raise FileRefused("FILE_IS_WEB_PAGE", "这是网页或 XML 文件，不是 Excel 工作簿")
        if start.startswith(b"%pdf"):
            raise FileRefused("FILE_IS_PDF", "这是 PDF 文件，不是 Excel 工作簿", "请上传原始的 .xlsx 工作簿")
        raise FileRefused("FILE_NOT_XLSX", "不是 .xlsx 工作簿（可能是文本或 CSV 文件）")


def _judge_members(archive: zipfile.ZipFile, content: bytes, limits: FileLimits) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > limits.members:
        raise FileRefused("FILE_TOO_MANY_PARTS", f"文件内部有 {len(members)} 个部件，超过 {limits.members} 个")
    if len(set(names)) != len(names):
        raise FileRefused("FILE_DUPLICATE_PARTS", "文件内部有重名部件，可能被篡改")
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name for name in names):
        raise FileRefused("FILE_BAD_PATHS", "文件内部的路径不正常，可能被篡改")
    lower = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise FileRefused("FILE_HAS_MACROS", "工作簿含有宏", "请“另存为”不含宏的 .xlsx 工作簿后上传")
    if any("/externallinks/" in name for name in lower):
        raise FileRefused(
            "FILE_EXTERNAL_LINK", "工作簿引用了其他文件中的数据", "请在“数据—编辑链接”中断开链接（或粘贴为数值）后上传"
        )
    if any("/embeddings/" in name or "/activex/" in name for name in lower):
        raise FileRefused("FILE_EMBEDDED_OBJECT", "工作簿内嵌了其他文件或控件", "请删除嵌入对象后上传")
    if "[content_types].xml" not in lower or not any(name.startswith("xl/worksheets/") for name in lower):
        raise FileRefused("FILE_NOT_XLSX", "这是压缩包，不是 .xlsx 工作簿")
    inflated = 0
    for member in members:
        if member.flag_bits & 0x1:
            raise FileRefused("FILE_ENCRYPTED", "文件内部已加密", "请去掉密码后重新上传")
        inflated = _inflate(archive, member, inflated, len(content), limits)


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inflated: int, packed: int, limits: FileLimits) -> int:
    """Count real bytes; look at XML parts for document types and outside relations as they pass by."""
    name = member.filename.lower()
    is_xml = name.endswith((".xml", ".rels", ".vml"))
    kept = bytearray()
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            inflated += len(chunk)
            over_ratio = inflated > limits.ratio_floor_bytes and inflated > packed * limits.ratio
            if inflated > limits.inflated_bytes or over_ratio:
                raise FileRefused(
                    "FILE_BOMB", "文件展开后异常巨大，已拒收", "请删除多余的空行、空列后另存为新文件再上传"
                )
            if is_xml and DOCTYPE.search(tail + chunk):
                raise FileRefused("FILE_HAS_DTD", "文件内部含有不允许的文档类型声明")
            tail = chunk[-16:]
            if name.endswith(".rels") or name == "[content_types].xml":
                kept += chunk
    if name == "[content_types].xml" and b"macroenabled" in bytes(kept).lower():
        raise FileRefused("FILE_HAS_MACROS", "工作簿含有宏", "请“另存为”不含宏的 .xlsx 工作簿后上传")
    for relation in RELATION.findall(bytes(kept)) if name.endswith(".rels") else ():
        # A hyperlink in a cell is only text to us and is never followed; any other outside relation is refused.
        if EXTERNAL.search(relation) and not HYPERLINK.search(relation):
            raise FileRefused(
                "FILE_EXTERNAL_LINK",
                "工作簿引用了外部文件或网址",
                "请在“数据—编辑链接”中断开链接（或粘贴为数值）后上传",
            )
    return inflated
