"""One condition of a policy pack -> its terms: kind, fields and parameters as the kind declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidies.rules.age_limits import MOST_YEARS
from subsidies.rules.conditions import TESTS, Test, columns_of
from subsidies.rules.facts import FACTS_BY_NAME, FACTS_OF_PAYEE, INSURANCE_KINDS
from subsidies.rules.instalments import MONTHS_OF_INSTALMENT
from subsidies.rules.terms import UNCONFIRMED, ConditionTerms
from subsidies.rules.words import shown
from subsidies.rules.yaml_entries import MOST_MONTHS, Entry

Parameters = dict[str, Any]
#: a hundred years of months, the oldest of people, the largest of towns: more are mistakes
MOST = {"months": MOST_MONTHS, "months_or_instalment": MOST_MONTHS, "years": MOST_YEARS, "people": 10**7, "level": 5,
        "hours": 10**5}  # fmt: skip


@dataclass(frozen=True)
class Surroundings:
    """What a condition may refer to: the pack's tables, the policy's window, instalments, quota and trades."""

    payee: str
    tables: Mapping[str, Any]
    window: tuple[date | None, date | None]
    more: Mapping[str, Any]
    #: value of the policy's months_employed_at_least
    months_employed: Any = None


def read_condition(entry: Entry, around: Surroundings) -> ConditionTerms:
    """The terms of one condition; problems are noted in the entry."""
    if isinstance(entry.content.get("code"), str):
        entry.where = f"{entry.where.partition('.conditions')[0]} 条件 {entry.content['code']}"
    name = entry.text("test")
    fields: tuple[str, ...] = ()
    parameters = Parameters()
    if name in TESTS:
        test = TESTS[name]
        entry.only("code", "clause", "needs", "test", "field", *test.parameters)
        fields = _fields(entry, name, test)
        parameters = _parameters(entry, test, around) | _resolved(entry, name, around)
    elif "test" in entry:
        entry.no(f"不认识的 test {shown(name)}")
    condition = ConditionTerms(
        entry.text("code"), name, entry.text("needs"), entry.text("clause", UNCONFIRMED), fields, parameters
    )
    if name in TESTS and around.payee in FACTS_OF_PAYEE:
        for column in columns_of(condition):
            if column not in FACTS_OF_PAYEE[around.payee]:
                entry.no(f"test {name} 要看“{FACTS_BY_NAME[column].label}”，payee 为 {around.payee} 的政策没有这一事实")
    return condition


def _fields(entry: Entry, name: str, test: Test) -> tuple[str, ...]:
    fields = entry.texts("field", ())
    for field in fields:
        if field not in test.fields:
            entry.no(f"test {name} 不适用于 field {shown(field)}")
    if test.fields and not fields and entry.content.get("field") is None:
        entry.no(f"缺少 field，应为 {'、'.join(sorted(test.fields))}")
    if len(fields) > 1 and not test.takes_several_fields:
        entry.no(f"test {name} 只能有一个 field")
    return tuple(field for field in fields if field in test.fields)


def _parameters(entry: Entry, test: Test, around: Surroundings) -> Parameters:
    """Parameters of the declared types."""
    found = Parameters()
    for key, kind in test.parameters.items():
        value = entry.content.get(key)
        if kind == "yuan":
            found["cap_fen"] = entry.fen(key)
        elif kind == "table":
            found |= _table(entry, key, around)
        elif kind == "texts_or_trades" and value == "trades":
            found[key] = list(around.more.get("trades", ()))
            if not found[key]:
                entry.no("政策没有 trades")
        elif kind in ("texts", "texts_or_trades"):
            found[key] = entry.texts(key)
        elif kind == "texts_insurances":
            found[key] = _insurances(entry, key)
        elif kind == "text":
            found[key] = entry.text(key)
        elif kind == "months_or_instalment" and value == MONTHS_OF_INSTALMENT:
            found[key] = value
            if "instalments" not in around.more:
                entry.no("政策没有 instalments")
        else:
            found[key] = entry.whole(key, most=MOST[kind])
    return found


def _insurances(entry: Entry, key: str) -> list[str]:
    """Kinds of insurance by the names that lists of insurance have them under: under another one nobody would be insured."""
    found = entry.texts(key)
    for name in found:
        if name not in INSURANCE_KINDS:
            entry.no(f"{key} 中的 {shown(name)} 不是缴费名单中的险种，应为 {'、'.join(INSURANCE_KINDS)}")
    return found


def _table(entry: Entry, key: str, around: Surroundings) -> Parameters:
    name = entry.text(key)
    if name and name not in around.tables:
        entry.no(f"没有名为 {shown(name)} 的 table（或其内容有误）")
    return {key: name, "ages": _plain(around.tables.get(name))}


def _plain(value: Any) -> Any:
    """A table as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _resolved(entry: Entry, name: str, around: Surroundings) -> Parameters:
    """Parameters that stand elsewhere in the policy, so that a condition is complete in itself."""
    if name == "in_window":
        first, last = around.window
        if first is None or last is None:
            entry.no("政策没有 window")
            return {}
        return {"from": first.isoformat(), "to": last.isoformat()}
    if name in ("matured_on_stated_date", "annual_cap") and around.months_employed is None:
        entry.no("同一政策中须有 months_employed_at_least，才知道满几个月")
    if name == "matured_on_stated_date":
        return {"months": around.months_employed}
    if name == "quota":
        if "quota" not in around.more:
            entry.no("政策没有 quota")
        return {"people": around.more.get("quota", {}).get("people", 1)}
    return {}
