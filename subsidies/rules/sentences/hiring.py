"""Sentences on enterprise, employment, contract, insurance, age and what was enjoyed before."""

from __future__ import annotations

from datetime import date

from subsidies.rules.age_limits import limit_of
from subsidies.rules.conditions import COLUMNS, LIST_COLUMNS, OF_PERIOD, speaks_against, values_of
from subsidies.rules.facts import FACTS_BY_NAME, INSURANCE
from subsidies.rules.sentences.judged import CORRECT_ROSTER, LATER, Judged, Words
from subsidies.rules.words import (
    UNKNOWN,
    add_months,
    completing_day,
    day_text,
    listed,
    month_text,
    months_text,
    period_text,
    quoted,
    source_of,
)


def admitted(j: Judged) -> Words:
    """企业在截止日已入园."""
    day, source, cutoff = (
        j.facts.get("enterprise_admitted_on"),
        source_of("enterprise_admitted_on"),
        day_text(j.cutoff_on),
    )
    if day is None:
        remedy = f"如企业已入园，请在企业名录补登入园日期；尚未入园的，入园后{LATER}"
        return Words("无入园日期", "企业名录中没有入园日期，按未入园计", source, remedy)
    when = (
        "即截止日当天，计为已入园" if day == j.cutoff_on else f"{'早' if day < j.cutoff_on else '晚'}于截止日{cutoff}"
    )
    remedy = f"请在截止日不早于{day_text(day)}的批次申报"
    return Words(day_text(day), f"企业{day_text(day)}入园，{when}", source, remedy)


def equals(j: Judged) -> Words:
    """A field is the value asked for."""
    column = COLUMNS[j.condition.fields[0]]
    label, value, asked = FACTS_BY_NAME[column].label, j.facts.get(column), f"“{j.condition.parameters['value']}”"
    remedy = f"如{label}登记有误，请企业申请更正"
    if value is None:
        return Words(UNKNOWN, f"{label}未登记，不能认定为{asked}", source_of(column), f"请补登{label}")
    rest = "" if j.passed else f"，不是{asked}"
    return Words(str(value), f"{label}为“{value}”{rest}", source_of(column), remedy)


NONE_EQUALS_REMEDIES = {
    "enterprise_type": "由实际用工的企业直接签订劳动合同后，按新的就业记录申报",
    "employment_form": "由实际用工的企业直接签订劳动合同后，按新的就业记录申报",
    "introducer_posts": "这类岗位人员介绍本企业用工不计奖励；如岗位登记有误，请企业更正花名册",
}


def none_equals(j: Judged) -> Words:
    """None of the fields is one of the values."""
    columns, asked = [COLUMNS[name] for name in j.condition.fields], values_of(j.condition)
    parts, hits, remedies = [], [], []
    for column in columns:
        label, is_list = FACTS_BY_NAME[column].label, column in LIST_COLUMNS
        held = listed(j.facts.get(column)) if is_list else [v for v in [j.facts.get(column)] if v]
        part = f"{label}为{quoted(held)}" if held else f"{label}没有登记" if is_list else f"{label}未登记"
        parts.append(part)
        if set(held) & set(asked) or not (held or is_list):
            hits.append(part)
            remedies.append(NONE_EQUALS_REMEDIES[column] if held else f"请补登{label}")
    source, value = source_of(*columns), "；".join(parts)
    if j.passed or not hits:
        return Words(value, f"{'，'.join(parts)}，不属于{quoted(asked)}", source)
    is_unknown = all(hit.endswith(UNKNOWN) for hit in hits)
    conclusion = f"不能排除{quoted(asked)}" if is_unknown else f"属于{quoted(asked)}之列"
    return Words(value, f"{'，'.join(hits)}，{conclusion}", source, "；".join(dict.fromkeys(remedies)))


def in_window(j: Judged) -> Words:
    """入职日期在政策期内."""
    first, last = (date.fromisoformat(j.condition.parameters[key]) for key in ("from", "to"))
    hired, source = j.facts.get("hired_on"), source_of("hired_on")
    if hired is None:
        return Words(UNKNOWN, "入职日期未登记", source, "请企业在花名册补登入职日期")
    place = "在" if first <= hired <= last else "早于" if hired < first else "晚于"
    sentence = f"{day_text(hired)}入职，{place}政策期（{period_text(first, last)}）{'内' if place == '在' else ''}"
    return Words(day_text(hired), sentence, source, f"本政策只适用于政策期内入职的人员；{CORRECT_ROSTER}")


def is_true(j: Judged) -> Words:
    """一线岗位."""
    value, source = j.facts.get("is_front_line"), source_of("is_front_line")
    if value is None:
        return Words(UNKNOWN, "花名册未登记是否一线岗位", source, f"请企业在花名册补登；补登后{LATER}")
    word = "一线岗位" if value else "非一线岗位"
    return Words(word, f"花名册登记为{word}", source, f"转到一线岗位并更新花名册后，{LATER}；{CORRECT_ROSTER}")


def contract(j: Judged) -> Words:
    """劳动合同期限."""
    start, end, needed = j.facts.get("contract_starts_on"), j.facts.get("contract_ends_on"), j.number("value")
    source = source_of("contract_starts_on")
    if j.facts.get("contract_is_open_ended"):
        since = f"{day_text(start)}起的" if start else ""
        return Words(
            "无固定期限", f"{since}无固定期限劳动合同，不受 {needed} 个月限制", source_of("contract_is_open_ended")
        )
    months = j.facts.get("contract_months")
    if start is None or end is None:
        sentence = "花名册没有登记劳动合同起止日" if months is None else f"劳动合同计满 {months} 个月"
        return Words("未登记合同", sentence, source, f"请企业补登合同起止日；更新花名册后，{LATER}")
    value = f"{day_text(start)}至{day_text(end)}"
    rest = "" if j.passed else f"，不足 {needed} 个月"
    enough = day_text(completing_day(start, needed))
    remedy = f"合同终止日在{enough}或以后才满 {needed} 个月；续签或改签并更新花名册后，{LATER}"
    return Words(value, f"合同{value}，对年对月计满 {months or 0} 个月{rest}", source, remedy)


def insured_run(j: Judged) -> Words:
    """连续参保月数."""
    run, since, needed = j.facts.get("insured_run_months") or 0, j.facts.get("insured_run_starts"), j.number("value")
    asked, month = j.condition.parameters.get("kinds", ()), month_text(j.cutoff_on)
    kinds, paid = "、".join(asked), "各险种都有的缴费记录" if len(asked) > 1 else "缴费记录"
    window = months_text(add_months(j.cutoff_on.replace(day=1), 1 - max(run, needed)), j.cutoff_on)
    source = f"{INSURANCE} {window}" + (f"（{kinds}）" if kinds else "")
    if not run or since is None:
        full = month_text(add_months(j.cutoff_on.replace(day=1), needed))
        remedy = f"如从下月起在该企业连续参保，到{full}满 {needed} 个月，{LATER}；如已缴费，请核对缴费明细的证件号码和费款所属期"
        return Words("0 个月", f"截止月{month}在该企业没有{paid}，连续参保按 0 个月计", source, remedy)
    sentence = f"{months_text(since, j.cutoff_on)}在该企业连续参保 {run} 个月"
    if j.passed:
        return Words(f"{run} 个月", sentence, source)
    full = month_text(add_months(since, needed - 1))
    remedy = f"如继续在该企业参保，到{full}满 {needed} 个月，{LATER}"
    return Words(f"{run} 个月", f"{sentence}，差 {needed - run} 个月", source, remedy)


def employed_at_cutoff(j: Judged) -> Words:
    """截止日仍在职."""
    left, source, cutoff = j.facts.get("left_on"), source_of("left_on"), day_text(j.cutoff_on)
    if left is None:
        return Words("在职", f"截止日{cutoff}在职，没有离职记录", source)
    if left >= j.cutoff_on:
        when = "即截止日，当日仍计为在职" if left == j.cutoff_on else f"截止日{cutoff}仍在职"
        return Words(f"{day_text(left)}离职", f"{day_text(left)}离职，{when}", source)
    remedy = f"重新入职后按新的就业记录申报；{CORRECT_ROSTER}的离职日期"
    return Words(f"{day_text(left)}离职", f"{day_text(left)}离职，早于截止日{cutoff}", source, remedy)


def _age(j: Judged) -> str | None:
    birth, age = j.facts.get("birth_on"), j.facts.get("age_at_hire")
    return None if birth is None or age is None else f"{day_text(birth)}出生，入职时 {age} 周岁"


NO_BIRTH = Words(UNKNOWN, "没有出生日期或入职日期，不能计算年龄", source_of("age_at_hire"), "请核对证件号码和入职日期")


def old_enough(j: Judged) -> Words:
    """入职时达到最低年龄."""
    needed, born, age = j.number("value"), _age(j), j.facts.get("age_at_hire")
    if born is None:
        return NO_BIRTH
    remedy = f"以入职当日周岁为准，{needed} 周岁生日当日即满；如证件号码或入职日期登记有误，请企业更正花名册"
    return Words(
        f"{age} 周岁", f"{born}，{'已满' if j.passed else '未满'} {needed} 周岁", source_of("age_at_hire"), remedy
    )


def not_retired(j: Judged) -> Words:
    """入职时未达年龄上限."""
    born, sex, hired, age = _age(j), j.facts.get("sex"), j.facts.get("hired_on"), j.facts.get("age_at_hire")
    if born is None or hired is None:
        return NO_BIRTH
    limit = limit_of(j.condition.parameters["ages"], sex=str(sex), birth=j.facts["birth_on"], hired=hired)
    if limit is None:
        return Words("性别未登记", f"{born}，性别未登记，不能确定年龄上限", source_of("sex"), "请核对证件号码和性别")
    years, months = limit
    words = f"{years} 周岁" + (f"零 {months} 个月" if months else "")
    remedy = "以入职当日年龄为准；如证件号码或入职日期登记有误，请企业更正花名册"
    sentence = f"{sex}，{born}，{'未达' if j.passed else '已达'} {words}的年龄上限"
    return Words(f"{age} 周岁", sentence, source_of("age_at_hire"), remedy)


def not_paid(j: Judged) -> Words:
    """未享受过本政策."""
    source, own = source_of("paid_policies"), j.condition.parameters.get("of_period")
    held = [entry for entry in listed(j.facts.get("paid_policies")) if speaks_against(j.condition, entry)]
    titles = dict.fromkeys(j.title(entry.partition(OF_PERIOD)[0]) + ("本期" if entry == own else "") for entry in held)
    names = "、".join(titles)
    remedy = "每人只享受一次，换企业、换批次不重复发放；如原享受资格已作废，请重新测算"
    if j.passed:
        return Words("没有享受记录", "台账中没有享受记录", source)
    if not held:
        return Words("已另行享受", "测算之后，此人已由其他批次或本批次的另一条明细享受同类补贴", source, remedy)
    return Words(f"已享受{names}", f"台账中此人已享受{names}", source, remedy)


def no_other(j: Judged) -> Words:
    """未享受互斥补贴."""
    asked, source, held = values_of(j.condition), source_of("other_subsidies"), listed(j.facts.get("other_subsidies"))
    hits = [name for name in held if name in asked]
    if not held:
        return Words("没有记录", "名单中没有此人享受其他补贴的记录", source)
    if not hits:
        return Words("、".join(held), f"已享受{quoted(held)}，与本政策不互斥", source)
    remedy = "与本政策互斥，不重复享受；如名单有误，请向发放部门核实后更正"
    return Words("、".join(hits), f"已享受{quoted(hits)}，与本政策互斥", source, remedy)
