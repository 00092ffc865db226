"""What of a sheet is not data, and what cannot be read, is told and not lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from park_workers.foundation.spreadsheets import Column, DeclaredSheet, read_sheet
from tests.foundation.test_spreadsheets import HEADER, MAN, ROW, SHEET, read, values
from tests.foundation.workbooks import edited, grid, repacked
from tests.park_workers.numbers import id_number


@pytest.mark.parametrize(
    "words", ["离职时间", "离职日", "离职日期", "离职年月日", "离 职 日 期（必填）", "离职日期【选填】"]
)
def test_a_day_is_known_by_any_of_the_words_for_it(words: str) -> None:
    left = DeclaredSheet("test", "人员", (*SHEET.columns, Column("left_on", "离职日期", "date")))
    reading = read_sheet(left, grid([[*HEADER, words], [*ROW, "2025-06-30"]]))
    assert reading.clean(reading.rows[0]).values["left_on"] == date(2025, 6, 30)
    assert not reading.notes


def test_columns_that_are_not_read_are_told_with_their_place() -> None:
    reading = read(["序号", *HEADER, "减员日期", "身份证号", "空列"], ["1", *ROW, "2025-06-30", id_number(902), ""])
    assert reading.notes == [
        "“身份证号”（H 列）与“证件号码”（C 列）是同一项，只读取了后者",
        "没有读取的列：“减员日期”（G 列）；其中有需要的，请把列名改为模板中的列名后重新上传",
    ]
    assert values(reading)["id_number"] == MAN


def test_sentences_beside_the_data_are_no_lines_and_are_told() -> None:
    closing = [
        ["本页小计", "1"],
        ["填报单位（盖章）：示例"],
        ["1、本表由企业据实填写"],
        ["单位（盖章）", "日期：2025年5月"],
    ]
    reading = read(["序号", *HEADER], ["一车间"], ["1", *ROW], *closing)
    assert [row.number for row in reading.rows] == [3]
    assert reading.notes == ["第 2、6 行只有一句文字，按说明未读取"]


def test_a_number_or_a_name_alone_in_its_row_is_a_line_and_not_a_sentence() -> None:
    reading = read(HEADER, ROW, ["李四"], ["", id_number(902)])
    assert [row.number for row in reading.rows] == [2, 3, 4]


@pytest.mark.parametrize("other", [[["李四", id_number(902)]], [["名册"], ["姓名", "号"], ["李四", id_number(902)]]])
def test_people_on_a_sheet_without_a_header_are_asked_about(other: list[list[Any]]) -> None:
    def more(book: Workbook) -> None:
        page = book.create_sheet("续表", 0)
        for row in other:
            page.append(row)

    (question,) = read_sheet(SHEET, edited(grid([HEADER, ROW]), more)).questions
    assert "工作表“续表”也有 1 行" in question


def test_a_cell_with_an_error_or_a_formula_nobody_computed_is_refused_and_not_read_as_blank() -> None:
    def spoil(book: Workbook) -> None:
        page = book.worksheets[0]
        page["D2"], page["D3"] = "#N/A", "=DATE(2025,1,1)"
        page["C4"] = "=1/0"

    reading = read_sheet(SHEET, edited(grid([HEADER, ROW, ["李四", id_number(902)], ["王五", id_number(903)]]), spoil))
    found = [(i.column, i.code, i.message) for row in reading.rows for i in reading.clean(row).issues]
    assert found == [
        ("D", "CELL_UNREADABLE", "该格是错误值 #N/A"),
        ("D", "CELL_UNREADABLE", "该格是公式，还没有计算结果"),
        ("C", "CELL_UNREADABLE", "该格是公式，还没有计算结果"),
    ]


def as_written(part: bytes) -> bytes:
    return part


def with_prefixes(part: bytes) -> bytes:
    """Every tag as x:row, x:c, as the SDK of Open XML writes them."""
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return re.sub(rb"<(/?)(\w+)(?=[\s>/])", rb"<\1x:\2", part).replace(b'xmlns="' + main, b'xmlns:x="' + main)


def without_places(part: bytes) -> bytes:
    """Rows and cells that do not say where they are."""
    return re.sub(rb' r="[A-Z]*\d+"', b"", part)


def in_single_quotes(part: bytes) -> bytes:
    return part.replace(b'"', b"'")


@pytest.mark.parametrize("written", [as_written, with_prefixes, without_places, in_single_quotes])
def test_an_error_behind_a_coloured_blank_cell_is_found_however_the_program_writes(
    written: Callable[[bytes], bytes],
) -> None:
    """A blank cell with a colour is a tag that closes itself, and its neighbour's error once went unseen behind it."""

    def spoil(book: Workbook) -> None:
        page = book.worksheets[0]
        page["C3"].fill = PatternFill("solid", fgColor="FFFF00")
        page["D3"] = "#N/A"
        page.row_dimensions[3].hidden = True

    content = edited(grid([HEADER, ROW, ["李四", id_number(902), None]]), spoil)
    content = repacked(content, lambda name, part: written(part) if name.startswith("xl/worksheets/") else part)
    reading = read_sheet(SHEET, content)
    found = [(row.number, i.column, i.code) for row in reading.rows for i in reading.clean(row).issues]
    assert found == [(3, "D", "CELL_UNREADABLE")]
    assert reading.notes == ([] if written is without_places else ["有 1 个隐藏行，已按数据读取（第 3 行起）"])


def test_somebody_of_the_audit_section_is_no_closing_line() -> None:
    reading = read(["部门", *HEADER], ["审核部", *ROW], ["审核：李四", "", ""], ["复核人", "", ""])
    assert [row.number for row in reading.rows] == [2]
