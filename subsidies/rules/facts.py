"""The columns a rule may look at: type, unit, Chinese label, and where the value comes from.

A frame has one row per candidate.  Dates are days, months are counts, lists of policies or subsidies are texts joined with
"|" ("" or null = none).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Fact:
    """One column."""

    name: str
    dtype: type[pl.DataType]
    label: str
    source: str


ROSTER, DIRECTORY, INSURANCE = "花名册", "企业名录", "社保缴费明细"

BASE_FACTS: tuple[Fact, ...] = (
    Fact("line_no", pl.Int64, "顺序", ""),
    Fact("worker_id", pl.Int64, "人员", ROSTER),
    Fact("employment_id", pl.Int64, "就业记录", ROSTER),
    Fact("enterprise_id", pl.Int64, "企业", DIRECTORY),
    Fact("enterprise_type", pl.String, "企业类型", DIRECTORY),
    Fact("enterprise_admitted_on", pl.Date, "入园日期", DIRECTORY),
    Fact("employment_form", pl.String, "用工形式", f"{ROSTER}·用工形式"),
    Fact("hired_on", pl.Date, "入职日期", f"{ROSTER}·入职日期"),
    Fact("left_on", pl.Date, "离职日期", f"{ROSTER}·离职日期"),
    Fact("is_front_line", pl.Boolean, "是否一线", f"{ROSTER}·是否一线"),
    Fact("contract_starts_on", pl.Date, "合同起始日", f"{ROSTER}·合同起始日"),
    Fact("contract_ends_on", pl.Date, "合同终止日", f"{ROSTER}·合同终止日"),
    Fact("contract_is_open_ended", pl.Boolean, "无固定期限", f"{ROSTER}·无固定期限"),
    Fact("contract_months", pl.Int32, "合同月数（对年对月对日）", f"{ROSTER}·合同起止日"),
    Fact("insured_run_months", pl.Int32, "截至截止月连续参保月数", INSURANCE),
    Fact("insured_run_starts", pl.Date, "连续参保起始月", INSURANCE),
    Fact("birth_on", pl.Date, "出生日期", "证件号码"),
    Fact("sex", pl.String, "性别", "证件号码"),
    Fact("age_at_hire", pl.Int32, "入职时周岁", "证件号码与入职日期"),
    Fact("paid_policies", pl.String, "已享受政策", "本系统享受资格台账"),
    Fact("other_subsidies", pl.String, "已享受其他补贴", "已享受其他补贴名单"),
)
REFER_ONLY: tuple[Fact, ...] = (
    Fact("introducer_id", pl.Int64, "引工人", f"{ROSTER}·引工人证件号"),
    Fact("introducer_posts", pl.String, "引工人在该企业的岗位", f"{ROSTER}·工种"),
    Fact("matured_on", pl.Date, "满期日", f"{ROSTER}·入职日期"),
)
STACK_ONLY: tuple[Fact, ...] = (
    Fact("base_line_id", pl.Int64, "所叠加明细", "拨付台账"),
    Fact("base_is_paid", pl.Boolean, "所叠加补贴已拨付", "银行回盘"),
)


def schema_of(facts: tuple[Fact, ...]) -> dict[str, type[pl.DataType]]:
    """Polars schema."""
    return {fact.name: fact.dtype for fact in facts}


HIRE_FACTS = schema_of(BASE_FACTS)
REFER_FACTS = schema_of(BASE_FACTS + REFER_ONLY)
STACK_FACTS = schema_of(BASE_FACTS + STACK_ONLY)
FACTS_BY_NAME = {fact.name: fact for fact in BASE_FACTS + REFER_ONLY + STACK_ONLY}
LIST_SEPARATOR = "|"
