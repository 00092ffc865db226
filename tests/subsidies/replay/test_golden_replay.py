"""The packaged year through the command, in a database of its own: every figure, twice, and in other circumstances."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.once import once
from tests.subsidies.replay.towns import YEAR, Town, found_town

#: recompute every batch from the rows as they stand; digests by name
RECOMPUTE = """
import json
from subsidies.models import Batch
from subsidies.services.calculations import judge_batch
batches = Batch.objects.select_related("policy_version", "policy").order_by("pk")
print(json.dumps({str(b): judge_batch(b, b.policy_version.parsed_terms).digest for b in batches}))
"""
#: digests made anew from stored lines, compared with those stored
REDERIVE = """
import json
from subsidies.models import Batch
from subsidies.rules.digests import line_digests, outcome_digest
from subsidies.services.conflicts import stored_lines
wrong, count = [], 0
for batch in Batch.objects.select_related("policy_version", "policy", "current"):
    kept = list(batch.current.line_items.order_by("position").values_list("pk", "line_digest"))
    for pk, digest in kept:
        count += 1
        if line_digests(stored_lines(batch, batch.policy_version.parsed_terms, [pk]))[0] != digest:
            wrong.append(pk)
    whole = outcome_digest(
        terms_digest=batch.policy_version.digest, cutoff_on=batch.cutoff_on, line_digests=[d for _, d in kept]
    )
    if whole != batch.current.digest:
        wrong.append(str(batch))
print(json.dumps([count, wrong]))
"""
#: every firm's outlook on the cut-off date of every batch beside a batch of everybody on that day; verdicts by employment
OUTLOOKS = """
import json
import polars as pl
from park_workers.models import Enterprise
from subsidies.models import Batch
from subsidies.services.calculations import judge_batch
from subsidies.services.outlook import outlook_of
wrong, people, good = [], 0, 0
for batch in Batch.objects.filter(policy__code="HIRE").select_related("policy_version__policy", "policy").order_by("pk"):
    terms = batch.policy_version.parsed_terms
    everybody = Batch(
        pk=0, bureau_id=batch.bureau_id, policy=batch.policy, policy_version=batch.policy_version,
        cutoff_on=batch.cutoff_on, candidates="all",
    )
    with judge_batch(everybody, terms) as judged:
        lines = pl.concat(list(judged.parts()))
    ledger = 1 << terms.condition_bit("not_paid_under")
    for firm in Enterprise.objects.order_by("pk"):
        seen = outlook_of(enterprise=firm, version=batch.policy_version, day=batch.cutoff_on).people
        seen = seen.filter(pl.col("judged_on") == batch.cutoff_on)
        mine = lines.filter(pl.col("enterprise_id") == firm.pk).select("employment_id", "fail_mask")
        if dict(seen.select("employment_id", "fail_mask").rows()) != dict(mine.rows()):
            wrong.append(f"{batch} {firm}")
        people += mine.height
        good += sum(mask | ledger == ledger for mask in mine["fail_mask"])
print(json.dumps([people, good, wrong]))
"""
COUNT_ROWS = """
import json
from django.apps import apps
print(json.dumps({m._meta.label: m._base_manager.count() for m in apps.get_models() if not m._meta.label.startswith("sessions")}))
"""


@dataclass(frozen=True)
class Replayed:
    """A town in which the year has been played."""

    town: Town
    status: int
    printed: str


def play_the_year(folder: Path) -> dict[str, Any]:
    """Found a town in the folder and replay the year in it."""
    town = found_town(folder / "town", f"golden_{os.getpid()}")
    done = town.replay(YEAR)
    return {"environment": town.environment, "status": done.returncode, "printed": done.stdout + done.stderr}


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """The year played once, whichever worker of the run comes first: nothing here changes it."""
    found = once(tmp_path_factory, "golden", play_the_year)
    return Replayed(Town(found["environment"]), found["status"], found["printed"])


def test_every_step_of_the_year_is_played_and_every_figure_agrees(replayed: Replayed) -> None:
    assert replayed.status == 0, replayed.printed[-3000:]
    assert "与 expected.json 全部一致" in replayed.printed
    assert "合计 4 批   665 人   ¥1,330,000.00" in replayed.printed
    assert "办理 89 步" in replayed.printed


def test_a_second_run_changes_nothing_and_says_so(replayed: Replayed) -> None:
    before = replayed.town.ask(COUNT_ROWS)
    again = replayed.town.replay(YEAR)
    assert (again.returncode, replayed.town.ask(COUNT_ROWS)) == (0, before)
    assert "本次未作任何更改" in again.stdout


def test_a_recomputation_is_byte_identical_in_another_time_zone_hash_seed_and_thread_count(replayed: Replayed) -> None:
    here = replayed.town.ask(RECOMPUTE, PYTHONHASHSEED="0", TZ="Asia/Shanghai")
    there = replayed.town.ask(RECOMPUTE, PYTHONHASHSEED="4711", TZ="America/Los_Angeles", POLARS_MAX_THREADS="1")
    assert len(here) == 7
    assert here == there


def test_every_stored_digest_follows_from_the_line_as_it_is_stored(replayed: Replayed) -> None:
    count, wrong = replayed.town.ask(REDERIVE)
    assert count > 1_400
    assert wrong == []


def test_what_firms_are_told_on_each_cut_off_date_is_what_a_batch_of_everybody_finds(replayed: Replayed) -> None:
    people, good, wrong = replayed.town.ask(OUTLOOKS)
    assert wrong == []
    assert people > 2_000 and good > 600  # whoever met every condition but that of being paid once


def test_the_audit_log_of_the_year_verifies(replayed: Replayed) -> None:
    done = replayed.town.manage("verify_audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "核验通过" in done.stdout


def test_the_plan_of_the_year_is_the_packaged_one() -> None:
    assert (Path(YEAR) / "plan.yaml").exists() and (Path(YEAR) / "expected.json").exists()
