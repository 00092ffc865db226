"""All knots of one person, merged records included."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils import timezone

from pages.desk.thread import money, work
from pages.desk.thread.knots import Knot, Sources, in_order
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Employment, Membership, Worker

CORRECTIONS = {"employment.hire_date_corrected": "更正入职日期", "worker.merged": "合并重复记录"}


def records_of(worker: Worker) -> list[Worker]:
    """The person's records: the canonical one first, then those that stand for it."""
    return [worker, *Worker.objects.filter(merged_into=worker).order_by("pk")]


def worker_thread(people: Collection[int], viewer: Membership) -> list[Knot]:
    """Everything known of a person (all of whose records are given), the newest first; a fixed number of queries."""
    sources, lines = Sources(viewer), money.lines_of(people)
    knots: list[Knot] = []
    for part in (work.registered, work.trained, work.employed, money.other_schemes, money.applied):
        knots += part(people, sources)
    for about_lines in (money.judged, money.decided, money.paid):
        knots += about_lines(lines)
    knots += money.objected(lines, viewer)
    return in_order([*knots, *_corrected(people)])


def _corrected(people: Collection[int]) -> Iterator[Knot]:
    """Merges and corrected dates, as the log tells them."""
    employments = list(Employment.objects.filter(worker__in=people).values_list("pk", flat=True))
    about = {Worker._meta.label: list(people), Employment._meta.label: employments}
    for label, keys in about.items():
        events = AuditEvent.objects.filter(subject_kind=label, subject_id__in=keys, code__in=CORRECTIONS)
        for event in events:
            day = event.business_day or timezone.localtime(event.recorded_at).date()
            before, after = event.changes.get("hired_on", ("", ""))
            text = "；".join(filter(None, (f"{before} 改为 {after}" if after else "", event.note)))
            who = event.actor_label.split("（")[0]
            yield Knot(day, CORRECTIONS[event.code], "edit", "wait", text, source="审计日志", who=who, order=12)
