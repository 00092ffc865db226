"""Sentences on months employed, introducers, certificates, quotas and agencies."""

from __future__ import annotations

from subsidies.rules.amounts import places_under_cap
from subsidies.rules.conditions import values_of
from subsidies.rules.sentences.judged import CORRECT_ROSTER, LATER, Judged, Words
from subsidies.rules.words import UNKNOWN, completing_day, day_text, listed, quoted, source_of, yuan_text


def stayed(j: Judged) -> Words:
    """在同一企业在职满月数."""
    hired, left, months = j.facts.get("hired_on"), j.facts.get("left_on"), j.number("value")
    source = source_of("hired_on", "left_on")
    if hired is None:
        return Words(UNKNOWN, "入职日期未登记", source, "请企业在花名册补登入职日期")
    done = completing_day(hired, months)
    span = f"{day_text(hired)}入职，{day_text(done)}满 {months} 个月"
    if left is None:
        return Words("在职", f"{span}，没有离职记录", source)
    when = "即满期当天，计为满期" if left == done else "已满期" if left > done else "未满期"
    remedy = f"须在同一企业在职满 {months} 个月，满期当天离职也算；{CORRECT_ROSTER}的离职日期"
    return Words(f"{day_text(left)}离职", f"{span}，{day_text(left)}离职，{when}", source, remedy)


def matured(j: Judged) -> Words:
    """至统计日已满月数."""
    hired, months, source = j.facts.get("hired_on"), j.number("months"), source_of("hired_on")
    if hired is None:
        return Words(UNKNOWN, "入职日期未登记", source, "请企业在花名册补登入职日期")
    done = completing_day(hired, months)
    when = (
        "即统计日当天"
        if done == j.cutoff_on
        else f"{'早' if done < j.cutoff_on else '晚'}于统计日{day_text(j.cutoff_on)}"
    )
    remedy = f"请在统计日不早于{day_text(done)}的批次申报"
    return Words(f"{day_text(done)}满期", f"{day_text(done)}满 {months} 个月，{when}", source, remedy)


def two_persons(j: Judged) -> Words:
    """引工人与被引荐人不是同一人."""
    source, introducer = source_of("introducer_id"), j.facts.get("introducer_id")
    if introducer is None:
        return Words(UNKNOWN, "花名册没有登记引工人", source, "请企业在花名册补登引工人证件号")
    word = "不是同一人" if j.passed else "为同一人"
    return Words(word, f"引工人与被引荐人{word}", source, f"自荐不计引工奖励；{CORRECT_ROSTER}的引工人证件号")


def under_cap(j: Judged) -> Words:
    """每名引工人每年不超过上限."""
    cap, source = int(j.condition.parameters["cap_fen"]), "本次测算"
    places = places_under_cap(cap, j.terms.amount_fen)
    rule = f"每名引工人每年最多 {yuan_text(cap)}（{places} 人），按满期先后计"
    if j.passed and not j.others_passed:
        return Words("不占名额", f"{rule}；其他条件未全部符合，不占名额", source)
    conclusion = "此人在名额之内" if j.passed else "此人之前名额已满"
    return Words(conclusion, f"{rule}；{conclusion}", source, "当年名额已满，不能递延到下一年度")


def certified(j: Judged) -> Words:
    """统计日前已取得证书."""
    day, source, cutoff = (
        j.facts.get("certificate_issued_on"),
        source_of("certificate_issued_on"),
        day_text(j.cutoff_on),
    )
    if day is None:
        return Words(
            "没有证书", f"至统计日{cutoff}没有职业技能等级证书记录", source, f"取得证书后{LATER}；如已取得，请补登证书"
        )
    when = "晚于" if day > j.cutoff_on else "不晚于"
    remedy = f"请在统计日不早于{day_text(day)}的批次申报"
    return Words(day_text(day), f"{day_text(day)}发证，{when}统计日{cutoff}", source, remedy)


def trade_listed(j: Judged) -> Words:
    """证书工种属紧缺工种."""
    asked, source, held = (
        values_of(j.condition),
        source_of("certificate_trades"),
        listed(j.facts.get("certificate_trades")),
    )
    remedy = f"取得{quoted(asked)}之一的证书后，{LATER}"
    if not held:
        return Words("没有证书", "没有证书工种记录", source, remedy)
    rest = "属于" if j.passed else "不属于"
    return Words("、".join(held), f"证书工种为{quoted(held)}，{rest}{quoted(asked)}", source, remedy)


def expert_graded(j: Judged) -> Words:
    """截止日已取得所要求的技术评审等次."""
    asked, held = values_of(j.condition), listed(j.facts.get("expert_grade"))
    source, day = source_of("expert_grade", "expert_grade_on"), j.facts.get("expert_grade_on")
    remedy = f"经区技术评审取得{quoted(asked)}之一后，{LATER}"
    if not held:
        return Words("没有等次", f"至{day_text(j.cutoff_on)}没有技术评审等次记录", source, remedy)
    rest = "属于" if j.passed else "不属于"
    return Words(
        "、".join(held), f"技术评审等次为{quoted(held)}，{day_text(day)}起生效，{rest}{quoted(asked)}", source, remedy
    )


def within_quota(j: Judged) -> Words:
    """名额未满."""
    people, applied = j.number("people"), day_text(j.facts.get("applied_on"))
    source, rule = source_of("applied_on", "sequence"), f"名额 {people} 人，按申请日期、再按序号先后"
    if j.passed and not j.others_passed:
        return Words("未占名额", f"{rule}；其他条件未全部符合，未据此扣减", source)
    conclusion = "在名额之内" if j.passed else "轮到时名额已满"
    return Words(conclusion, f"{rule}；{applied}申请，{conclusion}", source, "如有名额增补或空出，按申请先后递补")


def enough_people(j: Judged) -> Words:
    """介绍入职并在职满月数的人数."""
    kept, people, months = j.facts.get("people_kept"), j.number("people"), j.number("months")
    listed_people, hired = j.facts.get("people_listed"), j.facts.get("people_hired")
    if kept is None:
        return Words(UNKNOWN, "没有介绍入职人员的记录", source_of("people_listed"), "请机构报送介绍入职名单")
    shown = f"名单 {listed_people} 人，花名册在册 {hired} 人，其中在职满 {months} 个月的 {kept} 人"
    rest = f"，不少于 {people} 人" if j.passed else f"，差 {people - kept} 人满 {people} 人"
    remedy = f"在职满 {months} 个月的达到 {people} 人后，{LATER}"
    return Words(f"{kept} 人", f"{shown}{rest}", source_of("people_listed", "people_hired", "people_kept"), remedy)
