"""Databases of their own, and the commands of the project run on them as a person would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from tests.ready_database import READY, copy_sqlite, new_postgresql_database

ROOT = Path(__file__).resolve().parents[3]
YEAR = ROOT / "examples" / "year-2023"
#: the last step of the first batch
CLOSES_FIRST_BATCH = "2023-HIRE-01"


@dataclass(frozen=True)
class Town:
    """A database with keys and files of its own."""

    environment: dict[str, str]

    def manage(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """`manage.py …` in a process of its own."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment | more, capture_output=True, text=True)

    def replay(self, folder: Path) -> subprocess.CompletedProcess[str]:
        """Replay a folder."""
        return self.manage("replay_year", str(folder), "--no-progress")

    def ask(self, script: str, **more: str) -> Any:
        """What a script prints as JSON."""
        done = self.manage("shell", "--no-imports", "-c", script, **more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def found_town(folder: Path, name: str) -> Town:
    """A migrated, empty database on the engine of this test run."""
    folder.mkdir(parents=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("YXT_", "DJANGO_", "DATABASE_URL"))}
    environment = kept | {
        "YXT_STATE_DIR": str(folder / "state"), "YXT_KEYS_FILE": str(folder / "keys.json"), "YXT_HTTPS": "0",
        "DATABASE_URL": f"sqlite:///{folder / 'town.sqlite3'}",
    }  # fmt: skip
    if connection.vendor == "postgresql":
        environment["DATABASE_URL"] = _new_postgresql_database(name)
    else:
        copy_sqlite(folder / "town.sqlite3")
    town = Town(environment)
    to_migrate = [] if READY in os.environ else [("migrate", "-v0")]
    for command in [("init_keys",), *to_migrate]:
        done = town.manage(*command)
        assert done.returncode == 0, done.stderr
    return town


def _new_postgresql_database(name: str) -> str:
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    server = base.rpartition("/")[0]
    suffix = f"?{query}" if query else ""
    new_postgresql_database(f"{server}/postgres{suffix}", name)
    return f"{server}/{name}{suffix}"


def first_batch_folder(target: Path) -> Path:
    """The packaged year up to the closing of its first batch, with what is expected of that batch."""
    shutil.copytree(YEAR, target)
    plan = yaml.safe_load((target / "plan.yaml").read_text(encoding="utf-8"))
    closing = next(
        at for at, step in enumerate(plan["steps"])
        if step["do"] == "bank_return" and step["number"] == CLOSES_FIRST_BATCH
    )  # fmt: skip
    plan["steps"] = plan["steps"][: closing + 1]
    plan["batches"] = plan["batches"][:1]
    (target / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    expected = json.loads((target / "expected.json").read_text(encoding="utf-8"))
    first = expected["batches"][0]
    kept = {
        "totals": {"people": first["people"], "yuan": first["yuan"]},
        "batches": [first],
        **{
            name: expected[name][:1] for name in ("notices", "reviews", "payment_files", "city_replies", "bank_returns")
        },
    }
    (target / "expected.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return target
