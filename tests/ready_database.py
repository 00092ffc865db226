"""A migrated, empty database made once in a run and copied by every process that tests: to migrate takes a minute of a core.

`READY` in the environment names it: a file (SQLite) or a database of the same server (PostgreSQL).  Without it, as when pytest
is called by itself, each process migrates for itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

READY = "TESTS_READY_DATABASE"
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 900


def begin_migrating(environment: dict[str, str], database_url: str) -> subprocess.Popen[bytes]:
    """Migrate an empty database in a process of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"]
    more = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    return subprocess.Popen(command, cwd=ROOT, env=environment | more, stdin=subprocess.DEVNULL)


def is_migrated(migration: subprocess.Popen[bytes]) -> bool:
    """Wait for it; False when it failed, which the tests will then find for themselves."""
    return migration.wait(PATIENCE_SECONDS) == 0


def new_postgresql_database(server_url: str, name: str) -> None:
    """An empty database, or a copy of the ready one where there is one; one of that name before is dropped."""
    import psycopg

    template = f' TEMPLATE "{os.environ[READY]}"' if READY in os.environ else ""
    with psycopg.connect(server_url.replace("postgres://", "postgresql://", 1), autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        link.execute(f'CREATE DATABASE "{name}"{template}'.encode())


def copy_sqlite(target: Path) -> bool:
    """Begin a database as a copy of the ready file; False where there is none."""
    if READY not in os.environ:
        return False
    shutil.copy(os.environ[READY], target)
    return True
