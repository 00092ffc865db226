"""Rows and questions of every request: their SQL is worked out once in the life of a worker, not once a request.

The object-relational layer puts a statement together anew each time it is run, which costs several times what the database
needs for it.  What is written here passes through the same fields (`pre_save`, conversion), constraints and triggers.
PostgreSQL is given values apart from statements, so that a connection plans each of them once (YXT_DB_PREPARED).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cache, cached_property
from typing import Any

from django.db import connection, connections, models
from django.db.models.query import get_related_populators


@cache
def _columns(model: type[models.Model]) -> tuple[Any, ...]:
    """The fields of a table whose values are given: all but the number the database gives."""
    return tuple(field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField))


@cache
def _insertion(model: type[models.Model], named: tuple[tuple[str, int], ...] = ()) -> str:
    """INSERT of one row; the columns `named` take the number of a row written before (`row_0`, `row_1`, ...)."""
    before, quote = dict(named), connection.ops.quote_name
    marks = ", ".join(f"row_{before[f.name]}.id" if f.name in before else "%s" for f in _columns(model))
    names = ", ".join(quote(field.column) for field in _columns(model))
    rows = ", ".join(f"row_{number}" for number in sorted(set(before.values())))
    source = f"SELECT {marks} FROM {rows}" if rows else f"VALUES ({marks})"
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) {source}"


def _values(row: models.Model, without: Container[str] = ()) -> list[Any]:
    here = connections[connection.alias]  # the connection itself: its stand-in looks it up for every value
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), here)
        for field in _columns(type(row))
        if field.name not in without
    ]


def _cursor() -> Any:
    """A cursor as Django makes it; on PostgreSQL one that leaves values to the server."""
    here: Any = connections[connection.alias]
    if here.vendor == "sqlite":
        return here.cursor()
    here.close_if_health_check_failed()
    here.ensure_connection()
    with here.wrap_database_errors:
        return here._prepare_cursor(_server_binding()(here.connection))


@cache
def _server_binding() -> Any:
    from django.db.backends.postgresql.base import ServerBindingCursor

    return ServerBindingCursor


def run_statement(statement: str, values: Sequence[Any]) -> None:
    """Run a statement of every request that answers nothing."""
    with _cursor() as cursor:
        cursor.execute(statement, values)


def _is_written(row: models.Model, pk: int) -> None:
    row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def insert_row(row: models.Model, *, skip_known: bool = False) -> bool:
    """Write a new row and give it its number; with `skip_known`, False and nothing written when a unique key is taken."""
    statement = _insertion(type(row)) + (" ON CONFLICT DO NOTHING" if skip_known else "")
    with _cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(statement, _values(row))
            found = (cursor.lastrowid,) if cursor.rowcount else None
        else:
            cursor.execute(f"{statement} RETURNING id", _values(row))
            found = cursor.fetchone()
    if found is not None:
        _is_written(row, found[0])
    return found is not None


#: a new row, and the foreign keys of it that name new rows before it
NewRow = tuple[models.Model, dict[str, models.Model]]


def insert_together(rows: Sequence[NewRow], *, skip_known: bool = False) -> bool:
    """Write new rows of which later ones name earlier ones: one statement, on SQLite one each.

    With `skip_known`, False and nothing written when a unique key of the first is taken.
    """
    if connection.vendor == "sqlite":
        for row, named in rows:
            _name(row, named)
            if not insert_row(row, skip_known=skip_known and row is rows[0][0]):
                return False
        return True
    places = {id(row): number for number, (row, _) in enumerate(rows)}
    shape = tuple((type(row), tuple((key, places[id(to)]) for key, to in named.items())) for row, named in rows)
    with _cursor() as cursor:
        cursor.execute(_together(shape, skip_known), [value for row, named in rows for value in _values(row, named)])
        numbers = cursor.fetchone()
    if numbers is None:
        return False
    for (row, named), pk in zip(rows, numbers, strict=True):
        _is_written(row, pk)
        _name(row, named)
    return True


def _name(row: models.Model, named: dict[str, models.Model]) -> None:
    for key, to in named.items():
        setattr(row, key, to)


@cache
def _together(shape: tuple[tuple[type[models.Model], tuple[tuple[str, int], ...]], ...], skip_known: bool) -> str:
    skip = " ON CONFLICT DO NOTHING"
    steps = [
        f"row_{number} AS ({_insertion(model, named)}{skip if skip_known and not number else ''} RETURNING id)"
        for number, (model, named) in enumerate(shape)
    ]
    names = [f"row_{number}" for number in range(len(shape))]
    return f"WITH {', '.join(steps)} SELECT {', '.join(f'{name}.id' for name in names)} FROM {', '.join(names)}"


class Question:
    """A query with one text to fill in, asked by many requests: put together once, objects made of its rows as ever."""

    #: stands for the text while the statement is put together
    BLANK = "text to fill in"

    def __init__(self, ask: Callable[[str], models.QuerySet[Any]]) -> None:
        self._ask = ask

    def first(self, text: str) -> Any:
        """The first row's object, or None."""
        compiler, statement, parameters, converters = self._put_together
        with _cursor() as cursor:
            cursor.execute(statement, [text if value == self.BLANK else value for value in parameters])
            rows = cursor.fetchmany(1)
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return next((self._object(row) for row in rows), None)

    @cached_property
    def _put_together(self) -> tuple[Any, str, list[Any], Any]:
        compiler = self._ask(self.BLANK).query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        return compiler, statement, list(parameters), compiler.get_converters([chosen[0] for chosen in compiler.select])

    @cached_property
    def _making(self) -> tuple[Any, slice, list[str], Any]:
        """The class, its columns' place in a row, their names, and what fills in the objects it names."""
        compiler = self._put_together[0]
        places = compiler.klass_info["select_fields"]
        own = slice(places[0], places[-1] + 1)
        names = [chosen[0].target.attname for chosen in compiler.select[own]]
        populators = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
        return compiler.klass_info["model"], own, names, populators

    def _object(self, row: Any) -> Any:
        kind, own, names, populators = self._making
        found = kind.from_db(connection.alias, names, row[own])
        for populator in populators:
            populator.populate(row, found)
        return found
