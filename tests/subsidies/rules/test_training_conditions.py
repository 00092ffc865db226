"""Conditions on certificates, hours and placement: one worked example each, in a pack like any other."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.rules.evaluate import codes_of, evaluate
from subsidies.rules.explain import explain
from subsidies.rules.facts import HIRE_FACTS, PLACEMENT_SOURCES, TRAINING_FACTS
from subsidies.rules.pack_writer import dump, pack_of
from subsidies.rules.readable import parameters_of
from subsidies.rules.terms import PolicyTerms, TermsInvalid, load_packs
from tests.subsidies.rules.frames import CUTOFF, PACKS, good

CONDITIONS: list[dict[str, Any]] = [
    {"code": "CERTIFICATE_LEVEL_LOW", "needs": "四级或以上证书", "test": "certificate_level_at_least",
     "field": "certificate.level", "value": 4},
    {"code": "TRADE_LEVEL_LOW", "needs": "平车或裁床五级或以上", "test": "trade_level_at_least",
     "field": "certificate.trade_level", "value": 5, "trades": ["平车", "裁床"]},
    {"code": "TRAINED_HOURS_SHORT", "needs": "合格班次满 40 学时", "test": "trained_hours_at_least",
     "field": "training.passed_hours", "value": 40},
    {"code": "NOT_PLACED_BY_BASE", "needs": "培训基地推荐就业", "test": "placed_by_base"},
    {"code": "PLACEMENT_SOURCE_NOT_LISTED", "needs": "基地推荐或引工介绍", "test": "placement_source_in",
     "field": "placement.source", "value": ["基地推荐", "引工介绍"]},
]  # fmt: skip
GOOD: dict[str, Any] = {
    "certificate_level": 4, "certificate_levels": "裁床五级|平车四级", "trained_hours": 60, "passed_hours": 40,
    "placement_source": "基地推荐", "placed_base": "一号基地", "certificate_trades": "裁床|平车", "certificate_issued_on": None,
}  # fmt: skip


@cache
def training_pack(**changes: Any) -> str:
    """HIRE with these conditions instead of its own; a change replaces one value of every condition that has it."""
    packs = yaml.safe_load(PACKS.read_text(encoding="utf-8"))
    chosen = packs["packs"][0]
    chosen["policies"] = [chosen["policies"][0] | {"key": "TRAINED", "title": "培训就业补贴（示例）"}]
    chosen["policies"][0]["conditions"] = [
        one | {key: value for key, value in changes.items() if key in one} for one in CONDITIONS
    ]
    return yaml.safe_dump(packs | {"packs": [chosen]}, allow_unicode=True)


@cache
def terms() -> PolicyTerms:
    ((one,),) = [pack.policies for pack in load_packs(training_pack())]
    return one


def judged(**changes: Any) -> tuple[list[str], list[str]]:
    """Codes that fail, and what is said of them."""
    frame = pl.DataFrame([good() | GOOD | changes], schema=HIRE_FACTS | TRAINING_FACTS)
    mask = evaluate(terms(), frame, cutoff_on=CUTOFF)["fail_mask"][0]
    said = explain(terms(), frame.row(0, named=True), mask, cutoff_on=CUTOFF)
    return codes_of(terms(), mask), [one.sentence for one in said if not one.passed]


@pytest.mark.parametrize(
    ("changes", "codes", "sentence"),
    [
        ({}, [], ""),
        ({"certificate_level": 3}, [], ""),
        ({"certificate_level": 5}, ["CERTIFICATE_LEVEL_LOW"], "最高为五级证书，低于四级"),
        ({"certificate_levels": "冚车三级"}, ["TRADE_LEVEL_LOW"], "证书为“冚车三级”，不符合“平车”、“裁床”五级或以上的要求"),
        ({"passed_hours": 39}, ["TRAINED_HOURS_SHORT"], "至2023年6月30日考核合格班次的实到学时共 39 学时，差 1 学时"),
        ({"placement_source": "引工介绍", "placed_base": ""}, ["NOT_PLACED_BY_BASE"], "就业来源为“引工介绍”，没有接上培训基地的推荐"),
        ({"placement_source": "扫码登记", "placed_base": ""}, ["NOT_PLACED_BY_BASE", "PLACEMENT_SOURCE_NOT_LISTED"],
         "就业来源为“扫码登记”，没有接上培训基地的推荐"),
    ],
)  # fmt: skip
def test_each_condition_by_a_worked_example(changes: dict[str, Any], codes: list[str], sentence: str) -> None:
    failing, said = judged(**changes)
    assert failing == codes
    assert said[:1] == ([sentence] if sentence else [])


def test_what_nobody_knows_fails_every_condition_and_is_said() -> None:
    failing, said = judged(**dict.fromkeys(GOOD))
    assert failing == [one["code"] for one in CONDITIONS] and all(said)


def test_numbers_out_of_range_and_payees_without_people_are_refused() -> None:
    with pytest.raises(TermsInvalid, match="不大于 5"):
        load_packs(training_pack(value=6))
    with pytest.raises(TermsInvalid, match="没有这一事实"):
        load_packs(training_pack().replace("payee: enterprise", "payee: agency"))


def test_a_pack_is_written_back_and_read_in_words() -> None:
    again = load_packs(dump(pack_of(terms())))[0].policies[0]
    assert again.conditions == terms().conditions
    assert parameters_of(terms().conditions[1]) == [("不低于", "5 级"), ("工种", "平车、裁床")]


@settings(max_examples=40)
@given(
    level=st.integers(1, 5) | st.none(), hours=st.integers(0, 90) | st.none(), source=st.sampled_from(PLACEMENT_SOURCES)
)
def test_verdicts_follow_the_numbers(level: int | None, hours: int | None, source: str) -> None:
    failing, _ = judged(certificate_level=level, passed_hours=hours, placement_source=source)
    assert ("CERTIFICATE_LEVEL_LOW" in failing) == (level is None or level > 4)
    assert ("TRAINED_HOURS_SHORT" in failing) == ((hours or 0) < 40)
    assert ("NOT_PLACED_BY_BASE" in failing) == (source != "基地推荐")
