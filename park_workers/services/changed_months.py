"""Months that were confirmed (在岗确认) and are otherwise now: a hire, a leave or a correction dated into them came later.

What is found is kept beside the enterprise; triggers say when it must be looked for again (`HeadcountChange`), and until the
clock has done so whoever asks looks for himself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from park_workers.models import ConfirmedMonthsLook, HeadcountChange, HeadcountConfirmation
from park_workers.services.month_lists import Stay, differences, month_before, month_of, read_month

#: the last so many months, as many as the pages show
MONTHS_WATCHED = 12


@dataclass(frozen=True)
class ChangedMonth:
    """A confirmed month whose list is otherwise now: after which edition, in how many things, found on which day."""

    month: date
    edition: int
    changes: int
    found_on: date


def _confirmations(enterprise_id: int, day: date) -> Iterator[HeadcountConfirmation]:
    """The newest confirmation of each of the last months, the oldest month first; a list is read where it is asked for."""
    first = month_of(day)
    for _ in range(MONTHS_WATCHED):
        first = month_before(first)
    rows = HeadcountConfirmation.objects.filter(enterprise_id=enterprise_id, month__gte=first).defer("people")
    return iter({row.month: row for row in rows.order_by("month", "edition")}.values())


def _look(enterprise_id: int, day: date, known: dict[str, Any]) -> list[ChangedMonth]:
    """From the rows; a change that was known before keeps the day on which it was found."""
    found = []
    for row in _confirmations(enterprise_id, day):
        now = read_month(enterprise_id=enterprise_id, month=row.month)
        if now.digest == row.digest:
            continue
        before = known.get(f"{row.month:%Y-%m}", {})
        since = date.fromisoformat(before["found_on"]) if before.get("edition") == row.edition else day
        n = len(differences((Stay(*stay) for stay in row.people), now.stays))
        found.append(ChangedMonth(row.month, row.edition, n, since))
    return found


def changed_months(*, enterprise_id: int, day: date) -> list[ChangedMonth]:
    """Confirmed months of an enterprise that are otherwise now, the oldest first."""
    is_changing = HeadcountChange.objects.filter(enterprise_id=enterprise_id).exists()
    kept = ConfirmedMonthsLook.objects.filter(pk=enterprise_id).first()
    if kept is None or kept.is_due or is_changing:
        return _look(enterprise_id, day, kept.months if kept else {})
    return _of_row(kept)


def changed_months_of(*, enterprises: Collection[int]) -> dict[int, list[ChangedMonth]]:
    """As last looked for by the clock, of the enterprises that have any."""
    rows = ConfirmedMonthsLook.objects.filter(pk__in=enterprises).exclude(months={})
    return {row.pk: _of_row(row) for row in rows}


def _of_row(kept: ConfirmedMonthsLook) -> list[ChangedMonth]:
    return [
        ChangedMonth(
            date.fromisoformat(f"{month}-01"), one["edition"], one["changes"], date.fromisoformat(one["found_on"])
        )
        for month, one in sorted(kept.months.items())
    ]


def look_again(*, enterprises: Collection[int]) -> None:
    """In the transaction that forgets the changes of these enterprises: their confirmed months are to be looked at."""
    confirmed = HeadcountConfirmation.objects.filter(enterprise__in=enterprises)
    due = [
        ConfirmedMonthsLook(pk=pk)
        for pk in confirmed.order_by("enterprise").values_list("enterprise", flat=True).distinct()
    ]
    ConfirmedMonthsLook.objects.bulk_create(
        due, update_conflicts=True, unique_fields=["enterprise"], update_fields=["is_due"]
    )


def look_at_months(*, day: date) -> int:
    """Look at the confirmed months of every enterprise whose people have changed; at how many.  Safe to run twice or by two."""
    waiting = list(ConfirmedMonthsLook.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True))
    return sum(_keep(pk, day) for pk in waiting)


@transaction.atomic
def _keep(enterprise_id: int, day: date) -> bool:
    """The mark goes first, then the rows are read: what is committed in between leaves a change of its own."""
    rows = ConfirmedMonthsLook.objects.filter(pk=enterprise_id)
    if not rows.filter(is_due=True).update(is_due=False):
        return False
    found = _look(enterprise_id, day, rows.get().months)
    rows.update(
        months={
            f"{one.month:%Y-%m}": {"edition": one.edition, "changes": one.changes, "found_on": one.found_on.isoformat()}
            for one in found
        }
    )
    return True
