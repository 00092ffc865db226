"""Employed at two enterprises at once: found person by person and listed as open, by every door alike (I10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection

from park_workers.foundation.bulk import load_rows
from park_workers.services.people import recorded_now, select_where_any

OVERLAP_COLUMNS = ("earlier_id", "later_id", "closing_note", "recorded_at", "recorded_by_id")
#: Each step goes by an index whatever the planner knows of tables that are being filled: as one statement it took minutes.
HIRES = (
    "SELECT e.id, e.enterprise_id, e.hired_on, e.left_on, COALESCE(w.merged_into_id, w.id) "
    "FROM park_workers_employment e JOIN park_workers_worker w ON w.id = e.worker_id"
)
DUPLICATES = "SELECT id, merged_into_id FROM park_workers_worker"
EMPLOYMENTS = "SELECT id, worker_id, enterprise_id, hired_on, left_on FROM park_workers_employment"
TAKE_TURNS = "SELECT id FROM park_workers_worker WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def list_overlaps(employments: Collection[int], *, recorded_by_id: int | None) -> int:
    """List every overlap of these employments with those of other enterprises; known pairs stay as they are.

    Call it inside the transaction that wrote them.  Returns how many pairs are new.
    """
    hires = select_where_any(HIRES, "e.id", employments)
    persons = {person for *_, person in hires}
    _take_turns(persons)
    record_of = {person: person for person in persons} | dict(select_where_any(DUPLICATES, "merged_into_id", persons))
    held: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, worker, *span in select_where_any(EMPLOYMENTS, "worker_id", record_of):
        held[record_of[worker]].append((pk, *span))
    now = recorded_now()
    pairs = ((other, mine, "", now, recorded_by_id) for mine, other in _pairs(hires, held))
    return load_rows("park_workers_employmentoverlap", OVERLAP_COLUMNS, pairs, skip_known=True)


def _pairs(hires: list[tuple[Any, ...]], held: dict[int, list[tuple[Any, ...]]]) -> Iterator[tuple[int, int]]:
    """(mine, other) of spans at two enterprises that share a day; the leaving day still counts as employed."""
    for mine, enterprise, hired_on, left_on, person in hires:
        for other, other_enterprise, other_hired_on, other_left_on in held[person]:
            begins_in_time = left_on is None or other_hired_on <= left_on
            ends_late_enough = other_left_on is None or other_left_on >= hired_on
            if other_enterprise != enterprise and begins_in_time and ends_late_enough:
                yield mine, other


def _take_turns(persons: Collection[int]) -> None:
    """Two enterprises that hire one person at the same moment do not see each other's rows: the second waits and sees the first.

    In the order of persons, so that nobody waits in a circle; SQLite's writers take turns anyway.
    """
    if connection.vendor == "postgresql" and persons:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TURNS, [list(persons)])
