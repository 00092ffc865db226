"""Lists taken away as files: who, what, how many, under which filter; not more often than work needs.

A short list is answered at once.  A long one is written by a job with progress and fetched when it is ready; what a list shows is
declared by whoever shows it (`long_list`), so that the file holds what the page holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.files import fetch_kept_file, forget_kept_files, store_file
from park_workers.foundation.jobs import JobRun, enqueue, job_kind, tick
from park_workers.foundation.spreadsheets.writer import write_rows
from park_workers.models import ListExport, Membership
from park_workers.permissions import check_can_export_lists

CODE, KIND = "list.exported", "lists.export"
#: exports of one person within the span, over every list
MOST, WITHIN = 20, timedelta(hours=1)
#: rows worth waiting for; rows of an answer at the most; rows that one sheet takes with its header and watermark
SHORT, LONGEST_ANSWERED, LONGEST = 2_000, 50_000, 1_000_000
PROGRESS_EVERY = 1_000
CLEANER = SystemActor("导出文件清理")

Row = Sequence[Any]


@dataclass(frozen=True)
class LongList:
    """What a list shows: `lines` gives the rows of a filter for a member on a day, without holding them all."""

    kind: str
    headers: tuple[str, ...]
    lines: Callable[[Membership, Mapping[str, str], date], Iterable[Row]]


_lists: dict[str, LongList] = {}


def long_list(kind: str, headers: tuple[str, ...]) -> Callable[[Any], Any]:
    """Declare the rows of a list that may be too long to wait for."""

    def declare(lines: Any) -> Any:
        _lists[kind] = LongList(kind, headers, lines)
        return lines

    return declare


def declared_list(kind: str) -> LongList:
    """What a list shows; KeyError when nobody declared it."""
    return _lists[kind]


@transaction.atomic
def record_export(
    *, actor: Membership, title: str, rows: int, filters: dict[str, Any], now: datetime, longest: int = LONGEST_ANSWERED
) -> str:
    """Take note of an export before the file is written; returns the watermark: who and when.

    Raises PermissionRefused; RuleViolation TOO_MANY_EXPORTS, EXPORT_TOO_LONG.
    """
    check_can_export_lists(actor)
    if rows > longest:
        raise RuleViolation(
            "EXPORT_TOO_LONG", f"共 {rows:,} 行，一次最多导出 {longest:,} 行", "请先用条件缩小范围再导出"
        )
    lately = AuditEvent.objects.filter(code=CODE, person_id=actor.person_id, recorded_at__gt=now - WITHIN)
    if lately.count() >= MOST:
        raise RuleViolation("TOO_MANY_EXPORTS", f"一小时内已导出 {MOST} 次", "请稍后再导出")
    changes = {"list": title, "rows": rows} | {key: value for key, value in filters.items() if value}
    record_event(actor=actor, code=CODE, subject=None, changes=changes)
    return f"{actor.actor_label} {now:%Y-%m-%d %H:%M:%S} 导出，内部资料"


def write_export(
    *, actor: Membership, title: str, headers: Sequence[str], lines: Iterable[Row], rows: int, filters: dict[str, Any],
    now: datetime, about: str = "",
) -> bytes:  # fmt: skip
    """A list answered at once: noted, then written with who and when on it, after what it is `about`.  Raises as `record_export`."""
    mark = record_export(actor=actor, title=title, rows=rows, filters=filters, now=now)
    return write_rows(title, headers, lines, watermark=f"{about}{mark}")


@transaction.atomic
def order_list_export(
    *, actor: Membership, kind: str, title: str, rows: int, filters: dict[str, Any], parameters: Mapping[str, str],
    day: date, now: datetime, request_id: str,
) -> ListExport:  # fmt: skip
    """Ask for a long list: noted like every export, then written by a job.

    `filters` is the filter in words for the log, `parameters` what the declared list is asked with.  The same `request_id` again is
    the same export.  Raises PermissionRefused; RuleViolation TOO_MANY_EXPORTS, EXPORT_TOO_LONG.
    """
    check_can_export_lists(actor)
    Membership.objects.select_for_update().get(pk=actor.pk)
    again: ListExport | None = ListExport.objects.filter(recorded_by=actor, request_id=request_id).first()
    if again is not None:
        return again
    mark = record_export(actor=actor, title=title, rows=rows, filters=filters, now=now, longest=LONGEST)
    made = ListExport(
        kind=_lists[kind].kind,
        title=title,
        watermark=mark,
        day=day,
        rows=rows,
        recorded_by=actor,
        request_id=request_id,
    )
    made.seal_filters(json.dumps(dict(parameters), ensure_ascii=False))  # type: ignore[attr-defined]
    made.save()
    made.job = enqueue(actor=actor, kind=KIND, subject=made)
    made.save(update_fields=["job"])
    return made


@job_kind(KIND)
def write_list(run: JobRun) -> None:
    """Body of the job: the rows as they are now, a workbook, kept encrypted."""
    made = ListExport.objects.select_related("recorded_by").get(pk=run.job.subject_id)
    declared, member = _lists[made.kind], made.recorded_by
    assert member is not None  # only people ask for lists
    written = 0

    def counted() -> Iterator[Row]:
        nonlocal written
        for row in declared.lines(member, json.loads(made.open_filters()), made.day):
            written += 1
            if written % PROGRESS_EVERY == 0:
                run.progress(written, max(made.rows, written))
            yield row

    content = write_rows(made.title, declared.headers, counted(), watermark=made.watermark)
    with run.load({"rows": written}):
        made.file = store_file(content=content, name=f"{made.title}-{made.reference}.xlsx")
        made.rows = written
        made.save(update_fields=["file", "rows"])


@transaction.atomic
def fetch_list_export(*, actor: Membership, list_export: ListExport) -> bytes:
    """The workbook; each fetching leaves an event.  Raises PermissionRefused; RuleViolation NOT_READY, FILE_FORGOTTEN."""
    check_can_export_lists(actor)
    return fetch_kept_file(
        actor=actor, kept=list_export, code="list_export.fetched", changes={"rows": list_export.rows},
        anew="请回到名单重新导出",
    )  # fmt: skip


@tick("park_workers.forget_exports")
def forget_old_exports() -> int:
    """Every hour: lists older than `YXT_EXPORT_DAYS`, at the least a day."""
    return forget_kept_files(actor=CLEANER, kept=ListExport, days=settings.EXPORT_DAYS, code="list_export.forgotten")
