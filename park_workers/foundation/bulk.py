"""One bulk load for both engines: COPY on PostgreSQL, executemany on SQLite; constraints and triggers stay in force."""

from __future__ import annotations

import io
import select
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import polars as pl
from django.db import connection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

NULL_MARK = "\\N"
#: how much of an answer is held before it is handed on (bytes of text; rows)
TEXT_AT_ONCE, ROWS_AT_ONCE = 4 << 20, 100_000
#: so many rows go in by one plain INSERT: a temporary table costs more than it saves
FEW_ROWS = 20


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return int(value) if isinstance(value, bool) else value


def load_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, skip_known: bool = False) -> int:
    """Insert rows of plain values; with `skip_known`, rows that hit a unique key are left out.  Returns rows inserted."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(columns))
            ignore = " ON CONFLICT DO NOTHING" if skip_known else ""
            prepared = [tuple(map(_plain, row)) for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}){ignore}", prepared)
            return max(0, int(cursor.rowcount))
        if skip_known:
            rows = iter(rows)
            few = list(islice(rows, FEW_ROWS))
            if len(few) < FEW_ROWS:
                return _insert_few(table, names, few)
            rows = chain(few, rows)
        target = f"load_{table}" if skip_known else table
        if skip_known:
            cursor.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS {target} ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0"
            )
            cursor.execute(f"TRUNCATE {target}")
        count = 0
        with cursor.copy(f"COPY {target} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        if skip_known:
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {target} ON CONFLICT DO NOTHING")
            count = cursor.rowcount
        return count


def _insert_few(table: str, names: str, rows: list[Sequence[Any]]) -> int:
    """Rows that are not there yet, by one statement."""
    if not rows:
        return 0
    marks = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES {marks} ON CONFLICT DO NOTHING", list(chain(*rows)))
        return int(cursor.rowcount)


def load_frame(table: str, frame: pl.DataFrame) -> int:
    """Insert a frame whose columns are the table's; the fastest way in for many rows."""
    if connection.vendor == "sqlite":
        casts = [
            pl.col(name).cast(pl.String) if kind in (pl.Date, pl.Datetime) else pl.col(name).cast(pl.Int64)
            for name, kind in frame.schema.items()
            if kind in (pl.Date, pl.Datetime, pl.Boolean)
        ]
        names = ", ".join(frame.columns)
        marks = ", ".join(["?"] * frame.width)
        # The driver's own cursor: Django's would rewrite placeholders row by row.
        connection.ensure_connection()
        plain = frame.with_columns(casts)
        connection.connection.cursor().executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain.iter_rows())
        return frame.height
    names = ", ".join(frame.columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '{NULL_MARK}')") as copy,
    ):
        for part in frame.iter_slices(50_000):
            copy.write(part.write_csv(include_header=False, null_value=NULL_MARK))
    return frame.height


#: a table that changed by more than this share since PostgreSQL last looked at it is looked at again
STALE_SHARE, STALE_ROWS = 0.2, 1_000


def refresh_statistics(tables: Sequence[str]) -> list[str]:
    """Let PostgreSQL look at tables that grew since it last did, before many rows are read; the tables it looked at.

    After a mass load and before autovacuum comes round, a plan may rest on the size a table had when it was empty: minutes
    instead of a second.  Costs a look at the catalogue when nothing is stale.  Nothing happens on SQLite.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c WHERE c.oid = ANY(%s::regclass[])
              AND (c.reltuples < 0 OR pg_stat_get_mod_since_analyze(c.oid) > GREATEST(%s, %s * c.reltuples))
            ORDER BY c.relname
            """,
            [list(tables), STALE_ROWS, STALE_SHARE],
        )
        stale = [name for (name,) in cursor.fetchall()]
        for name in stale:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
    return stale


#: between texts that a query puts together
TEXTS_BETWEEN = "|"


def joined_texts(column: str) -> str:
    """SQL of a group's values of a column as one text, in no particular order."""
    if connection.vendor == "sqlite":
        return f"GROUP_CONCAT({column}, '{TEXTS_BETWEEN}')"
    return f"STRING_AGG(CAST({column} AS text), '{TEXTS_BETWEEN}')"


def read_frame(sql: str, parameters: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """Run a query and return its rows as a frame of the given schema (column order = select order)."""
    frames = list(read_in_turn(sql, parameters, schema))
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)


def read_in_turn(sql: str, parameters: Sequence[Any], schema: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """As `read_frame`, a part of the rows at a time; ask the database nothing else before the last one."""
    if connection.vendor == "postgresql":
        yield from _copied_out(sql, parameters, schema)
        return
    # As expressions, columns come as they are stored: the driver would make an object of each date, one by one.
    named = ", ".join(f'"{name}"' for name in schema)
    plain = ", ".join(f'+"{name}"' for name in schema)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH answer ({named}) AS ({sql}) SELECT {plain} FROM answer", parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
            yield pl.DataFrame([_series(name, values, kind) for (name, kind), values in columns])


def _copied_out(sql: str, parameters: Sequence[Any], schema: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """Rows by COPY: nothing of them ever becomes a Python object.  The server sends whole rows, one a message.

    The driver's own cursor is asked: the wrapper that counts statements (and every one with YXT_DEBUG=1) takes no parameters.
    """
    content = io.BytesIO()
    copying = f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '{NULL_MARK}')"
    with connection.cursor() as cursor, cursor.cursor.copy(copying, parameters):
        for row in _messages(connection.connection.pgconn):
            content.write(row)
            if content.tell() >= TEXT_AT_ONCE:
                yield _parsed(content, schema)
                content = io.BytesIO()
    if content.tell():
        yield _parsed(content, schema)


def _messages(line: Any) -> Iterator[memoryview]:
    """The messages of a COPY that has begun, to its end, straight from the library beneath the driver, which makes five
    Python calls of each.  Raises what the driver would.
    """
    arriving = select.poll()
    arriving.register(line.socket, select.POLLIN)
    while (found := line.get_copy_data(1))[0] >= 0:
        if found[0]:
            yield found[1]
        else:  # nothing at hand: wait without keeping other threads from running
            arriving.poll()
            line.consume_input()
    ends = list(iter(line.get_result, None))  # all of them: the connection is free afterwards, whatever they say
    for end in ends:
        if end.status != ExecStatus.COMMAND_OK:
            raise error_from_result(end)


def _parsed(content: io.BytesIO, schema: dict[str, Any]) -> pl.DataFrame:
    content.seek(0)
    written = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    frame = pl.read_csv(content, has_header=False, schema=written, null_values=NULL_MARK, empty_string_is_null=False)
    truths = [name for name, kind in schema.items() if kind == pl.Boolean]
    return frame.with_columns(pl.col(name) == "t" for name in truths)


def _series(name: str, values: Sequence[Any], kind: Any) -> pl.Series:
    """A column; SQLite hands computed dates over as text and truths as 0 and 1."""
    first = next((v for v in values if v is not None), None)
    if kind == pl.Date and isinstance(first, str):
        return pl.Series(name, values, dtype=pl.String).str.to_date("%Y-%m-%d")
    if kind == pl.Boolean and isinstance(first, int) and not isinstance(first, bool):
        return pl.Series(name, values, dtype=pl.Int8).cast(pl.Boolean)
    return pl.Series(name, values, dtype=kind, strict=False)
