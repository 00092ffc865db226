"""The packaged year through the command, in a database of its own: every figure, twice, and in other circumstances."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    town = found_town(tmp_path_factory.mktemp("golden") / "town", f"golden_{os.getpid()}")
    done = town.replay(YEAR)
    return Replayed(town, done.returncode, done.stdout + done.stderr)


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


def test_the_audit_log_of_the_year_verifies(replayed: Replayed) -> None:
    done = replayed.town.manage("verify_audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "核验通过" in done.stdout


def test_the_plan_of_the_year_is_the_packaged_one() -> None:
    assert (Path(YEAR) / "plan.yaml").exists() and (Path(YEAR) / "expected.json").exists()
