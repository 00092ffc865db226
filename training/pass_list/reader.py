"""The columns of a pass list (培训合格名单) and its rows as typed lines; no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from park_workers.foundation.identifiers import (
    clean_text,
)
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, Column, DeclaredSheet
from park_workers.sheets.parts import ENTERPRISE_NAME, ID_NUMBER, NAME, PHONE, TRADE
from training.pass_list.recorded import ClassFacts

#: skill levels from the lowest to the highest: 5 is 五级 (初级工), 1 is 一级 (高级技师)
LEVELS = {"五级": 5, "四级": 4, "三级": 3, "二级": 2, "一级": 1}
LEVEL_NAMES = {level: name for name, level in LEVELS.items()}
_TITLES = {"五级": "初级工", "四级": "中级工", "三级": "高级工", "二级": "技师", "一级": "高级技师"}
PASSED, FAILED, ABSENT = "合格", "不合格", "缺考"
VERDICT_WORDS = {
    "通过": PASSED, "及格": PASSED, "未通过": FAILED, "不通过": FAILED, "不及格": FAILED, "缺席": ABSENT, "未参加": ABSENT,
    "未参考": ABSENT,
}  # fmt: skip
#: what stands among the marks of somebody who was not there
NO_MARK = frozenset({"缺考", "缺席", "未考", "未参加", "无", "/", "-", "—", "--"})
HOURS_UNITS = ("学时", "课时", "小时", "节")
#: beyond fifteen digits a numeric cell has lost its last ones
CERTAIN_DIGITS = 15
ClassKey = tuple[str, date]


def _level_words() -> dict[str, str]:
    """五级 is also 5, 5级, 初级工, 五级/初级工 and so on; 初级 and the like are titles with the last character left off."""
    words: dict[str, str] = {}
    for name, title in _TITLES.items():
        number = str(LEVELS[name])
        others = {
            number,
            f"{number}级",
            title,
            f"{name}/{title}",
            f"{name}({title})",
            f"{title}/{name}",
            f"{title}({name})",
        }
        if title.endswith("工"):
            others.add(title.removesuffix("工"))
        words |= dict.fromkeys(sorted(others), name)
    return words


SHEET = DeclaredSheet(
    kind="pass_list",
    title="培训合格名单",
    columns=(
        Column("class_number", "班次", aliases=("班次编号", "班级", "培训班次", "班级名称", "班次名称", "班次号", "班号",
                        "班级编号", "培训班", "期次"), required=True,
               missing_code="CLASS_MISSING", example="1-20260302-平车", width=20),
        replace(TRADE, aliases=(*TRADE.aliases, "培训工种", "职业工种", "职业", "职业名称", "工种名称", "培训职业"), required=True),
        Column("level", "级别", "choice", aliases=("等级", "技能等级", "培训等级", "培训级别", "技能级别",
                        "职业等级"), required=True, choices=tuple(LEVELS),
               synonyms=_level_words(), example="五级", width=8),
        Column("starts_on", "开班日期", "date", aliases=("开班时间", "开始日期", "培训开始日期", "开课日期", "开始时间",
                        "培训开始时间"), required=True,
               missing_code="CLASS_START_MISSING", example="2026-03-02", width=13),
        Column("ends_on", "结业日期", "date", aliases=("结业时间", "结束日期", "培训结束日期", "结班日期", "结束时间",
                        "培训结束时间"), required=True,
               missing_code="CLASS_END_MISSING", example="2026-03-13", width=13),
        replace(NAME, aliases=(*NAME.aliases, "学员姓名", "学员")),
        ID_NUMBER,
        PHONE,
        Column("planned_hours", "计划学时", "integer", aliases=("应到学时", "总学时", "培训学时", "计划课时", "总课时"), required=True,
               missing_code="HOURS_MISSING", example="40", width=10, units=HOURS_UNITS),
        Column("attended_hours", "实到学时", "integer", aliases=("实际学时", "出勤学时", "实到课时", "实际课时", "出勤课时"), required=True,
               missing_code="HOURS_MISSING", example="40", width=10, units=HOURS_UNITS),
        Column("theory_score", "理论成绩", "integer",
               aliases=("理论", "理论得分", "理论分数", "理论知识", "理论知识成绩", "理论考试", "理论考试成绩",
                        "理论考核成绩"), example="80", width=10,
               blank_words=NO_MARK, units=("分",), note="百分制；缺考留空"),
        Column("practice_score", "实操成绩", "integer",
               aliases=("实操", "实操得分", "技能成绩", "操作成绩", "操作技能", "操作技能成绩", "技能操作", "实操考试成绩",
                        "实操考核成绩"), example="80",
               width=10, blank_words=NO_MARK, units=("分",), note="百分制；缺考留空"),
        Column("verdict", "结论", "choice", aliases=("考核结论", "考核结果", "结果", "是否合格", "评定结果", "鉴定结果",
                        "是否通过"), required=True,
               choices=(PASSED, FAILED, ABSENT), synonyms=VERDICT_WORDS, example=PASSED, width=8),
        Column("certificate_number", "证书编号", "certificate", aliases=("证书号", "证书号码", "证书编码", "等级证书编号",
                        "技能等级证书编号", "职业技能等级证书编号"),
               example="S000044000000265000001", width=26, note="尚未发证的，编号与日期都留空"),
        Column("issued_on", "发证日期", "date", aliases=("发证时间", "颁证日期", "颁发日期", "证书颁发日期",
                        "证书发放日期"), example="2026-03-20", width=13),
        replace(ENTERPRISE_NAME, key="order_enterprise_name", header="订单企业", aliases=("订单单位", "用工企业")),
    ),
    notes=(
        "一人一行；同一班次各行的工种、级别、日期、计划学时应当一致。",
        "先报成绩、后补证书的，发证后将证书编号和发证日期填入原名单再次上传即可。",
        "名单须由上传人以外的人核对确认后入库。",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PassLine:
    """One person in one class as the base reports it; texts are cleaned, hours whole, marks out of 100 or missing."""

    #: row in the file
    number: int
    class_number: str
    trade: str
    level: int
    starts_on: date
    ends_on: date
    planned_hours: int
    id_number: str
    #: keyed hash of the document number
    key: str
    name: str
    phone: str
    attended_hours: int
    theory_score: int | None
    practice_score: int | None
    verdict: str
    #: as read, or as written when it is no 22-character number
    certificate_number: str
    is_certificate_typed_as_number: bool
    issued_on: date | None
    order_enterprise_name: str

    @property
    def class_key(self) -> ClassKey:
        """Number and first day: a base may use a number again."""
        return self.class_number, self.starts_on

    @property
    def facts(self) -> ClassFacts:
        """What the line says about its class."""
        return ClassFacts(self.trade, self.level, self.starts_on, self.ends_on, self.planned_hours)


def read_lines(rows: Sequence[CleanedRow]) -> list[PassLine]:
    """Cleaned rows as lines; a certificate number of another kind is kept as it was written."""
    return [_line_of(row) for row in rows]


def _line_of(row: CleanedRow) -> PassLine:
    v, written = row.values, row.left_out.get("certificate_number")
    number = v["certificate_number"] or "".join(clean_text(_text(written)).split()).upper()
    is_numeric = isinstance(written, int | float) and not isinstance(written, bool)
    return PassLine(
        number=row.number, class_number=v["class_number"], trade=v["trade"], level=LEVELS[v["level"]],
        starts_on=v["starts_on"], ends_on=v["ends_on"], planned_hours=v["planned_hours"],
        id_number=v["id_number"], key=person_key(v["id_number"]), name=v["name"], phone=v["phone"],
        attended_hours=v["attended_hours"], theory_score=v["theory_score"], practice_score=v["practice_score"],
        verdict=v["verdict"], certificate_number=number,
        is_certificate_typed_as_number=is_numeric and len(number) > CERTAIN_DIGITS,
        issued_on=v["issued_on"], order_enterprise_name=v["order_enterprise_name"],
    )  # fmt: skip


def _text(value: Any) -> Any:
    return value["d"] if isinstance(value, dict) else value
