"""Attendance and pass lists from .xlsx to committed rows, against rosters in the same run: `make bench ARGS="training"`.

Every sheet goes the ordinary way of an upload, judged twice.  A fifth as many lines of a pass list as marks of attendance; the
figure that counts is the cost of one row, as a share of what a row of a roster of as many rows costs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from bench.contest import (
    Contender,
    child,
    chosen,
    make_template,
    options_of,
    print_growth,
    print_table,
    run_contest,
    stopwatch,
)

SIZES = (10_000, 100_000)
#: marks of attendance for every line of a pass list
SHARE = 5
#: what the reader of workbooks takes at most
MOST_ROWS = 200_000
DAY = date(2023, 12, 1)
#: the sheet each contender takes in
KINDS = {"roster": "roster", "attendance": "attendance", "pass_list": "pass_list", "short_roster": "roster"}


def rows_of(name: str, rows: int) -> int:
    """How many rows a contender takes in."""
    return max(rows // SHARE, 1) if name in ("pass_list", "short_roster") else rows


def file_of(name: str, rows: int) -> Path:
    """Where a contender's workbook is."""
    return Path(os.environ.get("TMPDIR", "/tmp")) / f"training-{KINDS[name]}-{rows_of(name, rows)}.xlsx"


def contend(name: str, rows: int) -> dict[str, Any]:
    """In the child: take one sheet in; time, peak memory and what came of it."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from park_workers.models import Membership, Role

    settings.JOBS_INLINE = True
    role = Role.ENTERPRISE_HR if KINDS[name] == "roster" else Role.BASE_CLERK
    actor = Membership.objects.select_related("organisation").filter(role=role).order_by("pk")[0]
    second = Membership.objects.filter(role=Role.CLERK).order_by("pk")[0] if name == "pass_list" else actor
    content = file_of(name, rows).read_bytes()
    result: dict[str, Any] = {}
    with stopwatch(result, backend=connection.connection.info.backend_pid):
        found = _import(actor, second, KINDS[name], content)
    return result | {"found": found}


def _import(actor: Any, second: Any, kind: str, content: bytes) -> dict[str, Any]:
    """Give, look, confirm; the seconds until the preview stands and from the confirmation on."""
    from park_workers.models import Upload
    from park_workers.services.uploads import confirm_upload, receive_upload

    began = time.perf_counter()
    upload = receive_upload(actor=actor, sheet_kind=kind, content=content, name="表.xlsx", day=DAY)
    seen = time.perf_counter()
    upload.refresh_from_db()
    confirm_upload(actor=second, upload=upload, day=DAY)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.APPLIED, (upload.status, upload.refusal)
    return {
        "to_preview": round(seen - began, 2), "from_confirmation": round(time.perf_counter() - seen, 2),
        "new": upload.result["new"], "refused_rows": upload.refused,
    }  # fmt: skip


def fill(rows: int) -> None:
    """The cast, and classes of the base that were accepted, with people in them and sessions planned."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from bench.training_files import SEATS, SESSIONS, class_number, name_of, number_of, people_for, session_of
    from park_workers.foundation.search_hash import person_key
    from park_workers.services.people import PersonLine, ensure_people
    from tests.conftest import make_cast
    from training.models import ClassSession, Enrolment, TrainingClass

    call_command("migrate", verbosity=0)
    cast = make_cast()
    people = [PersonLine(number_of(n + 1), person_key(number_of(n + 1)), name_of(n)) for n in range(people_for(rows))]
    with transaction.atomic():
        workers, _ = ensure_people(people=people, recorded_by=None)
    first, last = session_of(0)[0], session_of(SESSIONS)[0]
    for start in range(0, len(people), SEATS):
        held = TrainingClass.objects.create(
            base=cast.base, number=class_number(start), trade="平车", level=5, starts_on=first, ends_on=last, planned_hours=100,
            status="draft", plan="平缝", place="一号车间", capacity=SEATS,
        )  # fmt: skip
        Enrolment.objects.bulk_create(
            Enrolment(training_class=held, worker_id=workers[one.key], attended_hours=0)
            for one in people[start : start + SEATS]
        )
        for order in range(SESSIONS):
            day, number = session_of(order)
            begins = clock(8 + 5 * (number - 1))
            ClassSession.objects.create(
                training_class=held, day=day, number=number, from_time=begins, to_time=clock(begins.hour + 3), hours=4
            )
    _accept(cast, first - timedelta(days=7))


def _accept(cast: Any, day: date) -> None:
    """Every class filed, and accepted by somebody else."""
    from park_workers.foundation.workflow import move
    from training.models import TrainingClass

    for held in TrainingClass.objects.all():
        move(held, "file", actor=cast.base_clerk, with_fields={"filed_on": day, "filed_by": cast.base_clerk.user})
        move(held, "accept", actor=cast.clerk, with_fields={"decided_on": day, "decided_by": cast.clerk.user})


def contenders_of(rows: int) -> list[Contender]:
    """Marks of attendance, lines of a pass list, and a roster of as many rows as each."""
    share = rows_of("pass_list", rows) / rows
    return [
        Contender("roster", "a roster"),
        Contender("attendance", "attendance"),
        Contender("short_roster", "a roster as long as the pass list", share),
        Contender("pass_list", "a pass list", share),
    ]


def main() -> None:
    """The parent: contests of all sizes."""
    options = options_of("training", sizes=SIZES, contenders=[one.name for one in contenders_of(SIZES[0])]).parse_args()
    if options.contender == "fill":
        fill(options.sizes[0])
        return
    if options.contender:
        json.dump(contend(options.contender, options.sizes[0]), sys.stdout)
        return
    sizes = [rows for rows in options.sizes if rows <= MOST_ROWS]
    if skipped := [rows for rows in options.sizes if rows > MOST_ROWS]:
        print(f"LEFT OUT: sheets of {skipped} rows; one file holds {MOST_ROWS:,} at most")
    print_growth(sizes, [_contest(rows, options.runs, options.only) for rows in sizes])


def _contest(rows: int, runs: int, only: list[str]) -> list[Contender]:
    contenders, template = chosen(contenders_of(rows), only), f"training_{rows}"
    make_template(template, "training", "--contender", "fill", "--rows", str(rows))
    for one in contenders:
        path, count = file_of(one.name, rows), rows_of(one.name, rows)
        words = ("roster_file",) if KINDS[one.name] == "roster" else ("training_files", KINDS[one.name])
        child(*words, str(count), str(path), database=template)
    run_contest(contenders, module="training", template=template, runs=runs, words=["--rows", str(rows)])
    print_table(contenders, yardstick="roster", rows=rows, script="training")
    _print_rows(contenders, rows)
    return contenders


def _print_rows(contenders: list[Contender], rows: int) -> None:
    """What one row costs, as a share of a row of the roster of as many rows."""
    by_name = {one.name: one for one in contenders}
    for name, beside in (("attendance", "roster"), ("pass_list", "short_roster")):
        one, base = by_name.get(name), by_name.get(beside)
        if one is None or base is None:
            continue
        print(
            f"{one.title}: {one.median / rows * 1e6:.0f} µs a row ({one.median_processor / rows * 1e6:.0f} of processor), "
            f"{one.median / base.median:.2f} of {base.title} ({one.median_processor / base.median_processor:.2f}); "
            f"the last run: {one.found}",
            flush=True,
        )


if __name__ == "__main__":
    main()
