"""The columns of an attendance sheet (考勤表) and its rows as typed lines; no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.foundation.spreadsheets import CleanedRow, Column, DeclaredSheet
from park_workers.services.people import name_key
from park_workers.sheets.parts import ID_NUMBER, NAME

PRESENT, LATE, ABSENT, LEAVE = "出勤", "迟到", "缺勤", "请假"
MARKS = {PRESENT: "present", LATE: "late", ABSENT: "absent", LEAVE: "leave"}
MARK_NAMES = {mark: name for name, mark in MARKS.items()}
#: as sheets on the wall have them
MARK_WORDS = {
    "√": PRESENT, "✓": PRESENT, "✔": PRESENT, "到": PRESENT, "已到": PRESENT, "实到": PRESENT, "出席": PRESENT, "正常": PRESENT,
    "签到": PRESENT, "是": PRESENT, "晚到": LATE, "△": LATE, "×": ABSENT, "✗": ABSENT, "✕": ABSENT, "未到": ABSENT,
    "缺席": ABSENT, "旷课": ABSENT, "否": ABSENT, "事假": LEAVE, "病假": LEAVE, "○": LEAVE,
}  # fmt: skip
LAST_FOUR = re.compile(r"[0-9]{1,4}|[0-9]{0,3}X")

SHEET = DeclaredSheet(
    kind="attendance",
    title="考勤表",
    columns=(
        Column("class_number", "班次", aliases=("班次编号", "班级", "培训班次", "班级名称", "班次名称"), required=True,
               missing_code="CLASS_MISSING", example="1-20260302-平车", width=20),
        Column("day", "上课日期", "date", aliases=("日期", "考勤日期", "培训日期", "上课时间"), required=True,
               missing_code="DAY_MISSING", example="2026-03-02", width=13),
        Column("session", "节次", "integer", aliases=("节", "第几节", "课次", "场次"), required=True,
               missing_code="SESSION_MISSING", example="1", width=8, note="当天的第几节，与班次页上的一致"),
        replace(NAME, aliases=(*NAME.aliases, "学员姓名", "学员"), required=False),
        replace(ID_NUMBER, required=False, note="18位，按文本填写；没有的，填姓名和证件末四位"),
        Column("last_four", "证件末四位", aliases=("末四位", "身份证末四位", "身份证后四位", "后四位", "证件后四位"), example="",
               width=12, note="填了证件号码的，这一列可以空着"),
        Column("mark", "考勤", "choice", aliases=("出勤情况", "考勤结果", "考勤情况", "出勤", "签到情况", "状态"), required=True,
               choices=tuple(MARKS), synonyms=MARK_WORDS, missing_code="MARK_MISSING", example=PRESENT, width=10),
    ),
    notes=(
        "一人一节一行；班次和节次须先在系统中排好。",
        "学员用证件号码识别；没有证件号码的，用姓名加证件末四位。",
        "已登记的考勤不因再次上传而改变，更正请在点名页办理并写明原因。",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One person in one session as the base reports it.

    Whoever is named by document number has `key`; otherwise `who` is the name for comparison and the hash of the last four.
    """

    #: row in the file
    number: int
    class_number: str
    day: date
    session: int
    name: str
    #: keyed hash of the document number; blank without one
    key: str
    #: name for comparison
    name_key: str
    #: keyed hash of the last four characters; blank when the cell is, None when it holds something else
    last_four_hash: str | None
    #: present, late, absent, leave
    mark: str

    @property
    def session_key(self) -> tuple[str, date, int]:
        """Which session, as the sheet says it."""
        return self.class_number, self.day, self.session


def last_four_hash(text: str) -> str | None:
    """The keyed hash of what stands for the last four; zeros that a number format has dropped are put back; None: not four."""
    typed = "".join(text.split()).upper().replace("Х", "X")
    if not typed:
        return ""
    return search_hash(typed.zfill(4), purpose="last_four") if LAST_FOUR.fullmatch(typed) else None


def read_lines(rows: Sequence[CleanedRow]) -> list[AttendanceLine]:
    """Cleaned rows as lines; everybody's number is hashed once, however many sessions there are."""
    keys: dict[str, str] = {"": ""}
    names: dict[str, str] = {}
    fours: dict[str, str | None] = {}
    lines = []
    for row in rows:
        v = row.values
        number, name, four = v["id_number"], v["name"], v["last_four"]
        if number not in keys:
            keys[number] = person_key(number)
        if name not in names:
            names[name] = name_key(name)
        if four not in fours:
            fours[four] = last_four_hash(four)
        lines.append(
            AttendanceLine(
                row.number, v["class_number"], v["day"], v["session"], name, keys[number], names[name], fours[four],
                MARKS[v["mark"]],
            )
        )  # fmt: skip
    return lines
