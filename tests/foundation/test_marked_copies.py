"""The file that comes back is the user's own: wrong cells red, a comment on each, a last column 错误原因, nothing live."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from park_workers.foundation.spreadsheets import FileRefused, Issue, mark_copy
from park_workers.services.uploads import write_marked_copy
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, edited, grid, only_page, repacked, roster
from tests.park_workers.files import ROSTER_HEADER, give, staff
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)


def wrong(row: int, column: str = "B", **more: Any) -> Issue:
    return Issue("Sheet1", row, column, "证件号码", "ID_CHECKSUM", "校验位不正确", "请核对", **more)


def test_the_users_own_rows_come_back_with_what_is_wrong(cast: Cast) -> None:
    rows = [
        staff("张三", id_number(901), HIRED),
        staff("李四", id_number(902)[:-1], HIRED),
        staff("王五", id_number(903), HIRED),
    ]
    upload = give(cast.hr, "roster", roster(*rows), DAY)
    page = only_page(write_marked_copy(actor=cast.hr, upload=upload))
    assert [cell.value for cell in page[1]] == [*ROSTER_HEADER, "错误原因"]
    assert [row[0].value for row in page.iter_rows(min_row=2)] == ["张三", "李四", "王五"]
    assert page["B3"].fill.fgColor.rgb.endswith("FFC7CE") and page["B3"].value == id_number(902)[:-1]
    assert page["B3"].comment is not None and "18位" in page["B3"].comment.text
    assert "应为18位" in page.cell(3, len(ROSTER_HEADER) + 1).value
    assert page["B2"].comment is None and page.cell(2, len(ROSTER_HEADER) + 1).value is None


def test_a_warning_is_amber_and_two_findings_of_a_row_stand_together() -> None:
    page = only_page(mark_copy(roster(), [wrong(2), wrong(2, "A", severity="warning")]))
    assert page["A2"].fill.fgColor.rgb.endswith("FFEB9C")
    assert page.cell(2, len(ROSTER_HEADER) + 1).value.count("校验位不正确。请核对") == 2


def test_marking_a_marked_copy_again_uses_the_same_last_column() -> None:
    page = only_page(mark_copy(mark_copy(roster(), [wrong(2)]), [wrong(2, "C")]))
    assert [cell.value for cell in page[1]].count("错误原因") == 1


def test_merged_cells_part_so_that_each_row_can_be_marked() -> None:
    def merge(book: Workbook) -> None:
        page = book.worksheets[0]
        assert isinstance(page, Worksheet)
        page.merge_cells("B2:B3")

    content = edited(roster(*[staff(name, id_number(901), HIRED) for name in ("张三", "李四")]), merge)
    page = only_page(mark_copy(content, [wrong(3)]))
    assert page["B3"].comment is not None and not page.merged_cells.ranges


def test_no_formula_of_the_sender_is_live_in_the_copy() -> None:
    asked = edited(roster(), lambda book: book.worksheets[0].cell(2, 1, '=HYPERLINK("http://evil.example","张三")'))
    with_value = repacked(asked, lambda _, part: part.replace(b"<v></v>", b"<v>7</v>").replace(b"<v />", b"<v>7</v>"))
    page = only_page(mark_copy(with_value, [wrong(2)]))
    assert (page["A2"].value, page["A2"].data_type) == (7, "n")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    content = grid([ROSTER_HEADER, ["=1+1", "@x"]])
    finding = Issue("Sheet1", 2, "A", "姓名", "X", "=1+1 不对", "改")
    book = load_workbook(io.BytesIO(mark_copy(content, [finding])))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert book.worksheets[0]["A2"].value == "=1+1"


def test_a_file_we_would_not_take_is_not_marked_either() -> None:
    with pytest.raises(FileRefused):
        mark_copy(b"PK\x03\x04", [])
