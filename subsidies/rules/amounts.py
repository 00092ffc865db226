"""Amounts: rates, shares, caps; the only rounding there is."""

from __future__ import annotations

from collections.abc import Sequence


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
