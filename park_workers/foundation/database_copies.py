"""A consistent copy of the whole database while the service runs, and back: one way for each engine.

SQLite by its online backup interface; PostgreSQL by pg_dump and pg_restore in custom format, whose version must not be
older than the server's.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

#: Everything of ours in the schema; extensions stay, the dump asks for them only if they are missing.
DROP_ALL = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE 'DROP TABLE IF EXISTS ' || one.name || ' CASCADE';
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE 'DROP FUNCTION IF EXISTS ' || one.name || ' CASCADE';
  END LOOP;
END $$
"""


class CopyFailed(Exception):
    """The engine's own program is missing or refused; its words."""


@dataclass(frozen=True)
class DatabaseCopy:
    """The member's name in the archive, and the two ways."""

    member: str
    take: Callable[[Path], None]
    put: Callable[[Path], None]


def _take_sqlite(target: Path) -> None:
    connection.ensure_connection()
    target.touch(mode=0o600)
    with closing(sqlite3.connect(target)) as copy:
        # All pages in one step: one reading transaction, however much is being written.
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _put_sqlite(source: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise CopyFailed("备份中的数据库未通过 integrity_check")
        connection.ensure_connection()
        copy.backup(connection.connection)
    connection.close()


def _run(program: str, *words: str) -> None:
    """A program of PostgreSQL on our database; the password goes by the environment, never on a command line."""
    found = shutil.which(program)
    if found is None:
        raise CopyFailed(f"未找到 {program}，请安装 PostgreSQL 客户端（版本不低于服务器）")
    at = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(at[key]) for name, key in named.items() if at.get(key)}
    done = subprocess.run([found, *words], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise CopyFailed(f"{program} 失败（{done.returncode}）：{done.stderr.strip()[-600:]}")


def _take_postgresql(target: Path) -> None:
    target.touch(mode=0o600)
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _put_postgresql(source: Path) -> None:
    _run("pg_restore", "--list", str(source))  # readable at all, before anything goes
    with connection.cursor() as cursor:
        # A service that still runs holds its tables: refuse soon instead of waiting.
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute(DROP_ALL)
    connection.close()
    name = str(connection.settings_dict["NAME"])
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={name}"]
    _run("pg_restore", *options, str(source))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a restored database knows nothing of its sizes


COPIES = {
    "sqlite": DatabaseCopy("database.sqlite3", _take_sqlite, _put_sqlite),
    "postgresql": DatabaseCopy("database.pgdump", _take_postgresql, _put_postgresql),
}
