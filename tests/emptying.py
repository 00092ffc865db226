"""The database after a test that really commits: as the migrations made it.

Django would truncate every table and make all content types anew, which takes a second; here only tables that have rows are emptied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

#: what the migrations themselves put in, and no test changes
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def tables_with_rows(cursor: CursorWrapper) -> list[str]:
    """Tables of models in which something stands."""
    names = sorted(set(connection.introspection.django_table_names()) - KEPT)
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names))  # noqa: S608
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def guards_aside(cursor: CursorWrapper, tables: Sequence[str]) -> Iterator[None]:
    """Meanwhile the triggers of these tables are not asked."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
        return
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    guards = [(name, text) for name, table, text in cursor.fetchall() if table in tables]
    for name, _ in guards:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _, text in guards:
        cursor.execute(text)


def empty_tables() -> None:
    """Delete every row but those of the migrations."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = tables_with_rows(cursor)
        with guards_aside(cursor, tables):
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
