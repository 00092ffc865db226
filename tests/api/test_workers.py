"""People: found by name and last four, masked, shown in plain with a reason."""

from __future__ import annotations

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Worker
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db


def test_people_are_found_by_name_and_by_the_last_four(cast: Cast, stage: Stage, doors: Doors) -> None:
    worker = stage.hires[0].worker
    (found,) = doors(cast.hr).get("workers/", last_four=id_number(901)[-4:]).json()["results"]
    assert (found["id"], found["id_number"]) == (worker.pk, f"441899********{id_number(901)[-4:]}")
    assert len(doors(cast.clerk).get("workers/", name="工人一").json()["results"]) == 2
    assert len(doors(cast.hr).get("workers/", name="工人一").json()["results"]) == 1
    assert fields_of(doors(cast.hr).get("workers/", last_four="12345"))
    assert len(doors(cast.clerk).get("workers/", employed_at=cast.beta.pk).json()["results"]) == 1


def test_looking_in_plain_asks_a_reason_and_every_look_is_logged(cast: Cast, stage: Stage, doors: Doors) -> None:
    path = f"workers/{stage.hires[0].worker_id}/reveal/"
    assert fields_of(doors(cast.hr).post(path, {}, key="")) == {"reason": "required"}
    for _ in range(2):
        assert doors(cast.hr).post(path, {"reason": "核对合同"}, key="same-key-twice").json()["id_number"] == id_number(
            901
        )
    assert AuditEvent.objects.filter(code="worker.revealed", note="核对合同").count() == 2
    refused(doors(cast.auditor).post(path, {"reason": "看看"}), 403, "ROLE_NOT_ALLOWED")
    refused(doors(cast.hr_beta).post(path, {"reason": "看看"}), 404, "NOT_FOUND")


def test_two_records_of_a_person_become_one(cast: Cast, stage: Stage, doors: Doors) -> None:
    one, other = stage.hires[0].worker, stage.hires[1].worker
    body = {"into": other.pk, "reason": "同一人"}
    refused(doors(cast.hr).post(f"workers/{one.pk}/merge/", body), 403, "ROLE_NOT_ALLOWED")
    assert doors(cast.clerk).post(f"workers/{one.pk}/merge/", body).json()["id"] == other.pk
    assert Worker.objects.get(pk=one.pk).merged_into_id == other.pk
    assert fields_of(doors(cast.clerk).post(f"workers/{one.pk}/merge/", body | {"into": 10**9})) == {
        "into": "does_not_exist"
    }
