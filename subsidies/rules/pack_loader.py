"""policies.yaml -> terms, strictly: what is not understood is refused by name, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidies.rules.age_limits import read_table
from subsidies.rules.condition_loader import Surroundings, read_condition
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
from subsidies.rules.words import shown
from subsidies.rules.yaml_entries import MOST_MONTHS, Entry, read_yaml

PAYEES = ("enterprise", "worker", "introducer", "agency")
#: the ways of reading words that this program has; a pack that reads them otherwise is refused, not misread
READINGS = {
    "employed_on_date": "离职日期当日视为在职",
    "contract_term": "对年对月对日，终止日为最后一日",
    "contract_tested": "截止日有效的最近一份合同",
    "insured_month": "企业职工基本养老保险有缴费记录的费款所属期",
    "insured_person": "以证件号码比对，姓名不符仅提示",
    "age": "周岁，生日当日即满",
    "park_admission": "入园日期不晚于截止日",
}
POLICY_KEYS = (
    "key", "title", "payee", "payee_account", "funding", "amount_yuan", "frequency", "basis", "window",
    "all_conditions_are_reported", "notice", "reviews", "conditions", "stacks_on", "exclusion_group",
    "trades", "counted_from", "instalments", "quota", "share_of_fee", "cap_yuan", "needs_confirmation",
)  # fmt: skip
#: bits of a fail mask in a 64-bit number, less the one for the policy stacked on
MOST_CONDITIONS = 61


@dataclass(frozen=True)
class _File:
    """What policies refer to by name."""

    policies: Mapping[str, Entry]
    tables: Mapping[str, Any]


def read_packs(text: str) -> list[Pack]:
    """See `terms.load_packs`."""
    try:
        content = read_yaml(text)
    except ValueError as error:
        raise TermsInvalid([str(error)]) from error
    problems: list[str] = []
    top = Entry(content, "政策包文件", problems)
    top.only("readings", "packs")
    _check_readings(top)
    packs = [(entry, [_renamed(policy, "政策") for policy in entry.parts("policies")])
             for entry in (_renamed(part, "政策包") for part in top.parts("packs"))]  # fmt: skip
    file = _File(
        _by_key([policy for _, policies in packs for policy in policies]), _tables([entry for entry, _ in packs])
    )
    found = [_pack(entry, policies, file) for entry, policies in packs]
    if len({pack.key for pack in found}) != len(found):
        top.no("有重复的政策包 key")
    if problems:
        raise TermsInvalid(list(dict.fromkeys(problems)))
    return found


def _renamed(entry: Entry, kind: str) -> Entry:
    """Named by its key, when it has one."""
    if isinstance(entry.content.get("key"), str):
        entry.where = f"{kind} {entry.content['key']}"
    return entry


def _check_readings(top: Entry) -> None:
    if "readings" not in top:
        return
    readings = top.part("readings")
    readings.only(*READINGS)
    for key in readings.content:
        if key in READINGS and readings.content[key] != READINGS[key]:
            readings.no(f"{shown(readings.content[key])} 不支持；本系统按“{READINGS[key]}”计算", key)


def _by_key(policies: list[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for policy in policies:
        key = policy.content.get("key")
        if isinstance(key, str) and found.setdefault(key, policy) is not policy:
            policy.no("有重复的政策 key")
    return found


def _tables(packs: list[Entry]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pack in packs:
        tables = pack.part("tables") if "tables" in pack else Entry({}, "", [])
        for name, table in tables.content.items():
            try:
                read_table(table)
            except ValueError as error:
                tables.no(f"{name}：{error}")
                continue
            if found.setdefault(str(name), table) != table:
                tables.no(f"{name} 在几个政策包中内容不同")
    return found


def _pack(entry: Entry, policies: list[Entry], file: _File) -> Pack:
    entry.only("key", "title", "note", "enabled", "load_as", "procedure_as", "stated_date", "policies", "tables")
    load_as = entry.text("load_as", choices=("published", "draft"))
    model_key = entry.text("procedure_as", "")
    model = file.policies.get(model_key)
    if model_key and model is None:
        entry.no(f"procedure_as 指向不存在的政策 {shown(model_key)}")
    return Pack(
        key=entry.text("key"), title=entry.text("title"), load_as=load_as, is_enabled=entry.flag("enabled"),
        policies=tuple(_policy(policy, model, file, is_draft=load_as == "draft") for policy in policies),
        stated_date=entry.day("stated_date", None), procedure_as=model_key, note=entry.text("note", ""),
    )  # fmt: skip


def _policy(entry: Entry, model: Entry | None, file: _File, *, is_draft: bool) -> PolicyTerms:
    entry.only(*POLICY_KEYS)
    entry.text("frequency", "once_per_person", ("once_per_person",))
    if not entry.flag("all_conditions_are_reported", True):
        entry.no("all_conditions_are_reported 只能为 true：不符合的条件总是全部列出")
    payee = entry.text("payee", choices=PAYEES)
    more = _shapes(entry)
    is_flat = not {"instalments", "share_of_fee"} & set(more)
    if not is_flat and "amount_yuan" in entry:
        entry.no("amount_yuan 不能与 instalments、share_of_fee 并用")
    first, last = _window(entry)
    stacks_on = entry.text("stacks_on", "")
    if stacks_on and (stacks_on not in file.policies or stacks_on == entry.content.get("key")):
        entry.no(f"stacks_on 指向不存在的政策 {shown(stacks_on)}")
    conditions = _conditions(entry, file, payee, (first, last), more)
    if not conditions and not stacks_on:
        entry.no("没有 conditions，也没有 stacks_on：谁都会符合")
    bands, clause = _reviews(_procedure(entry, model, "reviews", is_draft))
    return PolicyTerms(
        code=entry.text("key", most=40),
        title=entry.text("title", most=120),
        payee=payee,
        funding=_funding(entry),
        amount_fen=entry.fen("amount_yuan") if is_flat else 0,
        conditions=conditions,
        notice=_notice(_procedure(entry, model, "notice", is_draft)),
        bands=bands,
        bands_clause=clause,
        basis=entry.text("basis", UNCONFIRMED),
        window_from=first,
        window_to=last,
        stacks_on=stacks_on,
        exclusion_group=entry.text("exclusion_group", ""),
        payee_account=entry.text("payee_account", ""),
        more=more,
    )


def _conditions(
    entry: Entry, file: _File, payee: str, window: tuple[date | None, date | None], more: dict[str, Any]
) -> tuple[ConditionTerms, ...]:
    parts = entry.parts("conditions") if "conditions" in entry else []
    months = next((p.content.get("value") for p in parts if p.content.get("test") == "months_employed_at_least"), None)
    surroundings = Surroundings(payee, file.tables, window, more, months)
    conditions = tuple(read_condition(part, surroundings) for part in parts)
    if len({c.code for c in conditions}) != len(conditions):
        entry.no("有重复的条件 code")
    asked = {frozenset(c.parameters["kinds"]) for c in conditions if "kinds" in c.parameters}
    if len(asked) > 1:
        entry.no(
            "各条件的 kinds 不同：参保月份按全部险种合并计一次，不能逐条件分别计；请写成相同的险种，或合为一个条件"
        )
    if months is not None and not any(c.test == "matured_on_stated_date" for c in conditions):
        entry.no("有 months_employed_at_least 而没有 matured_on_stated_date：入职不满月数、尚未离职的人也会符合")
    if len(conditions) > MOST_CONDITIONS:
        entry.no(f"条件不能多于 {MOST_CONDITIONS} 项")
    return conditions


def _window(entry: Entry) -> tuple[date | None, date | None]:
    if "window" not in entry:
        return None, None
    window = entry.part("window")
    window.only("from", "to")
    first, last = window.day("from"), window.day("to")
    if first and last and first > last:
        window.no("起止颠倒")
    return first, last


def _shapes(entry: Entry) -> dict[str, Any]:
    """Parameters of instalments, quotas and shares of a fee, in plain JSON values."""
    more: dict[str, Any] = {}
    if "instalments" in entry:
        parts = entry.parts("instalments")
        for part in parts:
            part.only("key", "after_months", "amount_yuan")
        more["instalments"] = [
            {
                "key": part.text("key", most=20),
                "after_months": part.whole("after_months", most=MOST_MONTHS),
                "amount_fen": part.fen("amount_yuan"),
            }
            for part in parts
        ]
        if not parts or len({part["key"] for part in more["instalments"]}) != len(parts):
            entry.no("instalments 应至少一期，且每期 key 不同")
    if "quota" in entry:
        quota = entry.part("quota")
        quota.only("people", "order")
        more["quota"] = {"people": quota.whole("people"), "order": quota.text("order", "申请先后", ("申请先后",))}
    if "counted_from" in entry:
        more["counted_from"] = entry.text("counted_from", choices=("employment.hired_on",))
    if entry.flag("needs_confirmation", False):
        more["needs_confirmation"] = True
        if entry.content.get("payee") != "enterprise":
            entry.no("needs_confirmation 只用于发给企业的政策")
    if "trades" in entry:
        more["trades"] = entry.texts("trades")
    if "share_of_fee" in entry:
        more["share_of_fee"] = entry.share("share_of_fee")
    if "cap_yuan" in entry:
        more["cap_fen"] = entry.fen("cap_yuan")
        if "share_of_fee" not in entry:
            entry.no("cap_yuan 只用于 share_of_fee")
    return more


def _funding(entry: Entry) -> tuple[FundingShare, ...]:
    """One source, or sources with their parts: {市级就业专项资金: 3, 区级财政: 7}."""
    if isinstance(entry.content.get("funding"), Mapping):
        shares = entry.part("funding")
        for source in shares.content:
            if not isinstance(source, str):
                shares.no(f"资金来源 {shown(source)} 应为文字")
        return tuple(FundingShare(str(source), shares.whole(source)) for source in shares.content)
    source = entry.text("funding", "")
    return (FundingShare(source),) if source else ()


def _procedure(entry: Entry, model: Entry | None, key: str, is_draft: bool) -> Entry | None:
    """Notice or reviews: the policy's own, or those of the policy it follows; only a draft may have none."""
    for source in (entry, model):
        if source is not None and key in source:
            return source.part(key)
    if not is_draft:
        entry.no(f"缺少 {key}")
    return None


def _notice(entry: Entry | None) -> NoticeTerms:
    if entry is None:
        return NoticeTerms()
    entry.only("clause", "length", "unit", "calendar", "publishing_day_counts")
    unit = entry.text("unit", choices=("working_days", "calendar_days"))
    return NoticeTerms(
        entry.whole("length"), unit, entry.flag("publishing_day_counts"), entry.text("clause", UNCONFIRMED),
        entry.text("calendar", ""),
    )  # fmt: skip


def _reviews(entry: Entry | None) -> tuple[tuple[ReviewBand, ...], str]:
    """Bands by amount with their clause."""
    if entry is None:
        return (ReviewBand(None, 1, 1),), UNCONFIRMED
    entry.only("clause", "bands")
    bands = []
    for part in entry.parts("bands"):
        part.only("up_to_yuan", "reviews", "approvals")
        limit = part.fen("up_to_yuan") if "up_to_yuan" in part else None
        bands.append(ReviewBand(limit, part.whole("reviews"), part.whole("approvals")))
    known = [band.up_to_fen for band in bands if band.up_to_fen is not None]
    if not bands or bands[-1].up_to_fen is not None or len(known) != len(bands) - 1 or known != sorted(set(known)):
        entry.no("bands 的金额应由小到大，且最后一档为 null（不限）")
    return tuple(bands), entry.text("clause", UNCONFIRMED)
