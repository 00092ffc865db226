"""Synthetic sheets of a base: `python -m bench.training_files attendance|pass_list ROWS FILE`; one row in forty has an error."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from bench.roster_file import GIVEN, SURNAMES, WRONG_EVERY, number_of

#: people a class and sessions a class: a thousand marks
SEATS, SESSIONS = 40, 25
FIRST = date(2023, 3, 6)
ATTENDANCE = ("班次", "上课日期", "节次", "姓名", "证件号码", "考勤")
PASS_LIST = (
    "班次", "工种", "级别", "开班日期", "结业日期", "姓名", "证件号码", "手机号码", "计划学时", "实到学时", "理论成绩", "实操成绩",
    "结论", "证书编号", "发证日期",
)  # fmt: skip
#: orders of people: those with seats in attended classes, and those of the pass list, are nobody else
NEWCOMERS = 400_000


def name_of(order: int) -> str:
    """The same name for the same order, whoever asks."""
    draw = random.Random(order)
    return draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN)


def class_number(seat: int) -> str:
    """Number of the class in which the person of that order sits."""
    return f"A{seat // SEATS:05d}"


def session_of(order: int) -> tuple[date, int]:
    """Day and number of a class's session; two a day."""
    return FIRST + timedelta(days=order // 2), order % 2 + 1


def people_for(rows: int) -> int:
    """How many people have seats."""
    return -(-rows // (SEATS * SESSIONS)) * SEATS


def attendance_rows(rows: int) -> Iterator[list[Any]]:
    """Class by class, session by session."""
    order = 0
    for first in range(0, people_for(rows), SEATS):
        for session in range(SESSIONS):
            day, number = session_of(session)
            for seat in range(first, first + SEATS):
                order += 1
                if order > rows:
                    return
                document, mark = number_of(seat + 1), "缺勤" if order % 11 == 0 else "出勤"
                if order % (2 * WRONG_EVERY) == 0:
                    document = number_of(seat + NEWCOMERS)
                elif order % WRONG_EVERY == 0:
                    mark = "不清楚"
                yield [class_number(seat), day.isoformat(), number, name_of(seat), document, mark]


def pass_list_rows(rows: int) -> Iterator[list[Any]]:
    """New people of classes that are over; every line but the wrong ones has a certificate."""
    for order in range(1, rows + 1):
        begins = date(2022, 1, 10) + timedelta(days=14 * (order // SEATS % 20))
        document, theory = number_of(order + NEWCOMERS), 80
        if order % (2 * WRONG_EVERY) == 0:
            theory = 130
        elif order % WRONG_EVERY == 0:
            document = document[:17] + ("1" if document[17] != "1" else "2")
        ends = begins + timedelta(days=11)
        yield [
            f"P{order // SEATS:05d}", "平车", "五级", begins.isoformat(), ends.isoformat(), name_of(order), document,
            f"139{order:08d}", 40, 38, theory, 82, "合格", f"S00004400000122{5}{order:06d}", (ends + timedelta(days=20)).isoformat(),
        ]  # fmt: skip


def write(kind: str, rows: int, path: str) -> None:
    """Write the workbook."""
    header, lines = (ATTENDANCE, attendance_rows(rows)) if kind == "attendance" else (PASS_LIST, pass_list_rows(rows))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("Sheet1")
    page.write_row(0, 0, header)
    for order, line in enumerate(lines, 1):
        page.write_row(order, 0, line)
    book.close()


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3])
