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
from django.conf import settings
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


@dataclass(frozen=True)
class Pile:
    """A database in which rows stand, what their makers gave, and the files they have made."""

    database: str
    made: bytes = b""
    files: dict[Path, bytes] = field(default_factory=dict)

    def open(self) -> list[Any]:
        """What was made, as new objects; files that a test before has taken away are there again."""
        for path, content in self.files.items():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        return pickle.loads(self.made) if self.made else []  # noqa: S301  (our own)


@dataclass
class Standings:
    """Databases of this process by what stands in them; `here`: what was made in the one in which the test of now begins."""

    here: dict[Make, Any] = field(default_factory=dict)
    empty: str = ""
    piles: dict[Layers, Pile] = field(default_factory=dict)

    def begin(self, layers: Layers) -> None:
        """Go where these rows stand; no layer at all is the empty database."""
        self.empty = self.empty or connection.settings_dict["NAME"]
        pile = self._pile(layers)
        _connect_to(pile.database)
        self.here = dict(zip(layers, pile.open(), strict=True))

    def end(self) -> None:
        """Back to the empty database; the others are dropped."""
        if self.empty:
            _connect_to(self.empty)
        for pile in self.piles.values():
            _drop(pile.database)
        self.piles.clear()

    def _pile(self, layers: Layers) -> Pile:
        if not layers:
            return Pile(self.empty)
        if layers not in self.piles:
            beneath, name, files = self._pile(layers[:-1]), f"{self.empty}_{len(self.piles) + 1}", _files()
            _copy(beneath.database, name)
            _connect_to(name)
            rows = beneath.open()
            given = {layer.__name__: row for layer, row in zip(layers, rows, strict=False)}
            with pytest.MonkeyPatch.context() as patch:
                run_hooks_at_once(patch)
                rows.append(layers[-1](**{need: given.get(need) for need in parameters_of(layers[-1])}))
            new = {path: path.read_bytes() for path in _files() - files}
            self.piles[layers] = Pile(name, pickle.dumps(rows), beneath.files | new)
        return self.piles[layers]


def _files() -> set[Path]:
    """Files that stand beside rows."""
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


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
