"""Facts of one person who meets every condition, to be spoilt by tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from subsidies.rules.facts import AGENCY_FACTS, HIRE_FACTS, REFER_FACTS, SKILL_FACTS
from subsidies.rules.terms import PolicyTerms, load_packs

PACKS = Path(__file__).resolve().parents[3] / "examples" / "year-2023" / "policies.yaml"
CUTOFF = date(2023, 6, 30)


@cache
def terms_of(code: str) -> PolicyTerms:
    """Terms of the packaged year."""
    return next(t for p in load_packs(PACKS.read_text(encoding="utf-8")) for t in p.policies if t.code == code)


def good(**changes: Any) -> dict[str, Any]:
    """A hire that meets all twelve conditions on 2023-06-30."""
    facts: dict[str, Any] = {
        "line_no": 1, "worker_id": 1, "employment_id": 1, "enterprise_id": 1, "enterprise_type": "纺织服装企业",
        "enterprise_admitted_on": date(2022, 1, 1), "employment_form": "劳动合同", "hired_on": date(2023, 3, 1),
        "left_on": None, "is_front_line": True, "contract_starts_on": date(2023, 3, 1),
        "contract_ends_on": date(2024, 2, 29), "contract_is_open_ended": False, "contract_months": 12,
        "insured_run_months": 3, "insured_run_starts": date(2023, 4, 1), "birth_on": date(1990, 1, 1), "sex": "女",
        "age_at_hire": 33, "paid_policies": None, "other_subsidies": None,
    }  # fmt: skip
    return facts | changes


def hires(*rows: dict[str, Any]) -> pl.DataFrame:
    """A facts frame."""
    return pl.DataFrame(list(rows), schema=HIRE_FACTS)


def newcomer(**changes: Any) -> dict[str, Any]:
    """A newcomer whose introducer is due the reward on 2023-11-30."""
    extra = {"introducer_id": 9, "introducer_posts": "平车工", "matured_on": date(2023, 8, 31)}
    return good(**(extra | changes))


def referrals(*rows: dict[str, Any]) -> pl.DataFrame:
    """A facts frame of newcomers."""
    return pl.DataFrame(list(rows), schema=REFER_FACTS)


def applicant(**changes: Any) -> dict[str, Any]:
    """A worker with a certificate in a shortage trade, twelve months employed on 2024-03-31."""
    extra = {
        "certificate_issued_on": date(2023, 5, 1), "certificate_trades": "平车", "applied_on": date(2024, 3, 4),
        "sequence": 1,
    }  # fmt: skip
    return good(**(extra | changes))


def applicants(*rows: dict[str, Any]) -> pl.DataFrame:
    """A facts frame of applicants for an award."""
    return pl.DataFrame(list(rows), schema=SKILL_FACTS)


def agencies(*rows: dict[str, Any]) -> pl.DataFrame:
    """A facts frame of agencies."""
    return pl.DataFrame([{"line_no": n} | row for n, row in enumerate(rows)], schema=AGENCY_FACTS)
