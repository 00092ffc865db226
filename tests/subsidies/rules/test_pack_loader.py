"""policies.yaml is read strictly: whatever stands in it, it loads with its meaning or is refused with every place named."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.rules.evaluate import evaluate
from subsidies.rules.explain import explain
from subsidies.rules.instalments import evaluate_instalments
from subsidies.rules.terms import (
    FundingShare,
    PolicyTerms,
    TermsInvalid,
    load_packs,
    terms_digest,
    terms_from_json,
    terms_to_json,
)
from tests.subsidies.rules.frames import (
    CUTOFF,
    PACKS,
    agencies,
    applicant,
    applicants,
    good,
    hires,
    newcomer,
    referrals,
)

TEXT = PACKS.read_text(encoding="utf-8")
CONTENT = yaml.safe_load(TEXT)


def terms(code: str, text: str = TEXT) -> PolicyTerms:
    """One policy of a text."""
    return next(t for pack in load_packs(text) for t in pack.policies if t.code == code)


def changed(old: str, new: str) -> str:
    """The packaged text with one place changed; a change that changes nothing would prove nothing."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def problems(text: str) -> list[str]:
    """Why a text is refused."""
    with pytest.raises(TermsInvalid) as refusal:
        load_packs(text)
    return refusal.value.problems


def test_a_pack_keeps_what_it_says() -> None:
    default, sample = load_packs(TEXT)
    assert (default.key, default.load_as, default.is_enabled, default.procedure_as) == (
        "default",
        "published",
        True,
        "",
    )
    assert (sample.load_as, sample.is_enabled, sample.procedure_as) == ("draft", False, "HIRE")
    assert sample.stated_date == date(2023, 11, 30)
    hire, award = terms("HIRE"), terms("SKILL_AWARD")
    assert (hire.amount_fen, hire.window_from, hire.window_to) == (200_000, date(2023, 1, 1), date(2023, 12, 31))
    assert hire.notice.calendar == "国务院办公厅放假安排（含调休）"
    assert hire.bands == award.bands and hire.notice == award.notice
    assert terms("TOPUP").stacks_on == "HIRE"
    assert Fraction(terms("AGENCY").more["share_of_fee"]) == Fraction(3, 10)


def test_the_numbers_of_the_folder_are_the_numbers_of_the_terms() -> None:
    text = changed("amount_yuan: 2000", "amount_yuan: 1234.56")
    text = (
        text.replace("value: 12}", "value: 18}")
        .replace("value: 3, kinds", "value: 7, kinds")
        .replace("男: 60", "男: 58")
    )
    text = text.replace("length: 5", "length: 8").replace("up_to_yuan: 300000", "up_to_yuan: 50000.5")
    text = text.replace("to: 2023-12-31", "to: 2025-06-30").replace("value: 6000}", "value: 1200}")
    text = text.replace("funding: 市级就业专项资金", "funding: {市级就业专项资金: 3, 区级财政: 7}")
    hire = terms("HIRE", text)
    found = {c.code: c.parameters for c in hire.conditions}
    assert hire.amount_fen == 123_456
    assert found["CONTRACT_TOO_SHORT"]["value"] == 18
    assert found["INSURED_MONTHS_SHORT"] == {"value": 7, "kinds": ["企业职工基本养老保险"]}
    assert found["OVER_AGE"]["ages"] == {"男": 58, "女": 50}
    assert found["HIRED_OUTSIDE_WINDOW"] == {"from": "2023-01-01", "to": "2025-06-30"}
    assert (hire.notice.length, hire.bands[0].up_to_fen) == (8, 5_000_050)
    assert hire.funding == (FundingShare("市级就业专项资金", 3), FundingShare("区级财政", 7))
    assert terms("REFER", text).conditions[-1].parameters["cap_fen"] == 120_000
    facts = good(hired_on=date(2025, 6, 30), contract_months=18, insured_run_months=7)
    assert evaluate(hire, hires(facts), cutoff_on=CUTOFF)["amount_fen"][0] == 123_456


def test_a_dated_and_rising_age_table_loads_and_survives_json() -> None:
    rising = "{years: 60, from: 2025-01-01, one_month_per: 4, until_years: 63}"
    text = changed(
        "        男: 60\n        女: 50",
        f"        2020-01-01: {{男: 60, 女: 50}}\n        2025-01-01: {{男: {rising}, 女: 50}}",
    )
    hire = terms("HIRE", text)
    assert terms_from_json(terms_to_json(hire)) == hire
    facts = good(sex="男", birth_on=date(1965, 5, 20), age_at_hire=60, hired_on=date(2025, 7, 19))
    bit = next(bit for bit, c in enumerate(hire.conditions) if c.code == "OVER_AGE")
    mask = evaluate(hire, hires(facts), cutoff_on=CUTOFF)["fail_mask"][0]
    assert not mask >> bit & 1
    assert "60 周岁零 2 个月" in explain(hire, facts, mask, cutoff_on=CUTOFF)[bit].sentence


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("to: 2023-12-31", "to: 2023-02-30", "第 29 行：'2023-02-30' 不是有效的日期"),
        ("amount_yuan: 2000", "amount_yuan: 2000\n        amount_yuan: 3000", "'amount_yuan' 重复出现"),
        ("amount_yuan: 2000", "amount_yuan: .inf", "不是精确到分的非负数"),
        ("amount_yuan: 2000", "amount_yuan: -1", "不是精确到分的非负数"),
        ("amount_yuan: 2000", "amount_yuan: '2000'", "不是精确到分的非负数"),
        ("amount_yuan: 2000", "amount_yuan: 99999999999999999999", "不是精确到分的非负数"),
        ("value: 12}", "value: zwölf}", "政策 HIRE 条件 CONTRACT_TOO_SHORT：value 'zwölf' 应为不小于 1 的整数"),
        ("value: 12}", "value: 1201}", "应为不小于 1、不大于 1200 的整数"),
        ("value: 16}", "value: 121}", "应为不小于 1、不大于 120 的整数"),
        ("value: 12}", "value: 12, valeu: 3}", "条件 CONTRACT_TOO_SHORT：不认识的项 'valeu'"),
        ("field: employment.contract, ", "", "缺少 field，应为 employment.contract"),
        ("test: differs", "field: introducer.post, test: differs", "test differs 不适用于 field 'introducer.post'"),
        ("field: employment.hired_on", "field: [employment.hired_on, employment.hired_on]", "只能有一个 field"),
        ("男: 60", "男: sechzig", "retirement_age_2023：男：应为周岁数"),
        ("男: 60", "m: 60", "应恰好有 男、女 两项"),
        ("value: 纺织服装企业", "value: [纺织服装企业, 其他]", "应为文字"),
        ("value: [HIRE]", "value: []", "应为文字或文字列表"),
        ("value: [HIRE]", "value: ['HI|RE']", "不含“|”"),
        ("publishing_day_counts: false", "publishing_day_counts: 否", "应为 true 或 false"),
        ("unit: working_days", "unit: fortnights", "unit 'fortnights'"),
        ("length: 5", "length: 0", "length 0 应为不小于 1 的整数"),
        ("enabled: true", "enabled: 1", "enabled 1 应为 true 或 false"),
        ("    load_as: published", "    load_as: published\n    tabels: {}", "政策包 default：不认识的项 'tabels'"),
        ("{from: 2023-01-01, to: 2023-12-31}", "2023", "政策 HIRE.window：2023 应为一组“键: 值”"),
        ("from: 2023-01-01", "from: 2024-01-01", "起止颠倒"),
        ("bands:", "bandz:", "不认识的项 'bandz'"),
        ("        reviews:  ", "        reviewz:  ", "政策 HIRE：缺少 reviews"),
        ("approvals: 1", "approvals: none", "approvals 'none' 应为"),
        ("window: {from: 2023-01-01, to: 2023-12-31}", "basis_note: 1", "政策没有 window"),
        ("all_conditions_are_reported: true", "all_conditions_are_reported: false", "只能为 true"),
        ("frequency: once_per_person", "frequency: once_a_year", "frequency 'once_a_year'"),
        ("code: NOT_FRONT_LINE", "code: LABOUR_DISPATCH", "有重复的条件 code"),
        ("key: REFER", "key: TOPUP", "有重复的政策 key"),
        ("payee: introducer", "payee: enterprise", "payee 为 enterprise 的政策没有这一事实"),
        ("test: months_employed_at_least, value: 6}", "test: differs}", "须有 months_employed_at_least"),
        ("kinds: [企业职工基本养老保险]", "kinds: [养老保险]", "'养老保险' 不是缴费名单中的险种"),
        ("test: matured_on_stated_date}", "test: differs}", "有 months_employed_at_least 而没有 matured_on_stated_date"),
        ("value: instalment.after_months", "value: instalment.after_years", "应为不小于 1 的整数"),
        ("after_months: 6", "after_months: -6", "应为不小于 1 的整数"),
        ("key: instalment-2", "key: instalment-1", "每期 key 不同"),
        ("quota: {people: 300", "quota: {peoples: 300", "缺少 people"),
        ("share_of_fee: 0.30", "share_of_fee: 1.3", "不大于 1 的比例"),
        ("share_of_fee: 0.30", "amount_yuan: 5", "cap_yuan 只用于 share_of_fee"),
        ("stacks_on: HIRE", "stacks_on: TOPUP", "stacks_on 指向不存在的政策 'TOPUP'"),
        ("stacks_on: HIRE", "basis: 无", "没有 conditions，也没有 stacks_on"),
        ("procedure_as: HIRE", "procedure_as: FIRE", "procedure_as 指向不存在的政策 'FIRE'"),
        ("age: 周岁，生日当日即满", "age: 虚岁", "'虚岁' 不支持；本系统按“周岁，生日当日即满”计算"),
        ("packs:", "packs: [", "不是有效的 YAML，第"),
        ("packs:", "sacks:", "不认识的项 'sacks'"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_place(old: str, new: str, problem: str) -> None:
    found = problems(changed(old, new))
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    "text", ["", "packs", "[]", "packs: 3", "packs: [3]", "packs: [{policies: [5]}]", "? [a]\n: 1"]
)
def test_a_file_that_is_no_pack_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("text", ["", "packs:", "文字", "packs: [{key: a, title: b, load_as: draft, enabled: true}]"])
def test_what_is_missing_is_told_without_a_programs_word_for_nothing(text: str) -> None:
    assert "None" not in "".join(problems(text))


def test_a_file_that_grows_when_read_is_refused_in_few_words() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    found = problems("\n".join([*lines, "packs: *a9"]))
    assert sum(map(len, found)) < 5_000


def test_an_empty_list_of_packs_is_no_error() -> None:
    assert load_packs("packs: []") == []


def test_drafts_may_leave_notice_and_reviews_open() -> None:
    draft = next(t for t in load_packs(changed("    procedure_as: HIRE", ""))[1].policies if t.code == "REFER")
    assert (draft.notice.length, [b.approvals for b in draft.bands]) == (5, [1])


def test_the_order_of_keys_changes_no_digest() -> None:
    turned = yaml.safe_dump(CONTENT, allow_unicode=True, sort_keys=True)
    for pack, other in zip(load_packs(TEXT), load_packs(turned), strict=True):
        assert [terms_digest(t) for t in pack.policies] == [terms_digest(t) for t in other.policies]


def _places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a nested content."""
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(place for key, value in entries for place in _places(value, (*path, key)))]


#: the one written in C, where there is it
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
PLACES = [place for place in _places(CONTENT) if place]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=8), st.dates(),
    st.sampled_from(["HIRE", "trades", "instalment.after_months", "employment.hired_on", "retirement_age_2023", [], {}, [[]]]),
    st.lists(st.text(max_size=4), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(["put", "drop"]), ODD), min_size=1, max_size=3))
@settings(max_examples=400)
def test_whatever_stands_in_a_pack_it_is_refused_in_words_or_computes(mutations: list[tuple[Any, str, Any]]) -> None:
    content = deepcopy(CONTENT)
    for place, action, odd in mutations:
        parent = content
        try:
            for key in place[:-1]:
                parent = parent[key]
            if action == "put":
                parent[place[-1]] = odd
            else:
                del parent[place[-1]]
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    try:
        packs = load_packs(yaml.dump(content, Dumper=DUMPER, allow_unicode=True))
    except TermsInvalid:
        return
    for policy in (policy for pack in packs for policy in pack.policies):
        assert terms_from_json(terms_to_json(policy)) == policy
        _compute(policy)


def _compute(policy: PolicyTerms) -> None:
    """Judge and explain somebody; terms that load must never fail later."""
    if "instalments" in policy.more:
        assert evaluate_instalments(policy, applicants(applicant()), cutoff_on=CUTOFF).height
        return
    row = {"fee_fen": 800_000, "people_listed": 4, "people_hired": 4, "people_kept": 4}
    frame = agencies(row) if policy.payee == "agency" else applicants(applicant())
    facts = row if policy.payee == "agency" else applicant()
    if policy.payee == "introducer":
        frame, facts = referrals(newcomer()), newcomer()
    if policy.stacks_on:
        frame = frame.with_columns(base_is_paid=True)
    outcome = evaluate(policy, frame, cutoff_on=CUTOFF)
    assert len(explain(policy, facts, outcome["fail_mask"][0], cutoff_on=CUTOFF)) >= len(policy.conditions)
