"""SQL of the database's own guards, for SQLite and PostgreSQL alike; used by migrations only.

Each function returns a Django migration operation.  A guard raises an integrity error whose text begins with its name, so
that a test (or a log) tells which invariant spoke.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import migrations, router

#: in place of the models as they were at that time
NO_MODELS: Any = None


class Guard(migrations.RunPython):
    """SQL for the engine at hand.  It asks for no model, so none is made for it: all of them would take a third of a second."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the guard."""
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            self.code(NO_MODELS, schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop it."""
        if self.reverse_code is not None and router.allow_migrate(schema_editor.connection.alias, app_label):
            self.reverse_code(NO_MODELS, schema_editor)


def _postgresql_function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def row_guard(name: str, *, table: str, events: Iterable[str], refuse_when: str, on: str = "") -> Guard:
    """Refuse an insert, update or delete of a row for which `refuse_when` (SQL over OLD and NEW) is true.

    `refuse_when` must be valid on both engines; `on` limits UPDATE to columns ("of a, b").
    """
    events = list(events)
    raises = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
    leave = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    sqlite: list[str] = []
    postgresql = [_postgresql_function(name, f"IF {refuse_when} THEN {raises} END IF; {leave}")]
    for event in events:
        columns = f" {on}" if on and event == "UPDATE" else ""
        sqlite.append(
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event}{columns} ON {table} FOR EACH ROW WHEN {refuse_when} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        postgresql.append(
            f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event}{columns} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {name}()"
        )

    statements = {"sqlite": sqlite, "postgresql": postgresql}

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        for event in events:
            suffix = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event.lower()}{suffix}")
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return Guard(create, drop)


def again_on_sqlite(guard: Guard) -> Guard:
    """The same guard once more after a change of its table: SQLite makes the table anew and forgets it."""

    def create(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            guard.code(apps, schema_editor)

    def keep(apps: Any, schema_editor: Any) -> None:
        """Backwards the table is made anew once more, and the guard with it."""

    return Guard(create, keep)


def append_only(name: str, *, table: str) -> Guard:
    """Rows of the table are never changed or deleted."""
    return row_guard(name, table=table, events=["UPDATE", "DELETE"], refuse_when="1 = 1")


def allowed_moves(name: str, *, table: str, moves: Iterable[tuple[str, str]]) -> Guard:
    """A status changes only along the listed pairs (I6): a skipped state is refused by the database itself."""
    pairs = " OR ".join(f"(OLD.status = '{a}' AND NEW.status = '{b}')" for a, b in moves)
    return row_guard(
        name, table=table, events=["UPDATE"], on="OF status",
        refuse_when=f"(OLD.status <> NEW.status AND NOT ({pairs}))",
    )  # fmt: skip


def _excluding(name: str, table: str, postgresql: list[str], sqlite: list[str]) -> Guard:
    """An exclusion constraint on PostgreSQL, triggers of the same name on SQLite."""
    statements = {"sqlite": sqlite, "postgresql": postgresql}

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        else:
            for event in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")

    return Guard(create, drop)


def no_overlap(name: str, *, table: str, same: Iterable[str], first: str, last: str, where: str = "") -> Guard:
    """Closed day spans [first, last] (null last = open) of rows equal in `same` never overlap.

    An exclusion constraint on PostgreSQL (with btree_gist), a trigger on SQLite, whose writers take turns.
    """
    same = list(same)
    equal = ", ".join(f"{column} WITH =" for column in same)
    condition = f" WHERE ({where})" if where else ""
    postgresql = [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist ({equal}, daterange({first}, {last}, '[]') WITH &&)"
        f"{condition}",
    ]
    matches = " AND ".join(f"other.{column} = NEW.{column}" for column in same)
    other = f" AND other.{where}" if where else ""
    mine = f"NEW.{where} AND " if where else ""
    refuse = (
        f"{mine}EXISTS (SELECT 1 FROM {table} other WHERE {matches}{other} AND other.id IS NOT NEW.id "
        f"AND other.{first} <= COALESCE(NEW.{last}, '9999-12-31') AND COALESCE(other.{last}, '9999-12-31') >= NEW.{first})"
    )
    sqlite = [
        f"CREATE TRIGGER {name}_{event} AFTER {event} ON {table} FOR EACH ROW WHEN {refuse} "
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        for event in ("insert", "update")
    ]
    return _excluding(name, table, postgresql, sqlite)


def no_overlap_in_a_day(name: str, *, table: str, same: str, day: str, first: str, last: str, where: str) -> Guard:
    """Half-open times [first, last) of one day of rows equal in `same`, among those for which `where` holds, never overlap.

    `where` is SQL over bare columns of the table.  An exclusion constraint on PostgreSQL, a trigger on SQLite.
    """
    postgresql = [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist ({same} WITH =, "
        f"tsrange({day} + {first}, {day} + {last}, '[)') WITH &&) WHERE ({where})",
    ]
    refuse = (
        f"EXISTS (SELECT 1 FROM (SELECT * FROM {table} WHERE {where}) other "
        f"JOIN (SELECT * FROM {table} WHERE {where}) mine ON mine.id = NEW.id AND other.id <> mine.id "
        f"AND other.{same} = mine.{same} AND other.{day} = mine.{day} "
        f"AND other.{first} < mine.{last} AND mine.{first} < other.{last})"
    )
    sqlite = [
        f"CREATE TRIGGER {name}_{event} AFTER {event} ON {table} FOR EACH ROW WHEN {refuse} "
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        for event in ("insert", "update")
    ]
    return _excluding(name, table, postgresql, sqlite)


def insert_guard(name: str, *, table: str, refuse_new: str) -> Guard:
    """Refuse inserted rows for which `refuse_new` (SQL over the alias `fresh`) is true.

    One check per statement on PostgreSQL, so that a bulk load of a million lines pays once; per row on SQLite.
    """
    sqlite = [
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} FOR EACH ROW WHEN EXISTS "
        f"(SELECT 1 FROM {table} fresh WHERE fresh.id = NEW.id AND {refuse_new}) BEGIN SELECT RAISE(ABORT, '{name}'); END"
    ]
    raises = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
    postgresql = [
        _postgresql_function(
            name, f"IF EXISTS (SELECT 1 FROM fresh WHERE {refuse_new}) THEN {raises} END IF; RETURN NULL;"
        ),
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {name}()",
    ]
    statements = {"sqlite": sqlite, "postgresql": postgresql}

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        suffix = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_insert{suffix}")
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return Guard(create, drop)


def _noting(
    name: str, table: str, watched: list[str], owners: str, put: str, known: str
) -> dict[str, dict[str, list[str]]]:
    """Statements of `note_changes` by engine and event; `put` writes an owner, `known` are those written."""
    differs = " OR ".join(f"was.{c} IS DISTINCT FROM fresh.{c}" for c in watched)
    both = f"fresh JOIN was ON was.id = fresh.id WHERE {differs}"
    events = {
        "INSERT": ("NEW TABLE AS fresh", [("fresh", "fresh")], ["NEW"]),
        "UPDATE": ("NEW TABLE AS fresh OLD TABLE AS was", [("fresh", both), ("was", both)], ["NEW", "OLD"]),
        "DELETE": ("OLD TABLE AS was", [("was", "was")], ["OLD"]),
    }
    found: dict[str, dict[str, list[str]]] = {}
    for event, (transition, parts, rows) in events.items():
        one = f"{name}_{event.lower()}"
        each = " UNION ".join(
            f"SELECT o.owner FROM (SELECT {row}.* FROM {part}) {row} CROSS JOIN LATERAL ({owners.format(row=row)}) o"
            for row, part in parts
        )
        postgresql = [
            _postgresql_function(
                one, f"{put}(SELECT DISTINCT owner FROM ({each}) x) x WHERE owner IS NOT NULL; RETURN NULL;"
            ),
            f"CREATE TRIGGER {one} AFTER {event} ON {table} REFERENCING {transition} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION {one}()",
        ]
        each = " UNION ".join(owners.format(row=row) for row in rows)
        of = f" OF {', '.join(watched)}" if event == "UPDATE" else ""
        sqlite = [
            f"CREATE TRIGGER {one} AFTER {event}{of} ON {table} FOR EACH ROW BEGIN {put}({each}) "
            f"WHERE owner IS NOT NULL AND owner NOT IN ({known}); END"
        ]
        found[event] = {"sqlite": sqlite, "postgresql": postgresql}
    return found


#: what may happen to a row
EVENTS = ("INSERT", "UPDATE", "DELETE")


def note_changes(
    name: str, *, table: str, watched: Iterable[str], into: str, column: str, owner: str = "", owners: str = "",
    events: Iterable[str] = EVENTS,
) -> Guard:  # fmt: skip
    """Rows of `table` inserted, deleted or changed in a `watched` column leave their owner in `into.column`, in the same
    transaction.

    `owner` is an SQL expression over "{row}", valid on both engines; null leaves nothing.  Where a row has several, `owners` is
    a SELECT over "{row}" whose one column is called `owner`.  On PostgreSQL every statement leaves rows of its own, so that no
    writer waits for another; SQLite, whose writers take turns, keeps one an owner.
    """
    put, known = f"INSERT INTO {into} ({column}) SELECT owner FROM ", f"SELECT {column} FROM {into}"
    by_event = _noting(name, table, list(watched), owners or f"SELECT {owner} AS owner", put, known)
    events = list(events)

    def create(apps: Any, schema_editor: Any) -> None:
        for event in events:
            for statement in by_event[event][schema_editor.connection.vendor]:
                schema_editor.execute(statement)

    def drop(apps: Any, schema_editor: Any) -> None:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        for event in (one.lower() for one in events):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}{f' ON {table}' if is_postgresql else ''}")
            if is_postgresql:
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}_{event}()")

    return Guard(create, drop)
