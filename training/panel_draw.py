"""The draw of a review panel: the same pool and the same seed give the same panel, here and on any other machine.

Nothing here knows the database: a pool is a document (JSON) in which experts, candidates' enterprises and people appear as
references only.  What is done, so that anybody can do it again (算法 yxt-panel-2):

1. The document is put in order: lists sorted, doubles dropped; its SHA-256 over compact JSON (UTF-8, sorted keys) is the pool digest.
2. An expert may be drawn who has the trade, is available on the review day, has not said to be away on it, and has no tie to any
   party of the candidates (their enterprise, themselves, their household).  A tie counts while it lasts and for `tie_days` days
   after its end.
3. Each of these gets a key: SHA-256 over the lines algorithm, pool digest, seed, reference.  In the order of their keys the first
   `size` are the panel; whoever declines is followed by the next of that order.

The seed is made when the round opens and only its commitment is published then: SHA-256 over "yxt-panel-seed-1", round, seed.
Since the pool digest goes into every key, nobody can choose a seed that suits a pool.

A proof made by yxt-panel-1, in which nobody could say to be away, is recomputed as it was made: its pool has no days away.

`python training/panel_draw.py proof.json` recomputes a published proof without this project's other files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ALGORITHM = "yxt-panel-2"
#: algorithms whose pools say nothing of days away
WITHOUT_AWAY = frozenset({"yxt-panel-1"})
SEED_LABEL = "yxt-panel-seed-1"
NO_TRADE, NOT_AVAILABLE, AWAY, TIED = "NO_TRADE", "NOT_AVAILABLE", "AWAY", "TIED"

Document = Mapping[str, Any]


class TooFewExperts(Exception):
    """Fewer experts may be drawn than the panel has seats."""

    def __init__(self, eligible: int, size: int) -> None:
        super().__init__(f"{eligible} < {size}")
        self.eligible, self.size = eligible, size


@dataclass(frozen=True)
class Drawn:
    """What a draw gave: the order of all who may be drawn, the first of them as the panel, and why others may not."""

    pool_digest: str
    order: tuple[str, ...]
    panel: tuple[str, ...]
    refused: dict[str, tuple[str, ...]]


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _spans(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows of a list in order, each once; an open end sorts after every day."""
    unique = {tuple(row) for row in rows}
    return [list(row) for row in sorted(unique, key=lambda row: [str(part or "9999") for part in row])]


def algorithm_of(document: Document) -> str:
    """By which rules a pool was drawn from; a pool that does not say is a new one."""
    return str(document.get("algorithm", ALGORITHM))


def in_order(document: Document) -> dict[str, Any]:
    """The document as it is digested: whatever order its lists were given in."""
    algorithm = algorithm_of(document)
    experts = [
        {
            "reference": one["reference"], "trades": sorted(set(one["trades"])),
            "available": _spans(one["available"]), "ties": _spans(one["ties"]),
        }
        | ({} if algorithm in WITHOUT_AWAY else {"away": _spans(one.get("away", ()))})
        for one in document["experts"]
    ]  # fmt: skip
    return {
        "algorithm": algorithm, "round": document["round"], "trade": document["trade"], "review_day": document["review_day"],
        "size": document["size"], "tie_days": document["tie_days"], "parties": sorted(set(document["parties"])),
        "experts": sorted(experts, key=lambda one: one["reference"]),
    }  # fmt: skip


def pool_digest_of(document: Document) -> str:
    """SHA-256 of the ordered document."""
    text = json.dumps(in_order(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_of(*, round_reference: str, seed: str) -> str:
    """What is published of a seed before the draw."""
    return _digest(SEED_LABEL, round_reference, seed)


def key_of(*, pool_digest: str, seed: str, reference: str, algorithm: str = ALGORITHM) -> str:
    """Where a reference stands in the order of a draw; candidates get their blind numbers by it too."""
    return _digest(algorithm, pool_digest, seed, reference)


def refusals_of(expert: Mapping[str, Any], document: Document) -> tuple[str, ...]:
    """Why an expert may not be drawn; nothing for one who may."""
    day = date.fromisoformat(document["review_day"])
    found = []
    if document["trade"] not in expert["trades"]:
        found.append(NO_TRADE)
    if not any(_covers(first, last, day) for first, last in expert["available"]):
        found.append(NOT_AVAILABLE)
    if any(_covers(first, last, day) for first, last in expert.get("away", ())):
        found.append(AWAY)
    parties = set(document["parties"])
    counts = timedelta(days=int(document["tie_days"]))
    if any(party in parties and _counts(last, day, counts) for party, _, last in expert["ties"]):
        found.append(TIED)
    return tuple(found)


def _covers(first: str, last: str | None, day: date) -> bool:
    return date.fromisoformat(first) <= day and (last is None or day <= date.fromisoformat(last))


def _counts(last: str | None, day: date, after: timedelta) -> bool:
    """A tie that begins only after the day is a tie all the same: whoever is about to change over is no judge either."""
    return last is None or day <= date.fromisoformat(last) + after


def draw(document: Document, seed: str) -> Drawn:
    """Draw the panel of a pool; raises TooFewExperts."""
    ordered = in_order(document)
    digest = pool_digest_of(ordered)
    refused = {one["reference"]: refusals_of(one, ordered) for one in ordered["experts"]}
    able = [reference for reference, why in refused.items() if not why]
    rules = algorithm_of(ordered)
    order = sorted(able, key=lambda one: key_of(pool_digest=digest, seed=seed, reference=one, algorithm=rules))
    size = int(ordered["size"])
    if len(order) < size:
        raise TooFewExperts(len(order), size)
    return Drawn(digest, tuple(order), tuple(order[:size]), {ref: why for ref, why in refused.items() if why})


def differences(proof: Mapping[str, Any]) -> list[str]:
    """What in a published proof is not what its own pool and seed give; nothing when it is right."""
    document, seed = proof["pool"], proof["seed"]
    found = []
    if proof["commitment"] != commitment_of(round_reference=document["round"], seed=seed):
        found.append("commitment")
    try:
        drawn = draw(document, seed)
    except TooFewExperts:
        return [*found, "order"]
    if proof["pool_digest"] != drawn.pool_digest:
        found.append("pool_digest")
    if list(proof["order"]) != list(drawn.order):
        found.append("order")
    if list(proof["panel"]) != list(drawn.panel):
        found.append("panel")
    return found


def main(path: str) -> int:
    """Recompute a proof file and say whether it is right."""
    with open(path, encoding="utf-8") as file:
        proof = json.load(file)
    wrong = differences(proof)
    sys.stdout.write(f"不一致：{'、'.join(wrong)}\n" if wrong else "一致：同一种子抽出同一评委组\n")
    sys.stdout.writelines(f"{reference}\n" for reference in proof["panel"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
