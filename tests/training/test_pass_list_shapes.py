"""Pass lists as bases really write them: merged cells, headers of two rows, several sheets, units, totals, any way of writing a day."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.spreadsheets import mark_copy
from park_workers.models import Upload
from park_workers.services.uploads import confirm_upload, receive_upload
from tests.conftest import Cast
from tests.park_workers.files import findings, give
from tests.park_workers.numbers import id_number
from tests.training.lists import DAY, certificate
from training.models import Assessment, Enrolment

pytestmark = pytest.mark.django_db
UPPER = (
    "序号",
    "班次",
    "工种",
    "级别",
    "培训时间",
    None,
    "姓名",
    "身份证号",
    "学时",
    None,
    "成绩",
    None,
    "结论",
    "证书编号",
    "发证日期",
)
LOWER = (
    None,
    None,
    None,
    None,
    "开班日期",
    "结业日期",
    None,
    None,
    "计划学时",
    "实到学时",
    "理论",
    "实操",
    None,
    None,
    None,
)


def person(
    n: int, *rest: Any, the_class: tuple[Any, ...] = ("1-平车", "平车", "五级", "2023.2.6", "2023年2月17日")
) -> list[Any]:
    """A row: serial, class, name, number, then what is given."""
    return [n, *the_class, f"学员{'甲乙丙丁'[n - 1]}", id_number(900 + n), *rest]


def ugly(page: Worksheet) -> None:
    """A title, a header of two rows, class facts merged down, units, words for nothing, the header again, a total, signatures."""
    page.append(["一号基地 2023 年第一期培训考核合格名单"])
    page.append(UPPER)
    page.append(LOWER)
    page.append(person(1, "40学时", "４０", "80分", 85.0, "合格", certificate(1), 44994))
    blank = (None,) * 5
    page.append(person(2, 40, 38, "缺考", "/", "缺 考", None, None, the_class=blank))
    page.append(LOWER)
    page.append(person(3, 40, "40节", " 60 ", "61", "及格", f" {certificate(3).lower()}", "20230309", the_class=blank))
    page.append(["合计", None, None, None, None, None, "3人"])
    page.append(["制表人：何培", None, "审核人："])
    page.merge_cells("A1:O1")
    for column in "BCDEF":
        page.merge_cells(f"{column}4:{column}7")


def content_of(*draw: Callable[[Worksheet], None]) -> bytes:
    """A workbook with a sheet for each drawing."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for n, one in enumerate(draw, 1):
        one(book.create_sheet(f"第{n}班"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_ugly_list_goes_in_as_it_is_meant(cast: Cast) -> None:
    upload = give(cast.base_clerk, "pass_list", content_of(ugly), DAY, confirmed_by=cast.clerk)
    assert (upload.status, upload.rows, findings(upload)) == ("applied", 3, [])
    assert any("合并单元格" in note for note in upload.result["preview"]["notes"])
    seats = Enrolment.objects.order_by("pk").values_list("training_class__number", "attended_hours")
    assert list(seats) == [("1-平车", 40), ("1-平车", 38), ("1-平车", 40)]
    marks = Assessment.objects.order_by("pk").values_list("theory_score", "practice_score", "verdict")
    assert list(marks) == [(80, 85, "合格"), (None, None, "缺考"), (60, 61, "合格")]


def test_the_marked_copy_of_an_ugly_list_names_the_cell(cast: Cast) -> None:
    def wrong(page: Worksheet) -> None:
        ugly(page)
        page["H5"] = id_number(902)[:17] + "A"

    content = content_of(wrong)
    upload = give(cast.base_clerk, "pass_list", content, DAY, confirmed_by=cast.clerk)
    assert findings(upload) == [(5, "H", "ID_CHARACTERS", "error")]
    assert mark_copy(content, list(upload.issues.all()), header_row=upload.header_row)  # type: ignore[attr-defined]


def test_a_second_sheet_with_a_list_is_asked_about_and_never_dropped_silently(cast: Cast) -> None:
    upload = give_unconfirmed(cast, content_of(ugly, ugly))
    (question,) = upload.result["preview"]["questions"]
    assert question.startswith("工作表“第2班”也有 3 行同样的名单，没有读取")
    with pytest.raises(RuleViolation, match="第2班"):
        confirm_upload(actor=cast.clerk, upload=upload, day=DAY)
    assert confirm_upload(actor=cast.clerk, upload=upload, day=DAY, without_hidden_sheets=True).status == "confirmed"


def give_unconfirmed(cast: Cast, content: bytes) -> Upload:
    """The list as checked."""
    upload = receive_upload(actor=cast.base_clerk, sheet_kind="pass_list", content=content, name="名单.xlsx", day=DAY)
    upload.refresh_from_db()
    return upload
