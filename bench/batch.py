"""A batch computed by the service, by SQL written by hand and by a loop over objects: `make bench ARGS="batch"`.

Contenders must agree: every line where the whole batch is computed, counts and sums where a sample is; outside the time
measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.contest import (
    OTHERS,
    SELDOM,
    Contender,
    check_agreement,
    chosen,
    make_template,
    options_of,
    print_growth,
    print_table,
    run_contest,
    stopwatch,
)

if TYPE_CHECKING:
    from subsidies.models import Batch, Calculation

SIZES = (10_000, 100_000)
SAMPLE = 500
SAMPLED = ("loop", "asking", "openfisca-dicts")
HAND = Path(__file__).with_name("hire_by_hand.sql")
#: an ordinary table: the columns, checks, indexes and foreign keys of the service's lines, without its triggers
HAND_TABLE = """
CREATE TABLE hand_line (LIKE subsidies_lineitem INCLUDING ALL);
DO $$ DECLARE key record; BEGIN
  FOR key IN SELECT conname, pg_get_constraintdef(oid) AS text FROM pg_constraint
             WHERE conrelid = 'subsidies_lineitem'::regclass AND contype = 'f' LOOP
    EXECUTE format('ALTER TABLE hand_line ADD CONSTRAINT %I %s', 'hand_' || key.conname, key.text);
  END LOOP;
END $$;
"""
BARE_TABLE = "CREATE TABLE hand_line AS SELECT * FROM subsidies_lineitem LIMIT 0"
COMPARED = (
    "is_eligible, amount_fen, fail_mask, enterprise_type, enterprise_admitted_on, employment_form, hired_on, left_on, "
    "is_front_line, contract_starts_on, contract_ends_on, contract_is_open_ended, contract_months, insured_run_months, "
    "insured_run_starts, birth_on, sex, age_at_hire, paid_policies, other_subsidies"
)
FIGURES = f"""
SELECT count(*), count(*) FILTER (WHERE is_eligible), sum(amount_fen), count(DISTINCT fail_mask),
       md5(string_agg(md5(row({COMPARED})::text), '' ORDER BY employment_id)),
       count(*) FILTER (WHERE employment_id %% %(every)s = 0),
       count(*) FILTER (WHERE is_eligible AND employment_id %% %(every)s = 0),
       coalesce(sum(amount_fen) FILTER (WHERE employment_id %% %(every)s = 0), 0)
FROM {{table}} WHERE calculation_id = %(calculation)s
"""


def every_of(people: int) -> int:
    """One in how many people the sample has."""
    return max(1, people // SAMPLE)


def contend(name: str, people: int) -> dict[str, Any]:
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
    every, result = every_of(people) if name in SAMPLED else 1, dict[str, Any]()
    backend = connection.connection.info.backend_pid
    if name == "service":
        with stopwatch(result, backend=backend):
            compute_batch(actor=clerk, batch=batch, day=DAY)
        batch.refresh_from_db()
        return result | {"found": figures("subsidies_lineitem", batch.current_id, every_of(people))}
    if name not in ("loop", "asking"):
        with connection.cursor() as cursor:
            cursor.execute(BARE_TABLE if name == "bare" else HAND_TABLE)
    with stopwatch(result, backend=backend), transaction.atomic():
        calculation = Calculation.objects.create(
            batch=batch, number=1, policy_version=batch.policy_version, cutoff_on=batch.cutoff_on, computed_on=DAY,
            computed_by=clerk.user, digest="", recorded_by=clerk,
        )  # fmt: skip
        found = _lines(name, batch, calculation, every, people)
    return result | {"found": found or figures("hand_line", calculation.pk, every_of(people))}


def _lines(name: str, batch: Batch, calculation: Calculation, every: int, people: int) -> dict[str, Any]:
    """Lines by anybody but the service; what was found where that is not counted in the table afterwards."""
    from django.db import connection

    if name in ("loop", "asking"):
        from bench.batch_loop import run_loop

        return {"sample": list(run_loop(batch, calculation, every=every, people=people, is_prefetched=name == "loop"))}
    if name.startswith("openfisca"):
        from bench.batch_openfisca import run_openfisca

        return run_openfisca(name.removeprefix("openfisca-"), batch, calculation, every=every)
    names = {"calculation": calculation.pk, "bureau": batch.bureau_id, "cutoff": batch.cutoff_on}
    with connection.cursor() as cursor:
        cursor.execute(HAND.read_text(encoding="utf-8"), names)
    return {}


def figures(table: str, calculation: int | None, every: int) -> dict[str, Any]:
    """Counts, sum and a digest over all compared columns; the sample's counts and sum."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(table=table), {"calculation": calculation, "every": every})
        row = [str(v) if isinstance(v, str) else int(v) for v in cursor.fetchone()]
    return {"all": row[:5], "sample": row[5:]}


def contenders_of(people: int) -> list[Contender]:
    """Everybody who computes a batch."""
    share = 1 / every_of(people)
    openfisca = {"python": str(OTHERS), "most_runs": SELDOM if people > SIZES[0] else None}
    slow = SELDOM if people > SIZES[0] else 3
    return [
        Contender("service", "the service, all integrity"),
        Contender("sql", "SQL by hand, ordinary table"),
        Contender("bare", "SQL by hand, table without keys", most_runs=SELDOM if people > SIZES[-1] else None),
        Contender("openfisca-arrays", "openfisca-core, arrays by COPY in and out", **openfisca),
        Contender("openfisca-rows", "openfisca-core, rows fetched and inserted", **openfisca),
        Contender("openfisca-dicts", "openfisca-core, a dict a person", share, slow, str(OTHERS)),
        Contender("loop", "loop with prefetch and save()", share, slow),
        Contender("asking", "loop that asks for each person", share, slow),
    ]


def main() -> None:
    """The parent: contests of all sizes."""
    names = [contender.name for contender in contenders_of(SIZES[0])]
    options = options_of("batch", sizes=SIZES, contenders=names).parse_args()
    if options.contender:
        json.dump(contend(options.contender, options.sizes[0]), sys.stdout)
        return
    contests = []
    for people in options.sizes:
        contenders = chosen(contenders_of(people), options.only)
        template = f"park_{people}"
        make_template(template, "park", str(people))
        run_contest(contenders, module="batch", template=template, runs=options.runs, words=["--sizes", str(people)])
        check_agreement(contenders, "all")
        check_agreement(contenders, "sample")
        print_table(contenders, yardstick="sql", rows=people, script="batch")
        contests.append(contenders)
    print_growth(options.sizes, contests)


if __name__ == "__main__":
    main()
