"""How many people each enterprise employs on a day, and the month-end figures that reports read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from park_workers.foundation.jobs import Job, JobRun, enqueue, job_kind
from park_workers.models import Enterprise, HeadcountSnapshot, Membership
from park_workers.permissions import check_can_write_headcount_snapshots

SNAPSHOT = "headcount.snapshot"
# The post in force on the day is the latest one begun by then; looked for person by person, which of a few enterprises reads
# their own posts only.
HEADCOUNT_SQL = """
SELECT employment.enterprise_id, COUNT(*), SUM(CASE WHEN (
    SELECT post.is_front_line FROM park_workers_postspan post
    WHERE post.employment_id = employment.id AND post.starts_on <= %s ORDER BY post.starts_on DESC LIMIT 1
  ) THEN 1 ELSE 0 END)
FROM park_workers_employment employment
WHERE employment.hired_on <= %s AND (employment.left_on IS NULL OR employment.left_on >= %s){within}
GROUP BY employment.enterprise_id
"""


class Headcount(NamedTuple):
    """People employed on a day and, of these, on a front-line post (一线)."""

    heads: int
    front_line: int


NOBODY = Headcount(0, 0)


def headcount_on(*, day: date, enterprises: Collection[int] | None = None) -> dict[int, Headcount]:
    """Heads by enterprise (primary key) on a day, of all or of some; the leaving day still counts.

    Enterprises without anybody are absent.
    """
    within, keys = "", sorted(enterprises or ())
    if enterprises is not None:
        within = f" AND employment.enterprise_id IN ({', '.join(['%s'] * len(keys))})" if keys else " AND 1 = 0"
    with connection.cursor() as cursor:
        cursor.execute(HEADCOUNT_SQL.format(within=within), [*[day.isoformat()] * 3, *keys])
        return {enterprise: Headcount(int(heads), int(front or 0)) for enterprise, heads, front in cursor.fetchall()}


@transaction.atomic
def write_headcount_snapshots(*, actor: Membership, month_ends: Sequence[date]) -> Job:
    """Have the figures of these month ends written down; what is unchanged since the last edition is not written again."""
    check_can_write_headcount_snapshots(actor)
    days = [day.isoformat() for day in sorted(set(month_ends))]
    return enqueue(actor=actor, kind=SNAPSHOT, parameters={"month_ends": days})


@job_kind(SNAPSHOT)
def take_snapshots(run: JobRun) -> None:
    """Body of the job: one new edition per enterprise and month end whose figures differ from the latest edition."""
    days = [date.fromisoformat(text) for text in run.parameters["month_ends"]]
    fresh: list[HeadcountSnapshot] = []
    enterprises = list(Enterprise.objects.in_directory_order().values_list("pk", flat=True))
    for done, day in enumerate(days, 1):
        fresh.extend(_changed_figures(day, enterprises))
        run.progress(done, len(days))
    result: dict[str, Any] = {"month_ends": len(days), "written": len(fresh)}
    with run.load(result):
        HeadcountSnapshot.objects.bulk_create(fresh, batch_size=2_000)


def _changed_figures(day: date, enterprises: Sequence[int]) -> list[HeadcountSnapshot]:
    heads = headcount_on(day=day)
    latest: dict[int, HeadcountSnapshot] = {}
    for row in HeadcountSnapshot.objects.filter(month_end=day).order_by("edition"):
        latest[row.enterprise_id] = row
    changed = []
    for enterprise in enterprises:
        now = heads.get(enterprise, Headcount(0, 0))
        known = latest.get(enterprise)
        if known is not None and (known.headcount, known.front_line) == now:
            continue
        changed.append(
            HeadcountSnapshot(
                enterprise_id=enterprise, month_end=day, edition=known.edition + 1 if known else 1,
                headcount=now.heads, front_line=now.front_line,
            )
        )  # fmt: skip
    return changed
