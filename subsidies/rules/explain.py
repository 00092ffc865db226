"""Why a line got its verdict: every condition, passed or failed, with the value used, its source, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidies.rules.evaluate import BASE_NOT_PAID
from subsidies.rules.sentences import SPEAKERS, Judged, Words
from subsidies.rules.terms import ConditionTerms, PolicyTerms
from subsidies.rules.words import source_of


@dataclass(frozen=True)
class Explanation:
    """One condition as judged on one line, in words.

    `value` is the value used in short, `sentence` says it whole; `remedy` is empty where the condition is met.
    """

    code: str
    clause: str
    needs: str
    passed: bool
    sentence: str
    value: str
    source: str
    remedy: str


def explain(
    terms: PolicyTerms, facts: Mapping[str, Any], fail_mask: int, *, cutoff_on: date, titles: Mapping[str, str] | None = None
) -> list[Explanation]:  # fmt: skip
    """Every condition of the terms in order, with the facts kept on the line (column name -> value).

    For a policy paid in instalments pass `instalments.terms_of_period`.  `titles`: code -> title of other policies it names.
    """
    found, known = [], titles or {}
    for bit, condition in enumerate(terms.conditions):
        passed = not fail_mask >> bit & 1
        others_passed = not fail_mask & ~(1 << bit)
        judged = Judged(terms, condition, facts, cutoff_on, passed, others_passed, known)
        found.append(_explanation(condition, SPEAKERS[condition.test](judged), passed))
    if terms.stacks_on:
        passed = not fail_mask >> len(terms.conditions) & 1
        title = known.get(terms.stacks_on, terms.stacks_on)
        base = ConditionTerms(BASE_NOT_PAID, "", f"所叠加的“{title}”已拨付到账", terms.basis)
        word = "已拨付到账" if passed else "尚未拨付到账"
        words = Words(word, f"所叠加的“{title}”{word}", source_of("base_is_paid"), "到账后再测算")
        found.append(_explanation(base, words, passed))
    return found


def _explanation(condition: ConditionTerms, words: Words, passed: bool) -> Explanation:
    remedy = "" if passed else words.remedy
    return Explanation(
        condition.code, condition.clause, condition.needs, passed, words.sentence, words.value, words.source, remedy
    )
