"""One condition on one line, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subsidies.rules.terms import ConditionTerms, PolicyTerms

LATER = "可在以后的批次申报"
CORRECT_ROSTER = "如登记有误，请企业更正花名册"


@dataclass(frozen=True)
class Judged:
    """One condition on one line with the verdict recorded; `others_passed` tells of all other conditions."""

    terms: PolicyTerms
    condition: ConditionTerms
    facts: Mapping[str, Any]
    cutoff_on: date
    passed: bool
    others_passed: bool = True

    def number(self, name: str) -> int:
        """A whole parameter of the condition."""
        return int(self.condition.parameters[name])


@dataclass(frozen=True)
class Words:
    """The value used in short, the whole sentence, the source, and what would change a refusal."""

    value: str
    sentence: str
    source: str
    remedy: str = ""
