"""The columns a rule may look at: type, unit, Chinese label, and where the value comes from.

A frame has one row per candidate.  Dates are days, months are counts, lists of policies, subsidies, posts or trades are texts
joined with "|" ("" or null = none).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

ROSTER, DIRECTORY, INSURANCE = "花名册", "企业名录", "社保缴费明细"
LEDGER, OTHER_LIST, CERTIFICATES, AGENCY_LIST = (
    "本系统享受资格台账",
    "已享受其他补贴名单",
    "培训名册·证书",
    "人力机构服务",
)
EXPERT_REVIEWS = "技术评审"
TRAINING, PLACEMENT = "培训名册", "就业推荐"
LIST_SEPARATOR = "|"


@dataclass(frozen=True)
class Fact:
    """One column; `source` names the list and the column of it that the value was read from."""

    name: str
    dtype: type[pl.DataType]
    label: str
    source: str
    unit: str = ""


BASE_FACTS: tuple[Fact, ...] = (
    Fact("line_no", pl.Int64, "顺序", ""),
    Fact("worker_id", pl.Int64, "人员", f"{ROSTER}·证件号码"),
    Fact("employment_id", pl.Int64, "就业记录", ROSTER),
    Fact("enterprise_id", pl.Int64, "企业", DIRECTORY),
    Fact("enterprise_type", pl.String, "企业类型", f"{DIRECTORY}·类型"),
    Fact("enterprise_admitted_on", pl.Date, "入园日期", f"{DIRECTORY}·入园日期", "日"),
    Fact("employment_form", pl.String, "用工形式", f"{ROSTER}·用工形式"),
    Fact("hired_on", pl.Date, "入职日期", f"{ROSTER}·入职日期", "日"),
    Fact("left_on", pl.Date, "离职日期", f"{ROSTER}·离职日期", "日"),
    Fact("is_front_line", pl.Boolean, "是否一线", f"{ROSTER}·是否一线"),
    Fact("contract_starts_on", pl.Date, "合同起始日", f"{ROSTER}·合同起止日", "日"),
    Fact("contract_ends_on", pl.Date, "合同终止日", f"{ROSTER}·合同起止日", "日"),
    Fact("contract_is_open_ended", pl.Boolean, "无固定期限", f"{ROSTER}·无固定期限"),
    Fact("contract_months", pl.Int32, "合同月数（对年对月对日）", f"{ROSTER}·合同起止日", "月"),
    Fact("insured_run_months", pl.Int32, "截至截止月连续参保月数", INSURANCE, "月"),
    Fact("insured_run_starts", pl.Date, "连续参保起始月", INSURANCE, "月首日"),
    Fact("birth_on", pl.Date, "出生日期", "证件号码", "日"),
    Fact("sex", pl.String, "性别", "证件号码"),
    Fact("age_at_hire", pl.Int32, "入职时周岁", f"证件号码、{ROSTER}·入职日期", "周岁"),
    Fact("paid_policies", pl.String, "已享受政策", LEDGER),
    Fact("other_subsidies", pl.String, "已享受其他补贴", OTHER_LIST),
)
REFER_ONLY: tuple[Fact, ...] = (
    Fact("introducer_id", pl.Int64, "引工人", f"{ROSTER}·引工人证件号"),
    Fact("introducer_posts", pl.String, "引工人在该企业的岗位", f"{ROSTER}·工种"),
    Fact("matured_on", pl.Date, "满期日", f"{ROSTER}·入职日期", "日"),
)
STACK_ONLY: tuple[Fact, ...] = (
    Fact("base_line_id", pl.Int64, "所叠加明细", "拨付台账"),
    Fact("base_is_paid", pl.Boolean, "所叠加补贴已拨付", "银行回盘"),
)
#: certificates issued by the cut-off date only: a later one is none on that day
SKILL_ONLY: tuple[Fact, ...] = (
    Fact("certificate_issued_on", pl.Date, "最早发证日期", f"{CERTIFICATES}·发证日期", "日"),
    Fact("certificate_trades", pl.String, "证书工种", f"{CERTIFICATES}·工种"),
    Fact("applied_on", pl.Date, "申请日期", "申报名单·申请日期", "日"),
    Fact("sequence", pl.Int64, "申报序号", "申报名单·序号"),
)
#: the district's technical review, which is not the skill-level assessment; asked for by few policies, so on their lines only.
#: Of each trade the newest grade in force on the cut-off date; the date is that of the latest of them
EXPERT_ONLY: tuple[Fact, ...] = (
    Fact("expert_grade", pl.String, "技术评审等次", f"{EXPERT_REVIEWS}·等次"),
    Fact("expert_grade_on", pl.Date, "技术评审等次生效日期", f"{EXPERT_REVIEWS}·生效日期", "日"),
)
#: of any policy that asks for them, read only then.  Certificates issued and classes ended by the cut-off date; a source is
#: one of PLACEMENT_SOURCES, a trade with its best level stands as 平车四级
TRAINING_ONLY: tuple[Fact, ...] = (
    *SKILL_ONLY[:2],
    Fact("certificate_level", pl.Int32, "最高证书级别", f"{CERTIFICATES}·级别", "级"),
    Fact("certificate_levels", pl.String, "各工种证书级别", f"{CERTIFICATES}·工种、级别"),
    Fact("trained_hours", pl.Int32, "实到培训学时", f"{TRAINING}·实到学时", "学时"),
    Fact("passed_hours", pl.Int32, "考核合格班次的实到学时", f"{TRAINING}·实到学时、结论", "学时"),
    Fact("placement_source", pl.String, "就业来源", f"{PLACEMENT}、{ROSTER}·引工人"),
    Fact("placed_base", pl.String, "推荐的培训基地", PLACEMENT),
)
#: the insurances that lists are kept of (险种)
INSURANCE_KINDS = ("企业职工基本养老保险", "失业保险", "工伤保险")
BY_BASE = "基地推荐"
#: how somebody came to the enterprise: a referral linked to the hire comes before what the hire itself says
PLACEMENT_SOURCES = (BY_BASE, "引工介绍", "人力机构介绍", "扫码登记", "自行应聘")
#: one row per agency; `people_kept` is counted over `spans.stayed`
AGENCY_ONLY: tuple[Fact, ...] = (
    Fact("agency_id", pl.Int64, "人力资源机构", f"{AGENCY_LIST}·服务费"),
    Fact("fee_fen", pl.Int64, "服务费", f"{AGENCY_LIST}·服务费", "分"),
    Fact("people_listed", pl.Int64, "介绍入职名单人数", f"{AGENCY_LIST}·介绍入职名单", "人"),
    Fact("people_hired", pl.Int64, "其中花名册在册人数", ROSTER, "人"),
    Fact("people_kept", pl.Int64, "其中干满月数人数", f"{ROSTER}·入职、离职日期", "人"),
)


def schema_of(facts: tuple[Fact, ...]) -> dict[str, type[pl.DataType]]:
    """Polars schema."""
    return {fact.name: fact.dtype for fact in facts}


HIRE_FACTS = schema_of(BASE_FACTS)
REFER_FACTS = schema_of(BASE_FACTS + REFER_ONLY)
STACK_FACTS = schema_of(BASE_FACTS + STACK_ONLY)
SKILL_FACTS = schema_of(BASE_FACTS + SKILL_ONLY)
AGENCY_FACTS = schema_of(BASE_FACTS[:1] + AGENCY_ONLY)
EXPERT_FACTS = schema_of(EXPERT_ONLY)
#: what is known of a candidate, by the kind of payee
TRAINING_FACTS = schema_of(TRAINING_ONLY)
FACTS_OF_PAYEE = {
    "enterprise": HIRE_FACTS | EXPERT_FACTS | TRAINING_FACTS, "worker": SKILL_FACTS | EXPERT_FACTS | TRAINING_FACTS,
    "introducer": REFER_FACTS | EXPERT_FACTS | TRAINING_FACTS, "agency": AGENCY_FACTS,
}  # fmt: skip
FACTS_BY_NAME = {
    fact.name: fact
    for fact in BASE_FACTS + REFER_ONLY + STACK_ONLY + SKILL_ONLY + EXPERT_ONLY + TRAINING_ONLY + AGENCY_ONLY
}
