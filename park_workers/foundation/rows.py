"""Rows and questions of every request: their SQL is worked out once in the life of a worker, not once a request.

The object-relational layer puts a statement together anew each time it is run, which costs several times what the database
needs for it.  What is written here passes through the same fields (`pre_save`, conversion), constraints and triggers.
PostgreSQL is given values apart from statements, so that a connection plans each of them once (YXT_DB_PREPARED).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from django.db import connection, connections, models
from django.db.models.query import get_related_populators


@cache
def _columns(model: type[models.Model]) -> tuple[Any, ...]:
    """The fields of a table whose values are given: all but the number the database gives."""
    return tuple(field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField))


@cache
def _insertion(model: type[models.Model], beneath: str = "") -> str:
    """INSERT of one row; the column of the foreign key `beneath` takes the number of the row named "head"."""
    marks = ["(SELECT id FROM head)" if field.name == beneath else "%s" for field in _columns(model)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in _columns(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(marks)})"


def _values(row: models.Model, beneath: str = "") -> list[Any]:
    here = connections[connection.alias]  # the connection itself: its stand-in looks it up for every value
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), here)
        for field in _columns(type(row))
        if field.name != beneath
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


def insert_with_parts(head: models.Model, parts: list[models.Model], *, beneath: str) -> None:
    """Write a row and those that hang on it by their foreign key `beneath`: one statement, on SQLite one each."""
    if connection.vendor == "sqlite":
        insert_row(head)
        for part in parts:
            setattr(part, beneath, head)
            insert_row(part)
        return
    values = _values(head)
    for part in parts:
        values += _values(part, beneath)
    with _cursor() as cursor:
        cursor.execute(_chain(type(head), tuple(map(type, parts)), beneath), values)
        numbers = cursor.fetchone()
    for row, pk in zip([head, *parts], numbers, strict=True):
        _is_written(row, pk)
    for part in parts:
        setattr(part, beneath, head)


@cache
def _chain(head: type[models.Model], parts: tuple[type[models.Model], ...], beneath: str) -> str:
    steps = [f"head AS ({_insertion(head)} RETURNING id)"]
    steps += [f"part_{n} AS ({_insertion(part, beneath)} RETURNING id)" for n, part in enumerate(parts)]
    names = ["head", *(f"part_{n}" for n in range(len(parts)))]
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
