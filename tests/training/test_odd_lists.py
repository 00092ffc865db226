"""Lists as they come from elsewhere: other names of columns, any way of writing days and marks, files of other kinds, long ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.spreadsheets import DeclaredSheet, Issue, SheetReading, read_sheet
from tests.park_workers.files import workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import PASS_HEADER, certificate, passed
from training.attendance_list.reader import SHEET as ATTENDANCE
from training.pass_list.reader import SHEET
from training.sheets.class_roster import SHEET as ROSTER
from training.sheets.sitting_results import SHEET as SITTING

#: columns as a base of another district, a school and an assessor call them
ELSEWHERE = {
    "班次": "班号", "工种": "职业（工种）", "级别": "培训级别", "开班日期": "培训开始时间", "结业日期": "培训结束时间",
    "姓名": "学员姓名",    "证件号码": "学员身份证号", "手机号码": "联系电话", "计划学时": "计划课时", "实到学时": "实到课时",
    "理论成绩": "理论知识成绩（百分制）",
    "实操成绩": "操作技能成绩", "结论": "评定结果", "证书编号": "职业技能等级证书编号", "发证日期": "证书颁发日期", "订单企业": "用工企业",
}  # fmt: skip


#: as a cell with a time of day holds it
HALF_PAST_EIGHT = datetime(2023, 2, 6, 8, 30, tzinfo=UTC).replace(tzinfo=None)


def cleaned(content: bytes, declared: DeclaredSheet = SHEET) -> tuple[SheetReading, list[Any]]:
    """What is read of a workbook."""
    reading = read_sheet(declared, content)
    return reading, [reading.clean(row) for row in reading.rows]


def first(**more: Any) -> tuple[dict[str, Any], list[Issue]]:
    """Values and findings of a list of one line."""
    _, (row,) = cleaned(workbook_of([{**passed(1), **more}]))
    return row.values, row.issues


def workbook_of(rows: list[dict[str, Any]], header: tuple[str, ...] = PASS_HEADER) -> bytes:
    """Cells as they are given, dates as dates."""
    book = Workbook()
    assert book.active is not None
    book.active.append(list(header))
    for row in rows:
        book.active.append([row.get(name) for name in header])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drawn(draw: Callable[[Worksheet], None]) -> bytes:
    """A tidy list of three, then something done to its page."""
    book = Workbook()
    assert book.active is not None
    book.active.append(list(PASS_HEADER))
    for n in (1, 2, 3):
        book.active.append([passed(n)[name] for name in PASS_HEADER])
    draw(book.active)
    return saved(book)


def test_columns_are_known_by_the_names_that_others_give_them() -> None:
    line = {ELSEWHERE[name]: value for name, value in passed(1).items()}
    reading, (row,) = cleaned(workbook_of([line], tuple(reversed(ELSEWHERE.values()))))
    assert set(reading.columns) == {column.key for column in SHEET.columns} and not row.issues


@pytest.mark.parametrize("declared", [SHEET, SITTING, ROSTER, ATTENDANCE], ids=lambda sheet: sheet.kind)
def test_no_name_means_two_columns_of_a_sheet(declared: DeclaredSheet) -> None:
    names = [name for column in declared.columns for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "written",
    [
        date(2023, 2, 6), HALF_PAST_EIGHT, 44963, 44963.35, "44963", "2023年2月6日", "2023 年 2 月 6 日", "2023年02月06号",
        "２０２３年２月６日", "2023/2/6", "2023.2.6", "2023．02．06", "20230206", 20230206, "2023-02-06 08:30", "2023-02-06T08:30:00",
        "2023/2/6 0:00:00", " 2023-2-6 ", "'2023-02-06",
    ],
    ids=str,
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: Any) -> None:
    values, issues = first(开班日期=written)
    assert (values["starts_on"], issues) == (date(2023, 2, 6), [])


@pytest.mark.parametrize(
    "written", ["2月6日", "23.2.6", "6/2/2023", "2023年2月", "2023.2.6-2.17", "二〇二三年二月", time(8, 30), "2023-02-30", "待定"], ids=str
)  # fmt: skip
def test_a_day_that_is_not_certain_is_told_with_its_cell_and_how_to_write_it(written: Any) -> None:
    _, (issue,) = first(开班日期=written)
    assert (issue.row, issue.column, issue.header, issue.code) == (2, "D", "开班日期", "DATE_INVALID")
    assert "不是有效日期" in issue.message and "2026-11-01" in issue.fix


@pytest.mark.parametrize("written", [85, 85.0, "85", "８５", "85分", "85.0", " 85 ", "85 分"], ids=str)
def test_a_mark_is_read_however_it_is_written(written: Any) -> None:
    values, issues = first(理论成绩=written)
    assert (values["theory_score"], issues) == (85, [])


@pytest.mark.parametrize("written", ["缺考", "—", "/", "", "  ", None, "未参加"], ids=str)
def test_no_mark_is_no_mark(written: Any) -> None:
    values, issues = first(理论成绩=written)
    assert values["theory_score"] is None and not issues


@pytest.mark.parametrize("written", ["合格", "A", "优", 85.5, "85.5", "八十五", "85/100", True], ids=str)
def test_a_word_or_half_a_point_is_no_mark_and_the_cell_says_what_is_wanted(written: Any) -> None:
    _, (issue,) = first(理论成绩=written)
    assert (issue.row, issue.column, issue.code) == (2, "K", "NUMBER_INVALID")
    assert "不是整数" in issue.message and issue.fix == "请填写整数（百分制；缺考留空）"


def test_hidden_rows_empty_rows_and_totals_lose_nobody() -> None:
    def mixed(page: Worksheet) -> None:
        page.row_dimensions[3].hidden = True
        page.column_dimensions["G"].hidden = True
        page.insert_rows(4, amount=30)
        page.append([])
        page.append(["合计", "3人"])

    reading, rows = cleaned(drawn(mixed))
    assert [row.values["name"] for row in rows] == ["学员乙", "学员丙", "学员丁"] and [r.number for r in rows] == [
        2,
        3,
        34,
    ]
    assert any("1 个隐藏行" in note for note in reading.notes)


def test_a_formula_that_was_never_computed_is_named_with_its_cell() -> None:
    def formula(page: Worksheet) -> None:
        page["I2"] = "=20+20"

    _, rows = cleaned(drawn(formula))
    assert [(issue.column, issue.code) for issue in rows[0].issues] == [("I", "CELL_UNREADABLE")]
    assert not rows[1].issues


def test_a_formula_that_came_to_nothing_is_no_blank() -> None:
    """A certificate number looked up and not found would otherwise be a certificate not yet issued."""

    def failed(page: Worksheet) -> None:
        page["N2"], page["K3"] = "#N/A", "#REF!"

    _, rows = cleaned(drawn(failed))
    told = [(issue.row, issue.column, issue.code, issue.severity) for row in rows for issue in row.issues]
    assert told == [(2, "N", "CELL_UNREADABLE", "error"), (3, "K", "CELL_UNREADABLE", "error")]


def test_a_page_that_lacks_a_column_is_asked_about_wherever_it_stands() -> None:
    """Two classes on two pages, the first without its level: it is not dropped silently because the second is whole."""
    header = [name for name in PASS_HEADER if name != "级别"]
    book = Workbook()
    assert book.active is not None
    book.active.title = "一班"
    book.active.append(header)
    book.active.append([passed(1)[name] for name in header])
    whole = book.create_sheet("二班")
    whole.append(list(PASS_HEADER))
    whole.append([passed(2)[name] for name in PASS_HEADER])
    book.create_sheet("说明").append(["本表由一号基地填报", "姓名", "见名单"])
    reading, rows = cleaned(saved(book))
    assert reading.sheet_name == "二班" and len(rows) == 1
    (question,) = reading.questions
    assert question.startswith("工作表“一班”也有 1 行像是名单，但缺少列：级别，没有读取")


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "FILE_OLD_XLS", "旧版 .xls"),
        ("姓名,证件号码,结论\n学员乙,1,合格\n".encode("gbk"), "FILE_NOT_XLSX", "CSV"),
        ("\ufeff姓名,证件号码,结论\n".encode(), "FILE_NOT_XLSX", "CSV"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "FILE_IS_WEB_PAGE", "网页"),
        (b"%PDF-1.7 ...", "FILE_IS_PDF", "PDF"),
        (b"", "FILE_EMPTY", "空"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_says_which_it_is_and_what_to_do(content: bytes, code: str, words: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_sheet(SHEET, content)
    assert refusal.value.code == code and words in refusal.value.message and refusal.value.fix.startswith("请")


def test_a_list_without_its_columns_says_which_are_known_and_which_lack() -> None:
    with pytest.raises(FileRefused) as refusal:
        read_sheet(
            SHEET,
            workbook(("姓名", "身份证号", "成绩"), [{"姓名": "学员乙", "身份证号": id_number(902), "成绩": "合格"}]),
        )
    assert refusal.value.code == "HEADER_NOT_FOUND"
    assert "已认出：姓名、身份证号" in refusal.value.message and "班次、工种、级别" in refusal.value.message


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (certificate(1)[:-1], "应为22位，现为21位"), (certificate(1) + "0", "应为22位，现为23位"), ("R" + certificate(1)[1:], "第1位是“R”"),
        (certificate(1)[:6] + "O" + certificate(1)[7:], "第7位是“O”"), (certificate(1, level=7), "第16位是“7”，应为级别 1 至 5"),
        ("2344001234567890", "16位的旧版"), ("ST00440000001230000012", "特级技师"),
    ],
)  # fmt: skip
def test_a_wrong_certificate_number_says_in_which_place(number: str, words: str) -> None:
    _, (issue,) = first(证书编号=number)
    assert (issue.row, issue.column, issue.code, issue.severity) == (2, "N", "CERT_NUMBER_FORMAT", "warning")
    assert words in issue.message and issue.fix


def test_attendance_of_the_wall_is_read_sign_by_sign() -> None:
    header = ("班级", "上课时间", "第几节", "学员", "身份证号", "签到情况")
    signs = {"√": "出勤", "△": "迟到", "×": "缺勤", "○": "请假", "病假": "请假", "旷课": "缺勤", "到": "出勤"}
    rows = [
        {
            "班级": "1-平车",
            "上课时间": "2023年3月5日 8:30",
            "第几节": "１",
            "学员": "学员乙",
            "身份证号": id_number(902),
            "签到情况": sign,
        }
        for sign in signs
    ]
    _, lines = cleaned(workbook_of(rows, header), ATTENDANCE)
    assert [line.values["mark"] for line in lines] == list(signs.values()) and not any(line.issues for line in lines)
    assert {line.values["day"] for line in lines} == {date(2023, 3, 5)} and lines[0].values["session"] == 1
