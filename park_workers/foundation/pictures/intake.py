"""A picture as people took it becomes one of ours: decoded in a limited child process, drawn anew, with words across it.

What is kept never holds a byte of what came: no EXIF, no place, no hidden part (the child copies pixels and nothing else).  A PDF
becomes pictures of its pages in the same way: no author, no text beneath a picture, nothing that acts.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pictures import child
from park_workers.foundation.pictures.judgement import DEFAULT_LIMITS, TAKE_AGAIN, PictureLimits, judge_picture

CHILD = Path(__file__).with_name("child.py")
FONT = Path(__file__).resolve().parent.parent / "fonts" / "NotoSansSC-Regular.ttf"
WALL_SECONDS = 30
MOST_PAGES = 40
REFUSALS = {
    "PICTURE_TOO_LARGE": ("照片的像素太多", "请调低相机分辨率后重拍"),
    "PICTURE_TOO_SMALL": ("照片太小，看不清文字", "请靠近证件重新拍照"),
    "PICTURE_MOVES": ("这是动图，不是照片", TAKE_AGAIN),
    "PICTURE_DAMAGED": ("照片已损坏，无法打开", TAKE_AGAIN),
    "PDF_TOO_LONG": (f"PDF 没有页面，或超过 {MOST_PAGES} 页", "请只保留需要的页，或分成几份上传"),
    "PDF_TOO_LARGE": ("PDF 的页面展开后过大", "请降低图片清晰度后重新生成"),
    "PDF_DAMAGED": ("PDF 文件已损坏，无法打开", "请重新生成后上传"),
}


@dataclass(frozen=True)
class CleanPicture:
    """Two JPEGs of the same pixels: `plain` to be read at once, `marked` to be kept."""

    plain: bytes
    marked: bytes
    width: int
    height: int


def clean_picture(content: bytes, *, watermark: str, limits: PictureLimits = DEFAULT_LIMITS) -> CleanPicture:
    """Judge, decode, draw anew, mark; raises FileRefused with what is wrong and what to do."""
    about, pictures = _by_child(content, limits, task="clean", watermark=watermark)
    return CleanPicture(pictures[: about["plain"]], pictures[about["plain"] :], about["width"], about["height"])


def mark_picture(content: bytes, *, watermark: str) -> bytes:
    """A picture that we keep plain, drawn anew before, as a JPEG with words across it; here, since it is our own."""
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        return child.jpeg(child.watermarked(picture.convert("RGB"), watermark, str(FONT)))


def draw_pages(content: bytes, *, watermark: str = "") -> bytes:
    """A PDF of pictures of a PDF's pages, with words across each; raises FileRefused.  Judge what came first (`clean_pdf`)."""
    return _done(content, {"task": "pages", "pages": MOST_PAGES, "watermark": watermark}, broken="PDF_DAMAGED")[1]


def read_codes(content: bytes, *, limits: PictureLimits = DEFAULT_LIMITS) -> list[str]:
    """Texts of the QR codes on a picture; raises FileRefused as above."""
    about, _ = _by_child(content, limits, task="codes")
    found: list[str] = about["codes"]
    return found


def _by_child(content: bytes, limits: PictureLimits, **task: str) -> tuple[dict[str, Any], bytes]:
    return _done(content, asdict(limits) | task | {"kind": judge_picture(content, limits)}, broken="PICTURE_DAMAGED")


def _done(content: bytes, order: dict[str, Any], *, broken: str) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-I", str(CHILD), json.dumps(order | {"font": str(FONT)})]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
    try:
        child = subprocess.run(
            command, input=content, capture_output=True, timeout=WALL_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(broken) from error
    if child.returncode != 0:
        raise _refusal(broken)
    line, _, rest = child.stdout.partition(b"\n")
    about: dict[str, Any] = json.loads(line)
    if "refused" in about:
        raise _refusal(about["refused"])
    return about, rest


def _refusal(code: str) -> FileRefused:
    message, fix = REFUSALS[code]
    return FileRefused(code, message, fix)
