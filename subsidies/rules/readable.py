"""Terms as an official reads them: every number with its unit, every list in words, an example worked out to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidies.rules.age_limits import AgeLimit, read_table
from subsidies.rules.amounts import fee_share, places_under_cap, split_by_shares
from subsidies.rules.conditions import TESTS
from subsidies.rules.facts import FACTS_BY_NAME
from subsidies.rules.instalments import MONTHS_OF_INSTALMENT
from subsidies.rules.terms import ConditionTerms, NoticeTerms, PolicyTerms, ReviewBand
from subsidies.rules.words import day_text, period_text, yuan_text

PAYEES = {"enterprise": "企业", "worker": "劳动者本人", "introducer": "引工人", "agency": "人力资源机构"}
UNITS = {
    "months": "个月",
    "months_or_instalment": "个月",
    "years": "周岁",
    "people": "人",
    "level": "级",
    "hours": "学时",
}
VALUE_LABELS = {
    "months": "期限",
    "months_or_instalment": "期限",
    "years": "年龄",
    "people": "人数",
    "level": "不低于",
    "hours": "学时",
}
LABELS = {"trades": "工种", "kinds": "险种", "months": "月数", "people": "人数", "from": "自", "to": "至"}
BASICS, AMOUNT, NOTICE, SIGNATURES, CONDITIONS = "基本内容", "金额与资金", "公示", "签署", "条件"
EXAMPLE_PEOPLE = 36


@dataclass(frozen=True)
class Reading:
    """One statement of a version: `key` names it across versions, `text` says it whole."""

    section: str
    key: str
    label: str
    text: str


def _limit_text(sex: str, limit: AgeLimit) -> str:
    years, months = divmod(limit.base_months, 12)
    text = f"{sex} {years} 周岁" + (f" {months} 个月" if months else "")
    if limit.rises_from is None:
        return text
    most = limit.most_months // 12
    begun = f"{limit.rises_from.year}年{limit.rises_from.month}月"
    return f"{text}（{begun}起每 {limit.one_month_per} 个月延后 1 个月，至 {most} 周岁）"


def ages_text(raw: Any) -> str:
    """A table of age limits in words."""
    parts = []
    for begins, limits in read_table(raw):
        words = "，".join(_limit_text(sex, limit) for sex, limit in limits.items())
        parts.append(words if begins == date.min else f"{day_text(begins)}起：{words}")
    return "；".join(parts)


def parameters_of(condition: ConditionTerms) -> list[tuple[str, str]]:
    """(label, value with its unit) of each number or list a condition asks with."""
    kinds = TESTS[condition.test].parameters if condition.test in TESTS else {}
    found: list[tuple[str, str]] = []
    for key, value in condition.parameters.items():
        kind = kinds.get(key, key if key in UNITS else "")
        if key == "table":
            continue
        if key == "ages":
            found.append(("年龄界限", ages_text(value)))
        elif key == "cap_fen":
            found.append(("上限", yuan_text(int(value))))
        elif value == MONTHS_OF_INSTALMENT:
            found.append(("期限", "各期约定的月数"))
        elif isinstance(value, list | tuple):
            found.append((LABELS.get(key, "取值"), "、".join(map(str, value))))
        elif key in ("from", "to"):
            found.append((LABELS[key], day_text(date.fromisoformat(str(value)))))
        else:
            label = LABELS.get(key) or VALUE_LABELS.get(kind, "取值")
            found.append((label, f"{value} {UNITS[kind]}" if kind in UNITS else str(value)))
    return found


def looks_at(condition: ConditionTerms) -> str:
    """Where the values come from that a condition looks at."""
    from subsidies.rules.conditions import columns_of

    sources = (FACTS_BY_NAME[column].source for column in columns_of(condition) if column in FACTS_BY_NAME)
    return "；".join(dict.fromkeys(filter(None, sources)))


def amount_text(terms: PolicyTerms) -> str:
    """What one subject gets."""
    if parts := terms.more.get("instalments"):
        return "；".join(f"满 {p['after_months']} 个月 {yuan_text(int(p['amount_fen']))}" for p in parts)
    if share := terms.more.get("share_of_fee"):
        cap = terms.more.get("cap_fen")
        return f"服务费的 {_percent(share)}" + (f"，最高 {yuan_text(int(cap))}" if cap else "")
    return f"每人 {yuan_text(terms.amount_fen)}"


def _percent(share: Any) -> str:
    from decimal import Decimal

    return f"{(Decimal(str(share)) * 100).normalize():f}%"


def notice_text(notice: NoticeTerms) -> str:
    """How long the list is public."""
    unit = "个工作日" if notice.unit == "working_days" else "日"
    return f"{notice.length} {unit}，发布当日{'计入' if notice.publishing_day_counts else '不计'}"


def band_text(band: ReviewBand) -> str:
    """Who must sign."""
    return f"复核 {band.reviews} 人，审批 {band.approvals} 人"


def _band_name(terms: PolicyTerms, place: int) -> str:
    limit = terms.bands[place].up_to_fen
    if limit is not None:
        return f"批次金额不超过 {yuan_text(limit)}"
    below = terms.bands[place - 1].up_to_fen if place else None
    return f"批次金额超过 {yuan_text(below)}" if below is not None else "不分金额"


def funding_text(terms: PolicyTerms) -> str:
    """Where the money comes from."""
    if len(terms.funding) == 1:
        return terms.funding[0].source
    return "、".join(f"{share.source} {share.parts} 份" for share in terms.funding) or "未写明"


def readings_of(terms: PolicyTerms) -> list[Reading]:
    """Every statement of a version but its conditions, in the order of a printed text."""
    more: Mapping[str, Any] = terms.more
    has_window = terms.window_from is not None and terms.window_to is not None
    window = period_text(terms.window_from, terms.window_to) if has_window else "不限"  # type: ignore[arg-type]
    found = [
        Reading(BASICS, "title", "名称", terms.title),
        Reading(BASICS, "basis", "依据", terms.basis),
        Reading(BASICS, "payee", "补贴对象", PAYEES.get(terms.payee, terms.payee)),
        Reading(BASICS, "window", "政策期", window),
        Reading(BASICS, "frequency", "次数", "每人一次" if "instalments" not in more else "每人每期一次"),
        Reading(BASICS, "group", "互斥范围", terms.group),
        Reading(AMOUNT, "amount", "标准", amount_text(terms)),
        Reading(AMOUNT, "funding", "资金来源", funding_text(terms)),
    ]
    optional = (
        (BASICS, "stacks_on", "叠加于", terms.stacks_on),
        (BASICS, "payee_account", "收款账户", terms.payee_account),
        (BASICS, "trades", "工种目录", "、".join(more.get("trades", ()))),
        (BASICS, "counted_from", "起算", "自入职日起" if more.get("counted_from") else ""),
        (SIGNATURES, "needs_confirmation", "企业确认", "须经企业确认后提交" if more.get("needs_confirmation") else ""),
        (AMOUNT, "quota", "名额", f"{more['quota']['people']} 人，按{more['quota']['order']}" if "quota" in more else ""),
    )  # fmt: skip
    found += [Reading(section, key, label, text) for section, key, label, text in optional if text]
    found.append(Reading(NOTICE, "notice", "公示期", notice_text(terms.notice)))
    found.append(Reading(NOTICE, "notice_clause", "公示条款", terms.notice.clause))
    found += [
        Reading(SIGNATURES, f"band_{place}", f"第 {place + 1} 档", f"{_band_name(terms, place)}：{band_text(band)}")
        for place, band in enumerate(terms.bands)
    ]
    return [*found, Reading(SIGNATURES, "bands_clause", "签署条款", terms.bands_clause)]


def worked_example(terms: PolicyTerms) -> list[str]:
    """The amount worked out step by step, with the same rounding as the payment."""
    if parts := terms.more.get("instalments"):
        whole = sum(int(p["amount_fen"]) for p in parts)
        steps = [
            f"第 {n} 期：满 {p['after_months']} 个月，{yuan_text(int(p['amount_fen']))}" for n, p in enumerate(parts, 1)
        ]
        return [*steps, f"一人领齐各期共 {yuan_text(whole)}", *_shares(terms, whole)]
    if share := terms.more.get("share_of_fee"):
        from fractions import Fraction

        cap, fee = terms.more.get("cap_fen"), 10_000_000
        paid = fee_share(fee, Fraction(share), cap)
        return [f"服务费 {yuan_text(fee)} × {_percent(share)} = {yuan_text(paid)}", *_shares(terms, paid)]
    whole = terms.amount_fen * EXAMPLE_PEOPLE
    band = terms.band_for(whole)
    steps = [f"一家{PAYEES.get(terms.payee, '单位')}有 {EXAMPLE_PEOPLE} 人合格：{EXAMPLE_PEOPLE} 人 × {yuan_text(terms.amount_fen)} "
             f"= {yuan_text(whole)}"] if terms.payee == "enterprise" else [f"一人合格：{yuan_text(terms.amount_fen)}"]  # fmt: skip
    for condition in terms.conditions:
        if condition.test == "annual_cap":
            cap = int(condition.parameters["cap_fen"])
            n = places_under_cap(cap, terms.amount_fen)
            steps.append(f"每年上限 {yuan_text(cap)}：最多 {n} 人，共 {yuan_text(n * terms.amount_fen)}")
    return [*steps, *_shares(terms, whole), f"该批次合计 {yuan_text(whole)}，须{band_text(band)}"]


def _shares(terms: PolicyTerms, whole: int) -> list[str]:
    if len(terms.funding) < 2:
        return []
    split = split_by_shares(whole, [share.parts for share in terms.funding])
    words = "、".join(f"{share.source} {yuan_text(part)}" for share, part in zip(terms.funding, split, strict=True))
    return [f"其中{words}"]
