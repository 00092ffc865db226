"""One condition on one line, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    #: code -> title of the other policies named
    titles: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A whole parameter of the condition."""
        return int(self.condition.parameters[name])

    def title(self, code: str) -> str:
        """What people call a policy; its code where nobody told."""
        return self.terms.title if code == self.terms.code else self.titles.get(code, code)


@dataclass(frozen=True)
class Words:
    """The value used in short, the whole sentence, the source, and what would change a refusal."""

    value: str
    sentence: str
    source: str
    remedy: str = ""
