"""Marks to totals to grades, in whole hundredths of a point; no database and no clock.

A sheet's total is the sum over its items of marks ÷ full marks × weight, on a scale of 100.00, rounded once (half up).  A candidate's
total is the mean of the panel's totals, plain or without one highest and one lowest (去掉一个最高分和一个最低分), rounded once
(half up).  A total further from the panel's median than the rubric allows is an outlier: it is discussed and noted, and stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

#: 100.00 points
FULL = 10_000
PLAIN, TRIMMED = "plain", "trimmed"
#: fewer sheets leave nothing between the highest and the lowest
LEAST_TRIMMED = 3


@dataclass(frozen=True)
class RubricTerms:
    """What a rubric version says: items (key, label, max_marks, weight in %), grades (name, pass_line), mean, outlier allowance."""

    items: tuple[Mapping[str, Any], ...]
    grades: tuple[Mapping[str, Any], ...]
    mean_kind: str
    outlier_allowance: int


def half_up(value: Fraction) -> int:
    """To the nearest whole number; exactly between two, to the greater."""
    return floor(value + Fraction(1, 2))


def total_of(marks: Mapping[str, int], terms: RubricTerms) -> int:
    """One sheet's total in hundredths; every item must have its marks."""
    share = sum(
        (Fraction(marks[item["key"]], item["max_marks"]) * item["weight"] for item in terms.items), start=Fraction(0)
    )
    return half_up(share * FULL / 100)


def mean_of(totals: Sequence[int], kind: str) -> int:
    """The panel's mean in hundredths."""
    counted = sorted(totals)
    if kind == TRIMMED and len(counted) >= LEAST_TRIMMED:
        counted = counted[1:-1]
    return half_up(Fraction(sum(counted), len(counted)))


def median_of(totals: Sequence[int]) -> int:
    """The middle total; of an even number the mean of the middle two, in hundredths."""
    ordered, half = sorted(totals), len(totals) // 2
    return ordered[half] if len(ordered) % 2 else half_up(Fraction(ordered[half - 1] + ordered[half], 2))


def is_outlier(total: int, totals: Sequence[int], allowance: int) -> bool:
    """Further from the median than is allowed."""
    return abs(total - median_of(totals)) > allowance


def grade_of(total: int, grades: Sequence[Mapping[str, Any]]) -> str:
    """The best grade whose pass line is reached; "" below all of them."""
    reached = [grade for grade in grades if total >= grade["pass_line"]]
    return str(max(reached, key=lambda grade: grade["pass_line"])["name"]) if reached else ""


def points_text(hundredths: int) -> str:
    """86.50 from 8650."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"
