"""A roster from .xlsx to committed rows, with encryption and row errors: `make bench ARGS="roster"`.

The service judges a file twice, when it is given and again when a person has confirmed; both are measured and shown apart.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.contest import (
    OTHERS,
    SELDOM,
    Contender,
    check_agreement,
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
SAMPLE, SLOW = 1_000, 10_000
TEMPLATE = "roster"
#: what the reader of workbooks takes at most
MOST_ROWS = 200_000


def _file(rows: int, suffix: str) -> Path:
    return Path(os.environ.get("TMPDIR", "/tmp")) / f"roster-{rows}.{suffix}"


def contend(name: str, rows: int) -> dict[str, Any]:
    """In the child: do the job once; time, peak memory and what came out."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from bench import roster_ready
    from bench.park import DAY
    from park_workers.models import Membership, Role, Upload

    settings.JOBS_INLINE = True
    actor = Membership.objects.select_related("organisation").filter(role=Role.ENTERPRISE_HR).order_by("pk")[0]
    backend = connection.connection.info.backend_pid
    result: dict[str, Any] = {}
    if name == "prepare":
        roster_ready.prepare(rows, _file(rows, "csv"))
    elif name == "service":
        with stopwatch(result, backend=backend):
            seconds = _import(actor, _file(rows, "xlsx").read_bytes(), DAY)
        return result | {"found": roster_ready.count_rows() | seconds}
    elif name == "merge":
        with stopwatch(result, backend=backend):
            roster_ready.merge(_file(rows, "csv"), actor)
        return result | {"found": roster_ready.count_rows()}
    elif name.startswith("import-export"):
        from bench.roster_resources import run_import

        is_bulk = name.endswith("bulk")
        with stopwatch(result, backend=backend):
            refused = run_import(_file(rows, "xlsx"), actor, rows=rows if is_bulk else min(rows, SLOW), is_bulk=is_bulk)
        found = roster_ready.count_rows() if is_bulk or rows <= SLOW else {}
        return result | {"found": found | {"refused_rows": refused}}
    else:
        settings.JOBS_INLINE = False
        upload = Upload.objects.order_by("pk").first() or _some_upload(actor, DAY)
        with stopwatch(result, backend=backend):
            roster_ready.loop(_file(rows, "xlsx"), actor, upload, min(rows, SAMPLE))
    return result | {"found": {}}


def _import(actor: Any, content: bytes, day: Any) -> dict[str, Any]:
    """Give, look, confirm; the seconds until the preview stands and from the confirmation on."""
    from park_workers.models import Upload
    from park_workers.services.uploads import confirm_upload, receive_upload

    began = time.perf_counter()
    upload = receive_upload(actor=actor, sheet_kind="roster", content=content, name="花名册.xlsx", day=day)
    seen = time.perf_counter()
    upload.refresh_from_db()
    confirm_upload(actor=actor, upload=upload, day=day)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.APPLIED, upload.status
    return {"to_preview": round(seen - began, 2), "from_confirmation": round(time.perf_counter() - seen, 2),
            "refused_rows": upload.refused}  # fmt: skip


def _some_upload(actor: Any, day: Any) -> Any:
    """An upload for the loop's findings."""
    from park_workers.foundation.files import store_file
    from park_workers.models import Upload

    stored = store_file(content=b"-", name="-")
    return Upload.objects.create(status=Upload.Status.UPLOADED, organisation=actor.organisation, sheet_kind="roster",
                                 sha256=stored.sha256, file=stored, business_day=day, recorded_by=actor)  # fmt: skip


def fill() -> None:
    """The empty database with its cast."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.conftest import make_cast

    call_command("migrate", verbosity=0)
    make_cast()


def contenders_of(rows: int) -> list[Contender]:
    """Everybody who takes a roster in."""
    once = SELDOM if rows > SLOW else None
    return [
        Contender("service", "the service, file to rows, judged twice"),
        Contender("merge", "COPY and merge of ready rows"),
        Contender("import-export", "django-import-export as it comes", min(1.0, SLOW / rows), SELDOM, str(OTHERS)),
        Contender("import-export-bulk", "django-import-export, `use_bulk`", 1.0, once, str(OTHERS)),
        Contender("loop", "openpyxl and get_or_create()", min(1.0, SAMPLE / rows), 3),
    ]


def main() -> None:
    """The parent: contests of all sizes."""
    names = [contender.name for contender in contenders_of(SIZES[0])]
    options = options_of("roster", sizes=SIZES, contenders=names).parse_args()
    if options.contender == "fill":
        fill()
        return
    if options.contender:
        json.dump(contend(options.contender, options.sizes[0]), sys.stdout)
        return
    contests = [_contest(rows, options.runs, options.only) for rows in options.sizes if rows <= MOST_ROWS]
    if skipped := [rows for rows in options.sizes if rows > MOST_ROWS]:
        print(f"LEFT OUT: rosters of {skipped} rows; one file holds {MOST_ROWS:,} at most")
    print_growth([rows for rows in options.sizes if rows <= MOST_ROWS], contests)


def _contest(rows: int, runs: int, only: list[str]) -> list[Contender]:
    contenders = chosen(contenders_of(rows), only)
    make_template(TEMPLATE, "roster", "--contender", "fill")
    child("roster_file", str(rows), str(_file(rows, "xlsx")), database=TEMPLATE)
    child("roster", "--contender", "prepare", "--rows", str(rows), database=TEMPLATE)
    run_contest(contenders, module="roster", template=TEMPLATE, runs=runs, words=["--rows", str(rows)])
    check_agreement(contenders, "all")
    print("the last run of the service:", {k: v for k, v in contenders[0].found.items() if k != "all"})
    print_table(contenders, yardstick="merge", rows=rows, script="roster")
    return contenders


if __name__ == "__main__":
    main()
