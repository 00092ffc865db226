"""Hires and leavers over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.models import Employment, EmploymentOverlap, Worker
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db


def a_hire(**more: Any) -> dict[str, Any]:
    """A hire as a client states it."""
    return {
        "name": "张三", "id_number": id_number(901), "hired_on": "2023-02-01", "contract_starts_on": "2023-02-01",
        "contract_ends_on": "2026-01-31", "trade": "平车", "is_front_line": True, "phone": "13800005678",
    } | more  # fmt: skip


def test_an_enterprise_registers_a_hire_and_gets_a_masked_answer(cast: Cast, doors: Doors) -> None:
    answer = doors(cast.hr).post("employments/", a_hire())
    assert answer.status_code == 201, answer.json()
    found = answer.json()
    assert found["worker"]["id_number"] == f"441899********{id_number(901)[-4:]}"
    assert found["contracts"][0]["starts_on"] == "2023-02-01" and found["posts"][0]["trade"] == "平车"
    assert found["warnings"] == []
    assert answer["Location"] == f"/api/v1/employments/{found['id']}/"
    assert id_number(901) not in answer.content.decode()


def test_all_bad_fields_are_named_at_once(cast: Cast, doors: Doors) -> None:
    wrong = a_hire(id_number="441899199005170013", phone="1380000", hired_on="2023-13-01", form="临时", nmae="x")
    answer = doors(cast.hr).post("employments/", wrong | {"contract_ends_on": "2022-01-01"})
    refused(answer, 422, "FIELDS_INVALID")
    assert set(fields_of(answer)) == {"id_number", "phone", "hired_on", "contract_ends_on", "form", "nmae"}
    wrong = a_hire(id_number="441899199005170013", contract_ends_on="2022-01-01")
    answer = doors(cast.hr).post("employments/", wrong)
    assert fields_of(answer)["contract_ends_on"] == "CONTRACT_END_BEFORE_START"
    assert "id_number" in fields_of(answer)
    assert all(error["message"] and error["fix"] for error in answer.json()["errors"])
    assert Employment.objects.count() == 0


def test_what_the_service_refuses_names_its_fields_too(cast: Cast, doors: Doors) -> None:
    answer = doors(cast.hr).post("employments/", a_hire(contract_ends_on=None))
    refused(answer, 422, "FIELDS_INVALID")
    assert fields_of(answer) == {"contract_ends_on": "CONTRACT_END_MISSING"}


def test_an_enterprise_registers_nobody_for_another(cast: Cast, doors: Doors) -> None:
    answer = doors(cast.hr).post("employments/", a_hire(enterprise=cast.beta.pk))
    assert fields_of(answer) == {"enterprise": "does_not_exist"}
    assert doors(cast.clerk).post("employments/", a_hire(enterprise=cast.beta.pk)).status_code == 201


def test_the_same_hire_again_is_a_conflict(cast: Cast, doors: Doors) -> None:
    doors(cast.hr).post("employments/", a_hire())
    refused(doors(cast.hr).post("employments/", a_hire()), 409, "ALREADY_REGISTERED")


def test_a_leaver_is_recorded_and_a_wrong_day_refused(cast: Cast, doors: Doors) -> None:
    hired = doors(cast.hr).post("employments/", a_hire()).json()
    path = f"employments/{hired['id']}/leave/"
    refused(doors(cast.hr).post(path, {"left_on": "2022-01-01"}), 422, "LEAVE_BEFORE_HIRE")
    answer = doors(cast.hr).post(path, {"left_on": "2023-06-30", "reason": "回乡"})
    assert answer.json()["left_on"] == "2023-06-30"
    listed = doors(cast.hr).get("employments/", has_left="true").json()["results"]
    assert [one["id"] for one in listed] == [hired["id"]]


def test_a_hire_date_that_no_batch_has_judged_is_corrected_by_its_own_enterprise_and_the_bureau(
    cast: Cast, doors: Doors
) -> None:
    hired = doors(cast.hr).post("employments/", a_hire()).json()
    path, body = f"employments/{hired['id']}/correct-hire-date/", {"hired_on": "2023-02-03", "reason": "与合同核对"}
    assert doors(cast.hr_beta).post(path, body).status_code == 404
    assert doors(cast.hr).post(path, body | {"hired_on": "2023-02-02"}).json()["hired_on"] == "2023-02-02"
    assert doors(cast.clerk).post(path, body).json()["hired_on"] == "2023-02-03"
    assert Employment.objects.get().hired_on == date(2023, 2, 3)


def test_a_list_is_filtered_and_paged_by_key(cast: Cast, doors: Doors) -> None:
    for order in range(901, 904):
        doors(cast.hr).post("employments/", a_hire(id_number=id_number(order), name="工人" + "一二三"[order - 901]))
    first = doors(cast.hr).get("employments/", limit=2).json()
    assert len(first["results"]) == 2 and first["previous"] is None
    second = doors(cast.hr).client.get(first["next"], headers={"Authorization": f"Api-Key {doors(cast.hr).key}"}).json()
    assert len(second["results"]) == 1 and second["next"] is None
    assert doors(cast.hr_beta).get("employments/").json()["results"] == []
    refused(doors(cast.hr).get("employments/", hired_from="soon"), 422, "FIELDS_INVALID")
    refused(doors(cast.hr).get("employments/", cursor="abc"), 400, "CURSOR_INVALID")


def test_the_answer_to_a_hire_is_what_is_read_afterwards(cast: Cast, doors: Doors) -> None:
    here, elsewhere = doors(cast.hr), doors(cast.hr_beta)
    newcomer = here.post("employments/", a_hire())
    known = elsewhere.post("employments/", a_hire(introducer_id_number=id_number(902)))
    introduced = here.post(
        "employments/", a_hire(id_number=id_number(902), name="李四", is_open_ended=True, contract_ends_on=None)
    )
    for door, answer in ((here, newcomer), (elsewhere, known), (here, introduced)):
        assert answer.status_code == 201, answer.json()
        given = answer.json()
        warnings, _ = given.pop("warnings"), given.pop("id_card_picture")
        assert door.get(f"employments/{given['id']}/").json() == given
        assert [w["code"] for w in warnings] == (["EMPLOYMENT_OVERLAP"] if answer is known else [])
    assert EmploymentOverlap.objects.count() == 1
    assert introduced.json()["worker"]["name"] == "李四"


def test_one_request_number_of_an_enterprise_is_one_registration_whoever_sends_it(cast: Cast, doors: Doors) -> None:
    first = doors(cast.hr).post("employments/", a_hire(), key="the-same-number").json()
    clerk, body = doors(cast.clerk), a_hire(enterprise=cast.alpha.pk)
    changed = body | {"id_number": id_number(902), "name": "李四"}
    refused(clerk.post("employments/", changed, key="the-same-number"), 409, "IDEMPOTENCY_CONFLICT")
    assert not Worker.objects.filter(name="李四").exists()
    again = clerk.post("employments/", body, key="the-same-number")
    assert again.status_code == 201 and again.json() == first
    assert Employment.objects.count() == 1


def test_a_hire_of_somebody_new_takes_few_statements(
    cast: Cast, doors: Doors, django_assert_max_num_queries: Any
) -> None:
    door = doors(cast.hr)
    with django_assert_max_num_queries(13):
        assert door.post("employments/", a_hire()).status_code == 201


@pytest.mark.parametrize("resource", ["employments", "registrations", "demands", "posters", "cards"])
def test_whoever_belongs_to_no_enterprise_is_told_to_name_one(cast: Cast, doors: Doors, resource: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "employments": a_hire(), "posters": {}, "cards": {"worker": 1},
        "registrations": {"name": "张三", "id_number": id_number(901), "registered_on": "2023-02-01", "consent_version": "2026-01"},
        "demands": {"trade": "平车", "heads": 2, "wage_from": "4000.00", "wage_to": "5000.00", "needed_by": "2027-01-01"},
    }  # fmt: skip
    answer = doors(cast.clerk).post(f"{resource}/", bodies[resource])
    assert fields_of(answer) == {"enterprise": "required"}, answer.json()
