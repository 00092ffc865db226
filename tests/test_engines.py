"""The suite is shared out between the engines without losing a test."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.engines import ON_BOTH, ON_NEITHER, ON_POSTGRESQL, ON_SQLITE, SHARED, left_to_the_other, shared_out
from tests.order import LONG, longest_first, place_of

FILES = sorted(
    path.relative_to(settings.BASE_DIR).as_posix() for path in (Path(settings.BASE_DIR) / "tests").rglob("test_*.py")
)


def test_every_file_has_its_turn_on_at_least_one_engine() -> None:
    for file in FILES:
        assert not all(left_to_the_other(f"{file}::test", engine) for engine in ("sqlite", "postgresql")), file


@pytest.mark.parametrize("named", [*ON_SQLITE, *ON_POSTGRESQL, *ON_BOTH])
def test_what_is_named_is_there(named: str) -> None:
    file, _, name = named.partition("::")
    assert any(one.startswith(file) for one in FILES)
    assert not name or f"def {name}(" in (Path(settings.BASE_DIR) / file).read_text(encoding="utf-8")


def test_nothing_is_left_out_unless_both_engines_take_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [f"{file}::test" for file in FILES] + list(ON_NEITHER)
    monkeypatch.delenv(SHARED, raising=False)
    assert all(shared_out(nodes, "sqlite")) and all(shared_out(nodes, "postgresql"))
    monkeypatch.setenv(SHARED, "1")
    assert 0 < sum(shared_out(nodes, "sqlite")) < len(nodes)


@pytest.mark.parametrize("named", LONG)
def test_what_is_called_long_is_there(named: str) -> None:
    file, _, name = named.partition("::")
    found = [one for one in FILES if one.startswith(file)]
    assert any(f"def {name}" in (Path(settings.BASE_DIR) / one).read_text(encoding="utf-8") for one in found)


@pytest.mark.parametrize("workers", [1, 3, 4])
def test_the_longest_come_first_in_every_part_and_no_test_is_lost(workers: int) -> None:
    tests = [SimpleNamespace(nodeid=f"{file}::test_{n}") for file in FILES for n in range(3)]
    ordered = longest_first(tests, workers)
    assert sorted(id(test) for test in ordered) == sorted(id(test) for test in tests)
    left = list(ordered)
    for number in range(workers):
        size = len(left) // (workers - number)
        is_long = [place_of(test.nodeid) is not None for test in left[:size]]
        assert is_long[0] and is_long == sorted(is_long, reverse=True)
        del left[:size]
    years = [n for n, test in enumerate(ordered) if "test_golden_year" in test.nodeid]
    assert years == list(range(years[0], years[0] + 3)), "a file stays on one worker"
