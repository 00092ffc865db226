"""Awards in instalments with a quota, and shares of an agency's fee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from subsidies.rules.conditions import NotComputable
from subsidies.rules.evaluate import codes_of, evaluate, headline_of
from subsidies.rules.instalments import evaluate_instalments, period_keys, terms_of_period
from subsidies.rules.terms import PolicyTerms
from tests.subsidies.rules.frames import agencies, applicant, applicants, good, hires, newcomer, referrals, terms_of

AWARD, AGENCY = terms_of("SKILL_AWARD"), terms_of("AGENCY")
STATED = date(2024, 3, 31)
FIRST, SECOND = "instalment-1", "instalment-2"


def with_places(people: int) -> PolicyTerms:
    """The award with another number of places."""
    quota = [replace(c, parameters={"people": people}) if c.test == "quota" else c for c in AWARD.conditions]
    return replace(AWARD, conditions=tuple(quota))


def headlines(frame: pl.DataFrame, terms: PolicyTerms = AWARD) -> list[tuple[str, str]]:
    """What each line is told for the two instalments."""
    outcome = evaluate_instalments(terms, frame, cutoff_on=STATED)
    told = [
        headline_of(terms_of_period(terms, key), mask) or "PAID"
        for key, mask in outcome.select("period_key", "fail_mask").iter_rows()
    ]
    return list(zip(told[0::2], told[1::2], strict=True))


def one(**changes: Any) -> tuple[str, str]:
    """What one applicant is told."""
    return headlines(applicants(applicant(**changes)))[0]


def test_each_instalment_has_its_own_months_words_and_amount() -> None:
    assert period_keys(AWARD) == [FIRST, SECOND]
    second = terms_of_period(AWARD, SECOND)
    assert second.amount_fen == 1_500_000
    assert [c.code for c in second.conditions][2:4] == ["LEFT_BEFORE_12_MONTHS", "NOT_YET_12_MONTHS"]
    assert second.conditions[2].needs == "同一段就业连续满12个月（含满月当日）"
    assert terms_of_period(terms_of("HIRE"), "once") == terms_of("HIRE")
    with pytest.raises(KeyError):
        terms_of_period(AWARD, "instalment-3")


def test_an_applicant_is_told_the_first_condition_that_fails() -> None:
    assert one() == ("PAID", "PAID")
    assert one(hired_on=date(2023, 10, 1)) == ("PAID", "NOT_YET_12_MONTHS")
    assert one(hired_on=date(2023, 10, 2)) == ("NOT_YET_6_MONTHS", "NOT_YET_12_MONTHS")
    assert one(left_on=date(2023, 8, 31)) == ("PAID", "LEFT_BEFORE_12_MONTHS")
    assert one(left_on=date(2023, 8, 30)) == ("LEFT_BEFORE_6_MONTHS", "LEFT_BEFORE_12_MONTHS")
    assert one(certificate_issued_on=STATED) == ("PAID", "PAID")
    assert one(certificate_issued_on=None, certificate_trades=None) == ("NO_CERTIFICATE", "NO_CERTIFICATE")
    assert one(certificate_issued_on=date(2024, 4, 1)) == ("NO_CERTIFICATE", "NO_CERTIFICATE")
    assert one(certificate_trades="钳工") == ("TRADE_NOT_LISTED", "TRADE_NOT_LISTED")
    assert one(certificate_trades="钳工|裁床") == ("PAID", "PAID")


def test_both_instalments_are_paid_in_full() -> None:
    outcome = evaluate_instalments(AWARD, applicants(applicant()), cutoff_on=STATED)
    assert outcome["amount_fen"].to_list() == [1_000_000, 1_500_000]
    assert outcome["period_key"].to_list() == [FIRST, SECOND]
    assert outcome["place"].to_list() == [1, 1]


def test_places_go_by_day_of_application_then_number_in_the_list() -> None:
    frame = applicants(
        applicant(line_no=1, applied_on=date(2024, 3, 6), sequence=1),
        applicant(line_no=2, applied_on=date(2024, 3, 5), sequence=3),
        applicant(line_no=3, applied_on=date(2024, 3, 5), sequence=2),
    )
    for rows in (frame, frame.reverse()):
        assert headlines(rows, with_places(2)) == [("QUOTA_EXHAUSTED",) * 2, ("PAID",) * 2, ("PAID",) * 2]
    places = evaluate_instalments(with_places(2), frame, cutoff_on=STATED).filter(pl.col("period_key") == FIRST)
    assert places["place"].to_list() == [None, 2, 1]


def test_only_who_qualifies_for_the_first_instalment_takes_a_place() -> None:
    frame = applicants(
        applicant(line_no=1, sequence=1, certificate_trades="钳工"),
        applicant(line_no=2, sequence=2, hired_on=date(2023, 9, 1)),
        applicant(line_no=3, sequence=3, hired_on=date(2023, 9, 1)),
    )
    assert headlines(frame, with_places(1)) == [
        ("TRADE_NOT_LISTED", "TRADE_NOT_LISTED"),
        ("PAID", "NOT_YET_12_MONTHS"),
        ("QUOTA_EXHAUSTED", "QUOTA_EXHAUSTED"),
    ]


def test_every_failing_condition_of_an_instalment_is_in_its_mask() -> None:
    frame = applicants(applicant(certificate_trades="钳工", hired_on=date(2023, 9, 2), left_on=date(2023, 9, 3)))
    masks = evaluate_instalments(AWARD, frame, cutoff_on=STATED)["fail_mask"]
    assert codes_of(terms_of_period(AWARD, FIRST), masks[0]) == ["TRADE_NOT_LISTED", "LEFT_BEFORE_6_MONTHS"]
    second = terms_of_period(AWARD, SECOND)
    assert codes_of(second, masks[1]) == ["TRADE_NOT_LISTED", "LEFT_BEFORE_12_MONTHS", "NOT_YET_12_MONTHS"]


def test_an_award_that_is_paid_once_has_its_quota_judged_by_the_plain_evaluation() -> None:
    once = terms_of_period(with_places(1), FIRST)
    frame = applicants(applicant(line_no=1, sequence=2), applicant(line_no=2, sequence=1))
    masks = evaluate(once, frame, cutoff_on=STATED)["fail_mask"]
    assert [headline_of(once, mask) for mask in masks] == ["QUOTA_EXHAUSTED", None]


def agency(**changes: Any) -> tuple[int, str | None]:
    """Fen and reason of one agency."""
    facts = {"agency_id": 1, "fee_fen": 18_000_000, "people_listed": 53, "people_hired": 52, "people_kept": 50}
    row = evaluate(AGENCY, agencies(facts | changes), cutoff_on=STATED).row(0, named=True)
    return row["amount_fen"], headline_of(AGENCY, row["fail_mask"])


def test_an_agency_gets_its_share_up_to_the_cap_once_enough_people_stayed() -> None:
    assert agency() == (5_000_000, None)
    assert agency(fee_fen=10_000_000) == (3_000_000, None)
    assert agency(fee_fen=16_666_667) == (5_000_000, None)
    assert agency(fee_fen=5) == (2, None)  # 1.5 fen, halves up
    assert agency(people_kept=49) == (0, "AGENCY_HEADCOUNT_SHORT")
    assert agency(people_kept=None) == (0, "AGENCY_HEADCOUNT_SHORT")


def test_facts_that_were_not_collected_are_named() -> None:
    with pytest.raises(NotComputable, match="最早发证日期"):
        evaluate_instalments(AWARD, hires(good()), cutoff_on=STATED)
    with pytest.raises(NotComputable, match="逐期"):
        evaluate(AWARD, applicants(applicant()), cutoff_on=STATED)
    with pytest.raises(NotComputable, match="引工人"):
        evaluate(terms_of("REFER"), hires(good()), cutoff_on=STATED)


def test_a_line_number_that_stands_twice_or_not_at_all_is_refused() -> None:
    for frame in (referrals(newcomer(), newcomer()), referrals(newcomer(line_no=None))):
        with pytest.raises(ValueError, match="line_no"):
            evaluate(terms_of("REFER"), frame, cutoff_on=STATED)
