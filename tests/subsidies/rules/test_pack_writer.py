"""Terms written as a policies.yaml are read back as the same terms; and two versions are compared in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from subsidies.rules.differences import ADDED, CHANGED, REMOVED, differences
from subsidies.rules.pack_writer import write_pack
from subsidies.rules.readable import ages_text, parameters_of, readings_of, worked_example
from subsidies.rules.terms import PolicyTerms, load_packs, terms_digest, terms_from_json, terms_to_json
from subsidies.rules.yaml_entries import read_yaml

YEAR = Path(__file__).resolve().parents[3] / "examples" / "year-2023" / "policies.yaml"
POLICIES = {terms.code: terms for pack in load_packs(YEAR.read_text(encoding="utf-8")) for terms in pack.policies}
HIRE = POLICIES["HIRE"]


def again(*policies: PolicyTerms) -> dict[str, PolicyTerms]:
    return {terms.code: terms for pack in load_packs(write_pack(*policies)) for terms in pack.policies}


@pytest.mark.parametrize("code", sorted(POLICIES))
def test_a_version_written_as_a_file_is_read_back_as_the_same_version(code: str) -> None:
    stored = terms_from_json(terms_to_json(POLICIES[code]))
    base = [POLICIES[stored.stacks_on]] if stored.stacks_on else []
    assert terms_digest(again(*base, stored)[code]) == terms_digest(POLICIES[code])


def test_fen_and_shares_of_money_survive_the_way_through_a_file() -> None:
    odd = replace(HIRE, amount_fen=200_050)
    assert again(odd)["HIRE"].amount_fen == 200_050
    assert read_yaml(write_pack(odd))["packs"][0]["policies"][0]["amount_yuan"] == 2000.5


def test_a_table_of_ages_with_dates_survives_the_way_through_a_file() -> None:
    ages = {"2000-01-01": {"男": 60, "女": 50},
            "2025-01-01": {"男": {"years": 60, "from": "2025-01-01", "one_month_per": 4, "until_years": 63}, "女": 50}}  # fmt: skip
    conditions = tuple(
        replace(c, parameters={**c.parameters, "ages": ages}) if "ages" in c.parameters else c for c in HIRE.conditions
    )
    found = again(replace(HIRE, conditions=conditions))["HIRE"]
    assert terms_digest(found) == terms_digest(replace(HIRE, conditions=conditions))
    assert "2025年1月起每 4 个月延后 1 个月，至 63 周岁" in ages_text(ages)


def changed(test: str, **parameters: object) -> PolicyTerms:
    """HIRE with one condition asking with other numbers."""
    conditions = tuple(
        replace(c, parameters={**c.parameters, **parameters}) if c.test == test else c for c in HIRE.conditions
    )
    return replace(HIRE, conditions=conditions)


def test_the_same_terms_differ_in_nothing() -> None:
    assert differences(HIRE, terms_from_json(terms_to_json(HIRE))) == []


def test_a_changed_number_is_told_with_its_unit() -> None:
    (only,) = differences(HIRE, changed("consecutive_months_ending_in_cutoff_month", value=6))
    assert only.kind == CHANGED
    assert only.sentence == "“条件 在该企业连续参保不少于3个月且含截止月 · 期限”由“3 个月”改为“6 个月”"


def test_a_new_and_a_dropped_condition_are_told_whole() -> None:
    fewer = replace(HIRE, conditions=HIRE.conditions[1:])
    (dropped,), (new,) = differences(HIRE, fewer), differences(fewer, HIRE)
    assert (dropped.kind, new.kind) == (REMOVED, ADDED)
    assert "企业在截止日已入园" in new.sentence and "企业在截止日已入园" in dropped.sentence


def test_amount_and_signatures_are_compared() -> None:
    bands = (replace(HIRE.bands[0], up_to_fen=50_000_000), *HIRE.bands[1:])
    sentences = [one.sentence for one in differences(HIRE, replace(HIRE, amount_fen=250_000, bands=bands))]
    assert "“标准”由“每人 2,000 元”改为“每人 2,500 元”" in sentences[0]
    assert len(sentences) == 3 and all("500,000 元" in text for text in sentences[1:])


@pytest.mark.parametrize("code", sorted(POLICIES))
def test_every_packaged_policy_can_be_read_and_has_an_example(code: str) -> None:
    terms = POLICIES[code]
    assert all(reading.text for reading in readings_of(terms))
    assert worked_example(terms)
    assert all(text and label for c in terms.conditions for label, text in parameters_of(c))


def test_the_example_multiplies_and_names_the_signatures() -> None:
    steps = worked_example(HIRE)
    assert "36 人 × 2,000 元 = 72,000 元" in steps[0]
    assert "复核 1 人，审批 1 人" in steps[-1]
