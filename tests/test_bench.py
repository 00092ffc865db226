"""The measurements run and their contenders agree, at a size at which nothing can be measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bench.contest import Contender, print_growth
from bench.run import scripts
from tests.run import ROOT

#: scripts that share databases, with a size of their own: such groups may run at once
GROUPS = {
    60: ("batch", "batch_sqlite", "registration", "steps"),
    61: ("lists", "exports", "cards"),
    62: ("roster",),
    63: ("training",),
}
MORE = {"registration": ["--requests", "20"]}
only_on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="measured on the production engine only"
)


def of_its_own(folder: Path) -> dict[str, str]:
    """The suite's server, with keys and a state folder that no other test sees."""
    server: dict[str, Any] = connection.settings_dict
    address = f"postgres://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/postgres"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YXT_", "DJANGO_"))}
    environment = kept | {
        "DATABASE_URL": address, "YXT_STATE_DIR": str(folder / "state"), "YXT_KEYS_FILE": str(folder / "keys.json"),
        "YXT_BENCH_RESULTS": str(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    subprocess.run([sys.executable, "manage.py", "init_keys"], cwd=ROOT, env=environment, check=True)
    return environment


def test_every_measurement_is_tried_here() -> None:
    assert sorted(chain(*GROUPS.values())) == scripts()


@only_on_postgresql
@pytest.mark.parametrize("size", GROUPS)
def test_measurements_run_and_keep_their_figures(size: int, tmp_path: Path) -> None:
    environment = of_its_own(tmp_path)
    for name in GROUPS[size]:
        command = [sys.executable, "-m", f"bench.{name}", "--sizes", str(size), "--runs", "1", *MORE.get(name, [])]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "|---" in done.stdout
        assert json.loads((tmp_path / f"{name}-{size}.json").read_text())["figures"]


def test_growth_is_the_exponent_of_time_in_size(capsys: pytest.CaptureFixture[str]) -> None:
    small = Contender("service", "the service", seconds=[1.0], processor=[2.0])
    large = Contender("service", "the service", seconds=[100.0], processor=[20.0])
    print_growth([10, 100], [[small], [large]])
    assert "| the service | 2.00 (1.00) |" in capsys.readouterr().out
