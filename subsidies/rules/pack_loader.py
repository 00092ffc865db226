"""policies.yaml -> terms, strictly: what is not understood is refused by name, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from subsidies.rules.conditions import TESTS
from subsidies.rules.terms import (
    UNCONFIRMED,
    ConditionTerms,
    FundingShare,
    NoticeTerms,
    Pack,
    PolicyTerms,
    ReviewBand,
    TermsInvalid,
)

#: kinds of payee
PAYEES = ("enterprise", "worker", "introducer", "agency")
SHAPES = ("instalments", "quota", "share_of_fee", "cap_yuan", "trades", "counted_from")
KNOWN_KEYS = {
    "key", "title", "payee", "payee_account", "funding", "amount_yuan", "frequency", "basis", "window",
    "all_conditions_are_reported", "notice", "reviews", "conditions", "stacks_on", "exclusion_group", *SHAPES,
}  # fmt: skip
KNOWN_CONDITION_KEYS = {"code", "clause", "needs", "field", "test"}


class _Reader:
    """Collects problems with their places."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def no(self, where: str, what: str) -> None:
        """Note a problem."""
        self.problems.append(f"{where}：{what}")

    def fen(self, value: Any, where: str) -> int:
        """Exact fen from yuan."""
        try:
            amount = Decimal(str(value)) * 100
            if isinstance(value, bool) or amount != amount.to_integral_value() or amount < 0:
                raise InvalidOperation
        except InvalidOperation:
            self.no(where, f"金额 {value!r} 不是精确到分的非负数")
            return 0
        return int(amount)

    def whole(self, value: Any, where: str, least: int = 0) -> int:
        """A whole number of at least `least`."""
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.no(where, f"{value!r} 应为不小于 {least} 的整数")
            return least
        return value

    def day(self, value: Any, where: str) -> date | None:
        """A date."""
        if value is not None and type(value) is not date:
            self.no(where, f"{value!r} 不是日期")
            return None
        return value


def read_packs(text: str) -> list[Pack]:
    """See `terms.load_packs`."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TermsInvalid([f"不是有效的 YAML：{error}"]) from error
    if not isinstance(content, Mapping) or not isinstance(content.get("packs"), list):
        raise TermsInvalid(["缺少 packs 列表"])
    reader = _Reader()
    raw_policies = [p for pack in content["packs"] for p in pack.get("policies") or ()]
    tables = {name: table for pack in content["packs"] for name, table in (pack.get("tables") or {}).items()}
    by_key = {p.get("key"): p for p in raw_policies}
    if len(by_key) != len(raw_policies):
        reader.no("packs", "有重复的政策 key")
    packs = []
    for number, raw in enumerate(content["packs"], 1):
        where = f"政策包 {raw.get('key', number)}"
        if raw.get("load_as") not in ("published", "draft"):
            reader.no(where, f"load_as 应为 published 或 draft，现为 {raw.get('load_as')!r}")
        model = by_key.get(raw.get("procedure_as"))
        if raw.get("procedure_as") and model is None:
            reader.no(where, f"procedure_as 指向不存在的政策 {raw['procedure_as']!r}")
        policies = tuple(_policy(reader, p, model, tables, by_key) for p in raw.get("policies") or ())
        stated = reader.day(raw.get("stated_date"), f"{where}.stated_date")
        packs.append(Pack(
            str(raw.get("key", number)), str(raw.get("title", "")), str(raw.get("load_as")), bool(raw.get("enabled")),
            policies, stated,
        ))  # fmt: skip
    if reader.problems:
        raise TermsInvalid(reader.problems)
    return packs


def _policy(
    reader: _Reader, raw: Mapping[str, Any], model: Mapping[str, Any] | None, tables: Mapping[str, Any],
    by_key: Mapping[Any, Any],
) -> PolicyTerms:  # fmt: skip
    where = f"政策 {raw.get('key')}"
    for key in set(raw) - KNOWN_KEYS:
        reader.no(where, f"不认识的项 {key!r}")
    for key in ("key", "title", "payee"):
        if not raw.get(key):
            reader.no(where, f"缺少 {key}")
    if raw.get("payee") not in PAYEES:
        reader.no(where, f"payee {raw.get('payee')!r} 应为 {'、'.join(PAYEES)}")
    if raw.get("stacks_on") and raw["stacks_on"] not in by_key:
        reader.no(where, f"stacks_on 指向不存在的政策 {raw['stacks_on']!r}")
    if not any(key in raw for key in ("amount_yuan", "instalments", "share_of_fee")):
        reader.no(where, "缺少 amount_yuan")
    window = raw.get("window") or {}
    first = reader.day(window.get("from"), f"{where}.window.from")
    last = reader.day(window.get("to"), f"{where}.window.to")
    if first and last and first > last:
        reader.no(where, "window 起止颠倒")
    conditions = tuple(_condition(reader, c, raw, tables, where) for c in raw.get("conditions") or ())
    if len({c.code for c in conditions}) != len(conditions):
        reader.no(where, "有重复的条件 code")
    procedure = {**(model or {}), **raw}
    return PolicyTerms(
        code=str(raw.get("key")), title=str(raw.get("title")), payee=str(raw.get("payee")),
        funding=_funding(reader, raw.get("funding"), where),
        amount_fen=reader.fen(raw.get("amount_yuan", 0), f"{where}.amount_yuan"), conditions=conditions,
        notice=_notice(reader, procedure.get("notice") or {}, where),
        bands=_bands(reader, procedure.get("reviews") or {}, where), basis=str(raw.get("basis", UNCONFIRMED)),
        frequency=str(raw.get("frequency", "once_per_person")), window_from=first, window_to=last,
        stacks_on=str(raw.get("stacks_on") or ""), exclusion_group=str(raw.get("exclusion_group") or ""),
        more={key: _plain(raw[key]) for key in SHAPES if key in raw},
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """YAML values as JSON has them; numbers that are not whole become texts, so that no float is stored."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _funding(reader: _Reader, raw: Any, where: str) -> tuple[FundingShare, ...]:
    if isinstance(raw, Mapping):
        return tuple(FundingShare(str(s), reader.whole(n, f"{where}.funding.{s}", 1)) for s, n in raw.items())
    return (FundingShare(str(raw)),) if raw else ()


def _notice(reader: _Reader, raw: Mapping[str, Any], where: str) -> NoticeTerms:
    unit = raw.get("unit", "working_days")
    if unit not in ("working_days", "calendar_days"):
        reader.no(f"{where}.notice", f"unit {unit!r} 应为 working_days 或 calendar_days")
    length = reader.whole(raw.get("length", 5), f"{where}.notice.length", 1)
    return NoticeTerms(length, unit, bool(raw.get("publishing_day_counts", False)), str(raw.get("clause", UNCONFIRMED)))


def _bands(reader: _Reader, raw: Mapping[str, Any], where: str) -> tuple[ReviewBand, ...]:
    bands = []
    for number, band in enumerate(raw.get("bands") or [{"up_to_yuan": None, "reviews": 1, "approvals": 1}], 1):
        place = f"{where}.reviews.bands[{number}]"
        limit = band.get("up_to_yuan")
        bands.append(ReviewBand(
            None if limit is None else reader.fen(limit, place), reader.whole(band.get("reviews"), place, 1),
            reader.whole(band.get("approvals"), place, 1),
        ))  # fmt: skip
    limits = [band.up_to_fen for band in bands]
    known = [limit for limit in limits if limit is not None]
    if limits[-1] is not None or None in limits[:-1] or known != sorted(set(known)):
        reader.no(f"{where}.reviews.bands", "金额应由小到大，且最后一档为 null（不限）")
    return tuple(bands)


def _condition(
    reader: _Reader, raw: Mapping[str, Any], policy: Mapping[str, Any], tables: Mapping[str, Any], where: str
) -> ConditionTerms:
    place = f"{where} 条件 {raw.get('code')}"
    test = raw.get("test")
    declared = TESTS.get(str(test))
    for key in ("code", "needs", "test"):
        if not raw.get(key):
            reader.no(place, f"缺少 {key}")
    fields = raw.get("field") or ()
    fields = tuple([fields] if isinstance(fields, str) else fields)
    parameters = {key: _plain(value) for key, value in raw.items() if key not in KNOWN_CONDITION_KEYS}
    if declared is None:
        reader.no(place, f"不认识的 test {test!r}")
    else:
        for name in fields:
            if declared.fields is not None and name not in declared.fields:
                reader.no(place, f"test {test} 不适用于 field {name!r}")
        for name in declared.parameters:
            if name not in parameters:
                reader.no(place, f"缺少 {name}")
    if test == "in_window":
        window = policy.get("window") or {}
        if not window.get("from") or not window.get("to"):
            reader.no(place, "政策没有 window")
        parameters |= {"from": _plain(window.get("from")), "to": _plain(window.get("to"))}
    if "table" in parameters:
        table = tables.get(parameters["table"])
        if not isinstance(table, Mapping):
            reader.no(place, f"没有名为 {parameters['table']!r} 的 table")
        parameters["ages"] = _plain(table or {})
    if test == "annual_cap":
        parameters["cap_fen"] = reader.fen(parameters.get("value", 0), place)
    if test == "matured_on_stated_date":
        months = next((c.get("value") for c in policy.get("conditions", ()) if c.get("test") == "months_employed_at_least"), 0)
        parameters["months"] = months
    return ConditionTerms(
        str(raw.get("code")), str(test), str(raw.get("needs")), str(raw.get("clause", UNCONFIRMED)), fields, parameters
    )
