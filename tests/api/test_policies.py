"""Policies: drafted from a pack by one person, published by another, retired."""

from __future__ import annotations

import pytest

from tests.api.doors import Doors, refused
from tests.conftest import Cast
from tests.subsidies.stage import Stage, hire_pack, take_to

pytestmark = pytest.mark.django_db


def test_a_version_is_drafted_published_and_retired(cast: Cast, doors: Doors) -> None:
    drafted = doors(cast.clerk).post("policy-versions/", {"text": hire_pack()})
    assert drafted.status_code == 201
    (version,) = drafted.json()
    assert (version["status"], version["policy"]["code"], version["number"]) == ("draft", "HIRE", 1)
    path = f"policy-versions/{version['id']}/"
    refused(doors(cast.clerk).post(f"{path}publish/", seen=1), 403, "ROLE_NOT_ALLOWED")
    refused(doors(cast.hr).get(path), 404, "NOT_FOUND")
    published = doors(cast.approver_1).post(f"{path}publish/", seen=1)
    assert (published.json()["status"], published["ETag"]) == ("published", '"2"')
    assert doors(cast.hr).get(path).json()["terms"] == version["terms"]
    refused(doors(cast.approver_1).post(f"{path}retire/", {"reason": "到期"}, seen=1), 412, "VERSION_CHANGED")
    assert doors(cast.approver_1).post(f"{path}retire/", {"reason": "到期"}).json()["status"] == "retired"


def test_the_same_terms_again_make_nothing_new(cast: Cast, doors: Doors) -> None:
    first, again = (doors(cast.clerk).post("policy-versions/", {"text": hire_pack()}).json() for _ in range(2))
    assert first == again
    assert len(doors(cast.clerk).get("policy-versions/").json()["results"]) == 1
    assert len(doors(cast.clerk).get("policies/", code="HIRE").json()["results"]) == 1


def test_a_pack_that_makes_no_sense_is_refused_with_every_problem(cast: Cast, doors: Doors) -> None:
    answer = doors(cast.clerk).post("policy-versions/", {"text": "packs: 7"})
    assert refused(answer, 422, "POLICY_PACK_INVALID")["detail"]
    refused(doors(cast.hr).post("policy-versions/", {"text": hire_pack()}), 403, "ROLE_NOT_ALLOWED")


def test_a_draft_is_simulated_over_the_api(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "computed")
    (version,) = doors(cast.clerk).get("policy-versions/", status="published").json()["results"]
    path, body = f"policy-versions/{version['id']}/simulate/", {"cutoff_on": "2023-04-30", "is_from_start": True}
    refused(doors(cast.approver_1).post(path, body), 403, "ROLE_NOT_ALLOWED")
    made = doors(cast.clerk).post(path, body)
    assert (made.status_code, made.json()["baseline"]) == (202, None)
    batch = doors(cast.auditor).get(f"batches/{made.json()['batch']}/").json()
    assert (batch["status"], batch["is_trial"]) == ("computed", True)
