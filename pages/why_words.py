"""Plain sentences for each condition: the value used, where it came from, what would change the verdict.

A sentence only restates what is kept on the line; nothing is judged here.  A condition without an entry still shows its own
sentence (`needs`) with its sign, so a new policy needs no page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from subsidies.models import LineItem

#: (value used, what would change it) of one line; parameters are the condition's, as the policy version has them
Words = Callable[[LineItem, dict[str, Any], date], tuple[str, str]]

SOURCES = {
    "ENTERPRISE_NOT_IN_PARK": "企业名录 · 入园日期",
    "ENTERPRISE_NOT_TEXTILE": "企业名录 · 类型",
    "LABOUR_DISPATCH": "企业名录 · 类型；花名册 · 用工形式",
    "HIRED_OUTSIDE_WINDOW": "花名册 · 入职日期",
    "NOT_FRONT_LINE": "花名册 · 是否一线",
    "CONTRACT_TOO_SHORT": "花名册 · 合同起止日",
    "INSURED_MONTHS_SHORT": "社保缴费名单 · 费款所属期",
    "LEFT_BEFORE_CUTOFF": "花名册 · 离职日期",
    "UNDER_AGE": "证件号码 · 出生日期；花名册 · 入职日期",
    "OVER_AGE": "证件号码 · 出生日期；花名册 · 入职日期",
    "ALREADY_PAID": "本系统以往批次",
    "EXCLUDED_BY_OTHER_SUBSIDY": "已享受其他补贴名单",
}


def day_text(day: date | None) -> str:
    """2026年11月23日, or that it is not on file."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "未登记"


def months_after(day: date, months: int) -> str:
    """2023年7月: the month so many months after the day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{year}年{month + 1}月"


def _in_park(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    if line.enterprise_admitted_on is None:
        return "企业名录中没有入园日期", "企业入园并登记入园日期后，可在其后的批次申报"
    return f"企业 {day_text(line.enterprise_admitted_on)} 入园", "可在截止日不早于入园日期的批次申报"


def _textile(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    return f"企业类型为“{line.enterprise_type or '未登记'}”", "如类型登记有误，请企业申请更正企业名录"


def _dispatch(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    value = f"企业类型“{line.enterprise_type or '未登记'}”，用工形式“{line.employment_form or '未登记'}”"
    return value, "与用工企业直接签订劳动合同后，按新的就业记录申报"


def _window(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    return f"{day_text(line.hired_on)}入职", "入职日期不在政策期内，本政策不适用；如登记有误，请更正花名册"


def _front_line(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    return "一线岗位" if line.is_front_line else "非一线岗位", "转到一线岗位并更新花名册后，可在其后的批次申报"


def _contract(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    change = "续签或改签满足期限的合同并更新花名册后，可在其后的批次申报"
    if line.contract_is_open_ended:
        return f"无固定期限合同，{day_text(line.contract_starts_on)}起", change
    if line.contract_starts_on is None:
        return "截止日没有有效合同", "补签合同并更新花名册后，可在其后的批次申报"
    span = f"合同 {day_text(line.contract_starts_on)}至{day_text(line.contract_ends_on)}"
    return f"{span}，满 {line.contract_months or 0} 个月", change


def _insured(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    run = line.insured_run_months or 0
    needed = parameters.get("value") or parameters.get("months")
    if not run:
        return f"截止月 {cutoff:%Y-%m} 在该企业没有养老保险缴费记录", "在该企业连续参保满足月数后，可在其后的批次申报"
    since = f"（{line.insured_run_starts:%Y-%m} 起）" if line.insured_run_starts else ""
    value = f"截至 {cutoff:%Y-%m} 在该企业连续参保 {run} 个月{since}"
    if isinstance(needed, int) and line.insured_run_starts and run < needed:
        full = months_after(line.insured_run_starts, needed - 1)
        return f"{value}，差 {needed - run} 个月", f"如继续在该企业参保，到{full}即满 {needed} 个月，可在其后的批次申报"
    return value, "在该企业连续参保满足月数后，可在其后的批次申报"


def _left(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    if line.left_on is None:
        return f"截止日 {day_text(cutoff)}在职", ""
    return f"{day_text(line.left_on)}离职，截止日为 {day_text(cutoff)}", "重新入职后按新的就业记录申报；如离职日期有误，请更正花名册"


def _age(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    return f"入职时 {line.age_at_hire} 周岁（{day_text(line.birth_on)}出生，{line.sex or '性别未登记'}）", "以入职当日年龄为准，无法补正；如入职日期有误，请更正花名册"


def _paid(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    value = f"已享受：{line.paid_policies}" if line.paid_policies else "未享受过本政策"
    return value, "本政策每人只享受一次，换企业、换批次不重复发放"


def _other(line: LineItem, parameters: dict[str, Any], cutoff: date) -> tuple[str, str]:
    value = f"名单中有：{line.other_subsidies}" if line.other_subsidies else "未享受互斥补贴"
    return value, "与本政策互斥，不重复享受；如名单有误，请向发放部门核实后更正"


WORDS: dict[str, Words] = {
    "ENTERPRISE_NOT_IN_PARK": _in_park, "ENTERPRISE_NOT_TEXTILE": _textile, "LABOUR_DISPATCH": _dispatch,
    "HIRED_OUTSIDE_WINDOW": _window, "NOT_FRONT_LINE": _front_line, "CONTRACT_TOO_SHORT": _contract,
    "INSURED_MONTHS_SHORT": _insured, "LEFT_BEFORE_CUTOFF": _left, "UNDER_AGE": _age, "OVER_AGE": _age,
    "ALREADY_PAID": _paid, "EXCLUDED_BY_OTHER_SUBSIDY": _other,
}  # fmt: skip
