"""The form over typed terms: one field for each number, clause and list; what comes back is written as a policies.yaml.

The file goes the same way as one that is uploaded, so a wrong value is refused by the same reader, with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from subsidies.rules.conditions import TESTS
from subsidies.rules.pack_writer import decimal_text, dump, pack_of
from subsidies.rules.readable import UNITS, VALUE_LABELS
from subsidies.rules.terms import PolicyTerms

Path = tuple[str | int, ...]
NOTICE_UNITS = (("working_days", "工作日"), ("calendar_days", "自然日"))
LABELS = {"trades": "工种", "kinds": "险种", "people": "人数", "months": "月数"}


@dataclass(frozen=True)
class TermField:
    """One field: where its value stands in the file, how it is asked for."""

    name: str
    label: str
    path: Path
    kind: str
    value: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together; a condition may be dropped as a whole."""

    title: str
    fields: list[TermField]
    drops: str = ""
    is_dropped: bool = False


def _shown(content: Any, path: Path) -> str:
    for step in path:
        content = content.get(step) if isinstance(content, Mapping) else content[step]
    if isinstance(content, list):
        return "、".join(map(str, content))
    return "" if content is None else str(content)


def _basics(policy: Mapping[str, Any]) -> list[TermField]:
    found = [TermField("title", "名称", ("title",), "text"), TermField("basis", "依据", ("basis",), "text")]
    if "amount_yuan" in policy:
        found.append(TermField("amount", "标准", ("amount_yuan",), "number", unit="元/人"))
    for place, _ in enumerate(policy.get("instalments", ())):
        key = ("instalments", place)
        found.append(
            TermField(f"months-{place}", f"第 {place + 1} 期月数", (*key, "after_months"), "number", unit="个月")
        )
        found.append(TermField(f"part-{place}", f"第 {place + 1} 期金额", (*key, "amount_yuan"), "number", unit="元"))
    if "cap_yuan" in policy:
        found.append(TermField("cap", "最高", ("cap_yuan",), "number", unit="元"))
    if "quota" in policy:
        found.append(TermField("quota", "名额", ("quota", "people"), "number", unit="人"))
    if "window" in policy:
        found.append(TermField("from", "政策期首日", ("window", "from"), "date"))
        found.append(TermField("to", "政策期末日", ("window", "to"), "date"))
    return found


def _notice() -> list[TermField]:
    return [
        TermField("notice-length", "公示期", ("notice", "length"), "number"),
        TermField("notice-unit", "按", ("notice", "unit"), "choice", choices=NOTICE_UNITS),
        TermField("notice-clause", "条款", ("notice", "clause"), "text"),
    ]


def _bands(policy: Mapping[str, Any]) -> list[TermField]:
    found = []
    for place, band in enumerate(policy["reviews"]["bands"]):
        key, name = ("reviews", "bands", place), f"第 {place + 1} 档"
        if band["up_to_yuan"] is not None:
            found.append(TermField(f"band-{place}", f"{name} 不超过", (*key, "up_to_yuan"), "number", unit="元"))
        found.append(TermField(f"reviews-{place}", f"{name} 复核", (*key, "reviews"), "number", unit="人"))
        found.append(TermField(f"approvals-{place}", f"{name} 审批", (*key, "approvals"), "number", unit="人"))
    return found


def _condition(place: int, condition: Mapping[str, Any]) -> list[TermField]:
    key, name = ("conditions", place), f"c{place}"
    found = [TermField(f"{name}-needs", "要求", (*key, "needs"), "text")]
    for parameter, kind in TESTS[condition["test"]].parameters.items():
        if kind == "table" or condition[parameter] == "instalment.after_months":
            continue
        label = LABELS.get(parameter) or VALUE_LABELS.get(kind, "上限" if kind == "yuan" else "取值")
        unit = "元" if kind == "yuan" else UNITS.get(kind, "")
        shape = "list" if kind.startswith("texts") else "text" if kind == "text" else "number"
        found.append(TermField(f"{name}-{parameter}", label, (*key, parameter), shape, unit=unit))
    return [*found, TermField(f"{name}-clause", "条款", (*key, "clause"), "text")]


def fields_of(terms: PolicyTerms, typed: Mapping[str, str] | None = None) -> list[FieldGroup]:
    """Groups of fields with the values of the terms, or with what was typed."""
    policy = pack_of(terms)["packs"][0]["policies"][0]

    def filled(fields: list[TermField]) -> list[TermField]:
        values = {f.name: _shown(policy, f.path) for f in fields}
        return [
            TermField(f.name, f.label, f.path, f.kind, (typed or {}).get(f.name, values[f.name]), f.unit, f.choices)
            for f in fields
        ]

    groups = [
        FieldGroup("基本内容", filled(_basics(policy))),
        FieldGroup("公示", filled(_notice())),
        FieldGroup("签署人数", filled(_bands(policy))),
    ]
    for place, condition in enumerate(policy.get("conditions", ())):
        drops = f"c{place}-drop"
        is_dropped = typed is not None and typed.get(drops) == "1"
        groups.append(FieldGroup(str(condition["code"]), filled(_condition(place, condition)), drops, is_dropped))
    return groups


def _value(field: TermField, text: str) -> Any:
    """What was typed as the file has it; what cannot be read stays text, and the reader names it."""
    text = text.strip()
    if field.kind == "list":
        return [part.strip() for part in text.replace(",", "、").replace("，", "、").split("、") if part.strip()]
    if field.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if field.kind != "number":
        return text or None
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return text or None
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() else decimal_text(number)


def edited_text(terms: PolicyTerms, typed: Mapping[str, str], base: list[PolicyTerms]) -> str:
    """The terms with what was typed, as a file (with the base a stacked policy needs)."""
    content = pack_of(*base, terms)
    policy = content["packs"][0]["policies"][-1]
    dropped = []
    for group in fields_of(terms, typed):
        for field in group.fields:
            place = policy
            for step in field.path[:-1]:
                place = place[step]
            place[field.path[-1]] = _value(field, typed.get(field.name, field.value))
        if group.is_dropped:
            dropped.append(group.fields[0].path[1])
    if dropped:
        policy["conditions"] = [one for n, one in enumerate(policy["conditions"]) if n not in dropped]
    if "window" in policy:
        _drop_empty_window(policy)
    return dump(content)


def _drop_empty_window(policy: dict[str, Any]) -> None:
    """An emptied window is no window."""
    if policy["window"]["from"] is None and policy["window"]["to"] is None:
        del policy["window"]
