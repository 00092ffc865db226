"""A hire as somebody states it, and the one judgement of it that needs nothing but the line itself and the day.

The roster import, the page and the API all judge a hire here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from park_workers.foundation.errors import Explained
from park_workers.foundation.identifiers import age_on, birth_date_of, id_type_of, sex_of

MINIMUM_AGE = 16  # 劳动法第十五条
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Hire:
    """One stated employment; texts are cleaned, dates are dates or missing.  `number` is the line's row in its file."""

    id_number: str
    key: str
    name: str
    hired_on: date | None
    left_on: date | None
    contract_starts_on: date | None
    contract_ends_on: date | None
    is_open_ended: bool
    form: str
    trade: str
    is_front_line: bool
    id_type: str = ""
    sex: str = ""
    origin: str = ""
    phone: str = ""
    introducer_id_number: str = ""
    introducer_key: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Problem(Explained):
    """What is wrong with one field, and how to mend it."""

    field: str
    code: str
    message: str
    fix: str
    severity: str = ERROR


def judge_hire(hire: Hire, *, day: date) -> list[Problem]:
    """Errors of a stated employment on a day, in a fixed order; what follows from another error is not repeated."""
    if not hire.name:
        return [Problem("name", "NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名"), *_judge_days(hire, day)]
    return _judge_days(hire, day)


def _judge_days(hire: Hire, day: date) -> list[Problem]:
    hired, left = hire.hired_on, hire.left_on
    if hired is None:
        return [Problem("hired_on", "HIRE_DATE_MISSING", "没有填写入职日期", "请填写入职日期，如 2023-03-01")]
    found: list[Problem] = []
    is_hire_later = hired > day
    if is_hire_later:
        found.append(_in_future("hired_on", "入职日期", hired, day))
    if left is not None and left > day:
        found.append(_in_future("left_on", "离职日期", left, day))
    elif left is not None and left < hired and not is_hire_later:
        message = f"离职日期 {left} 早于入职日期 {hired}"
        found.append(Problem("left_on", "LEAVE_BEFORE_HIRE", message, "请核对两个日期"))
    found.extend(judge_contract(hire))
    return found


def _in_future(field: str, label: str, value: date, day: date) -> Problem:
    message = f"{label} {value} 晚于上传日 {day}"
    return Problem(field, "DATE_IN_FUTURE", message, "请核对年份；尚未发生的入职、离职请在发生后再报")


def judge_contract(hire: Hire) -> list[Problem]:
    """Errors of the contract's dates among themselves."""
    start, end = hire.contract_starts_on, hire.contract_ends_on
    if start is None:
        return [Problem("contract_starts_on", "CONTRACT_START_MISSING", "没有填写合同起始日", "请填写合同起始日")]
    if end is not None and end < start:
        message = f"合同终止日 {end} 早于合同起始日 {start}"
        return [Problem("contract_ends_on", "CONTRACT_END_BEFORE_START", message, "请与合同原件核对两个日期")]
    if end is None and not hire.is_open_ended:
        fix = "请填写合同终止日；无固定期限合同请在“无固定期限”填“是”"
        return [Problem("contract_ends_on", "CONTRACT_END_MISSING", "没有填写合同终止日", fix)]
    if end is not None and hire.is_open_ended:
        fix = "无固定期限合同请留空合同终止日，否则“无固定期限”不填"
        return [Problem("is_open_ended", "CONTRACT_END_CONTRADICTS", "既填了合同终止日又填了无固定期限", fix)]
    return []


def notice_about_person(hire: Hire) -> list[Problem]:
    """Warnings about a new employment that need nothing but the line: too young, kind of document, sex."""
    assert hire.hired_on is not None
    found: list[Problem] = []
    birth = birth_date_of(hire.id_number)
    if age_on(birth, hire.hired_on) < MINIMUM_AGE:
        message = f"出生于 {birth}，入职日 {hire.hired_on} 未满 {MINIMUM_AGE} 周岁"
        found.append(Problem("id_number", "AGE_UNDER_16", message, "禁止使用童工，请立即核实并报告", WARNING))
    derived = id_type_of(hire.id_number)
    if hire.id_type and hire.id_type != derived:
        message = f"证件号码属于“{derived}”，填写的是“{hire.id_type}”"
        found.append(Problem("id_type", "ID_TYPE_MISMATCH", message, "请核对证件类型，系统按号码记录", WARNING))
    if hire.sex and hire.sex != sex_of(hire.id_number):
        message = f"性别“{hire.sex}”与证件号码不符"
        found.append(Problem("sex", "SEX_MISMATCH", message, "请核对证件号码与性别，系统按号码记录", WARNING))
    return found
