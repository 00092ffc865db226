"""Why a line got its verdict, ready to show: the conditions in words, failing ones first, and what became of the line since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from subsidies.models import LineItem, PolicyVersion
from subsidies.rules.evaluate import BASE_NOT_PAID, codes_of
from subsidies.rules.explain import Explanation, explain
from subsidies.rules.facts import FACTS_BY_NAME
from subsidies.rules.instalments import ONCE, period_keys, terms_of_period
from subsidies.rules.suppliers import Supply, supply_of
from subsidies.rules.terms import UNCONFIRMED, PolicyTerms
from subsidies.services.policies import titles_named

#: short words for lists and chips; a code that is not here shows the condition's own sentence
SHORT = {
    "ENTERPRISE_NOT_IN_PARK": "企业未入园",
    "ENTERPRISE_NOT_TEXTILE": "非纺织服装企业",
    "LABOUR_DISPATCH": "劳务派遣",
    "HIRED_OUTSIDE_WINDOW": "入职不在政策期",
    "NOT_FRONT_LINE": "非一线岗位",
    "CONTRACT_TOO_SHORT": "合同期限不足",
    "INSURED_MONTHS_SHORT": "连续参保不足",
    "LEFT_BEFORE_CUTOFF": "截止日前离职",
    "UNDER_AGE": "未达最低年龄",
    "OVER_AGE": "已达年龄上限",
    "ALREADY_PAID": "已享受过",
    "EXCLUDED_BY_OTHER_SUBSIDY": "已享受互斥补贴",
    "LEFT_BEFORE_6_MONTHS": "未满6个月离职",
    "NOT_YET_6_MONTHS": "尚未满6个月",
    "SELF_REFERRAL": "自荐",
    "INTRODUCER_IS_HR": "引工人为人事",
    "ANNUAL_CAP_REACHED": "已达年度上限",
    "QUOTA_EXHAUSTED": "名额已满",
    "NO_CERTIFICATE": "无技能证书",
    "TRADE_NOT_LISTED": "工种不在目录",
    "CERTIFICATE_LEVEL_LOW": "证书级别不够",
    "TRADE_LEVEL_LOW": "该工种证书级别不够",
    "TRAINED_HOURS_SHORT": "培训学时不足",
    "NOT_PLACED_BY_BASE": "非基地推荐就业",
    "PLACEMENT_SOURCE_NOT_LISTED": "就业来源不在范围",
    BASE_NOT_PAID: "主项补贴未到账",
}


@dataclass(frozen=True)
class Reason(Explanation):
    """One condition in words, and where it is not met what is missing and who can supply it."""

    supply: Supply | None = None


@dataclass(frozen=True)
class Why:
    """The explanation of one line; `role` is good, bad or wait."""

    verdict: str
    role: str
    amount_fen: int
    sentence: str = ""
    items: list[Reason] = field(default_factory=list)
    period: str = ""

    @property
    def failing(self) -> list[Reason]:
        """Conditions that are not met."""
        return [item for item in self.items if not item.passed]

    @property
    def passing(self) -> list[Reason]:
        """Conditions that are met."""
        return [item for item in self.items if item.passed]


def bits_of(terms: PolicyTerms) -> list[str]:
    """Reason codes in the order of the fail mask's bits."""
    return [c.code for c in terms.conditions] + ([BASE_NOT_PAID] if terms.stacks_on else [])


def short_words(terms: PolicyTerms, code: str) -> str:
    """A reason in a few words; of a policy paid in instalments, what holds for all of them."""
    needs = {c.code: c.needs for c in terms.conditions}
    words = SHORT.get(code) or needs.get(code, code)
    return words.replace("{n}个月", "约定月数").replace("n个月", "约定月数") if "{n}" in code else words


def reasons_of(mask: int, terms: PolicyTerms, period_key: str = ONCE) -> list[tuple[str, str]]:
    """Failing conditions of a mask, in the words of the line's instalment: (code, short words)."""
    mine = terms_of_period(terms, period_key)
    return [(code, short_words(mine, code)) for code in codes_of(mine, mask)]


def period_words(terms: PolicyTerms, period_key: str) -> str:
    """Which instalment a line is about; empty where there is but one payment."""
    keys = period_keys(terms)
    return f"第 {keys.index(period_key) + 1} 期" if len(keys) > 1 and period_key in keys else ""


def _clause(text: str) -> str:
    return "条款待核定" if text in ("", UNCONFIRMED) else text


def explained_reasons(
    terms: PolicyTerms, facts: Mapping[str, Any], mask: int, cutoff: date, *, bureau_id: int
) -> list[Reason]:  # fmt: skip
    """Every condition in words with its clause, and who can supply what is missing."""
    titles = titles_named(terms, bureau_id=bureau_id)
    tests = {c.code: c.test for c in terms.conditions}
    found = []
    for item in explain(terms, facts, mask, cutoff_on=cutoff, titles=titles):
        known = {one.name: getattr(item, one.name) for one in fields(item)} | {"clause": _clause(item.clause)}
        supply = None if item.passed else supply_of(tests.get(item.code, ""), item.code)
        found.append(Reason(**known, supply=supply))
    return found


def why_line(line: LineItem, version: PolicyVersion, cutoff: date) -> Why:
    """The explanation of one line from the facts kept on it, with what became of it since."""
    facts = {name: getattr(line, name, None) for name in FACTS_BY_NAME}
    terms = terms_of_period(version.parsed_terms, line.period_key)
    items = explained_reasons(terms, facts, line.fail_mask, cutoff, bureau_id=version.policy.bureau_id)
    period = period_words(version.parsed_terms, line.period_key)
    failing = sum(not item.passed for item in items)
    standing = line.decisions.filter(is_standing=True).first()
    if line.is_eligible and standing and standing.excludes:
        role = "wait" if standing.kind == "held" else "bad"
        return Why(standing.get_kind_display(), role, line.amount_fen, standing.reason, items, period)
    if line.is_eligible:
        return Why("合格", "good", line.amount_fen, f"{len(items)} 项条件全部符合", items, period)
    return Why("不合格", "bad", 0, f"{len(items)} 项条件中有 {failing} 项不符合", items, period)
