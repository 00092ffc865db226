"""Classes, trainees, results and certificates: a base sees its own, the bureau all, masked."""

from __future__ import annotations

import pytest

from tests.api.doors import Doors
from tests.api.lessons import another_base, earlier, teach
from tests.conftest import Cast
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
LISTS = ("training-classes/", "enrolments/", "assessments/", "certificates/")


def test_a_base_sees_its_own_the_bureau_all(cast: Cast, stage: Stage, doors: Doors) -> None:
    teach(cast.base, stage.hires[0].worker, "2023-01")
    teach(another_base(cast.bureau), stage.hires[1].worker, "2023-02")
    for path in LISTS:
        assert len(doors(cast.base_clerk).get(path).json()["results"]) == 1, path
        assert len(doors(cast.clerk).get(path).json()["results"]) == 2, path
        assert doors(cast.hr).get(path).json()["results"] == [], path
    assert [b["name"] for b in doors(cast.base_clerk).get("training-bases/").json()["results"]] == ["一号基地"]
    assert len(doors(cast.clerk).get("training-bases/", search="jidi").json()["results"]) == 2


def test_a_certificate_names_its_bearer_masked(cast: Cast, stage: Stage, doors: Doors) -> None:
    found = teach(cast.base, stage.hires[0].worker)
    shown = doors(cast.base_clerk).get(f"certificates/{found.pk}/").json()
    assert (shown["number"], shown["issued_on"]) == ("S2023-01", "2023-03-01")
    assert "********" in shown["worker"]["id_number"] and shown["worker"]["name"] == stage.hires[0].worker.name


def test_lists_are_filtered_and_searched(cast: Cast, stage: Stage, doors: Doors) -> None:
    first, second = stage.hires[0].worker, stage.hires[1].worker
    here = teach(cast.base, first, "2023-01")
    teach(another_base(cast.bureau), second, "2023-02")
    door = doors(cast.clerk)
    (only,) = door.get("certificates/", number="S2023-01").json()["results"]
    assert only["id"] == here.pk
    assert len(door.get("assessments/", base=cast.base.pk, verdict="合格").json()["results"]) == 1
    assert door.get("training-classes/", starts_from="2023-03-01").json()["results"] == []
    found = door.get("enrolments/", search=second.name_pinyin).json()["results"]
    assert {seat["worker"]["id"] for seat in found} == {second.pk}


def test_the_earlier_list_is_the_bureaus(cast: Cast, stage: Stage, doors: Doors) -> None:
    earlier(stage.hires[0].worker)
    assert len(doors(cast.auditor).get("earlier-trainings/").json()["results"]) == 1
    assert doors(cast.base_clerk).get("earlier-trainings/").json()["results"] == []
