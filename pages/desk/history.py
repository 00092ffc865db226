"""What happened to a batch, in words, and what a new computation changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from pages import why
from pages.events import words_of
from park_workers.foundation.audit import AuditEvent
from subsidies.models import (
    Batch,
    Calculation,
    Clawback,
    LineDecision,
    LineItem,
    Objection,
    PaymentFile,
    PublicNotice,
    WriteOff,
)
from subsidies.rules.terms import PolicyTerms

CHANGES_SHOWN = 200
#: how a line can differ from the computation before
IN, OUT, AMOUNT, REASON = "转为合格", "转为不合格", "金额变化", "原因变化"
KINDS = (IN, OUT, AMOUNT, REASON)


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
    firm: str
    before: str
    after: str
    amount_fen: int
    kind: str


def _about(batch: Batch) -> Q:
    """Events of the batch itself and of its notices, objections, payment files, clawbacks and payments given up."""
    found = Q(subject_kind=batch._meta.label, subject_id=batch.pk)
    parts: tuple[tuple[Any, str], ...] = (
        (PublicNotice, "batch"), (Objection, "notice__batch"), (PaymentFile, "batch"),
        (Clawback, "line__calculation__batch"), (WriteOff, "disbursement__payment_file__batch"),
    )  # fmt: skip
    for model, path in parts:
        keys = model.objects.filter(**{path: batch}).values("pk")
        found |= Q(subject_kind=model._meta.label, subject_id__in=keys)
    return found


def batch_history(batch: Batch) -> list[Happening]:
    """Events of the batch and decisions about its lines, newest first."""
    # What became of lines is told by the decisions below.
    events = AuditEvent.objects.filter(_about(batch)).exclude(code__startswith="line.")
    found = [Happening(e.recorded_at, words_of(e.code), e.actor_label, e.note, e.business_day) for e in events]
    decisions = LineDecision.objects.filter(line__calculation__batch=batch).select_related(
        "line__worker", "recorded_by__user", "line__claim"
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
        found["kinds"] = [(kind, sum(one.kind == kind for one in changes)) for kind in KINDS]
        found["fen"] = sum(one.amount_fen for one in changes)
    return found


def _changes(batch: Batch, earlier: Calculation, current: Calculation) -> list[Change]:
    terms = batch.policy_version.parsed_terms
    before, after = _judgements(earlier), _judgements(current)
    changed = [key for key in {**before, **after} if before.get(key, ())[:2] != after.get(key, ())[:2]]
    return sorted(
        (_change(before.get(key), after.get(key), terms) for key in changed), key=lambda one: KINDS.index(one.kind)
    )


def _change(old: tuple[Any, ...] | None, new: tuple[Any, ...] | None, terms: PolicyTerms) -> Change:
    one = new or old
    assert one is not None
    was, now = old is not None and old[0] == 0, new is not None and new[0] == 0
    kind = IN if now and not was else OUT if was and not now else AMOUNT if was and now else REASON
    fen = (new[1] if new else 0) - (old[1] if old else 0)
    return Change(one[2], one[3], _word(old, terms), _word(new, terms), fen, kind)


def _judgements(run: Calculation) -> dict[Any, tuple[Any, ...]]:
    rows = LineItem.objects.filter(Q(corrects__isnull=True), calculation=run).order_by("position")
    values = rows.values_list("employment_id", "worker_id", "period_key", "fail_mask", "amount_fen", "worker__name",
                              "employment__enterprise__organisation__name")  # fmt: skip
    return {row[:3]: (row[3], row[4], row[5] or "—", row[6] or "—", row[2]) for row in values}


def _word(judgement: tuple[Any, ...] | None, terms: PolicyTerms) -> str:
    if judgement is None:
        return "不在名单"
    reasons = why.reasons_of(judgement[0], terms, judgement[4])
    return "、".join(words for _, words in reasons) if reasons else "合格"
