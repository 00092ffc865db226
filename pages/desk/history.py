"""What happened to a batch, in words, and what a new computation changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from pages import why
from pages.events import words_of
from park_workers.foundation.audit import AuditEvent
from subsidies.models import Batch, Calculation, LineDecision, LineItem
from subsidies.rules.terms import PolicyTerms

CHANGES_SHOWN = 200


@dataclass(frozen=True)
class Happening:
    """One entry of the history."""

    at: datetime
    what: str
    who: str
    note: str
    day: date | None


@dataclass(frozen=True)
class Change:
    """One line that a computation judged otherwise than the one before."""

    name: str
    before: str
    after: str
    amount_fen: int


def batch_history(batch: Batch) -> list[Happening]:
    """Events of the batch and decisions about its lines, newest first."""
    # What became of lines is told by the decisions below.
    events = AuditEvent.objects.filter(subject_kind=batch._meta.label, subject_id=batch.pk).exclude(
        code__startswith="line."
    )
    found = [Happening(e.recorded_at, words_of(e.code), e.actor_label, e.note, e.business_day) for e in events]
    decisions = LineDecision.objects.filter(line__calculation__batch=batch).select_related(
        "line__worker", "recorded_by", "line__claim"
    )
    found += [
        Happening(
            d.recorded_at,
            f"{d.get_kind_display()}：{d.line.worker or '明细'}",
            str(d.recorded_by or "系统"),
            d.reason,
            d.decided_on,
        )
        for d in decisions[:CHANGES_SHOWN]
    ]
    return sorted(found, key=lambda h: h.at, reverse=True)


def changes_since_last(batch: Batch) -> dict[str, Any]:
    """The computations of a batch, and the lines on which the newest two differ."""
    runs = list(batch.calculations.select_related("computed_by").order_by("-number"))
    found: dict[str, Any] = {"runs": runs, "changes": [], "more": 0}
    current = next((run for run in runs if run.pk == batch.current_id), None)
    earlier = next((run for run in runs if current and run.number < current.number), None)
    if current and earlier and current.digest == earlier.digest:
        found["same_as"] = earlier
    elif current and earlier:
        changes = _changes(batch, earlier, current)
        found |= {"changes": changes[:CHANGES_SHOWN], "more": max(len(changes) - CHANGES_SHOWN, 0), "earlier": earlier}
    return found


def _changes(batch: Batch, earlier: Calculation, current: Calculation) -> list[Change]:
    terms = batch.policy_version.parsed_terms
    before, after = _judgements(earlier), _judgements(current)
    changed = [key for key in {**before, **after} if before.get(key, ())[:2] != after.get(key, ())[:2]]
    return [
        Change(
            (after.get(key) or before[key])[2],
            _word(before.get(key), terms),
            _word(after.get(key), terms),
            after.get(key, (0, 0))[1] - before.get(key, (0, 0))[1],
        )
        for key in changed
    ]


def _judgements(run: Calculation) -> dict[Any, tuple[Any, ...]]:
    rows = LineItem.objects.filter(Q(corrects__isnull=True), calculation=run).order_by("position")
    values = rows.values_list("employment_id", "worker_id", "period_key", "fail_mask", "amount_fen", "worker__name")
    return {row[:3]: (row[3], row[4], row[5] or "—") for row in values}


def _word(judgement: tuple[Any, ...] | None, terms: PolicyTerms) -> str:
    if judgement is None:
        return "不在名单"
    reasons = why.reasons_of(judgement[0], terms)
    return "、".join(words for _, words in reasons) if reasons else "合格"
