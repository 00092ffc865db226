"""Rows that many tests begin with are made once a process, in a database of their own, and stand there for all of them.

A fixture that only makes rows is declared with `@standing` in the place of `@pytest.fixture`; it may ask for others of its
kind and for `db`.  A test that asks for it begins in the database in which those rows are committed, and what it does itself
is undone as ever.  A test that really commits (threads, workers, a browser) begins with the empty database, and a fixture whose rows do not
stand where the test is makes them there: so every fixture may be asked for by every test.
"""

from __future__ import annotations

import functools
import inspect
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

Make = Callable[..., Any]
#: one upon another, the lowest first
Layers = tuple[Make, ...]


def run_hooks_at_once(patch: pytest.MonkeyPatch) -> None:
    """Where nothing ever commits: run commit hooks where they are registered."""

    def at_once(hook: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
        hook()

    patch.setattr(transaction, "on_commit", at_once)


@contextmanager
def undone() -> Iterator[None]:
    """What is done from here on, in the empty database with hooks run at once, is undone; for what a whole module asks of."""
    STANDINGS.begin(())
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        run_hooks_at_once(patch)
        yield
        transaction.set_rollback(True)


def really_commits(request: pytest.FixtureRequest) -> bool:
    """Whether a test's changes are there for other connections."""
    marker = request.node.get_closest_marker("django_db")
    is_marked = marker is not None and marker.kwargs.get("transaction", False)
    return is_marked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@dataclass
class Standings:
    """Databases of this process by what stands in them; `here`: what was made in the one in which the test of now begins."""

    here: dict[Make, Any] = field(default_factory=dict)
    empty: str = ""
    databases: dict[Layers, tuple[str, bytes]] = field(default_factory=dict)

    def begin(self, layers: Layers) -> None:
        """Go where these rows stand; no layer at all is the empty database."""
        self.empty = self.empty or connection.settings_dict["NAME"]
        name, made = self._database(layers)
        _connect_to(name)
        self.here = dict(zip(layers, pickle.loads(made), strict=True)) if layers else {}  # noqa: S301  (our own)

    def end(self) -> None:
        """Back to the empty database; the others are dropped."""
        if self.empty:
            _connect_to(self.empty)
        for name, _ in self.databases.values():
            _drop(name)
        self.databases.clear()

    def _database(self, layers: Layers) -> tuple[str, bytes]:
        if not layers:
            return self.empty, b""
        if layers not in self.databases:
            beneath, made = self._database(layers[:-1])
            name = f"{self.empty}_{len(self.databases) + 1}"
            _copy(beneath, name)
            _connect_to(name)
            rows = pickle.loads(made) if made else []  # noqa: S301
            given = {layer.__name__: row for layer, row in zip(layers, rows, strict=False)}
            with pytest.MonkeyPatch.context() as patch:
                run_hooks_at_once(patch)
                rows.append(layers[-1](**{name: given.get(name) for name in parameters_of(layers[-1])}))
            self.databases[layers] = (name, pickle.dumps(rows))
        return self.databases[layers]


STANDINGS = Standings()


def parameters_of(make: Make) -> list[str]:
    """Fixtures that one asks for."""
    return list(inspect.signature(make).parameters)


def standing(make: Make) -> Any:
    """A fixture whose rows stand in a database."""

    @functools.wraps(make)
    def fixture(**needs: Any) -> Any:
        return STANDINGS.here[make] if make in STANDINGS.here else make(**needs)

    return pytest.fixture(fixture)


def layers_of(request: pytest.FixtureRequest) -> Layers:
    """The highest pile of standing rows that a test asks for."""
    fixtures = {name: found[-1].func for name, found in request.node._fixtureinfo.name2fixturedefs.items()}
    makes = {name: found.__wrapped__ for name, found in fixtures.items() if hasattr(found, "__wrapped__")}
    return max((_pile(name, makes) for name in makes), key=len, default=())


def _pile(name: str, makes: dict[str, Make]) -> Layers:
    """What one stands on and itself, the lowest first; empty if it needs what does not stand or two piles side by side."""
    below: Layers = ()
    needs = [need for need in parameters_of(makes[name]) if need != "db"]
    for need in needs:
        pile = _pile(need, makes) if need in makes else ()
        if not pile or (not set(pile) >= set(below) and not set(pile) <= set(below)):
            return ()
        below = max(below, pile, key=len)
    return (*below, makes[name])


def _connect_to(name: str) -> None:
    """The connection of this thread goes to a database.  A browser's loop gives a thread a second one, so each remembers its own."""
    connection.settings_dict["NAME"] = name
    if getattr(connection, "stands_in", None) != name:
        connection.close()
        connection.stands_in = name  # type: ignore[attr-defined]


def _copy(source: str, target: str) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        _drop(target)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
        return
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source])
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
