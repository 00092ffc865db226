"""What many tests begin with, made once: every test finds it as it was made, and undoes only what it did itself.

A fixture marked `@standing` is made in a savepoint beneath the transactions of the tests, and stays there for as long as the tests
that follow each other ask for it.  It may ask for other standing fixtures only, and must not hang on what a single test patches;
each test gets copies of its objects.  Fixtures that really commit have nothing to do with this.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

Make = Callable[..., Any]
MakeOf = TypeVar("MakeOf", bound=Make)
#: what each standing fixture calls, in the order in which they were read
MAKES: dict[Make, Make] = {}


def at_once(hook: Callable[[], Any], using: str | None = None, robust: bool = False) -> None:
    """In place of `transaction.on_commit`, where nothing ever commits."""
    hook()


@dataclass
class Layer:
    """What one standing fixture made, the savepoint beneath it, and all that stands then, by name."""

    name: str
    make: Make
    atomic: transaction.Atomic
    standing: dict[str, Any]

    def undo(self) -> None:
        """Back to the savepoint."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


class Ground:
    """What stands in the database of this process, one layer on another."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.found: dict[str, Any] = {}

    def prepare(self, wanted: Sequence[tuple[str, Make]] = ()) -> None:
        """Let these stand and no others; what stands already, in this order, is left alone."""
        self.found = {}
        if self.layers and (connection.connection is None or connection.closed_in_transaction):
            self.layers = []  # the test before lost the connection, and everything with it
        same = 0
        for layer, (name, make) in zip(self.layers, wanted, strict=False):
            if (layer.name, layer.make) != (name, make):
                break
            same += 1
        while len(self.layers) > same:
            self.layers.pop().undo()
        for name, make in wanted[same:]:
            self._add(name, make)

    def _add(self, name: str, make: Make) -> None:
        layer = Layer(name, make, transaction.atomic(), self._copies())
        layer.atomic._from_testcase = True  # type: ignore[attr-defined]  # so that what must be outermost may be inside
        layer.atomic.__enter__()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(transaction, "on_commit", at_once)
                asked = {before: layer.standing[before] for before in signature(make).parameters}
                layer.standing[name] = make(**asked)
            connection.check_constraints()
        except BaseException:
            layer.undo()
            raise
        self.layers.append(layer)

    def _copies(self) -> dict[str, Any]:
        """Copies of all that stands; an object that stands in two places is one in the copies as well."""
        return copy.deepcopy(self.layers[-1].standing) if self.layers else {}

    def has(self, name: str) -> bool:
        """Whether it stands: not beneath a test that really commits."""
        return bool(self.layers) and name in self.layers[-1].standing

    def own(self, name: str) -> Any:
        """The copy that the test of the moment has."""
        self.found = self.found or self._copies()
        return self.found[name]


GROUND = Ground()


def standing(make: MakeOf) -> MakeOf:
    """A fixture of which every test finds what was made once."""

    def stands(request: pytest.FixtureRequest, db: None, **others: Any) -> Any:
        name = str(request.fixturename)
        return GROUND.own(name) if GROUND.has(name) else make(**others)

    names = ["request", "db", *signature(make).parameters]
    stands.__signature__ = Signature([Parameter(name, Parameter.KEYWORD_ONLY) for name in names])  # type: ignore[attr-defined]
    stands.__doc__, stands.__name__, stands.__module__ = make.__doc__, make.__name__, make.__module__
    MAKES[stands] = make
    return pytest.fixture(stands)  # type: ignore[return-value]


def really_commits(item: pytest.Item) -> bool:
    """Whether a test's rows are there for other connections."""
    marker = item.get_closest_marker("django_db")
    asked = set(getattr(item, "fixturenames", ()))
    return bool(
        asked & {"transactional_db", "live_server"} or (marker is not None and marker.kwargs.get("transaction"))
    )


def asked_for(item: pytest.Function) -> list[tuple[str, Make]]:
    """The standing fixtures of a test, each after those it asks for; none if it really commits."""
    if really_commits(item):
        return []
    known, order = item._fixtureinfo.name2fixturedefs, {fixture: at for at, fixture in enumerate(MAKES)}
    found: dict[str, Make] = {}

    def add(name: str) -> None:
        make = MAKES.get(known[name][-1].func) if name in known else None
        if make is not None and name not in found:
            for before in signature(make).parameters:
                add(before)
            found[name] = make

    for name in sorted(known, key=lambda name: order.get(known[name][-1].func, 0)):
        add(name)
    return list(found.items())
