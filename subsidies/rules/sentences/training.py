"""Sentences on certificates' levels, hours of training, and how somebody came to the enterprise."""

from __future__ import annotations

from subsidies.rules.conditions import COLUMNS, LEVEL_WORDS, values_of
from subsidies.rules.sentences.judged import LATER, Judged, Words
from subsidies.rules.words import UNKNOWN, day_text, listed, quoted, source_of


def level_text(level: int) -> str:
    """四级 of 4."""
    return LEVEL_WORDS[level]


def level_high(j: Judged) -> Words:
    """证书级别."""
    held, asked, source = (
        j.facts.get("certificate_level"),
        level_text(j.number("value")),
        source_of("certificate_level"),
    )
    remedy = f"取得{asked}或以上证书后，{LATER}；如已取得，请补登证书"
    if held is None:
        return Words("没有证书", f"至{day_text(j.cutoff_on)}没有职业技能等级证书记录", source, remedy)
    rest = "不低于" if j.passed else "低于"
    return Words(level_text(held), f"最高为{level_text(held)}证书，{rest}{asked}", source, remedy)


def trade_level_high(j: Judged) -> Words:
    """某工种的证书级别."""
    held, source = listed(j.facts.get("certificate_levels")), source_of("certificate_levels")
    asked = f"{quoted(j.condition.parameters['trades'])}{level_text(j.number('value'))}或以上"
    remedy = f"取得{asked}证书后，{LATER}；如已取得，请补登证书"
    if not held:
        return Words("没有证书", f"至{day_text(j.cutoff_on)}没有职业技能等级证书记录", source, remedy)
    rest = "符合" if j.passed else "不符合"
    return Words("、".join(held), f"证书为{quoted(held)}，{rest}{asked}的要求", source, remedy)


def trained_enough(j: Judged) -> Words:
    """培训学时."""
    column = COLUMNS[j.condition.fields[0]]
    hours, needed, source = j.facts.get(column) or 0, j.number("value"), source_of(column)
    name = "考核合格班次的" if column == "passed_hours" else "已结业班次的"
    rest = f"，不少于 {needed} 学时" if j.passed else f"，差 {needed - hours} 学时"
    remedy = f"补足学时的班次结业后，{LATER}；登记有误的，请培训基地更正"
    return Words(f"{hours} 学时", f"至{day_text(j.cutoff_on)}{name}实到学时共 {hours} 学时{rest}", source, remedy)


def by_base(j: Judged) -> Words:
    """培训基地推荐就业."""
    found, base = j.facts.get("placement_source"), j.facts.get("placed_base")
    source = source_of("placement_source", "placed_base")
    if found is None:
        return Words(UNKNOWN, "就业来源未登记，不能认定为培训基地推荐", source, "请培训基地核对推荐记录")
    if j.passed:
        return Words(f"{base}推荐", f"由{base}推荐到本企业入职", source)
    remedy = "只有先由培训基地推荐、后在本企业入职的才算；推荐记录有误的，请培训基地核对"
    return Words(str(found), f"就业来源为“{found}”，没有接上培训基地的推荐", source, remedy)


def source_listed(j: Judged) -> Words:
    """就业来源在范围内."""
    found, asked, source = (
        j.facts.get("placement_source"),
        quoted(values_of(j.condition)),
        source_of("placement_source"),
    )
    if found is None:
        return Words(UNKNOWN, f"就业来源未登记，不能认定属于{asked}", source, "请核对就业记录")
    rest = "属于" if j.passed else "不属于"
    remedy = "按登记的来源认定；引工人登记有误的，请企业更正花名册"
    return Words(str(found), f"就业来源为“{found}”，{rest}{asked}", source, remedy)
