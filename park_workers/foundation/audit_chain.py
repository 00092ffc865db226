"""The chain over the audit log: sealing what is committed, and finding what was tampered with.

Each AuditSeal holds the digest of one event and SM3(previous chain digest + event digest).  After each sealing the head
(position, chain digest, instant) is appended to a file outside the database, so that cutting off the newest seals together
with their events is found as well.  Events younger than the last sealing are the tail: present, not yet guarded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from park_workers.foundation.audit import GENESIS, AuditEvent, AuditSeal, sm3
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import StatefulModel

SEAL_AT_ONCE = 5_000
READ_AT_ONCE = 2_000
#: any number, the same for every sealer: names the lock on PostgreSQL
SEALER_LOCK = 7_390_021


@dataclass(frozen=True)
class Finding:
    """Something wrong at a place of the chain: position (0 = none), event number, code, Chinese words."""

    position: int
    event_id: int | None
    code: str
    message: str


@dataclass
class ChainReport:
    """What a verification saw."""

    sealed: int = 0
    unsealed: int = 0
    heads: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Nothing found."""
        return not self.findings


def _take_turn() -> bool:
    """On PostgreSQL only one sealer works at a time; SQLite's writers take turns by themselves."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])


def unsealed_events() -> Any:
    """Committed events without a seal, oldest first.  An event whose transaction committed late is chained late."""
    sealed = AuditSeal.objects.filter(event_id=OuterRef("pk"))
    return AuditEvent.objects.filter(~Exists(sealed)).order_by("pk")


def _seal_once() -> tuple[int, AuditSeal | None]:
    """Chain up to SEAL_AT_ONCE events in one transaction; returns how many and the new head."""
    with transaction.atomic():
        if not _take_turn():
            return 0, None
        last = AuditSeal.objects.order_by("-position").first()
        position, chain = (last.position, last.chain_digest) if last else (0, GENESIS)
        seals: list[AuditSeal] = []
        for event in unsealed_events()[:SEAL_AT_ONCE]:
            digest = event.digest()
            position, chain = position + 1, sm3(chain + digest)
            seals.append(AuditSeal(position=position, event_id=event.pk, event_digest=digest, chain_digest=chain))
        AuditSeal.objects.bulk_create(seals, batch_size=500)
    return len(seals), seals[-1] if seals else None


def _append_head(head: AuditSeal) -> None:
    """One line `position digest instant`, on the disk before we go on."""
    path = Path(settings.AUDIT_HEADS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as out:
        out.write(f"{head.position} {head.chain_digest} {timezone.now().isoformat()}\n")
        out.flush()
        os.fsync(out.fileno())


@tick("foundation.seal_audit")
def seal_events() -> dict[str, int]:
    """Chain every committed event that has no seal; two sealers at once do not harm: one wins, the other comes again."""
    sealed = 0
    while True:
        try:
            count, head = _seal_once()
        except IntegrityError:  # the other sealer took these positions
            break
        if head is not None:
            _append_head(head)
        sealed += count
        if count < SEAL_AT_ONCE:
            break
    return {"sealed": sealed}


def _seals() -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
    """Seals in order of position, each with its event if that still exists."""
    after = -1
    while True:
        seals = list(AuditSeal.objects.filter(position__gt=after).order_by("position")[:READ_AT_ONCE])
        if not seals:
            return
        events = AuditEvent.objects.in_bulk([seal.event_id for seal in seals])
        for seal in seals:
            yield seal, events.get(seal.event_id)
        after = seals[-1].position


def _check_links(report: ChainReport, wanted: set[int]) -> dict[int, str]:
    """Walk the chain; returns the chain digests at the positions wanted."""
    chain, position, found = GENESIS, 0, {}
    for seal, event in _seals():
        position += 1
        if seal.position != position:
            report.findings.append(
                Finding(position, None, "SEAL_MISSING", f"第 {position} 至 {seal.position - 1} 号封存记录缺失")
            )
            position = seal.position
        if event is None:
            report.findings.append(
                Finding(position, seal.event_id, "EVENT_DROPPED", f"第 {position} 号：事件 {seal.event_id} 已被删除")
            )
        elif event.digest() != seal.event_digest:
            report.findings.append(
                Finding(position, seal.event_id, "EVENT_ALTERED", f"第 {position} 号：事件 {seal.event_id} 内容被改动")
            )
        if sm3(chain + seal.event_digest) != seal.chain_digest:
            report.findings.append(
                Finding(
                    position, seal.event_id, "CHAIN_BROKEN", f"第 {position} 号：链摘要与前文不符（次序或封存被改动）"
                )
            )
        chain = seal.chain_digest
        if position in wanted:
            found[position] = chain
        report.sealed += 1
    return found


def _read_heads() -> list[tuple[int, str]]:
    path = Path(settings.AUDIT_HEADS_FILE)
    if not path.exists():
        return []
    lines = (line.split() for line in path.read_text(encoding="ascii", errors="replace").splitlines())
    return [(int(parts[0]), parts[1]) for parts in lines if len(parts) == 3 and parts[0].isdigit()]


def _check_heads(report: ChainReport, heads: list[tuple[int, str]], digests: dict[int, str]) -> None:
    """Every head written to the file must still be in the chain."""
    report.heads = len(heads)
    for position, digest in heads:
        if position not in digests:
            report.findings.append(
                Finding(position, None, "CHAIN_TRUNCATED", f"链头文件记有第 {position} 号，库中已不存在（尾部被截断）")
            )
        elif digests[position] != digest:
            report.findings.append(
                Finding(position, None, "HEAD_DIFFERS", f"第 {position} 号的链摘要与链头文件不同（整链被重写）")
            )
    if report.sealed and not heads:
        report.findings.append(Finding(0, None, "HEADS_MISSING", "链头文件缺失或为空，无法排除尾部被截断"))


def stateful_models() -> list[type[StatefulModel]]:
    """Every stateful model whose moves are in the audit log."""
    return [m for m in apps.get_models() if issubclass(m, StatefulModel) and m.EVENT_NAME]


def check_states() -> list[Finding]:
    """Objects whose status is not what their last event says: somebody changed it without the service."""
    findings = []
    for model in stateful_models():
        # Events that name a state: those of moves, and those of objects that came into being.
        moves = AuditEvent.objects.filter(subject_kind=model._meta.label).exclude(to_state="").order_by("pk")
        last = {
            subject: (pk, state) for subject, pk, state in moves.values_list("subject_id", "pk", "to_state").iterator()
        }
        for key, status in model._base_manager.values_list("pk", "status").iterator():
            event_id, told = last.get(key, (None, status))
            if told != status:
                name = f"{model._meta.verbose_name} {key}"
                findings.append(
                    Finding(0, event_id, "STATE_UNEXPLAINED", f"{name} 现状态为 {status}，审计记录最后为 {told}")
                )
    return findings


def verify_chain() -> ChainReport:
    """Check the links, the head file, that no event hides between sealed ones, and the present states."""
    report = ChainReport()
    heads = _read_heads()
    digests = _check_links(report, {position for position, _ in heads})
    _check_heads(report, heads, digests)
    report.unsealed = unsealed_events().count()
    report.findings.extend(check_states())
    return report
