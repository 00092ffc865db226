"""People are found by any part of their names, and every list of theirs with them, whether they are few or many."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from park_workers.models import Employment, Worker, named
from park_workers.models.named import of_people
from tests.conftest import Cast

SIGNS = st.text("王小明华·1Aa %_'\\", min_size=1, max_size=5)


def employ(cast: Cast, names: list[str]) -> None:
    day = date(2023, 3, 1)
    for n, name in enumerate(names):
        worker = Worker.objects.create(
            reference=f"w{n}", person_key=f"k{n}", name=name, birth_on=day, sex="女", last_four_hash=f"h{n}"
        )
        Employment.objects.create(reference=f"e{n}", worker=worker, enterprise=cast.alpha, hired_on=day)


@pytest.mark.parametrize("few", [0, 5_000], ids=["many", "few"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(SIGNS, min_size=1, max_size=6), part=SIGNS)
def test_a_part_finds_whoever_has_it_in_the_name_and_nobody_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int, names: list[str], part: str
) -> None:
    monkeypatch.setattr(named, "FEW", few)
    wanted = sorted(name for name in names if part.upper() in name.upper())
    with transaction.atomic():
        employ(cast, names)
        found = Worker.objects.named_like(part)
        assert sorted(found.values_list("name", flat=True)) == wanted
        work = Employment.objects.filter(of_people(found)).order_by("-pk").select_related("worker")
        assert sorted(row.worker.name for row in work) == wanted and work.count() == len(wanted)
        plain = Worker.objects.filter(name__icontains=part).values("pk")
        assert list(work) == list(Employment.objects.filter(worker__in=plain).order_by("-pk"))
        transaction.set_rollback(True)


@pytest.mark.parametrize("few", [0, 5_000], ids=["many", "few"])
def test_a_search_finds_by_beginning_last_four_or_number_however_many_there_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(named, "FEW", few)
    employ(cast, ["王小明", "王华", "李小明"])
    found = {
        text: [row.worker.name for row in Employment.objects.search(text).order_by("pk")]
        for text in ("王", "lxm", "e1", "无")
    }
    assert found == {"王": ["王小明", "王华"], "lxm": ["李小明"], "e1": ["王华"], "无": []}


def test_a_part_of_two_signs_is_read_off_an_index(cast: Cast, is_postgresql: bool) -> None:
    if not is_postgresql:
        pytest.skip("SQLite looks at every name")
    employ(cast, ["王小明"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Worker.objects.named_like("小明").order_by().explain()
    assert "worker_name_parts" in plan
