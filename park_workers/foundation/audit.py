"""The audit log: every committed change leaves an event, written in the transaction of the change.

Events are append-only (trigger).  A sealer chains committed events every few seconds: each AuditSeal holds the SM3 digest
of one event and the running chain value.  Chain heads are also appended to a file outside the database; the verifier
finds altered, dropped, swapped and truncated events from the last head on.  The tail not yet sealed is at most
`AUDIT_SEAL_SECONDS` old.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.db import models

from park_workers.foundation.actors import Actor
from park_workers.foundation.rows import insert_row
from park_workers.foundation.written_words import LongWordsField

GENESIS = "0" * 64


class AuditEvent(models.Model):
    """One change: who, what (past tense), on what, from which state to which."""

    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)
    code = models.CharField("事件", max_length=80)
    actor_id = models.BigIntegerField("身份编号", null=True)
    person_id = models.BigIntegerField("人员编号", null=True)
    role = models.CharField("角色", max_length=40)
    actor_label = models.CharField("操作者", max_length=160)
    subject_kind = models.CharField("对象类别", max_length=80)
    subject_id = models.BigIntegerField("对象编号", null=True)
    from_state = models.CharField("原状态", max_length=40, blank=True, default="")
    to_state = models.CharField("新状态", max_length=40, blank=True, default="")
    business_day = models.DateField("业务日期", null=True)
    note = LongWordsField("说明", blank=True, default="")
    changes = models.JSONField("变更（已脱敏）", default=dict)
    request_id = models.CharField("请求编号", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "审计事件"
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.code} {self.subject_kind}#{self.subject_id}"

    def digest(self) -> str:
        """SM3 over every column in a fixed order."""
        content = [
            self.pk, self.recorded_at.astimezone(UTC).isoformat(), self.code, self.actor_id, self.person_id,
            self.role, self.actor_label, self.subject_kind, self.subject_id, self.from_state, self.to_state,
            self.business_day.isoformat() if self.business_day else None, self.note, self.changes, self.request_id,
        ]  # fmt: skip
        return sm3(json.dumps(content, ensure_ascii=False, sort_keys=True))


class AuditSeal(models.Model):
    """One link of the chain: position, event, the event's digest, chain value over everything before."""

    position = models.BigIntegerField("序号", unique=True)
    event_id = models.BigIntegerField("事件编号", unique=True)
    event_digest = models.CharField("事件摘要", max_length=64)
    chain_digest = models.CharField("链摘要", max_length=64)
    sealed_at = models.DateTimeField("封存时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"

    def __str__(self) -> str:
        return f"{self.position}:{self.chain_digest[:12]}"


def sm3(text: str) -> str:
    """Hex digest (GB/T 32905)."""
    found = hashes.Hash(hashes.SM3())
    found.update(text.encode())
    return found.finalize().hex()


def record_event(
    *,
    actor: Actor,
    code: str,
    subject: models.Model | None,
    note: str = "",
    changes: dict[str, Any] | None = None,
    from_state: str = "",
    to_state: str = "",
    day: Any = None,
    request_id: str = "",
) -> AuditEvent:
    """Append one event; call it inside the transaction of the change.  `changes` must be masked already."""
    event = AuditEvent(
        code=code,
        actor_id=actor.actor_id,
        person_id=actor.person_id,
        role=actor.role,
        actor_label=actor.actor_label,
        subject_kind=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        from_state=from_state,
        to_state=to_state,
        business_day=day,
        note=note,
        changes=changes or {},
        request_id=request_id,
    )
    insert_row(event)
    return event
