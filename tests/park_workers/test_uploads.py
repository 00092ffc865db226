"""A file goes in once: the same again is the same upload, a second click does nothing, good rows are never lost (I9)."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Employment, Upload, Worker
from park_workers.services import uploads
from park_workers.services.upload_repairs import Repair, list_repairs
from park_workers.services.uploads import (
    confirm_upload,
    receive_upload,
    withdraw_upload,
    write_marked_copy,
)
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, roster
from tests.park_workers.files import findings, give, staff
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)
LINES = [staff(f"员工{n}", id_number(n), HIRED) for n in range(901, 905)]


def received(cast: Cast, content: bytes, name: str = "花名册.xlsx") -> Upload:
    upload = receive_upload(actor=cast.hr, sheet_kind="roster", content=content, name=name, day=DAY)
    upload.refresh_from_db()
    return upload


def re_saved(content: bytes) -> bytes:
    out = io.BytesIO()
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0].column_dimensions["A"].width = 30
    book.save(out)
    return out.getvalue()


def with_hidden_sheet(content: bytes) -> bytes:
    out = io.BytesIO()
    book = load_workbook(io.BytesIO(content))
    hidden = book.create_sheet("旧名单")
    hidden.append(["李四", id_number(902)])
    hidden.sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


def test_a_hidden_sheet_with_content_is_asked_about_before_anything_goes_in(cast: Cast) -> None:
    upload = received(cast, with_hidden_sheet(roster(*LINES)))
    with pytest.raises(RuleViolation, match="隐藏的工作表“旧名单”有 1 行内容"):
        confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    assert not Employment.objects.exists()
    confirm_upload(actor=cast.hr, upload=upload, day=DAY, without_hidden_sheets=True)
    assert Employment.objects.count() == 4


def test_repairs_can_be_looked_at_old_beside_new_and_are_kept_nowhere(cast: Cast) -> None:
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in id_number(901))
    upload = received(cast, roster(staff("张　三", full_width, HIRED), *LINES[1:]))
    found = list_repairs(actor=cast.hr, upload=upload, most=50)
    assert Repair(2, "B", "证件号码", full_width, id_number(901)) in found
    assert full_width not in str(upload.result) and id_number(901) not in str(upload.result)
    with pytest.raises(PermissionRefused):
        list_repairs(actor=cast.hr_beta, upload=upload, most=50)


def test_nothing_is_written_before_a_person_confirms(cast: Cast) -> None:
    upload = received(cast, roster(*LINES))
    assert (upload.status, upload.rows, upload.accepted, upload.refused) == ("checked", 4, 4, 0)
    assert not Worker.objects.exists() and not Employment.objects.exists()


def test_a_single_bad_row_leaves_the_good_rows(cast: Cast) -> None:
    upload = give(cast.hr, "roster", roster(*LINES, staff("坏行", id_number(905)[:-1], HIRED)), DAY)
    assert (upload.rows, upload.accepted, upload.refused) == (5, 4, 1)
    assert findings(upload) == [(6, "B", "ID_LENGTH", "error")]
    assert Employment.objects.count() == 4


def test_the_same_file_twice_is_the_same_upload_whatever_its_name(cast: Cast) -> None:
    content = roster(*LINES)
    first = received(cast, content)
    assert received(cast, content, "改名.xlsx") == first
    assert Upload.objects.count() == 1 and AuditEvent.objects.filter(code="upload.received").count() == 1


@pytest.mark.parametrize("again", [lambda: re_saved(roster(*LINES)), lambda: roster(*reversed(LINES))])
def test_a_re_saved_or_shuffled_file_says_nothing_new(again: Any, cast: Cast) -> None:
    give(cast.hr, "roster", roster(*LINES), DAY)
    before = list(Employment.objects.order_by("pk").values()) + list(Worker.objects.order_by("pk").values())
    second = give(cast.hr, "roster", again(), DAY)
    assert second.status == "applied" and second.result["new"] == 0
    assert before == list(Employment.objects.order_by("pk").values()) + list(Worker.objects.order_by("pk").values())


def test_a_second_confirm_click_does_nothing(cast: Cast) -> None:
    upload = received(cast, roster(*LINES))
    stale = Upload.objects.get(pk=upload.pk)
    confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    for copy in (stale, Upload.objects.get(pk=upload.pk)):
        with pytest.raises(TransitionRefused):
            confirm_upload(actor=cast.hr, upload=copy, day=DAY)
    assert Employment.objects.count() == 4
    assert AuditEvent.objects.filter(code__in=("upload.confirm", "upload.apply")).count() == 2


def test_a_file_without_a_good_row_cannot_be_confirmed(cast: Cast) -> None:
    upload = received(cast, roster(staff("坏行", "1", HIRED)))
    with pytest.raises(RuleViolation) as refusal:
        confirm_upload(actor=cast.hr, upload=upload, day=DAY)
    assert refusal.value.code == "NOTHING_TO_IMPORT"


def test_a_withdrawn_file_may_come_again_and_an_applied_one_is_not_taken_back(cast: Cast) -> None:
    first = received(cast, roster(*LINES))
    withdraw_upload(actor=cast.hr, upload=first, reason="传错")
    second = give(cast.hr, "roster", roster(*LINES), DAY)
    assert second != first and second.status == "applied"
    with pytest.raises(TransitionRefused):
        withdraw_upload(actor=cast.hr, upload=second, reason="传错")


def test_another_firm_neither_sees_confirms_withdraws_nor_gives_in_its_name(cast: Cast) -> None:
    upload = received(cast, roster(*LINES))
    assert not Upload.objects.visible_to(cast.hr_beta).exists()
    for refused in (
        lambda: confirm_upload(actor=cast.hr_beta, upload=upload, day=DAY),
        lambda: withdraw_upload(actor=cast.hr_beta, upload=upload, reason="x"),
        lambda: write_marked_copy(actor=cast.hr_beta, upload=upload),
        lambda: receive_upload(
            actor=cast.hr_beta,
            sheet_kind="roster",
            content=roster(),
            name="a",
            day=DAY,
            organisation=cast.alpha.organisation,
        ),
        lambda: receive_upload(actor=cast.auditor, sheet_kind="roster", content=roster(), name="a", day=DAY),
    ):
        with pytest.raises(PermissionRefused):
            refused()
    assert Upload.objects.get().status == "checked"


def test_an_upload_that_could_not_be_recorded_leaves_no_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(Path(settings.FILES_DIR).rglob("*.*"))

    def lose(**_: Any) -> None:
        raise IntegrityError("same_file_is_same_upload")

    monkeypatch.setattr(uploads, "enqueue", lose)
    with pytest.raises(IntegrityError):
        received(cast, roster(*LINES))
    assert set(Path(settings.FILES_DIR).rglob("*.*")) == before and not Upload.objects.exists()


def test_a_file_given_before_its_time_is_judged_anew_when_it_is_given_again(cast: Cast) -> None:
    content = roster(*LINES, staff("早报", id_number(905), date(2023, 5, 20)))
    early = received(cast, content)
    assert (early.accepted, early.refused) == (4, 1)
    again = receive_upload(
        actor=cast.hr, sheet_kind="roster", content=content, name="花名册.xlsx", day=date(2023, 5, 21)
    )
    early.refresh_from_db()
    again.refresh_from_db()
    assert (early.status, again.status, again.accepted, again.refused) == ("withdrawn", "checked", 5, 0)


def test_lines_refused_in_an_imported_file_go_in_with_the_same_file_once_they_are_good(cast: Cast) -> None:
    content = roster(*LINES, staff("早报", id_number(905), date(2023, 5, 20)))
    first = give(cast.hr, "roster", content, DAY)
    assert (first.status, first.refused) == ("applied", 1)
    second = give(cast.hr, "roster", content, date(2023, 5, 21))
    assert second.pk != first.pk and (second.result["new"], second.result["unchanged"]) == (1, 4)
    assert give(cast.hr, "roster", content, date(2023, 5, 22)).pk == second.pk
    assert Employment.objects.count() == 5
