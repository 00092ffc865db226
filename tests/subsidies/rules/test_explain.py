"""The why list: every condition in a plain sentence that agrees with the verdict."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.rules.conditions import TESTS
from subsidies.rules.evaluate import codes_of, evaluate
from subsidies.rules.explain import Explanation, explain
from subsidies.rules.instalments import evaluate_instalments, terms_of_period
from subsidies.rules.sentences import SPEAKERS
from tests.subsidies.rules.frames import (
    CUTOFF,
    agencies,
    applicant,
    applicants,
    good,
    hires,
    newcomer,
    referrals,
    terms_of,
)

HIRE, REFER, STATED = terms_of("HIRE"), terms_of("REFER"), date(2023, 11, 30)


def why(code: str, **changes: Any) -> Explanation:
    """What one condition says of a spoilt hire."""
    facts = good(**changes)
    mask = evaluate(HIRE, hires(facts), cutoff_on=CUTOFF)["fail_mask"][0]
    return next(line for line in explain(HIRE, facts, mask, cutoff_on=CUTOFF) if line.code == code)


def test_every_kind_of_condition_speaks() -> None:
    assert SPEAKERS.keys() == TESTS.keys()


@pytest.mark.parametrize(
    ("code", "changes", "sentence"),
    [
        ("ENTERPRISE_NOT_IN_PARK", {"enterprise_admitted_on": CUTOFF}, "企业2023年6月30日入园，即截止日当天，计为已入园"),
        ("ENTERPRISE_NOT_IN_PARK", {"enterprise_admitted_on": date(2023, 7, 1)}, "企业2023年7月1日入园，晚于截止日2023年6月30日"),
        ("ENTERPRISE_NOT_TEXTILE", {"enterprise_type": "其他"}, "企业类型为“其他”，不是“纺织服装企业”"),
        ("LABOUR_DISPATCH", {"employment_form": "劳务派遣"}, "用工形式为“劳务派遣”，属于“劳务派遣”之列"),
        ("LABOUR_DISPATCH", {"employment_form": None}, "用工形式未登记，不能排除“劳务派遣”"),
        ("HIRED_OUTSIDE_WINDOW", {"hired_on": date(2024, 1, 1)}, "2024年1月1日入职，晚于政策期（2023年1月1日至12月31日）"),
        ("NOT_FRONT_LINE", {"is_front_line": False}, "花名册登记为非一线岗位"),
        ("CONTRACT_TOO_SHORT", {"contract_ends_on": date(2024, 2, 28), "contract_months": 11},
         "合同2023年3月1日至2024年2月28日，对年对月计满 11 个月，不足 12 个月"),
        ("CONTRACT_TOO_SHORT", {"contract_is_open_ended": True, "contract_months": None},
         "2023年3月1日起的无固定期限劳动合同，不受 12 个月限制"),
        ("INSURED_MONTHS_SHORT", {"insured_run_months": 4, "insured_run_starts": date(2023, 3, 1)},
         "2023年3月至6月在该企业连续参保 4 个月"),
        ("INSURED_MONTHS_SHORT", {"insured_run_months": 0}, "截止月2023年6月在该企业没有缴费记录，连续参保按 0 个月计"),
        ("LEFT_BEFORE_CUTOFF", {"left_on": CUTOFF}, "2023年6月30日离职，即截止日，当日仍计为在职"),
        ("UNDER_AGE", {"age_at_hire": 15, "birth_on": date(2007, 3, 2)}, "2007年3月2日出生，入职时 15 周岁，未满 16 周岁"),
        ("OVER_AGE", {"age_at_hire": 50, "birth_on": date(1973, 3, 1)},
         "女，1973年3月1日出生，入职时 50 周岁，已达 50 周岁的年龄上限"),
        ("OVER_AGE", {"sex": None}, "1990年1月1日出生，入职时 33 周岁，性别未登记，不能确定年龄上限"),
        ("ALREADY_PAID", {"paid_policies": "HIRE"}, "台账中此人已享受招用工补贴"),
        ("EXCLUDED_BY_OTHER_SUBSIDY", {"other_subsidies": "技能提升补贴"}, "已享受“技能提升补贴”，与本政策不互斥"),
        ("EXCLUDED_BY_OTHER_SUBSIDY", {"other_subsidies": "一次性扩岗补助|技能提升补贴"}, "已享受“一次性扩岗补助”，与本政策互斥"),
    ],
)  # fmt: skip
def test_a_sentence_names_the_value_used(code: str, changes: dict[str, Any], sentence: str) -> None:
    assert why(code, **changes).sentence == sentence


def test_a_source_names_the_list_and_the_months_looked_at() -> None:
    assert why("INSURED_MONTHS_SHORT").source == "社保缴费明细 2023年4月至6月（企业职工基本养老保险）"
    assert why("CONTRACT_TOO_SHORT").source == "花名册·合同起止日"


def test_a_remedy_names_the_day_or_month_that_would_do() -> None:
    short = {"contract_ends_on": date(2024, 2, 28), "contract_months": 11}
    assert "合同终止日在2024年2月29日或以后" in why("CONTRACT_TOO_SHORT", **short).remedy
    assert "到2023年9月满 3 个月" in why("INSURED_MONTHS_SHORT", insured_run_months=0).remedy
    two = {"insured_run_months": 2, "insured_run_starts": date(2023, 5, 1)}
    assert "到2023年7月满 3 个月" in why("INSURED_MONTHS_SHORT", **two).remedy
    assert "不早于2023年7月1日" in why("ENTERPRISE_NOT_IN_PARK", enterprise_admitted_on=date(2023, 7, 1)).remedy


def test_who_was_paid_elsewhere_after_the_computation_is_told_so() -> None:
    """A submission may set ALREADY_PAID on a line whose facts, as computed, show no payment."""
    bit = next(bit for bit, c in enumerate(HIRE.conditions) if c.code == "ALREADY_PAID")
    line = explain(HIRE, good(), 1 << bit, cutoff_on=CUTOFF)[bit]
    assert line.sentence == "测算之后，此人已由其他批次或本批次的另一条明细享受同类补贴"
    assert not line.passed


DAYS = st.none() | st.dates(date(1960, 1, 1), date(2025, 12, 31))
ANYBODY = st.fixed_dictionaries(
    {
        "enterprise_type": st.sampled_from(["纺织服装企业", "劳务派遣", "其他", None]), "enterprise_admitted_on": DAYS,
        "employment_form": st.sampled_from(["劳动合同", "劳务派遣", None]), "hired_on": DAYS, "left_on": DAYS,
        "is_front_line": st.none() | st.booleans(), "contract_starts_on": DAYS, "contract_ends_on": DAYS,
        "contract_is_open_ended": st.none() | st.booleans(), "contract_months": st.none() | st.integers(0, 30),
        "insured_run_months": st.none() | st.integers(0, 9), "insured_run_starts": st.just(date(2023, 4, 1)) | st.none(),
        "birth_on": DAYS, "sex": st.sampled_from(["男", "女", None]), "age_at_hire": st.none() | st.integers(10, 70),
        "paid_policies": st.sampled_from([None, "", "HIRE", "TOPUP"]),
        "other_subsidies": st.sampled_from([None, "", "技能提升补贴", "一次性扩岗补助"]),
        "introducer_id": st.sampled_from([None, 1, 9]), "introducer_posts": st.sampled_from([None, "", "平车工", "人事专员"]),
    }
)  # fmt: skip


@given(ANYBODY)
@settings(max_examples=200)
def test_whatever_the_facts_each_condition_is_explained_in_step_with_the_verdict(changes: dict[str, Any]) -> None:
    facts = newcomer(**changes)
    for terms, cutoff in ((HIRE, CUTOFF), (REFER, STATED)):
        mask = evaluate(terms, referrals(facts), cutoff_on=cutoff)["fail_mask"][0]
        lines = explain(terms, facts, mask, cutoff_on=cutoff)
        assert [line.code for line in lines if not line.passed] == codes_of(terms, mask)
        for line in lines:
            assert line.sentence and line.value and line.source and line.clause
            assert bool(line.remedy) != line.passed
            assert "None" not in line.sentence + line.remedy


def test_the_cap_says_whether_a_place_was_taken() -> None:
    told = {}
    for name, changes, count in (("in", {}, 1), ("over", {}, 21), ("early", {"left_on": date(2023, 4, 1)}, 1)):
        rows = [newcomer(line_no=n, **changes) for n in range(count)]
        mask = evaluate(REFER, referrals(*rows), cutoff_on=STATED)["fail_mask"][-1]
        told[name] = explain(REFER, rows[-1], mask, cutoff_on=STATED)[-1].sentence.split("；")[1]
    assert told == {"in": "此人在名额之内", "over": "此人之前名额已满", "early": "其他条件未全部符合，不占名额"}


def test_an_award_and_an_agency_explain_themselves() -> None:
    award = terms_of_period(terms_of("SKILL_AWARD"), "instalment-2")
    facts = applicant(hired_on=date(2023, 10, 1), certificate_trades="钳工")
    outcome = evaluate_instalments(terms_of("SKILL_AWARD"), applicants(facts), cutoff_on=date(2024, 3, 31))
    lines = explain(award, facts, outcome["fail_mask"][1], cutoff_on=date(2024, 3, 31))
    assert [line.code for line in lines if not line.passed] == ["TRADE_NOT_LISTED", "NOT_YET_12_MONTHS"]
    assert lines[1].sentence == "证书工种为“钳工”，不属于“平车”、“冚车”、“裁床”、“打边”"
    assert lines[3].sentence == "2024年9月30日满 12 个月，晚于统计日2024年3月31日"
    row = {"agency_id": 1, "fee_fen": 800_000, "people_listed": 4, "people_hired": 4, "people_kept": 4}
    mask = evaluate(terms_of("AGENCY"), agencies(row), cutoff_on=STATED)["fail_mask"][0]
    (line,) = explain(terms_of("AGENCY"), row, mask, cutoff_on=STATED)
    assert line.sentence == "名单 4 人，花名册在册 4 人，其中在职满 3 个月的 4 人，差 46 人满 50 人"


def test_a_top_up_says_whether_its_base_was_paid() -> None:
    for mask, sentence in ((0, "所叠加的“HIRE”已拨付到账"), (1, "所叠加的“HIRE”尚未拨付到账")):
        (line,) = explain(terms_of("TOPUP"), good(), mask, cutoff_on=CUTOFF)
        assert line.sentence == sentence
