"""How many people each enterprise employs today, kept so that the directory adds up thousands of rows and not a million.

A kept count holds while no row beneath it changes (triggers leave a `HeadcountChange`) and until a day on which somebody begins,
has left or changes the post (`until_on`).  What does not hold is counted from the rows by whoever asks; the clock keeps it anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Sum

from park_workers.foundation.business_day import business_day
from park_workers.foundation.jobs import tick
from park_workers.models import Employment, Enterprise, HeadcountChange, KeptHeadcount, PerhapsNeverHired, PostSpan
from park_workers.services.changed_months import look_again, look_at_months
from park_workers.services.headcount import NOBODY, Headcount, headcount_on
from park_workers.services.headcount_confirmations import due_month
from park_workers.services.month_lists import month_end_of

#: enterprises kept in one transaction
AT_ONCE = 200


def _not_holding(day: date) -> set[int]:
    """Enterprises whose kept count says nothing about a day.  Asked before the kept counts are read, never after: what was
    counted anew in between is newer than asked for, not older."""
    changed = set(HeadcountChange.objects.values_list("enterprise_id", flat=True).distinct())
    good = KeptHeadcount.objects.good_on(day).values("pk")
    return changed | set(KeptHeadcount.objects.exclude(pk__in=good).values_list("pk", flat=True))


def headcounts_of(*, day: date, enterprises: Collection[int]) -> dict[int, Headcount]:
    """As `headcount_on`, of some enterprises, from what is kept."""
    again = _not_holding(day).intersection(enterprises)
    rows = KeptHeadcount.objects.filter(pk__in=enterprises, headcount__gt=0)
    rows_of = rows.values_list("pk", "headcount", "front_line")
    kept = {pk: Headcount(heads, front) for pk, heads, front in rows_of if pk not in again}
    return kept | (headcount_on(day=day, enterprises=again) if again else {})


def month_headcounts_of(*, month_end: date, enterprises: Collection[int]) -> dict[int, Headcount]:
    """As `headcount_on` of the last day of a month, of some enterprises; kept of the month that waits for confirmation."""
    changed = set(HeadcountChange.objects.filter(enterprise__in=enterprises).values_list("enterprise_id", flat=True))
    rows = KeptHeadcount.objects.filter(pk__in=enterprises, month_end=month_end).exclude(pk__in=changed)
    kept = {pk: Headcount(*heads) for pk, *heads in rows.values_list("pk", "month_headcount", "month_front_line")}
    again = set(enterprises) - set(kept)
    return kept | (headcount_on(day=month_end, enterprises=again) if again else {})


def total_headcount(*, day: date, enterprises: Any) -> Headcount:
    """The sum over a query of enterprises."""
    again = _not_holding(day)
    keys = enterprises.order_by().values("pk")
    kept = KeptHeadcount.objects.filter(pk__in=keys).exclude(pk__in=again)
    sums = kept.aggregate(heads=Sum("headcount", default=0), front=Sum("front_line", default=0))
    mine = set(enterprises.order_by().filter(pk__in=again).values_list("pk", flat=True)) if again else set()
    counted = headcount_on(day=day, enterprises=mine).values() if mine else ()
    return Headcount(sums["heads"] + sum(c.heads for c in counted), sums["front"] + sum(c.front_line for c in counted))


def keep_headcounts(*, day: date) -> int:
    """Count anew and keep whatever does not hold on a day; how many enterprises that were.  Safe to run twice or by two at once."""
    other_month = KeptHeadcount.objects.exclude(month_end=month_end_of(due_month(day)))  # null is no month
    waiting = sorted(_not_holding(day) | set(other_month.values_list("pk", flat=True)))
    for start in range(0, len(waiting), AT_ONCE):
        _keep(waiting[start : start + AT_ONCE], day)
    return len(waiting)


@transaction.atomic
def _keep(enterprises: list[int], day: date) -> None:
    """First the changes go that are seen, then the rows are counted: what is committed in between leaves its own change."""
    if (
        connection.vendor == "postgresql"
    ):  # two at once: the second counts after the first, so that the newer count stays
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {KeptHeadcount._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    HeadcountChange.objects.filter(enterprise__in=enterprises).delete()
    look_again(enterprises=enterprises)
    heads, until = headcount_on(day=day, enterprises=enterprises), _last_days(enterprises, day)
    month_end = month_end_of(due_month(day))
    then = headcount_on(day=month_end, enterprises=enterprises)
    known = Enterprise.objects.filter(pk__in=enterprises).values_list("pk", flat=True)
    rows = [
        KeptHeadcount(
            enterprise_id=pk, from_on=day, until_on=until.get(pk), headcount=heads.get(pk, NOBODY).heads,
            front_line=heads.get(pk, NOBODY).front_line, month_end=month_end,
            month_headcount=then.get(pk, NOBODY).heads, month_front_line=then.get(pk, NOBODY).front_line,
        )
        for pk in known
    ]  # fmt: skip
    columns = ["from_on", "until_on", "headcount", "front_line", "month_end", "month_headcount", "month_front_line"]
    KeptHeadcount.objects.bulk_create(rows, update_conflicts=True, unique_fields=["enterprise"], update_fields=columns)


def _last_days(enterprises: list[int], day: date) -> dict[int, date]:
    """The last day before somebody begins, has left or changes the post; enterprises where that is not foreseen are absent."""
    work = Employment.objects.filter(enterprise__in=enterprises)
    posts = PostSpan.objects.filter(employment__enterprise__in=enterprises, starts_on__gt=day)
    found: dict[int, date] = {}
    for rows, owner, column, before in (
        (work.filter(left_on__gte=day), "enterprise", "left_on", 0),
        (work.filter(hired_on__gt=day), "enterprise", "hired_on", 1),
        (posts, "employment__enterprise", "starts_on", 1),
    ):
        for pk, first in rows.order_by().values_list(owner).annotate(first=Min(column)):
            last = first - timedelta(days=before)
            found[pk] = min(found.get(pk, last), last)
    return found


@tick("park_workers.keep_headcounts")
def keep_headcounts_of_today() -> dict[str, int]:
    """The clock of headcounts and of months that were confirmed: today in Asia/Shanghai.

    Whoever has been hired is no longer among those who perhaps never were.
    """
    today = business_day()
    kept = keep_headcounts(day=today)
    hired = PerhapsNeverHired.objects.filter(Exists(Employment.objects.filter(worker=OuterRef("worker"))))
    return {"kept": kept, "hired": hired.delete()[0] if kept else 0, "looked": look_at_months(day=today)}
