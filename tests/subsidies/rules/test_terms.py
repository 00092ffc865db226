"""Policy packs load strictly, keep their meaning as JSON, and explain themselves."""

from __future__ import annotations

from datetime import date

import pytest

from subsidies.rules.conditions import NotComputable
from subsidies.rules.evaluate import evaluate
from subsidies.rules.explain import explain
from subsidies.rules.terms import TermsInvalid, load_packs, terms_digest, terms_from_json, terms_to_json
from tests.subsidies.rules.frames import CUTOFF, PACKS, good, hires, terms_of

TEXT = PACKS.read_text(encoding="utf-8")


def test_every_policy_survives_the_way_through_json() -> None:
    for pack in load_packs(TEXT):
        for terms in pack.policies:
            assert terms_from_json(terms_to_json(terms)) == terms


def test_a_changed_number_changes_the_digest() -> None:
    changed = load_packs(TEXT.replace("amount_yuan: 2000", "amount_yuan: 2001"))[0].policies[0]
    assert terms_digest(changed) != terms_digest(terms_of("HIRE"))
    assert changed.amount_fen == 200_100


def test_amount_bands_include_their_bound() -> None:
    terms = terms_of("HIRE")
    assert terms.band_for(30_000_000).approvals == 1
    assert terms.band_for(30_000_001).approvals == 2


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("test: is_true", "test: is_untrue", "不认识的 test 'is_untrue'"),
        (
            "field: enterprise.type, test: equals",
            "field: enterprise.size, test: equals",
            "不适用于 field 'enterprise.size'",
        ),
        ("table: retirement_age_2023", "table: retirement_age_1923", "没有名为 'retirement_age_1923' 的 table"),
        ("amount_yuan: 2000", "amount_yuan: 2000.001", "不是精确到分"),
        ("load_as: published", "load_as: maybe", "load_as 'maybe' 应为 published 或 draft"),
        ("payee: enterprise", "payee: everybody", "payee 'everybody'"),
        ("up_to_yuan: null", "up_to_yuan: 100", "金额应由小到大"),
        ("stacks_on: HIRE", "stacks_on: FIRE", "stacks_on 指向不存在的政策"),
        ("frequency: once_per_person", "frequenzy: once_per_person", "不认识的项 'frequenzy'"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(old: str, new: str, problem: str) -> None:
    with pytest.raises(TermsInvalid, match="政策包有误") as refusal:
        load_packs(TEXT.replace(old, new))
    assert problem in str(refusal.value)


def test_all_problems_are_named_at_once() -> None:
    text = TEXT.replace("test: is_true", "test: is_untrue").replace("load_as: published", "load_as: maybe")
    with pytest.raises(TermsInvalid) as refusal:
        load_packs(text)
    assert len(refusal.value.problems) == 2


def test_shapes_that_cannot_be_computed_say_so() -> None:
    with pytest.raises(NotComputable, match="SKILL_AWARD"):
        evaluate(terms_of("SKILL_AWARD"), hires(good()), cutoff_on=CUTOFF)


def test_every_condition_is_explained_with_the_value_used() -> None:
    facts = good(insured_run_months=2, insured_run_starts=date(2023, 5, 1))
    mask = evaluate(terms_of("HIRE"), hires(facts), cutoff_on=CUTOFF)["fail_mask"][0]
    lines = explain(terms_of("HIRE"), facts, mask, cutoff_on=CUTOFF)
    assert len(lines) == 12
    short = next(line for line in lines if not line.passed)
    assert short.code == "INSURED_MONTHS_SHORT"
    assert short.sentence == "2023年5月至6月在该企业连续参保 2 个月，差 1 个月"
    assert "到2023年7月满 3 个月" in short.remedy
    assert short.clause == "待核定"
    contract = next(line for line in lines if line.code == "CONTRACT_TOO_SHORT")
    assert contract.sentence == "合同2023年3月1日至2024年2月29日，对年对月计满 12 个月"
