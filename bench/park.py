"""Fills a database with a synthetic park and an open batch over all of it: `python -m bench.park PEOPLE`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import django

CUTOFF, DAY = date(2023, 12, 31), date(2024, 1, 8)
PEOPLE_A_FIRM = 250
BATCH, EARLIER = "全部", "上一批"


def fill(people: int, *, passed: int = 0) -> None:
    """Cast, a published HIRE policy, an earlier batch with its ledger, and the batch to compute; so many seats of classes."""
    from django.core.management import call_command
    from django.db import connection

    from subsidies.models import Batch, Calculation
    from subsidies.services.batches import open_batch
    from tests.conftest import make_cast
    from tests.subsidies.stage import publish_hire

    call_command("migrate", verbosity=0)
    cast = make_cast()
    policy = publish_hire(cast)
    batches = [
        open_batch(actor=cast.clerk, policy=policy, name=name, cutoff_on=cutoff, day=DAY, candidates=Batch.Candidates.ALL)
        for name, cutoff in ((EARLIER, date(2023, 6, 30)), (BATCH, CUTOFF))
    ]  # fmt: skip
    earlier = Calculation.objects.create(
        batch=batches[0], number=1, policy_version=batches[0].policy_version, cutoff_on=batches[0].cutoff_on,
        computed_on=DAY, computed_by=cast.clerk.user, digest="", recorded_by=cast.clerk,
    )  # fmt: skip
    parameters: dict[str, Any] = {
        "people": people, "firms": max(20, people // PEOPLE_A_FIRM), "bureau": cast.bureau.pk, "cutoff": CUTOFF,
        "earlier": earlier.pk, "policy_group": policy.code, "passed": passed,
    }  # fmt: skip
    scripts = ["park.sql", *(["trainees.sql"] if passed else [])]
    with connection.cursor() as cursor:
        for script in scripts:
            cursor.execute(Path(__file__).with_name(script).read_text(encoding="utf-8"), parameters)


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
