"""A policy of another town by its numbers, and the same as a file of packs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

TEXTILE, DISPATCH, OTHER = "纺织服装企业", "劳务派遣", "其他"
PENSION, UNEMPLOYMENT, INJURY = "企业职工基本养老保险", "失业保险", "工伤保险"
Table = dict[Any, Any]


@dataclass(frozen=True)
class Rule:
    """A policy by its numbers; None where it does not ask."""

    code: str
    title: str
    yuan: float
    window: tuple[date, date]
    cutoffs: tuple[date, ...]
    payee: str = "enterprise"
    firm_kind: str | None = TEXTILE
    contract_months: int | None = 12
    insured_months: int | None = 3
    insurances: tuple[str, ...] = (PENSION,)
    youngest: int | None = 16
    #: what the pack says, read by `limit_in_months` in a way of its own
    ages: Table | None = None
    others: tuple[str, ...] = ("岗前培训补贴",)
    #: one condition for each, as some packs have it
    not_after: tuple[str, ...] = ()
    employed_months: int | None = None
    #: (after months, yuan)
    instalments: tuple[tuple[int, float], ...] = ()
    yearly_yuan: int | None = None
    staff: tuple[str, ...] = ()


def pack_of(*rules: Rule) -> str:
    """The rules as a file of packs."""
    tables = {f"ages_{rule.code}": rule.ages for rule in rules if rule.ages}
    policies = [_policy(rule) for rule in rules]
    pack = {"key": "other", "title": "外地政策", "enabled": True, "load_as": "published", "policies": policies}
    return yaml.safe_dump(
        {"packs": [pack | ({"tables": tables} if tables else {})]}, allow_unicode=True, sort_keys=False
    )


def _policy(rule: Rule) -> dict[str, Any]:
    money: dict[str, Any] = {"amount_yuan": rule.yuan}
    if rule.instalments:
        parts = [
            {"key": f"part-{n}", "after_months": m, "amount_yuan": y} for n, (m, y) in enumerate(rule.instalments, 1)
        ]
        money = {"instalments": parts, "counted_from": "employment.hired_on"}
    return {
        "key": rule.code, "title": rule.title, "payee": rule.payee, "funding": "市级就业专项资金", **money,
        "window": {"from": rule.window[0], "to": rule.window[1]}, "notice": {"length": 3, "unit": "calendar_days",
        "publishing_day_counts": True},
        "reviews": {"bands": [{"up_to_yuan": None, "reviews": 1, "approvals": 1}]},
        "conditions": list(_conditions(rule)),
    }  # fmt: skip


def _condition(code: str, needs: str, test: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "clause": f"第{code.partition('_{')[0]}款", "needs": needs, "test": test} | more


def _conditions(rule: Rule) -> Iterator[dict[str, Any]]:
    yield _condition("NOT_ADMITTED", "已入园", "on_or_before_cutoff", field="enterprise.admitted_on")
    if rule.firm_kind:
        yield _condition("WRONG_KIND", "企业类型", "equals", field="enterprise.type", value=rule.firm_kind)
    fields = ["enterprise.type", "employment.form"]
    yield _condition("DISPATCHED", "不是派遣", "none_equals", field=fields, value=DISPATCH)
    yield _condition("NOT_IN_TIME", "按期入职", "in_window", field="employment.hired_on")
    yield _condition("NO_FRONT_LINE", "一线", "is_true", field="employment.front_line")
    if rule.contract_months:
        yield _condition(
            "SHORT_CONTRACT", "合同", "months_at_least", field="employment.contract", value=rule.contract_months
        )
    if rule.insured_months:
        test, kinds = "consecutive_months_ending_in_cutoff_month", list(rule.insurances)
        yield _condition("SHORT_INSURANCE", "参保", test, field="insurance", value=rule.insured_months, kinds=kinds)
    if not (rule.employed_months or rule.instalments):
        yield _condition("GONE", "在职", "empty_or_on_or_after_cutoff", field="employment.left_on")
    if rule.youngest:
        born = "person.birth_date"
        yield _condition("TOO_YOUNG", "最低年龄", "age_at_hire_at_least", field=born, value=rule.youngest)
    if rule.ages:
        yield _condition(
            "TOO_OLD", "年龄上限", "age_at_hire_below", field="person.birth_date", table=f"ages_{rule.code}"
        )
    for number, code in enumerate((rule.code, *rule.not_after)):
        yield _condition(f"HAD_{number}", "未享受", "not_paid_under", field="ledger", value=[code])
    yield _condition("HAD_OTHER", "不互斥", "none_of", field="other_subsidies", value=list(rule.others))
    yield from _conditions_of_staying(rule)


def _conditions_of_staying(rule: Rule) -> Iterator[dict[str, Any]]:
    if rule.employed_months or rule.instalments:
        name, value = ("{n}", "instalment.after_months") if rule.instalments else (rule.employed_months,) * 2
        yield _condition(f"LEFT_{name}", f"在职满{name}个月", "months_employed_at_least", value=value)
        yield _condition(f"EARLY_{name}", f"已满{name}个月", "matured_on_stated_date")
    if rule.payee == "introducer":
        yield _condition("OF_ONESELF", "不是本人", "differs")
        yield _condition("OF_STAFF", "不是人事", "none_equals", field="introducer.post", value=list(rule.staff))
    if rule.yearly_yuan:
        yield _condition("OVER_CAP", "年度上限", "annual_cap", value=rule.yearly_yuan)
