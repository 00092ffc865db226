"""A hostile or broken file is refused with what it is and what to do, at once, and leaves nothing behind."""

from __future__ import annotations

import io
import re
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.file_judgement import OLE_MAGIC, FileLimits, FileRefused, judge_workbook
from park_workers.foundation.files import StoredFile
from park_workers.foundation.jobs import Job
from park_workers.foundation.spreadsheets import read_sheet
from park_workers.models import Upload
from park_workers.services.uploads import receive_upload
from park_workers.sheets.roster import SHEET
from tests.conftest import Cast
from tests.foundation.workbooks import edited, grid, repacked, roster, with_parts
from tests.park_workers.files import ROSTER_HEADER

DAY = date(2023, 5, 4)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
OUTSIDE = b'<Relationship Id="r9" Type="http://x/%s" Target="http://evil.example/a" TargetMode="External"/>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


def bomb() -> bytes:
    """200 MB of zeros in a workbook of about 200 KB."""
    return with_parts(roster(), xl__media__a=b"\0" * (200 * 1024 * 1024))


def relation(kind: bytes) -> bytes:
    return added("xl/worksheets/_rels/sheet1.xml.rels", RELATIONS % (OUTSIDE % kind))


def added(name: str, part: bytes = b"x") -> bytes:
    return repacked(roster(), lambda _, content: content, {name: part})


def encrypted_member() -> bytes:
    content = bytearray(roster())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def renamed_member(name: bytes) -> bytes:
    return added("a" * len(name)).replace(b"a" * len(name), name)


def macro_type(name: str, part: bytes) -> bytes:
    return part.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml") if name == "[Content_Types].xml" else part


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("合同.txt", "x")
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb of 200 MB": (bomb, "FILE_BOMB"),
    "an old .xls under a new name": (lambda: OLE_MAGIC + b"\0" * 4096, "FILE_OLD_XLS"),
    "a workbook with a password": (
        lambda: OLE_MAGIC + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512, "FILE_ENCRYPTED",
    ),
    "a part with a password": (encrypted_member, "FILE_ENCRYPTED"),
    "a .csv under a new name": (lambda: "姓名,证件号码\n张三,4418".encode("gb18030"), "FILE_NOT_XLSX"),
    "a web page called .xls": (lambda: b"<html><table><tr><td>1", "FILE_IS_WEB_PAGE"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "FILE_IS_PDF"),
    "any zip": (plain_zip, "FILE_NOT_XLSX"),
    "an empty file": (lambda: b"", "FILE_EMPTY"),
    "half a file": (lambda: roster()[:2000], "FILE_DAMAGED"),
    "a file with a hole": (lambda: roster().replace(b"PK\x01\x02", b"\0\0\0\0"), "FILE_DAMAGED"),
    "macros": (lambda: added("xl/vbaProject.bin"), "FILE_HAS_MACROS"),
    "macros by type": (lambda: repacked(roster(), macro_type), "FILE_HAS_MACROS"),
    "another workbook": (lambda: added("xl/externalLinks/externalLink1.xml"), "FILE_EXTERNAL_LINK"),
    "a relation that leads outside": (lambda: relation(b"oleObject"), "FILE_EXTERNAL_LINK"),
    "a picture from the web": (lambda: relation(b"image"), "FILE_EXTERNAL_LINK"),
    "an embedded file": (lambda: added("xl/embeddings/oleObject1.bin"), "FILE_EMBEDDED_OBJECT"),
    "a control": (lambda: added("xl/activeX/activeX1.xml"), "FILE_EMBEDDED_OBJECT"),
    "a document type with an entity": (lambda: added("xl/worksheets/sheet2.xml", ENTITY), "FILE_HAS_DTD"),
    "an entity across two reads": (
        lambda: added("xl/a.xml", b" " * (65536 - 5) + b"<!DOCTYPE x>"), "FILE_HAS_DTD",
    ),
    "a path out of the folder": (lambda: added("xl/../../etc/passwd"), "FILE_BAD_PATHS"),
    "a path from the root": (lambda: added("/etc/passwd"), "FILE_BAD_PATHS"),
    "two parts of one name": (lambda: renamed_member(b"xl/workbook.xml"), "FILE_DUPLICATE_PARTS"),
    "thousands of parts": (
        lambda: repacked(roster(), lambda _, p: p, {f"xl/{n}": b"" for n in range(2001)}), "FILE_TOO_MANY_PARTS",
    ),
    "more than 20 MB": (lambda: b"PK\x03\x04" + b"\0" * (20 * 1024 * 1024), "FILE_TOO_LARGE"),
}  # fmt: skip


def kept_files() -> set[Path]:
    return set(Path(settings.FILES_DIR).rglob("*.*"))


def peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_at_the_door_and_nothing_is_kept(what: str, cast: Cast) -> None:
    make, code = HOSTILE[what]
    content, before, events = make(), kept_files(), AuditEvent.objects.count()
    peak, begun = peak_megabytes(), time.perf_counter()
    with pytest.raises(FileRefused) as refusal:
        receive_upload(actor=cast.hr, sheet_kind="roster", content=content, name="花名册.xlsx", day=DAY)
    assert time.perf_counter() - begun < 5
    assert peak_megabytes() - peak < 50
    assert refusal.value.code == code
    assert CHINESE.search(refusal.value.message) and CHINESE.search(refusal.value.fix)
    assert not Upload.objects.exists() and not StoredFile.objects.exists() and not Job.objects.exists()
    assert (kept_files(), AuditEvent.objects.count()) == (before, events)


def test_a_link_in_a_cell_is_only_text_and_never_followed() -> None:
    judge_workbook(relation(b"hyperlink"))


def shared_text(length: int, times: int) -> bytes:
    """One long text that many cells share: the file stays small."""
    content = grid([ROSTER_HEADER, *[["SHARED"]] * times])
    return repacked(content, lambda name, part: part.replace(b"SHARED", "字".encode() * length))


TOO_MUCH: dict[str, tuple[Callable[[], bytes], str]] = {
    "one huge text": (lambda: shared_text(1_000_000, 1), "FILE_CELL_TOO_LONG"),
    "one huge text in hundreds of cells": (lambda: shared_text(500_000, 100), "FILE_CELL_TOO_LONG"),
    "a long text in thousands of cells": (lambda: shared_text(30_000, 3_000), "FILE_BOMB"),
    "too many columns": (lambda: edited(roster(), lambda b: b.active.cell(1, 300, "x")), "FILE_TOO_MANY_CELLS"),
    "a cell at the far end": (lambda: edited(roster(), lambda b: b.active.cell(1048576, 16384, "x")), "FILE_DAMAGED"),
    "no sheet inside": (lambda: repacked(roster(), lambda n, p: b"<a/>" if "/sheet1" in n else p), "HEADER_NOT_FOUND"),
    "a broken sheet": (lambda: repacked(roster(), lambda n, p: p[:300] if "/sheet1" in n else p), "FILE_DAMAGED"),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_only_reading_shows_costs_this_process_no_memory(what: str) -> None:
    make, code = TOO_MUCH[what]
    content = make()
    peak, begun = peak_megabytes(), time.perf_counter()
    with pytest.raises(FileRefused) as refusal:
        read_sheet(SHEET, content)
    assert refusal.value.code == code
    assert time.perf_counter() - begun < 20
    assert peak_megabytes() - peak < 50


def test_too_many_rows_are_refused_with_the_limit() -> None:
    with pytest.raises(FileRefused, match="超过 50 行") as refusal:
        read_sheet(SHEET, grid([ROSTER_HEADER, *[["张三"]] * 60]), FileLimits(rows=50))
    assert refusal.value.code == "FILE_TOO_MANY_CELLS" and "拆成几份" in refusal.value.fix


def test_a_file_refused_after_reading_leaves_its_reason_and_no_content(cast: Cast) -> None:
    before = kept_files()
    upload = receive_upload(
        actor=cast.hr, sheet_kind="roster", content=grid([["甲", "乙"], ["1", "2"]]), name="别的表.xlsx", day=DAY
    )
    upload.refresh_from_db()
    assert upload.status == "refused"
    assert set(upload.refusal) == {"code", "message", "fix"} and "缺少" in upload.refusal["message"]
    assert kept_files() == before


def test_a_formula_is_only_its_last_value_and_one_never_calculated_is_refused() -> None:
    asked = edited(roster(), lambda book: book.active.cell(2, 1, '=WEBSERVICE("http://evil.example")'))
    reading = read_sheet(SHEET, asked)
    assert [(i.code, i.column) for i in reading.clean(reading.rows[0]).issues] == [("CELL_UNREADABLE", "A")]
    known = repacked(asked, lambda _, part: part.replace(b"<v></v>", b"<v>x</v>").replace(b"<v />", b"<v>x</v>"))
    reading = read_sheet(SHEET, known)
    assert reading.clean(reading.rows[0]).values["name"] == "x"
