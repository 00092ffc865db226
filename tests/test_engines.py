"""The suite is shared out between the engines without losing a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.engines import ON_BOTH, ON_NEITHER, ON_POSTGRESQL, ON_SQLITE, SHARED, left_to_the_other, shared_out

FILES = sorted(
    path.relative_to(settings.BASE_DIR).as_posix() for path in (Path(settings.BASE_DIR) / "tests").rglob("test_*.py")
)


def test_every_file_has_its_turn_on_at_least_one_engine() -> None:
    for file in FILES:
        assert not all(left_to_the_other(f"{file}::test", engine) for engine in ("sqlite", "postgresql")), file


@pytest.mark.parametrize("named", [*ON_SQLITE, *ON_POSTGRESQL, *ON_BOTH])
def test_what_is_named_is_there(named: str) -> None:
    assert any(file.startswith(named) for file in FILES)


def test_nothing_is_left_out_unless_both_engines_take_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [f"{file}::test" for file in FILES] + list(ON_NEITHER)
    monkeypatch.delenv(SHARED, raising=False)
    assert all(shared_out(nodes, "sqlite")) and all(shared_out(nodes, "postgresql"))
    monkeypatch.setenv(SHARED, "1")
    assert 0 < sum(shared_out(nodes, "sqlite")) < len(nodes)
