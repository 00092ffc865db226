"""A batch judged firm by firm, some firms at a time: the lines, their places and their digests do not show it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from park_workers.foundation import bulk
from park_workers.foundation.shelf import Shelf
from park_workers.models import Employment, OtherSubsidy, PostSpan
from subsidies import facts
from subsidies.models import Batch
from subsidies.rules.terms import PolicyTerms
from subsidies.services.batches import open_batch
from subsidies.services.calculations import judge_batch
from tests.conftest import Cast, make_enterprise
from tests.standing import standing
from tests.subsidies.stage import CUTOFF, HIRED_ON, MONTHS, Day, hire, publish_hire


@standing
def park(cast: Cast) -> Batch:
    """Seven firms of one to five people, some failing something, some employed at two firms."""
    policy = publish_hire(cast)
    firms = [
        make_enterprise(cast.bureau, f"第{n}服装厂", f"9144180000000{n:02d}XX"[:18], 10 + n // 2) for n in range(7)
    ]
    for number, firm in enumerate(firms):
        for place in range(number % 5 + 1):
            order = 700 + 10 * number + place
            later = hire(cast, firm, order, hired_on=HIRED_ON + timedelta(days=place), months=MONTHS[place % 3 :])
            if place == 1:
                OtherSubsidy.objects.create(
                    worker=later.worker, name="一次性扩岗补助", month=MONTHS[0], amount_fen=1, enterprise_name=""
                )
            if place == 2:
                hire(cast, firms[0], order, hired_on=CUTOFF - timedelta(days=3), months=())
    return open_batch(
        actor=cast.clerk, policy=policy, name="全部", cutoff_on=CUTOFF, day=Day.APPLIED, candidates=Batch.Candidates.ALL
    )


def judged(batch: Batch, at_once: int, terms: PolicyTerms | None = None) -> tuple[str, pl.DataFrame, int]:
    with judge_batch(batch, terms or batch.policy_version.parsed_terms, at_once=at_once) as found:
        parts = list(found.parts())
        return found.digest, pl.concat(parts).drop("line_no"), len(parts)


def test_any_size_of_part_gives_the_same_lines_and_digests(park: Batch) -> None:
    digest, lines, count = judged(park, 10_000)
    assert (count, lines.height) == (1, Employment.objects.count())
    assert 0 < lines["is_eligible"].sum() < lines.height
    counts = set()
    for at_once in range(1, lines.height + 2):
        again, same, parts = judged(park, at_once)
        assert again == digest
        assert same.equals(lines)
        counts.add(parts)
    assert max(counts) >= 4


def test_a_firm_is_never_divided(park: Batch) -> None:
    terms = park.policy_version.parsed_terms
    parts = [set(part["enterprise_id"]) for part in facts.collect_facts_in_parts(park, terms, most=2)]
    assert len(parts) > 1
    assert sum(map(len, parts)) == len(set().union(*parts))


def test_a_quota_is_judged_over_everybody(park: Batch) -> None:
    terms = park.policy_version.parsed_terms
    capped = PolicyTerms(**vars(terms) | {"conditions": (*terms.conditions, quota(3))})
    assert len(list(facts.collect_facts_in_parts(park, capped, most=1))) == 1


def quota(people: int) -> Any:
    from subsidies.rules.terms import ConditionTerms

    return ConditionTerms(test="quota", code="QUOTA", needs="名额内", clause="", parameters={"people": people})


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_frames_come_back_from_the_shelf_as_they_were_put(sizes: list[int]) -> None:
    frames = [
        pl.DataFrame({"n": range(size), "day": [date(2023, 1, size % 28 + 1)] * size, "text": ["一线通"] * size})
        for size in sizes
    ]
    with Shelf() as shelf:
        for number, frame in enumerate(frames):
            shelf.put(number % 2, frame)
        for key in (0, 1):
            mine = [frame for number, frame in enumerate(frames) if number % 2 == key]
            expected = pl.concat(mine) if mine else pl.DataFrame(schema=frames[0].schema)
            assert shelf.take(key, schema=dict(frames[0].schema)).equals(expected)


def test_more_than_memory_is_meant_to_hold_goes_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("park_workers.foundation.shelf.HELD_IN_MEMORY", 1_000)
    frame = pl.DataFrame({"n": range(10_000)})
    with Shelf() as shelf:
        for _ in range(3):
            shelf.put("n", frame)
        assert shelf._file.tell()
        assert shelf.take("n", schema={}).height == 30_000


def test_an_answer_read_some_at_a_time_is_whole(park: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    sql, schema = "SELECT id, starts_on, is_front_line FROM park_workers_postspan ORDER BY id", {
        "id": pl.Int64, "starts_on": pl.Date, "is_front_line": pl.Boolean,
    }  # fmt: skip
    whole = bulk.read_frame(sql, [], schema)
    monkeypatch.setattr(bulk, "TEXT_AT_ONCE", 30)
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 2)
    frames = list(bulk.read_in_turn(sql, [], schema))
    assert len(frames) > 1
    assert pl.concat(frames).equals(whole)
    assert whole.height == PostSpan.objects.count()
