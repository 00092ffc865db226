"""Amounts: rates, shares, caps; the only rounding there is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from subsidies.rules.terms import PolicyTerms


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest whole fen, halves away from zero; integers only."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def split_by_shares(amount_fen: int, parts: Sequence[int]) -> list[int]:
    """Split an amount in the ratio of `parts` (3:7) without losing a fen: the last share takes the rest."""
    total = sum(parts)
    shares = [round_half_up(amount_fen * part, total) for part in parts[:-1]]
    return [*shares, amount_fen - sum(shares)]


def places_under_cap(cap_fen: int, amount_fen: int) -> int:
    """How many payments of an amount fit under a cap."""
    return cap_fen // amount_fen if amount_fen else 0


def fee_share(fee_fen: int, share: Fraction, cap_fen: int | None) -> int:
    """A share of a fee in fen, at most the cap."""
    amount = round_half_up(fee_fen * share.numerator, share.denominator)
    return amount if cap_fen is None else min(amount, cap_fen)


def amount_when_eligible(terms: PolicyTerms, facts: pl.DataFrame) -> pl.Series:
    """Fen of each row if it is eligible: the flat amount, or the share of the row's fee (a missing fee is none)."""
    if "share_of_fee" not in terms.more:
        return pl.repeat(terms.amount_fen, facts.height, dtype=pl.Int64, eager=True)
    share, cap = Fraction(terms.more["share_of_fee"]), terms.more.get("cap_fen")
    # Agencies are few, and Python's whole numbers know no overflow.
    return pl.Series([fee_share(fee or 0, share, cap) for fee in facts["fee_fen"]], dtype=pl.Int64)
