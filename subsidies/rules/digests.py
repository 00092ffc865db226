"""Digests that name an outcome line by line, the same in every database, time zone and hash seed.

A line's digest covers natural keys, verdict, amount, failing conditions and every fact judged, never a primary key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

#: columns that number rows of one database
PRIMARY_KEYS = frozenset(
    {"line_no", "worker_id", "employment_id", "enterprise_id", "introducer_id", "base_line_id", "agency_id"}
)
_BETWEEN, _NOTHING = "\x1f", "\x00"


def digested_columns(columns: Iterable[str]) -> list[str]:
    """The columns a line's digest covers, in order of their names."""
    return sorted(set(columns) - PRIMARY_KEYS)


def line_digests(lines: pl.DataFrame) -> pl.Series:
    """SHA-256 in hex of each row; nulls and empty texts differ."""
    names = digested_columns(lines.columns)
    texts = lines.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null(_NOTHING) for name in names], separator=_BETWEEN).alias(
            "text"
        )
    )["text"]
    # The names of the columns, longer than most lines, are hashed once for all.
    begun = hashlib.sha256(_BETWEEN.join(names).encode() + b"\n")

    def digest(text: str) -> str:
        found = begun.copy()
        found.update(text.encode())
        return found.hexdigest()

    return pl.Series("line_digest", [digest(text) for text in texts], dtype=pl.String)


class OutcomeDigest:
    """SHA-256 over terms, cut-off date and line digests in order, which may be given part by part."""

    def __init__(self, *, terms_digest: str, cutoff_on: date) -> None:
        self._found = hashlib.sha256(f"{terms_digest}{_BETWEEN}{cutoff_on.isoformat()}\n".encode())

    def add(self, line_digests: Iterable[str]) -> None:
        """The next lines."""
        self._found.update("".join(line_digests).encode())

    def hexdigest(self) -> str:
        """The digest of the lines so far."""
        return self._found.hexdigest()


def outcome_digest(*, terms_digest: str, cutoff_on: date, line_digests: Iterable[str]) -> str:
    """`OutcomeDigest` of all lines: equal digests mean equal outcomes, byte for byte."""
    found = OutcomeDigest(terms_digest=terms_digest, cutoff_on=cutoff_on)
    for digest in line_digests:
        found.add((digest,))
    return found.hexdigest()


def joined_policies(held: str | None, code: str, separator: str) -> str:
    """A joined list of policies with one more in it, sorted."""
    known: Sequence[str] = [part for part in (held or "").split(separator) if part]
    return separator.join(sorted({*known, code}))
