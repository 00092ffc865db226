"""Lists taken away as files: who, what, how many, under which filter; not more often than work needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.permissions import check_can_export_lists

CODE = "list.exported"
#: exports of one person within the span, over every list
MOST, WITHIN = 20, timedelta(hours=1)
LONGEST = 50_000


@transaction.atomic
def record_export(*, actor: Membership, title: str, rows: int, filters: dict[str, Any], now: datetime) -> str:
    """Take note of an export before the file is written; returns the watermark: who and when.

    Raises PermissionRefused; RuleViolation TOO_MANY_EXPORTS, EXPORT_TOO_LONG.
    """
    check_can_export_lists(actor)
    if rows > LONGEST:
        raise RuleViolation(
            "EXPORT_TOO_LONG", f"共 {rows:,} 行，一次最多导出 {LONGEST:,} 行", "请先用条件缩小范围再导出"
        )
    lately = AuditEvent.objects.filter(code=CODE, person_id=actor.person_id, recorded_at__gt=now - WITHIN)
    if lately.count() >= MOST:
        raise RuleViolation("TOO_MANY_EXPORTS", f"一小时内已导出 {MOST} 次", "请稍后再导出")
    changes = {"list": title, "rows": rows} | {key: value for key, value in filters.items() if value}
    record_event(actor=actor, code=CODE, subject=None, changes=changes)
    return f"{actor.actor_label} {now:%Y-%m-%d %H:%M:%S} 导出，内部资料"
