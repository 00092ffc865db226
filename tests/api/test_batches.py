"""Batches: opened, seen, moved by whoever has looked at them."""

from __future__ import annotations

import pytest

from subsidies.models import Batch
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.subsidies.stage import Stage, take_to

pytestmark = pytest.mark.django_db


def test_a_batch_is_opened_once_under_its_name(cast: Cast, stage: Stage, doors: Doors) -> None:
    body = {"policy": stage.policy.pk, "name": "第二批", "cutoff_on": "2023-06-30"}
    opened = doors(cast.clerk).post("batches/", body)
    assert (opened.status_code, opened.json()["status"], opened["ETag"]) == (201, "draft", '"1"')
    refused(doors(cast.clerk).post("batches/", body), 409, "BATCH_EXISTS")
    refused(doors(cast.reviewer).post("batches/", body | {"name": "第三批"}), 403, "ROLE_NOT_ALLOWED")
    answer = doors(cast.clerk).post("batches/", {"policy": 10**17, "cutoff_on": "2023-6"})
    assert set(fields_of(answer)) == {"name", "cutoff_on"}


def test_computing_is_followed_by_its_job(cast: Cast, stage: Stage, doors: Doors) -> None:
    job = doors(cast.clerk).post(f"batches/{stage.batch.pk}/compute/")
    assert (job.status_code, job.json()["status"], job.json()["percent"]) == (202, "done", 100)
    seen = doors(cast.clerk).get(f"batches/{stage.batch.pk}/").json()
    assert seen["current"] | {"id": 0, "digest": ""} == {
        "id": 0, "number": 1, "computed_on": seen["computed_on"], "lines": 3, "people": 3, "amount": "6000.00",
        "reasons": {}, "digest": "",
    }  # fmt: skip
    assert doors(cast.clerk).get(f"jobs/{job.json()['id']}/").status_code == 200


def test_a_step_quotes_the_version_it_saw(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "computed")
    path, version = f"batches/{stage.batch.pk}/submit/", stage.batch.version
    refused(doors(cast.clerk).post(path), 428, "VERSION_REQUIRED")
    refused(doors(cast.clerk).post(path, seen=version - 1), 412, "VERSION_CHANGED")
    assert Batch.objects.get().status == "computed"
    moved = doors(cast.clerk).post(path, seen=version)
    assert (moved.json()["status"], moved["ETag"]) == ("submitted", f'"{version + 1}"')


def test_a_stale_version_is_refused_where_it_may_be_left_out(cast: Cast, stage: Stage, doors: Doors) -> None:
    refused(doors(cast.clerk).post(f"batches/{stage.batch.pk}/compute/", seen=99), 412, "VERSION_CHANGED")
    refused(doors(cast.clerk).post(f"batches/{stage.batch.pk}/publish/"), 409, "STATE_NOT_ALLOWED")


def test_whoever_made_a_batch_does_not_sign_it_and_a_return_needs_a_reason(
    cast: Cast, stage: Stage, doors: Doors
) -> None:
    take_to(stage, "submitted")
    path, version = f"batches/{stage.batch.pk}/review/", stage.batch.version
    refused(doors(cast.clerk).post(path, {"is_passed": True}, seen=version), 403, "ROLE_NOT_ALLOWED")
    refused(doors(cast.reviewer).post(path, {"is_passed": False}, seen=version), 422, "NOTE_MISSING")
    assert fields_of(doors(cast.reviewer).post(path, {}, seen=version)) == {"is_passed": "required"}
    back = doors(cast.reviewer).post(path, {"is_passed": False, "note": "请核对"}, seen=version)
    assert back.json()["status"] == "computed"


def test_a_batch_is_given_up_by_two(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "submitted")
    path, version = f"batches/{stage.batch.pk}/", stage.batch.version
    refused(doors(cast.approver_1).post(f"{path}cancel/", seen=version), 422, "CANCELLATION_NOT_PROPOSED")
    proposed = doors(cast.clerk).post(f"{path}propose-cancellation/", {"reason": "设置有误"})
    assert proposed.json()["is_cancellation_proposed"]
    declined = doors(cast.approver_1).post(f"{path}decline-cancellation/", {"reason": "可以修改"})
    assert not declined.json()["is_cancellation_proposed"]
    doors(cast.clerk).post(f"{path}propose-cancellation/", {"reason": "设置有误"})
    assert doors(cast.approver_1).post(f"{path}cancel/", seen=version).json()["status"] == "cancelled"


def test_an_enterprise_sees_a_batch_from_the_clerks_signature_on_and_not_its_sum(
    cast: Cast, stage: Stage, doors: Doors
) -> None:
    take_to(stage, "computed")
    hr, path = doors(cast.hr), f"batches/{stage.batch.pk}/"
    refused(hr.get(path), 404, "NOT_FOUND")
    assert hr.get("claims/").json()["results"] == hr.get("lines/").json()["results"] == []
    take_to(stage, "submitted")
    assert hr.get(path).json()["current"] is None
    (claim,) = hr.get("claims/").json()["results"]
    assert (claim["amount"], claim["people"]) == ("4000.00", 2)
    refused(hr.post(f"{path}publish/"), 403, "ROLE_NOT_ALLOWED")


def test_the_city_sees_what_was_sent_up_to_it(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "notice_ended")
    for resource in ("batches/", "claims/", "lines/", "objections/", "payment-files/"):
        assert doors(cast.city_reviewer).get(resource).json()["results"] == []
    take_to(stage, "sent_to_city")
    assert len(doors(cast.city_reviewer).get("lines/").json()["results"]) == 3


def test_batches_are_filtered(cast: Cast, stage: Stage, doors: Doors) -> None:
    clerk = doors(cast.clerk)
    assert len(clerk.get("batches/", status="draft").json()["results"]) == 1
    assert clerk.get("batches/", cutoff_to="2023-01-01").json()["results"] == []
    assert clerk.get("batches/", status="nonsense").json()["results"] == []
    assert fields_of(clerk.get("batches/", policy="x", is_trial="false")) == {"policy": "invalid"}
    assert fields_of(clerk.get("batches/", statsu="draft")) == {"statsu": "UNKNOWN_FIELD"}
