"""What becomes of lines after submission: decisions written in one set, and the list as it was approved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, LineDecision, LineItem
from subsidies.services.included_lines import included_lines

#: decisions taken before the list was approved; every other excluding decision came after it
BEFORE_APPROVAL = (LineDecision.Kind.HELD, LineDecision.Kind.REMOVED)
AT_ONCE = 2_000


def write_decisions(
    *, actor: Actor, batch: Batch, reasons: Mapping[int, str], kind: LineDecision.Kind, day: date
) -> int:
    """One decision for each line (line number -> reason), each taking the place of the standing one; one event.

    Call it inside the transaction of the change that causes it.  Returns how many were written.
    """
    if not reasons:
        return 0
    keys = sorted(reasons)
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        LineDecision.objects.filter(line_id__in=part, is_standing=True).update(is_standing=False)
        LineDecision.objects.bulk_create(
            [
                LineDecision(
                    line_id=key, kind=kind, decided_on=day, reason=reasons[key][:300], recorded_by_id=actor.actor_id,
                    excludes=kind.value in LineDecision.EXCLUDING,
                )
                for key in part
            ]
        )  # fmt: skip
    record_event(
        actor=actor, code=f"line.{kind.value}", subject=batch, day=day, note=next(iter(reasons.values()))[:300],
        changes={"count": len(keys), "lines": keys[:50], "digest": digest_of_lines(keys)},
    )  # fmt: skip
    return len(keys)


def digest_of_lines(keys: Iterable[int]) -> str:
    """SHA-256 over line numbers: names a set of lines in the audit log."""
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()


def approved_list_digest(batch: Batch) -> str:
    """The list digest as it must have been at approval: included lines and those taken out afterwards by a decision.

    Equal to `list_digest` at approval as long as no line was added, changed or dropped without a decision (I5).
    """
    lines = LineItem.objects.filter(calculation_id=batch.current_id, is_eligible=True, corrects__isnull=True)
    lines = lines.exclude(decisions__is_standing=True, decisions__kind__in=BEFORE_APPROVAL).order_by("position", "pk")
    digest = hashlib.sha256()
    for line_digest in lines.values_list("line_digest", flat=True).iterator(chunk_size=20_000):
        digest.update(line_digest.encode())
    return digest.hexdigest()


def check_list_unchanged(batch: Batch) -> None:
    """The list is the one that was approved, but for lines with a decision; raises RuleViolation LIST_CHANGED."""
    if approved_list_digest(batch) != batch.list_digest:
        raise RuleViolation(
            "LIST_CHANGED",
            "名单与审批时的摘要不一致，不能继续办理",
            "请停止办理并联系系统管理员核查；名单有增加或金额变动的须重新公示",
        )


def check_some_line_left(batch: Batch) -> None:
    """At least one line is still to be paid; raises RuleViolation NOTHING_LEFT."""
    if not included_lines(batch).exists():
        raise RuleViolation("NOTHING_LEFT", "名单中已没有应拨付的明细", "请撤销本批次")


def check_not_before(day: date, earlier: date | None, words: str) -> None:
    """A business day is not before the step it follows; raises RuleViolation DAY_TOO_EARLY."""
    if earlier is not None and day < earlier:
        raise RuleViolation("DAY_TOO_EARLY", f"办理日期 {day} 早于{words} {earlier}", "请核对办理日期")
