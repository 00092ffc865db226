"""Properties of the rules that hold for all facts."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from park_workers.foundation.identifiers import add_months
from park_workers.foundation.identifiers import age_on as plain_age_on
from subsidies.rules.amounts import round_half_up, split_by_shares
from subsidies.rules.evaluate import evaluate
from subsidies.rules.spans import age_on, contract_months, insured_runs, latest_contracts, matured_on
from tests.subsidies.rules.frames import CUTOFF, good, hires, terms_of

HIRE = terms_of("HIRE")
BIT = {c.code: 1 << bit for bit, c in enumerate(HIRE.conditions)}
DAYS = st.dates(date(2021, 1, 1), date(2025, 12, 31))
ONE_DAY = timedelta(days=1)


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """Facts of anybody."""
    return good(
        enterprise_type=draw(st.sampled_from(["纺织服装企业", "劳务派遣", "其他", None])),
        enterprise_admitted_on=draw(st.none() | DAYS), hired_on=draw(DAYS), left_on=draw(st.none() | DAYS),
        employment_form=draw(st.sampled_from(["劳动合同", "劳务派遣", None])), is_front_line=draw(st.none() | st.booleans()),
        contract_months=draw(st.none() | st.integers(0, 40)), contract_is_open_ended=draw(st.none() | st.booleans()),
        insured_run_months=draw(st.none() | st.integers(0, 12)), sex=draw(st.sampled_from(["男", "女"])),
        age_at_hire=draw(st.none() | st.integers(10, 70)), paid_policies=draw(st.sampled_from([None, "", "HIRE", "TOPUP"])),
        other_subsidies=draw(st.sampled_from([None, "技能提升补贴", "一次性扩岗补助|技能提升补贴"])),
    )  # fmt: skip


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Numbered rows."""
    return hires(*(row | {"line_no": n} for n, row in enumerate(rows)))


@given(st.lists(facts(), min_size=1, max_size=12), st.randoms())
@settings(max_examples=60)
def test_the_order_of_people_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    frame = frame_of(rows)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=random.randint(0, 1000))
    assert evaluate(HIRE, shuffled, cutoff_on=CUTOFF).equals(evaluate(HIRE, frame, cutoff_on=CUTOFF))


@given(st.lists(facts(), min_size=1, max_size=8))
@settings(max_examples=60)
def test_one_by_one_equals_all_at_once(rows: list[dict[str, Any]]) -> None:
    frame = frame_of(rows)
    singly = pl.concat([evaluate(HIRE, frame.slice(n, 1), cutoff_on=CUTOFF) for n in range(frame.height)])
    assert singly.equals(evaluate(HIRE, frame, cutoff_on=CUTOFF))


@given(facts(), st.integers(0, 12))
@settings(max_examples=60)
def test_one_more_insured_month_never_refuses(row: dict[str, Any], run: int) -> None:
    before, after = (
        evaluate(HIRE, hires(row | {"insured_run_months": n}), cutoff_on=CUTOFF)["fail_mask"][0] for n in (run, run + 1)
    )
    assert not (after & ~before)


@given(DAYS, st.integers(0, 1500))
@settings(max_examples=300)
def test_contract_months_are_counted_as_by_hand(start: date, length: int) -> None:
    end, months = start + timedelta(days=length), 0
    while add_months(start, months + 1) - ONE_DAY <= end:
        months += 1
    frame = pl.DataFrame({"s": [start], "e": [end]})
    assert frame.select(contract_months(pl.col("s"), pl.col("e"))).item() == months


@given(DAYS, st.integers(1, 24))
@settings(max_examples=200)
def test_months_are_complete_a_day_before_the_same_day(hired: date, months: int) -> None:
    frame = pl.DataFrame({"h": [hired]})
    assert frame.select(matured_on(pl.col("h"), months)).item() == add_months(hired, months) - ONE_DAY


@given(st.dates(date(1950, 1, 1), date(2010, 12, 31)), DAYS)
@settings(max_examples=300)
def test_ages_are_counted_as_by_hand(birth: date, day: date) -> None:
    frame = pl.DataFrame({"b": [birth], "d": [day]})
    assert frame.select(age_on(pl.col("b"), pl.col("d"))).item() == plain_age_on(birth, day)


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(0, 14)), max_size=30))
@settings(max_examples=200)
def test_insured_runs_are_counted_as_by_hand(rows: list[tuple[int, int, int]]) -> None:
    cutoff = date(2024, 1, 31)
    frame = pl.DataFrame(
        [(w, e, date(2022 + (10 + m) // 12, (10 + m) % 12 + 1, 1)) for w, e, m in rows],
        schema={"worker_id": pl.Int64, "enterprise_id": pl.Int64, "month": pl.Date}, orient="row",
    )  # fmt: skip
    found = {(r[0], r[1]): r[2] for r in insured_runs(frame, cutoff_on=cutoff).iter_rows()}
    for worker in (1, 2):
        for firm in (1, 2):
            months = {m for w, e, m in rows if (w, e) == (worker, firm)}
            run = 0
            while 14 - run in months:
                run += 1
            assert found.get((worker, firm), 0) == run


def test_the_contract_tested_is_the_latest_begun_by_the_cutoff() -> None:
    rows = [(1, date(2023, 1, 1), date(2023, 6, 30), "劳动合同"), (1, date(2023, 7, 1), None, "劳动合同"),
            (2, date(2023, 8, 1), date(2024, 7, 31), "劳务派遣"), (2, date(2023, 9, 1), None, "劳动合同")]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["employment_id", "starts_on", "ends_on", "form"], orient="row")
    found = latest_contracts(frame, cutoff_on=CUTOFF).sort("employment_id")
    assert found["contract_starts_on"].to_list() == [date(2023, 1, 1), date(2023, 8, 1)]
    assert found["contract_months"].to_list() == [6, 12]


@given(st.integers(0, 10**12), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_shares_lose_no_fen(amount: int, parts: list[int]) -> None:
    assert sum(split_by_shares(amount, parts)) == amount


@given(st.integers(-(10**9), 10**9), st.integers(1, 1000))
def test_rounding_is_to_the_nearest_half_away_from_zero(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert 2 * abs(rounded * denominator - numerator) <= denominator
    if 2 * abs(rounded * denominator - numerator) == denominator:
        assert abs(rounded) * denominator >= abs(numerator)


SCRIPT = """
import hashlib, sys
from tests.subsidies.rules.frames import CUTOFF, good, hires, terms_of
from subsidies.rules.evaluate import evaluate
from subsidies.rules.terms import terms_digest
rows = [good(line_no=n, contract_months=n % 15, paid_policies="HIRE" if n % 7 == 0 else None) for n in range(500)]
out = evaluate(terms_of("HIRE"), hires(*rows), cutoff_on=CUTOFF)
assert "django" not in sys.modules
print(terms_digest(terms_of("HIRE")), hashlib.sha256(out.write_csv().encode()).hexdigest())
"""


def test_outcomes_are_byte_identical_in_another_time_zone_and_hash_seed() -> None:
    answers = set()
    for zone, seed, threads in (("Asia/Shanghai", "0", "2"), ("America/New_York", "4711", "1"), ("UTC", "99", "2")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
        root = Path(__file__).resolve().parents[3]
        answers.add(subprocess.run([sys.executable, "-c", SCRIPT], env=environment, cwd=root, capture_output=True,
                                   text=True, check=True).stdout)  # fmt: skip
    assert len(answers) == 1
