"""A batch computed on SQLite by the service and by SQL written by hand: `make bench ARGS="batch_sqlite"`.

The park is that of the script `batch`, carried over table by table; each run has a fresh copy of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.batch import COMPARED
from bench.contest import (
    Contender,
    address,
    check_agreement,
    child,
    chosen,
    make_template,
    options_of,
    print_growth,
    print_table,
    stopwatch,
    turns,
)

SIZES = (10_000, 100_000)
HAND = Path(__file__).with_name("hire_by_hand_sqlite.sql")
#: where the park comes from, told to the child that carries it over
SOURCE = "YXT_BENCH_PARK"
TABLE = "subsidies_lineitem"


def carry_over() -> None:
    """In the child: a new SQLite database with every row of a park; its triggers rest meanwhile, as those rows passed them before."""
    import django

    django.setup()
    import psycopg
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    raw = connection.connection
    raw.execute("PRAGMA foreign_keys = OFF")
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    raw.execute("BEGIN")
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    with psycopg.connect(os.environ[SOURCE]) as park:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                _carry_table(
                    park, raw, model._meta.db_table, [field.column for field in model._meta.local_concrete_fields]
                )
    for _, statement in triggers:
        raw.execute(statement)
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _carry_table(park: Any, raw: Any, table: str, columns: list[str]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    raw.execute(f'DELETE FROM "{table}"')
    with park.cursor(name="rows") as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}"')
        rows = (tuple(map(_plain, row)) for row in cursor)
        raw.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)


def _plain(value: Any) -> Any:
    from django.db import connection

    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else value


def contend(name: str) -> dict[str, Any]:
    """In the child: do the job once; time, peak memory and what came out."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, transaction

    from bench.park import BATCH, DAY
    from park_workers.models import Membership, Role
    from subsidies.models import Batch, Calculation
    from subsidies.services.batches import compute_batch

    settings.JOBS_INLINE = True
    batch = Batch.objects.select_related("policy_version").get(name=BATCH)
    clerk = Membership.objects.filter(role=Role.CLERK).order_by("pk")[0]
    result: dict[str, Any] = {}
    if name == "service":
        with stopwatch(result):
            compute_batch(actor=clerk, batch=batch, day=DAY)
        batch.refresh_from_db()
        return result | {"found": _figures(TABLE, batch.current_id)}
    _make_hand_table(connection.connection)
    with stopwatch(result), transaction.atomic():
        calculation = Calculation.objects.create(
            batch=batch, number=1, policy_version=batch.policy_version, cutoff_on=batch.cutoff_on, computed_on=DAY,
            computed_by=clerk.user, digest="", recorded_by=clerk,
        )  # fmt: skip
        names = {"calculation": calculation.pk, "bureau": batch.bureau_id, "cutoff": batch.cutoff_on.isoformat()}
        for statement in HAND.read_text(encoding="utf-8").split(";\n"):
            connection.connection.execute(statement, names)
    return result | {"found": _figures("hand_line", calculation.pk)}


def _make_hand_table(raw: Any) -> None:
    """An ordinary table: columns, checks, indexes and foreign keys of the service's lines, without its triggers."""
    written = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
    for (statement,) in raw.execute(written, [TABLE]).fetchall():
        made = statement.replace(f'"{TABLE}"', '"hand_line"')
        raw.execute(made.replace('INDEX "', 'INDEX "hand_', 1) if "INDEX" in made.partition("(")[0] else made)


def _figures(table: str, calculation: int | None) -> dict[str, Any]:
    """Counts, sum and a digest over all compared columns."""
    from django.db import connection

    found = hashlib.sha256()
    lines = eligible = amount = 0
    asked = f"SELECT {COMPARED} FROM {table} WHERE calculation_id = ? ORDER BY employment_id"
    for row in connection.connection.execute(asked, [calculation]):
        lines, eligible, amount = lines + 1, eligible + bool(row[0]), amount + row[1]
        found.update(repr(tuple(map(str, row))).encode())
    return {"all": [lines, eligible, amount, found.hexdigest()]}


@contextmanager
def file_copy(template: Path) -> Iterator[str]:
    """The address of a fresh copy of a database file, deleted afterwards."""
    copy = template.with_name("run.sqlite3")
    shutil.copyfile(template, copy)
    yield f"sqlite:///{copy}"
    for path in copy.parent.glob(f"{copy.name}*"):
        path.unlink()


def _contest(people: int, runs: int, only: list[str]) -> list[Contender]:
    contenders = chosen(
        [Contender("service", "the service, all integrity"), Contender("sql", "SQL by hand, ordinary table")], only
    )
    park = f"park_{people}"
    make_template(park, "park", str(people))
    template = Path(os.environ.get("TMPDIR", "/tmp")) / f"{park}.sqlite3"
    if not template.exists():
        os.environ[SOURCE] = address(park)
        child("batch_sqlite", "--contender", "carry-over", database=f"sqlite:///{template}")
    for number, contender in turns(contenders, runs):
        with file_copy(template) as copy:
            contender.take(number, json.loads(child("batch_sqlite", "--contender", contender.name, database=copy)))
    check_agreement(contenders, "all")
    print_table(contenders, yardstick="sql", rows=people, script="batch_sqlite")
    return contenders


def main() -> None:
    """The parent: contests of all sizes."""
    options = options_of("batch_sqlite", sizes=SIZES, contenders=["service", "sql"]).parse_args()
    if options.contender == "carry-over":
        carry_over()
        return
    if options.contender:
        json.dump(contend(options.contender), sys.stdout)
        return
    print_growth(options.sizes, [_contest(people, options.runs, options.only) for people in options.sizes])


if __name__ == "__main__":
    main()
