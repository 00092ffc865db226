"""Why a line got its verdict: clause by clause, the value used, where it came from, what would change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pages.why_words import SOURCES, WORDS
from subsidies.models import LineItem, PolicyVersion

#: short words for lists and chips; a code that is not here shows its own sentence
SHORT = {
    "ENTERPRISE_NOT_IN_PARK": "企业未入园",
    "ENTERPRISE_NOT_TEXTILE": "非纺织服装企业",
    "LABOUR_DISPATCH": "劳务派遣",
    "HIRED_OUTSIDE_WINDOW": "入职不在政策期",
    "NOT_FRONT_LINE": "非一线岗位",
    "CONTRACT_TOO_SHORT": "合同期限不足",
    "INSURED_MONTHS_SHORT": "连续参保不足",
    "LEFT_BEFORE_CUTOFF": "截止日前离职",
    "UNDER_AGE": "未满16周岁",
    "OVER_AGE": "已达退休年龄",
    "ALREADY_PAID": "已享受过",
    "EXCLUDED_BY_OTHER_SUBSIDY": "已享受互斥补贴",
    "LEFT_BEFORE_6_MONTHS": "未满6个月离职",
    "NOT_YET_6_MONTHS": "尚未满6个月",
    "SELF_REFERRAL": "自荐",
    "INTRODUCER_IS_HR": "引工人为人事",
    "ANNUAL_CAP_REACHED": "已达年度上限",
    "BASE_LINE_NOT_PAID": "主项补贴未通过",
    "QUOTA_EXHAUSTED": "名额已满",
    "NO_CERTIFICATE": "无技能证书",
    "TRADE_NOT_LISTED": "工种不在目录",
}


@dataclass(frozen=True)
class Item:
    """One condition as judged on one line."""

    code: str
    passed: bool
    clause: str
    needs: str
    value: str
    source: str = ""
    change: str = ""


@dataclass(frozen=True)
class Why:
    """The explanation of one line; `role` is good, bad or wait."""

    verdict: str
    role: str
    amount_fen: int
    sentence: str = ""
    items: list[Item] = field(default_factory=list)

    @property
    def failing(self) -> list[Item]:
        """Conditions that are not met."""
        return [item for item in self.items if not item.passed]

    @property
    def passing(self) -> list[Item]:
        """Conditions that are met."""
        return [item for item in self.items if item.passed]


def conditions_of(version: PolicyVersion) -> list[dict[str, Any]]:
    """Conditions of a version in the order of the fail mask's bits: code, clause, needs."""
    return list(version.terms.get("conditions", []))


def reasons_of(mask: int, conditions: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Failing conditions of a mask: (code, short words)."""
    found = (c for bit, c in enumerate(conditions) if mask >> bit & 1)
    return [(c["code"], SHORT.get(c["code"], c.get("needs", c["code"]))) for c in found]


def why_line(line: LineItem, version: PolicyVersion, cutoff: date) -> Why:
    """The explanation of one line: every condition of its policy version with the value used."""
    items = []
    for bit, condition in enumerate(conditions_of(version)):
        code, passed = condition["code"], not line.fail_mask >> bit & 1
        value, change = WORDS[code](line, condition, cutoff) if code in WORDS else ("", "")
        items.append(
            Item(code, passed, condition.get("clause", ""), condition.get("needs", code), value, SOURCES.get(code, ""), "" if passed else change)
        )
    failing = sum(not item.passed for item in items)
    standing = line.decisions.filter(is_standing=True).first()
    if line.is_eligible and standing and standing.excludes:
        role = "wait" if standing.kind == "held" else "bad"
        return Why(standing.get_kind_display(), role, line.amount_fen, standing.reason, items)
    if line.is_eligible:
        return Why("合格", "good", line.amount_fen, f"{len(items)} 项条件全部符合", items)
    return Why("不合格", "bad", 0, f"{len(items)} 项条件中有 {failing} 项不符合", items)
