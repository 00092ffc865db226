"""A plan is never made from the size a table had when it was empty."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from park_workers.foundation.bulk import STALE_ROWS, refresh_statistics
from park_workers.foundation.calendar import CalendarDay

TABLE = CalendarDay._meta.db_table


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such figures")
def test_a_table_that_grew_is_looked_at_once_and_one_that_did_not_is_left_alone() -> None:
    refresh_statistics([TABLE])
    first = date(1900, 1, 1).toordinal()
    days = [CalendarDay(day=date.fromordinal(first + n), is_working=True) for n in range(2 * STALE_ROWS)]
    CalendarDay.objects.bulk_create(days)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # told at once, and not within a second
    assert refresh_statistics([TABLE]) == [TABLE]
    assert refresh_statistics([TABLE]) == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL keeps such figures")
def test_on_sqlite_nothing_is_asked() -> None:
    assert refresh_statistics([TABLE]) == []
