"""Terms -> policies.yaml: what `load_packs` reads back as the very same terms (`pack_loader` is the way in)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from subsidies.rules.conditions import TESTS
from subsidies.rules.terms import ConditionTerms, NoticeTerms, PolicyTerms, ReviewBand

PACK_KEY = "edited"


def _yuan(fen: int) -> Any:
    whole, rest = divmod(fen, 100)
    return whole if not rest else decimal_text(Decimal(fen) / 100)


class _Plain(str):
    """A number written as it stands, without quotes."""


def decimal_text(value: Decimal) -> _Plain:
    """A decimal number exactly as YAML shall show it."""
    return _Plain(f"{value:f}")


class _Dumper(yaml.SafeDumper):
    """Numbers with decimals keep their digits."""


_Dumper.add_representer(_Plain, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value)))


def pack_of(*policies: PolicyTerms, title: str = "政策草稿") -> dict[str, Any]:
    """The file's content for some policies; the base of a stacked policy has to be among them."""
    tables: dict[str, Any] = {}
    written = [_policy(terms, tables) for terms in policies]
    pack = {"key": PACK_KEY, "title": title, "enabled": True, "load_as": "draft", "policies": written}
    return {"packs": [pack | ({"tables": tables} if tables else {})]}


def write_pack(*policies: PolicyTerms) -> str:
    """The file's text."""
    return dump(pack_of(*policies))


def dump(content: Mapping[str, Any]) -> str:
    """A file's content as text."""
    return yaml.dump(dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _policy(terms: PolicyTerms, tables: dict[str, Any]) -> dict[str, Any]:
    more = dict(terms.more)
    found: dict[str, Any] = {"key": terms.code, "title": terms.title, "payee": terms.payee}
    if terms.payee_account:
        found["payee_account"] = terms.payee_account
    if terms.funding:
        single = len(terms.funding) == 1 and terms.funding[0].parts == 1
        found["funding"] = terms.funding[0].source if single else {s.source: s.parts for s in terms.funding}
    if not {"instalments", "share_of_fee"} & set(more):
        found["amount_yuan"] = _yuan(terms.amount_fen)
    found |= {"frequency": terms.frequency, "basis": terms.basis}
    if terms.window_from and terms.window_to:
        found["window"] = {"from": terms.window_from, "to": terms.window_to}
    for key in ("stacks_on", "exclusion_group"):
        if getattr(terms, key):
            found[key] = getattr(terms, key)
    found |= _shapes(more)
    found["notice"] = _notice(terms.notice)
    found["reviews"] = {"clause": terms.bands_clause, "bands": [_band(band) for band in terms.bands]}
    if terms.conditions:
        found["conditions"] = [_condition(condition, tables) for condition in terms.conditions]
    return found


def _shapes(more: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "instalments" in more:
        found["instalments"] = [
            {"key": p["key"], "after_months": p["after_months"], "amount_yuan": _yuan(int(p["amount_fen"]))}
            for p in more["instalments"]
        ]
    for key in ("quota", "trades", "counted_from", "needs_confirmation"):
        if key in more:
            found[key] = dict(more[key]) if isinstance(more[key], Mapping) else more[key]
    if "share_of_fee" in more:
        found["share_of_fee"] = decimal_text(Decimal(more["share_of_fee"]))
    if "cap_fen" in more:
        found["cap_yuan"] = _yuan(int(more["cap_fen"]))
    return found


def _notice(notice: NoticeTerms) -> dict[str, Any]:
    found: dict[str, Any] = {"clause": notice.clause, "length": notice.length, "unit": notice.unit}
    if notice.calendar:
        found["calendar"] = notice.calendar
    return found | {"publishing_day_counts": notice.publishing_day_counts}


def _band(band: ReviewBand) -> dict[str, Any]:
    limit = None if band.up_to_fen is None else _yuan(band.up_to_fen)
    return {"up_to_yuan": limit, "reviews": band.reviews, "approvals": band.approvals}


def _condition(condition: ConditionTerms, tables: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"code": condition.code, "clause": condition.clause, "needs": condition.needs}
    if condition.fields:
        found["field"] = condition.fields[0] if len(condition.fields) == 1 else list(condition.fields)
    found["test"] = condition.test
    for key, kind in TESTS[condition.test].parameters.items():
        if kind == "table":
            found[key] = condition.parameters[key]
            tables[condition.parameters[key]] = _dated(condition.parameters["ages"])
        elif kind == "yuan":
            found[key] = _yuan(int(condition.parameters["cap_fen"]))
        else:
            value = condition.parameters[key]
            found[key] = list(value) if isinstance(value, list | tuple) else value
    return found


def _dated(value: Any) -> Any:
    """A table with its dates as dates again."""
    if isinstance(value, Mapping):
        return {_day_or_text(key): _dated(part) for key, part in value.items()}
    return _day_or_text(value)


def _day_or_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value
