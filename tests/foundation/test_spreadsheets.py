"""Sheets as people really send them: found wherever the header stands, cleaned with certainty only, never guessed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets import (
    Column,
    DeclaredSheet,
    SheetReading,
    read_sheet,
    write_rows,
    write_template,
)
from park_workers.foundation.spreadsheets.cleaning import parse_date, parse_month
from park_workers.foundation.spreadsheets.declaration import TEXT_CELLS
from park_workers.services.imports import all_imports
from tests.foundation.workbooks import HIRED, edited, grid, only_page
from tests.park_workers.numbers import id_number

SHEET = DeclaredSheet(
    kind="test",
    title="人员",
    columns=(
        Column("name", "姓名", "name", aliases=("员工姓名",), required=True),
        Column("id_number", "证件号码", "id_number", aliases=("身份证号", "身份证号码", "证件号"), required=True),
        Column("phone", "手机号码", "phone", aliases=("手机",)),
        Column("hired_on", "入职日期", "date"),
        Column("is_front_line", "是否一线", "choice", choices=("是", "否"), synonyms={"√": "是"}),
    ),
)
HEADER = ["姓名", "证件号码", "手机号码", "入职日期", "是否一线"]
MAN = id_number(901)
WITH_X = next(n for order in range(1, 999) if (n := id_number(order)).endswith("X"))
ROW = ["张三", MAN, "13812345678", "2023-03-01", "是"]


def read(*rows: list[Any], **more: Any) -> SheetReading:
    return read_sheet(SHEET, grid(rows, **more))


def values(reading: SheetReading, at: int = 0) -> dict[str, Any]:
    row = reading.clean(reading.rows[at])
    assert not row.issues, row.issues
    return row.values


def codes(reading: SheetReading, at: int = 0) -> list[tuple[str, str, str]]:
    return [(i.column, i.code, i.severity) for i in reading.clean(reading.rows[at]).issues]


def test_the_header_is_found_below_titles_and_unit_lines() -> None:
    reading = read(["2023年一季度花名册"], ["填报单位：示例制衣"], [], HEADER, ROW)
    assert (reading.header_row, [row.number for row in reading.rows]) == (4, [5])
    assert values(reading) == {
        "name": "张三", "id_number": MAN, "phone": "13812345678", "hired_on": HIRED, "is_front_line": "是",
    }  # fmt: skip


def test_columns_stand_in_any_order_under_any_of_their_names() -> None:
    header = ["序号", "是否一线（填是或否）", "*身份证\n号码：", "部门", "入职日期 ", "员工姓名", "手机"]
    reading = read(header, [1, "√", MAN, "一车间", "2023.3.1", "张 三", 13812345678])
    assert values(reading) == values(read(HEADER, ROW))
    assert reading.columns["id_number"] == (2, "C", "*身份证\n号码:")
    assert reading.columns["name"][1] == "F"


def test_a_missing_column_is_named_and_so_is_what_was_recognised() -> None:
    with pytest.raises(FileRefused) as refusal:
        read(["姓名", "身份证", "手机"], ["张三", MAN, "13812345678"])
    assert refusal.value.code == "HEADER_NOT_FOUND"
    assert "缺少：证件号码" in refusal.value.message and "已认出：姓名、手机" in refusal.value.message


def test_a_header_without_rows_is_refused() -> None:
    with pytest.raises(FileRefused, match="没有数据行"):
        read(["标题"], HEADER, [None, " ", "\u3000"], ["合计", "0"])


def test_totals_signatures_and_blank_rows_are_no_data() -> None:
    reading = read(
        HEADER, ROW, [], [" ", "\u3000"], ["李四", id_number(902)], ["合 计", "2 人"], ["填表人：王五"], ["总计：2"]
    )
    assert [row.number for row in reading.rows] == [2, 5]
    assert values(reading, 1)["name"] == "李四"


def hide(book: Workbook) -> None:
    book.worksheets[0].row_dimensions[3].hidden = True
    other = book.create_sheet("旧数据")
    other.append(["李四", id_number(902)])
    other.sheet_state = "hidden"
    book.create_sheet("空表").sheet_state = "hidden"


def test_hidden_rows_are_read_and_noted_and_a_hidden_sheet_is_asked_about() -> None:
    reading = read_sheet(SHEET, edited(grid([HEADER, ROW, ["李四", id_number(902)]]), hide))
    assert [row.number for row in reading.rows] == [2, 3]
    (question,), (note,) = reading.questions, reading.notes
    assert "隐藏的工作表“旧数据”有 1 行内容，没有读取" in question and "取消隐藏" in question
    assert "1 个隐藏行，已按数据读取（第 3 行起）" in note


def test_the_sheet_with_the_header_is_found_behind_a_cover() -> None:
    def cover(book: Workbook) -> None:
        book.create_sheet("封面", 0).append(["示例制衣"])

    assert read_sheet(SHEET, edited(grid([HEADER, ROW], title="名单"), cover)).sheet_name == "名单"


@pytest.mark.parametrize(
    "written",
    [f" {WITH_X.lower()} ", "\u200b".join([WITH_X[:6], WITH_X[6:]]), f"'{WITH_X}", "Ｘ".join([WITH_X[:-1], ""])],
)
def test_certain_repairs_are_made_and_kept_as_written_and_as_read(written: str) -> None:
    reading = read(HEADER, ["张三", written])
    row = reading.clean(reading.rows[0])
    assert (row.values["id_number"], row.issues) == (WITH_X, [])
    assert row.repairs == [("id_number", written, WITH_X)]


@pytest.mark.parametrize("number", [441802199003070013, 441802199003070016.0, 441802199003070000])
def test_a_number_in_a_numeric_cell_is_refused_and_its_digits_never_guessed(number: float) -> None:
    reading = read(HEADER, ["张三", number])
    issue = reading.clean(reading.rows[0]).issues[0]
    assert (issue.sheet, issue.row, issue.column, issue.header) == ("Sheet1", 2, "B", "证件号码")
    assert issue.code == "ID_NUMERIC_CELL" and "已丢失末位" in issue.message and "文本格式" in issue.fix
    assert reading.clean(reading.rows[0]).values["id_number"] == ""


def test_every_bad_cell_of_a_row_is_named_at_once_and_a_bad_phone_only_warns() -> None:
    reading = read(HEADER, [None, MAN[:-1], "123", "2023-02-30", "也许"], ROW)
    assert codes(reading) == [
        ("A", "NAME_MISSING", "error"), ("B", "ID_LENGTH", "error"), ("C", "PHONE_INVALID", "warning"),
        ("D", "DATE_INVALID", "error"), ("E", "IS_FRONT_LINE_UNKNOWN", "error"),
    ]  # fmt: skip
    assert codes(reading, 1) == []


@pytest.mark.parametrize(
    "written",
    ["2026-11-01", "2026.11.1", "2026/11/1", "2026年11月1日", "20261101", 20261101, 20261101.0, 46327, 46327.5, "46327",
     "２０２６－１１－０１", " 2026-11-01 00:00:00", {"d": "2026-11-01"}, "2026 年 11 月 1 日"],
)  # fmt: skip
def test_every_written_form_of_a_day_is_that_day(written: Any) -> None:
    assert parse_date(written) == date(2026, 11, 1)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "11/1/2026", "26-11-01", "2026年11月", "明天", 1, 99999999, "9" * 5000, True]
)
def test_what_is_no_certain_day_is_refused(written: Any) -> None:
    with pytest.raises(IdentifierProblem) as refusal:
        parse_date(written)
    assert refusal.value.code == "DATE_INVALID" and len(refusal.value.message) < 60


def test_a_real_date_cell_of_a_workbook_is_a_day() -> None:
    def put(book: Workbook) -> None:
        book.worksheets[0]["D2"].value = date(2026, 11, 1)

    assert values(read_sheet(SHEET, edited(grid([HEADER, ROW]), put)))["hired_on"] == date(2026, 11, 1)


@pytest.mark.parametrize(
    "written",
    ["202301", 202301, 2023.01, "2023-01", "2023.1", "2023年1月", {"d": "2023-01-15"}, "2023年1月5日", "2023-01-01"],
)
def test_every_written_form_of_a_month_is_that_month(written: Any) -> None:
    assert parse_month(written) == date(2023, 1, 1)


@pytest.mark.parametrize("written", [44927, "44927", "202313", "1月", "0023-01", "", 2023.1, "2023-02-30"])
def test_a_serial_number_or_half_a_month_is_no_month(written: Any) -> None:
    with pytest.raises(IdentifierProblem):
        parse_month(written)


def test_a_name_that_begins_with_an_equals_sign_stays_text_both_ways() -> None:
    assert values(read(HEADER, ["=1+1", MAN]))["name"] == "=1+1"
    page = only_page(
        write_rows("名单", ["姓名", "金额"], [["=1+1", 5], ["@SUM(A1)", None], ["+1", 0]], watermark="=now()")
    )
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert (page["A2"].value, page["A2"].data_type, page["B2"].value) == ("=1+1", "s", 5)


IMPORTS = {declared.sheet.kind: declared.sheet for declared in all_imports()}


@pytest.mark.parametrize("kind", sorted(IMPORTS))
def test_a_template_is_filled_in_without_thinking_and_can_be_read_back(kind: str) -> None:
    sheet = IMPORTS[kind]
    content = write_template(sheet)
    book = load_workbook(io.BytesIO(content))
    page, notes = book.worksheets
    assert notes.title == "填写说明"
    assert [cell.value for cell in page[1]] == [column.header for column in sheet.columns]
    assert {row[0].value for row in notes.iter_rows()} >= {column.header for column in sheet.columns}
    lists = {str(rule.sqref).split(":")[0] for rule in page.data_validations.dataValidation if rule.type == "list"}
    for column, cell in zip(sheet.columns, page[1], strict=True):
        assert (f"{cell.column_letter}2" in lists) == bool(column.choices)
        if column.kind in TEXT_CELLS:
            assert _format_of_column(page, cell.column) == "@"
    if not any(column.example for column in sheet.columns):  # a list of the bank: nothing stands below the header
        with pytest.raises(FileRefused, match="没有数据行"):
            read_sheet(sheet, content)
        return
    reading = read_sheet(sheet, content)
    assert list(reading.columns) == [column.key for column in sheet.columns]
    # The example names nobody: left in by mistake it is refused by its check digit and imports no one.
    found = {i.code for i in reading.clean(reading.rows[0]).issues if i.severity == "error"}
    assert all(code == "ID_CHECKSUM" or code.endswith("_MISSING") for code in found)


def _format_of_column(page: Any, number: int) -> str:
    """Columns of one look share one entry."""
    return next(str(d.number_format) for d in page.column_dimensions.values() if d.min <= number <= d.max)


@pytest.mark.parametrize(
    "written", ["2025-03-01T00:00:00", "2025-03-01 00:00:00.0", "2025年03月01号", "2025.3.1.", "2025–3–1"]
)
def test_days_as_other_programs_write_them_are_read(written: str) -> None:
    assert parse_date(written) == date(2025, 3, 1)


def test_where_columns_are_out_of_place_a_number_of_a_person_is_not_repeated_in_the_finding() -> None:
    reading = read(HEADER, ["张三", "平车", "是", MAN, "13812345678"])
    said = "".join(i.message for i in reading.clean(reading.rows[0]).issues)
    assert "不是有效日期" in said and "不在可选范围" in said
    assert MAN not in said and "13812345678" not in said


@pytest.mark.parametrize("name", ["张三13812345678", MAN, "张三(441899)"])
def test_a_name_with_a_number_in_it_is_refused_without_repeating_it(name: str) -> None:
    reading = read(HEADER, [name, *ROW[1:]])
    (issue,) = reading.clean(reading.rows[0]).issues
    assert (issue.code, issue.severity) == ("NAME_INVALID", "error") and "138" not in issue.message
