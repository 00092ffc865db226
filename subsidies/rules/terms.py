"""What a policy version says: typed terms, from YAML packs or from the stored JSON.

Money is fen.  Tables (such as retirement ages) are resolved into the condition that uses them, so that a version is complete
in itself and its digest covers everything it is judged by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

UNCONFIRMED = "待核定"


class TermsInvalid(Exception):
    """A pack that cannot be loaded; every problem with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("政策包有误：\n" + "\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ConditionTerms:
    """One condition: reason code, clause, what it asks for in words, kind (`test`), fields and parameters."""

    code: str
    test: str
    needs: str
    clause: str = UNCONFIRMED
    fields: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeTerms:
    """Length of the public notice; these values hold for drafts that name none."""

    length: int = 5
    unit: str = "working_days"
    publishing_day_counts: bool = False
    clause: str = UNCONFIRMED
    calendar: str = ""


@dataclass(frozen=True)
class ReviewBand:
    """Signatures needed up to an amount (bound included; None = any)."""

    up_to_fen: int | None
    reviews: int
    approvals: int


@dataclass(frozen=True)
class FundingShare:
    """A source and its share in parts (3 of 3:7)."""

    source: str
    parts: int = 1


@dataclass(frozen=True)
class PolicyTerms:
    """Terms of one policy version.  Money is fen; a policy without conditions pays whom it stacks on."""

    code: str
    title: str
    payee: str
    funding: tuple[FundingShare, ...]
    amount_fen: int
    conditions: tuple[ConditionTerms, ...]
    notice: NoticeTerms
    bands: tuple[ReviewBand, ...]
    basis: str = UNCONFIRMED
    frequency: str = "once_per_person"
    window_from: date | None = None
    window_to: date | None = None
    stacks_on: str = ""
    exclusion_group: str = ""
    payee_account: str = ""
    bands_clause: str = UNCONFIRMED
    #: parameters of other shapes: instalments, quota, trades, counted_from; share_of_fee ("0.3") and cap_fen
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Families that exclude one another share a group."""
        return self.exclusion_group or self.code

    def band_for(self, amount_fen: int) -> ReviewBand:
        """The band an amount falls into."""
        return next(b for b in self.bands if b.up_to_fen is None or amount_fen <= b.up_to_fen)

    def condition_bit(self, test: str) -> int | None:
        """Place of the first condition of a kind."""
        return next((bit for bit, c in enumerate(self.conditions) if c.test == test), None)

    def named_codes(self) -> set[str]:
        """Codes of the other policies that the terms name: the one stacked on, and those not to have been paid before."""
        values = [c.parameters.get("value") for c in self.conditions if c.test == "not_paid_under"]
        named = {str(code) for value in values for code in (value if isinstance(value, list | tuple) else [value])}
        return (named | {self.stacks_on}) - {"", self.code}


def terms_to_json(terms: PolicyTerms) -> dict[str, Any]:
    """Plain JSON values in sorted order; `terms_from_json` gives the same terms back."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(terms), ensure_ascii=False, sort_keys=True, default=_day_text))
    return plain


def _day_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def terms_from_json(content: Mapping[str, Any]) -> PolicyTerms:
    """Terms from stored JSON."""
    fields = dict(content)
    fields["funding"] = tuple(FundingShare(**f) for f in content["funding"])
    fields["conditions"] = tuple(ConditionTerms(**{**c, "fields": tuple(c["fields"])}) for c in content["conditions"])
    fields["notice"] = NoticeTerms(**content["notice"])
    fields["bands"] = tuple(ReviewBand(**b) for b in content["bands"])
    fields["window_from"], fields["window_to"] = _day(content["window_from"]), _day(content["window_to"])
    return PolicyTerms(**fields)


def terms_digest(terms: PolicyTerms) -> str:
    """SHA-256 of the canonical JSON."""
    text = json.dumps(terms_to_json(terms), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Pack:
    """Policies that are loaded together; `load_as` published still needs a second person to publish.

    `procedure_as` names the policy whose notice and reviews the pack's policies follow.
    """

    key: str
    title: str
    load_as: str
    is_enabled: bool
    policies: tuple[PolicyTerms, ...]
    stated_date: date | None = None
    procedure_as: str = ""
    note: str = ""


def load_packs(text: str) -> list[Pack]:
    """Packs of a policies.yaml; raises TermsInvalid naming every problem."""
    from subsidies.rules.pack_loader import read_packs

    return read_packs(text)
