"""A file is read once: its cleaned rows wait sealed beside it, and what is confirmed is judged from them against what then stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from park_workers.models import Employment, Upload, Worker
from park_workers.services import rows_read
from park_workers.services.imports import import_for
from park_workers.services.rows_read import kept_rows, read_rows
from park_workers.services.uploads import confirm_upload, receive_upload, withdraw_upload
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, roster
from tests.park_workers.files import findings, give, staff, workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import DAY as LIST_DAY
from tests.training.lists import PASS_HEADER, passed

DAY = date(2023, 5, 4)
SHEET = import_for("roster").sheet
LINES = [
    staff("张　三", "".join(chr(ord(c) + 0xFEE0) for c in id_number(901)), HIRED),
    staff("李四", id_number(902), HIRED, 手机号码="12"),
    staff("王五", id_number(903)[:-1], HIRED),
]


def received(cast: Cast) -> Upload:
    upload = receive_upload(actor=cast.hr, sheet_kind="roster", content=roster(*LINES), name="花名册.xlsx", day=DAY)
    upload.refresh_from_db()
    return upload


def beside(upload: Upload) -> bool:
    return upload.file.path.with_suffix(".rows").exists()


def unread(*_: Any, **__: Any) -> Any:
    raise AssertionError("the file is read a second time")


def test_kept_rows_are_those_that_were_read(cast: Cast) -> None:
    upload = received(cast)
    read, kept = read_rows(SHEET, upload.file), kept_rows(SHEET, upload.file)
    assert kept is not None and len(kept.good) == 2 and len(kept.bad) == 1
    for mine, theirs in ((read.good, kept.good), (read.bad, kept.bad)):
        assert [(r.number, r.values, r.left_out) for r in mine] == [(r.number, r.values, r.left_out) for r in theirs]
    assert kept.good[1].left_out == {"phone": "12"} and kept.repairs == {"name": 1, "id_number": 1}
    assert (kept.count, kept.issues, kept.repairs, kept.content) == (
        read.count,
        read.issues,
        read.repairs,
        read.content,
    )
    assert kept.reading == read.reading


def test_confirming_reads_no_file_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = received(cast)
    monkeypatch.setattr(rows_read, "read_sheet", unread)
    confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    assert Upload.objects.get().status == "applied" and Employment.objects.count() == 2
    assert {worker.name for worker in Worker.objects.all()} == {"张三", "李四"}


def test_what_has_changed_meanwhile_is_found_from_kept_rows_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = received(cast)
    give(cast.hr, "roster", roster(staff("李四", id_number(902), date(2022, 1, 3))), DAY)
    monkeypatch.setattr(rows_read, "read_sheet", unread)
    confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    upload.refresh_from_db()
    assert upload.status == "checked" and upload.result["drift"] == {"appeared": 1, "gone": 0}
    assert (3, "EMPLOYMENT_SPANS_OVERLAP") in {(row, code) for row, _, code, _ in findings(upload)}


def lose(upload: Upload, _: pytest.MonkeyPatch) -> None:
    upload.file.forget_beside("rows")


def alter(upload: Upload, _: pytest.MonkeyPatch) -> None:
    path = upload.file.path.with_suffix(".rows")
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def be_of_another_release(_: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_read, "_code_read", lambda: "other")


@pytest.mark.parametrize("harm", [lose, alter, be_of_another_release])
def test_where_there_are_no_such_rows_the_file_is_read(
    harm: Callable[[Upload, pytest.MonkeyPatch], None], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    upload = received(cast)
    harm(upload, monkeypatch)
    assert kept_rows(SHEET, upload.file) is None
    confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    assert Upload.objects.get().status == "applied" and Employment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_rows_go_once_the_file_is_imported_or_withdrawn(committed_cast: Cast) -> None:
    first = received(committed_cast)
    assert beside(first)
    withdraw_upload(actor=committed_cast.hr, upload=first, reason="传错")
    assert not beside(first)
    second = received(committed_cast)
    assert beside(second)
    confirm_upload(actor=committed_cast.hr, upload=second, day=DAY)
    assert Upload.objects.get(pk=second.pk).status == "applied" and not beside(second)


def test_a_number_of_another_scheme_is_kept_as_written(cast: Cast) -> None:
    content = workbook(PASS_HEADER, [passed(1, 证书编号="粤职-2023-17")])
    give(cast.base_clerk, "pass_list", content, LIST_DAY, confirmed_by=cast.clerk)
    upload = Upload.objects.get()
    read = read_rows(import_for("pass_list").sheet, upload.file)
    assert read.good[0].left_out == {"certificate_number": "粤职-2023-17"}
