"""Lines: verdicts with their reasons, and what a clerk decides about them."""

from __future__ import annotations

import pytest

from park_workers.models import InsuredMonth
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Stage, take_to

pytestmark = pytest.mark.django_db


@standing
def computed(stage: Stage) -> Stage:
    """One of three hires lacks insured months."""
    InsuredMonth.objects.filter(worker=stage.hires[0].worker).delete()
    return take_to(stage, "computed")


def test_lines_are_filtered_by_verdict_reason_and_enterprise(cast: Cast, computed: Stage, doors: Doors) -> None:
    clerk, batch = doors(cast.clerk), computed.batch.pk
    assert len(clerk.get("lines/", batch=batch).json()["results"]) == 3
    (bad,) = clerk.get("lines/", batch=batch, is_eligible="false").json()["results"]
    assert (bad["reason_codes"], bad["amount"]) == (["INSURED_MONTHS_SHORT"], "0.00")
    (same,) = clerk.get("lines/", batch=batch, reason_code="INSURED_MONTHS_SHORT").json()["results"]
    assert same["id"] == bad["id"]
    assert clerk.get("lines/", batch=batch, reason_code="OVER_AGE").json()["results"] == []
    assert clerk.get("lines/", batch=batch, reason_code="NO_SUCH_CODE").json()["results"] == []
    assert len(clerk.get("lines/", batch=batch, enterprise=cast.beta.pk).json()["results"]) == 1


@pytest.mark.parametrize("narrowed", [True, False])
def test_every_line_is_reached_page_by_page(
    cast: Cast, computed: Stage, doors: Doors, monkeypatch: pytest.MonkeyPatch, narrowed: bool
) -> None:  # fmt: skip
    # A cursor counts so many rows beside one value; a batch has more lines than that.
    monkeypatch.setattr("api.pagination.ByKey.offset_cutoff", 1)
    clerk, query = doors(cast.clerk), {"batch": computed.batch.pk} if narrowed else {}
    answer = clerk.get("lines/", limit=1, **query).json()
    places = [line["position"] for line in answer["results"]]
    while answer["next"] and len(places) < 5:
        answer = clerk.client.get(answer["next"], headers={"Authorization": f"Api-Key {clerk.key}"}).json()
        places += [line["position"] for line in answer["results"]]
    assert places == [1, 2, 3]


def test_a_line_says_why_condition_by_condition(cast: Cast, computed: Stage, doors: Doors) -> None:
    (bad,) = doors(cast.clerk).get("lines/", batch=computed.batch.pk, is_eligible="false").json()["results"]
    why = doors(cast.clerk).get(f"lines/{bad['id']}/why/").json()
    failing = [one for one in why["conditions"] if not one["passed"]]
    assert [one["code"] for one in failing] == ["INSURED_MONTHS_SHORT"]
    assert failing[0]["remedy"] and failing[0]["sentence"] and failing[0]["source"]
    assert why["line"]["id"] == bad["id"] and why["cutoff_on"] == "2023-04-30"


def test_a_clerk_holds_releases_and_removes_with_a_reason(cast: Cast, computed: Stage, doors: Doors) -> None:
    clerk = doors(cast.clerk)
    line = clerk.get("lines/", batch=computed.batch.pk, is_eligible="true").json()["results"][0]
    path = f"lines/{line['id']}/"
    assert fields_of(clerk.post(f"{path}hold/", {})) == {"reason": "required"}
    assert clerk.post(f"{path}hold/", {"reason": "材料需核实"}).json()["decision"] == "held"
    assert [one["id"] for one in clerk.get("lines/", decision="held").json()["results"]] == [line["id"]]
    refused(clerk.post(f"{path}hold/", {"reason": "再次"}), 422, "DECISION_STANDS")
    assert clerk.post(f"{path}release/", {"reason": "已核实"}).json()["decision"] == "released"
    assert clerk.post(f"{path}remove/", {"reason": "重复申报"}).json()["decision"] == "removed"
    kinds = [one["kind"] for one in clerk.get("decisions/", line=line["id"]).json()["results"]]
    assert kinds == ["removed", "released", "held"]
    refused(doors(cast.reviewer).post(f"{path}release/", {"reason": "x"}), 403, "ROLE_NOT_ALLOWED")


def test_a_submitted_line_is_no_longer_decided(cast: Cast, computed: Stage, doors: Doors) -> None:
    take_to(computed, "submitted")
    line = computed.lines()[0]
    refused(doors(cast.clerk).post(f"lines/{line.pk}/hold/", {"reason": "迟了"}), 409, "STATE_NOT_ALLOWED")
