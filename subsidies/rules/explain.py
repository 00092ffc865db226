"""Why a line got its verdict: every condition, passed or failed, with the value used, its source, and what would change it.

Sentences restate the facts kept on the line; nothing is judged here.  They follow the kind of condition, not its code, so
that a new policy made of known kinds explains itself.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from subsidies.rules.evaluate import BASE_NOT_PAID
from subsidies.rules.facts import LIST_SEPARATOR
from subsidies.rules.terms import ConditionTerms, PolicyTerms

Facts = Mapping[str, Any]
#: (value used, where it came from, what would change the verdict)
Words = tuple[str, str, str]
Speaker = Callable[[ConditionTerms, Facts, date], Words]


@dataclass(frozen=True)
class Explanation:
    """One condition as judged on one line, in words."""

    code: str
    clause: str
    needs: str
    passed: bool
    sentence: str
    source: str
    remedy: str


def day_text(day: date | None) -> str:
    """2026年11月23日, or that it is not on file."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "未登记"


def month_after(day: date, months: int) -> str:
    """2023年7月: so many months after the day's month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{year}年{month + 1}月"


def _list(text: str | None) -> str:
    return "、".join(part for part in (text or "").split(LIST_SEPARATOR) if part)


def _admitted(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    day = facts.get("enterprise_admitted_on")
    if day is None:
        return "企业名录中没有入园日期", "企业名录·入园日期", "企业入园并登记入园日期后，可在其后的批次申报"
    when = "不晚于" if day <= cutoff else "晚于"
    return (
        f"企业{day_text(day)}入园，{when}截止日{day_text(cutoff)}",
        "企业名录·入园日期",
        "可在截止日不早于入园日期的批次申报",
    )


def _type(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    value = facts.get("enterprise_type") or "未登记"
    return f"企业类型为“{value}”", "企业名录·类型", "如类型登记有误，请企业申请更正企业名录"


def _none_equals(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    if "introducer.post" in condition.fields:
        posts = _list(facts.get("introducer_posts")) or "不在该企业任职"
        return f"引工人岗位：{posts}", "花名册·工种", "人事、招聘岗位人员介绍本企业员工不计引工奖励"
    parts = []
    if "enterprise.type" in condition.fields:
        parts.append(f"企业类型“{facts.get('enterprise_type') or '未登记'}”")
    if "employment.form" in condition.fields:
        parts.append(f"用工形式“{facts.get('employment_form') or '未登记'}”")
    return "，".join(parts), "企业名录·类型；花名册·用工形式", "与用工企业直接签订劳动合同后，按新的就业记录申报"


def _window(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    first, last = (date.fromisoformat(condition.parameters[key]) for key in ("from", "to"))
    value = f"{day_text(facts.get('hired_on'))}入职，政策期{day_text(first)}至{day_text(last)}"
    return value, "花名册·入职日期", "入职日期不在政策期内，本政策不适用；如登记有误，请更正花名册"


def _front_line(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    value = {True: "登记为一线岗位", False: "登记为非一线岗位"}.get(facts.get("is_front_line"), "未登记是否一线")  # type: ignore[arg-type]
    return value, "花名册·是否一线", "转到一线岗位并更新花名册后，可在其后的批次申报"


def _contract(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    source, needed = "花名册·合同起止日", int(condition.parameters["value"])
    start, end = facts.get("contract_starts_on"), facts.get("contract_ends_on")
    if start is None:
        return "没有登记劳动合同", source, "补签合同并更新花名册后，可在其后的批次申报"
    if facts.get("contract_is_open_ended"):
        return f"{day_text(start)}起，无固定期限", source, ""
    months = facts.get("contract_months") or 0
    enough = "" if months >= needed else f"，不足 {needed} 个月"
    value = f"合同{day_text(start)}至{day_text(end)}，对年对月计满 {months} 个月{enough}"
    return value, source, f"续签或改签不少于 {needed} 个月的合同并更新花名册后，可在其后的批次申报"


def _insured(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    run, since = facts.get("insured_run_months") or 0, facts.get("insured_run_starts")
    needed = int(condition.parameters["value"])
    kinds = "、".join(condition.parameters.get("kinds", ()))
    source = f"社保缴费明细·{kinds or '费款所属期'}"
    if not run or since is None:
        remedy = f"在该企业连续参保满 {needed} 个月后，可在其后的批次申报"
        return f"截止月{cutoff.year}年{cutoff.month}月在该企业没有缴费记录", source, remedy
    value = f"{since.year}年{since.month}月起至{cutoff.year}年{cutoff.month}月在该企业连续参保 {run} 个月"
    if run >= needed:
        return value, source, ""
    full = month_after(since, needed - 1)
    return f"{value}，差 {needed - run} 个月", source, f"继续在该企业参保，到{full}满 {needed} 个月，可在其后的批次申报"


def _left(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    left, source = facts.get("left_on"), "花名册·离职日期"
    if left is None:
        return f"截止日{day_text(cutoff)}在职，没有离职记录", source, ""
    if left >= cutoff:
        return f"{day_text(left)}离职，截止日{day_text(cutoff)}当日仍在职", source, ""
    return (
        f"{day_text(left)}离职，早于截止日{day_text(cutoff)}",
        source,
        "重新入职后按新的就业记录申报；如离职日期有误，请更正花名册",
    )


def _age(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    value = f"{day_text(facts.get('birth_on'))}出生，{facts.get('sex') or '性别未登记'}，入职时 {facts.get('age_at_hire')} 周岁"
    return value, "证件号码；花名册·入职日期", "以入职当日周岁为准；如入职日期有误，请更正花名册"


def _paid(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    paid = _list(facts.get("paid_policies"))
    value = f"台账中已享受：{paid}" if paid else "台账中没有享受记录"
    return value, "本系统享受资格台账", "本政策每人只享受一次，换企业、换批次不重复发放"


def _other(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    other = _list(facts.get("other_subsidies"))
    value = f"名单中有：{other}" if other else "不在互斥补贴名单中"
    return value, "已享受其他补贴名单", "与本政策互斥，不重复享受；如名单有误，请向发放部门核实后更正"


def _maturity(facts: Facts, months: int) -> date | None:
    hired = facts.get("hired_on")
    if hired is None:
        return None
    year, month = divmod(hired.year * 12 + hired.month - 1 + months, 12)
    return date(year, month + 1, min(hired.day, monthrange(year, month + 1)[1])) - timedelta(days=1)


def _employed(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    months = int(condition.parameters["value"])
    left = facts.get("left_on")
    status = f"{day_text(left)}离职" if left else "仍在职"
    value = f"{day_text(facts.get('hired_on'))}入职，{day_text(_maturity(facts, months))}满 {months} 个月，{status}"
    return value, "花名册·入职、离职日期", "须在同一企业干满月数（含满月当日）"


def _mature(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    day = _maturity(facts, int(condition.parameters["months"]))
    return (
        f"{day_text(day)}满月，统计日{day_text(cutoff)}",
        "花名册·入职日期",
        f"继续在职，{day_text(day)}之后的批次即可申报",
    )


def _self(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    is_same = facts.get("introducer_id") == facts.get("worker_id")
    value = "引工人与被引荐人为同一人" if is_same else "引工人与被引荐人不是同一人"
    return value, "花名册·引工人证件号", "自荐不计引工奖励"


def _cap(condition: ConditionTerms, facts: Facts, cutoff: date) -> Words:
    yuan = int(condition.parameters["cap_fen"]) // 100
    return f"每名引工人每年不超过 {yuan:,} 元，按满月先后计", "本次测算", "满月日期在下一自然年的，计入下一年度"


SPEAKERS: dict[str, Speaker] = {
    "on_or_before_cutoff": _admitted, "equals": _type, "none_equals": _none_equals, "in_window": _window,
    "is_true": _front_line, "months_at_least": _contract, "consecutive_months_ending_in_cutoff_month": _insured,
    "empty_or_on_or_after_cutoff": _left, "age_at_hire_at_least": _age, "age_at_hire_below": _age,
    "not_paid_under": _paid, "none_of": _other, "months_employed_at_least": _employed,
    "matured_on_stated_date": _mature, "differs": _self, "annual_cap": _cap,
}  # fmt: skip


def explain(terms: PolicyTerms, facts: Facts, fail_mask: int, *, cutoff_on: date) -> list[Explanation]:
    """Every condition of the terms in order, with the facts kept on the line (column name -> value)."""
    found = []
    for bit, condition in enumerate(terms.conditions):
        passed = not fail_mask >> bit & 1
        speaker = SPEAKERS.get(condition.test)
        sentence, source, remedy = speaker(condition, facts, cutoff_on) if speaker else (condition.needs, "", "")
        found.append(
            Explanation(
                condition.code, condition.clause, condition.needs, passed, sentence, source, "" if passed else remedy
            )
        )
    if terms.stacks_on:
        passed = not fail_mask >> len(terms.conditions) & 1
        sentence = f"所叠加的 {terms.stacks_on} 已拨付到账" if passed else f"所叠加的 {terms.stacks_on} 尚未拨付到账"
        needs = f"已享受 {terms.stacks_on} 并拨付到账"
        found.append(
            Explanation(
                BASE_NOT_PAID, terms.basis, needs, passed, sentence, "银行回盘", "" if passed else "到账后再测算"
            )
        )
    return found
