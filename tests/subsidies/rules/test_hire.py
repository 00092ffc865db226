"""The twelve conditions of HIRE at their boundaries (readings of the example year)."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from subsidies.rules.evaluate import codes_of, evaluate, headline_of
from tests.subsidies.rules.frames import CUTOFF, good, hires, terms_of

HIRE = terms_of("HIRE")


def codes(**changes: Any) -> list[str]:
    """Reason codes of one spoilt hire."""
    outcome = evaluate(HIRE, hires(good(**changes)), cutoff_on=CUTOFF).row(0, named=True)
    found = codes_of(HIRE, outcome["fail_mask"])
    assert outcome["is_eligible"] == (not found)
    assert outcome["amount_fen"] == (0 if found else 200_000)
    assert (found[0] if found else None) == headline_of(HIRE, outcome["fail_mask"])
    return found


def test_who_meets_every_condition_gets_two_thousand_yuan() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"enterprise_admitted_on": CUTOFF}, []),
        ({"enterprise_admitted_on": date(2023, 7, 1)}, ["ENTERPRISE_NOT_IN_PARK"]),
        ({"enterprise_admitted_on": None}, ["ENTERPRISE_NOT_IN_PARK"]),
        ({"enterprise_type": "其他"}, ["ENTERPRISE_NOT_TEXTILE"]),
        ({"enterprise_type": None}, ["ENTERPRISE_NOT_TEXTILE", "LABOUR_DISPATCH"]),
        ({"enterprise_type": "劳务派遣"}, ["ENTERPRISE_NOT_TEXTILE", "LABOUR_DISPATCH"]),
        ({"employment_form": "劳务派遣"}, ["LABOUR_DISPATCH"]),
        ({"hired_on": date(2023, 1, 1)}, []),
        ({"hired_on": date(2022, 12, 31)}, ["HIRED_OUTSIDE_WINDOW"]),
        ({"hired_on": date(2023, 12, 31)}, []),
        ({"hired_on": date(2024, 1, 1)}, ["HIRED_OUTSIDE_WINDOW"]),
        ({"is_front_line": False}, ["NOT_FRONT_LINE"]),
        ({"is_front_line": None}, ["NOT_FRONT_LINE"]),
        ({"contract_months": 11}, ["CONTRACT_TOO_SHORT"]),
        ({"contract_months": None, "contract_is_open_ended": True}, []),
        ({"contract_months": None, "contract_is_open_ended": None}, ["CONTRACT_TOO_SHORT"]),
        ({"insured_run_months": 2}, ["INSURED_MONTHS_SHORT"]),
        ({"insured_run_months": None}, ["INSURED_MONTHS_SHORT"]),
        ({"left_on": CUTOFF}, []),
        ({"left_on": date(2023, 6, 29)}, ["LEFT_BEFORE_CUTOFF"]),
        ({"age_at_hire": 16}, []),
        ({"age_at_hire": 15}, ["UNDER_AGE"]),
        ({"age_at_hire": 49}, []),
        ({"age_at_hire": 50}, ["OVER_AGE"]),
        ({"age_at_hire": 59, "sex": "男"}, []),
        ({"age_at_hire": 60, "sex": "男"}, ["OVER_AGE"]),
        ({"age_at_hire": None}, ["UNDER_AGE", "OVER_AGE"]),
        ({"paid_policies": "HIRE"}, ["ALREADY_PAID"]),
        ({"paid_policies": "REHIRE|TOPUP"}, []),
        ({"other_subsidies": "技能提升补贴"}, []),
        ({"other_subsidies": "技能提升补贴|一次性扩岗补助"}, ["EXCLUDED_BY_OTHER_SUBSIDY"]),
    ],
)
def test_each_condition_at_its_boundary(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(**changes) == expected


def test_every_failing_condition_is_reported_in_the_order_of_the_policy() -> None:
    assert codes(
        enterprise_admitted_on=None, contract_months=3, left_on=date(2023, 5, 1), other_subsidies="一次性扩岗补助"
    ) == ["ENTERPRISE_NOT_IN_PARK", "CONTRACT_TOO_SHORT", "LEFT_BEFORE_CUTOFF", "EXCLUDED_BY_OTHER_SUBSIDY"]


def test_a_person_without_any_fact_fails_everything_that_needs_one() -> None:
    nothing = dict.fromkeys(good()) | {"line_no": 1}
    mask = evaluate(HIRE, hires(nothing), cutoff_on=CUTOFF)["fail_mask"][0]
    passed = {c.code for c in HIRE.conditions} - set(codes_of(HIRE, mask))
    assert passed == {"LEFT_BEFORE_CUTOFF", "ALREADY_PAID", "EXCLUDED_BY_OTHER_SUBSIDY"}


def test_the_outcome_has_one_row_per_line_in_order() -> None:
    frame = hires(good(line_no=2), good(line_no=1, is_front_line=False))
    outcome = evaluate(HIRE, frame, cutoff_on=CUTOFF)
    assert outcome["line_no"].to_list() == [1, 2]
    assert outcome.schema["amount_fen"] == pl.Int64
