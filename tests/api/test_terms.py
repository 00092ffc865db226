"""What goes on beneath an employment, and the register: contracts, posts, a leave taken back, one person registered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Employment
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
PERSON = {"name": "单小华", "id_number": id_number(931), "registered_on": "2026-11-02", "consent_version": "2026-01"}


@standing
def place(stage: Stage) -> str:
    return f"employments/{stage.hires[0].pk}/"


def test_a_contract_is_renewed_and_corrected(cast: Cast, stage: Stage, doors: Doors, place: str) -> None:
    body: dict[str, Any] = {"starts_on": "2026-03-01", "ends_on": "2029-02-28"}
    renewed = doors(cast.hr).post(f"{place}contracts/", body).json()["contracts"]
    assert [c["ends_on"] for c in renewed if c["starts_on"] == "2026-03-01"] == ["2029-02-28"]
    doors(cast.hr).post(f"{place}contracts/", body)
    corrected = doors(cast.clerk).post(f"{place}contracts/", {"starts_on": "2026-03-01", "is_open_ended": True}).json()
    assert [c["ends_on"] for c in corrected["contracts"] if c["starts_on"] == "2026-03-01"] == [None]
    codes = AuditEvent.objects.filter(code__startswith="contract.").order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["contract.added", "contract.corrected"], "the same again leaves nothing"


@pytest.mark.parametrize(
    ("more", "code"),
    [({}, "CONTRACT_END_MISSING"), ({"ends_on": "2026-02-01"}, "CONTRACT_END_BEFORE_START"),
     ({"ends_on": "2027-02-01", "is_open_ended": True}, "CONTRACT_END_CONTRADICTS")],
)  # fmt: skip
def test_a_contract_that_cannot_be_is_refused(cast: Cast, doors: Doors, place: str, more: Any, code: str) -> None:
    refused(doors(cast.hr).post(f"{place}contracts/", {"starts_on": "2026-03-01"} | more), 422, code)


def test_a_post_changes_from_a_day_on(cast: Cast, stage: Stage, doors: Doors, place: str) -> None:
    hired = stage.hires[0].hired_on
    body = {"starts_on": date(hired.year, hired.month, 28).isoformat(), "trade": "质检", "is_front_line": False}
    posts = doors(cast.hr).post(f"{place}posts/", body).json()["posts"]
    assert {(p["trade"], p["is_front_line"]) for p in posts} >= {("质检", False)} and len(posts) == 2
    posts = doors(cast.hr).post(f"{place}posts/", body | {"trade": "裁剪"}).json()["posts"]
    assert "裁剪" in {p["trade"] for p in posts} and len(posts) == 2
    early = body | {"starts_on": "2020-01-01"}
    refused(doors(cast.hr).post(f"{place}posts/", early), 422, "POST_OUTSIDE_EMPLOYMENT")
    refused(doors(cast.hr).post(f"{place}posts/", body | {"starts_on": "2099-01-01"}), 422, "DATE_IN_FUTURE")


def test_a_leave_is_taken_back_with_a_reason(cast: Cast, stage: Stage, doors: Doors, place: str) -> None:
    door = doors(cast.hr)
    door.post(f"{place}leave/", {"left_on": "2023-12-01"})
    assert fields_of(door.post(f"{place}undo-leave/", {})) == {"reason": "required"}
    assert door.post(f"{place}undo-leave/", {"reason": "误登记"}).json()["left_on"] is None
    assert AuditEvent.objects.get(code="employment.leave_undone").note == "误登记"


def test_a_leave_before_another_hire_here_stays(cast: Cast, stage: Stage, doors: Doors, place: str) -> None:
    first = stage.hires[0]
    doors(cast.hr).post(f"{place}leave/", {"left_on": "2023-12-01"})
    Employment.objects.create(worker=first.worker, enterprise=first.enterprise, hired_on=date(2024, 1, 1))
    answer = doors(cast.hr).post(f"{place}undo-leave/", {"reason": "误登记"})
    refused(answer, 409, "EMPLOYMENT_SPANS_OVERLAP")
    assert Employment.objects.get(pk=first.pk).left_on == date(2023, 12, 1)


@pytest.mark.parametrize("who", ["auditor", "reviewer"])
def test_only_the_firm_and_the_clerk_state_terms(cast: Cast, doors: Doors, place: str, who: str) -> None:
    body = {"starts_on": "2026-03-01", "is_open_ended": True}
    refused(doors(getattr(cast, who)).post(f"{place}contracts/", body), 403, "ROLE_NOT_ALLOWED")


def test_a_person_is_registered_once_per_firm_with_consent(cast: Cast, doors: Doors) -> None:
    made = doors(cast.hr).post("registrations/", PERSON | {"method": "qr", "phone": "13800005678"})
    assert made.status_code == 201, made.json()
    shown = made.json()
    assert (shown["method"], shown["consent_version"], shown["enterprise"]) == ("qr", "2026-01", cast.alpha.pk)
    assert PERSON["id_number"] not in made.content.decode()
    assert doors(cast.hr).get(made["Location"].removeprefix("/api/v1/")).json() == shown
    again = doors(cast.hr).post("registrations/", PERSON | {"method": "enterprise"})
    assert (again.status_code, again.json()) == (200, shown)
    assert AuditEvent.objects.filter(code="worker.registered").count() == 1


def test_a_registration_names_every_bad_field(cast: Cast, doors: Doors) -> None:
    body = {"name": "", "id_number": "123", "registered_on": "2026-13-01", "method": "file"}
    assert set(fields_of(doors(cast.hr).post("registrations/", body))) == {
        "name", "id_number", "registered_on", "method", "consent_version",
    }  # fmt: skip
    elsewhere = PERSON | {"enterprise": cast.beta.pk}
    assert fields_of(doors(cast.hr).post("registrations/", elsewhere)) == {"enterprise": "does_not_exist"}
    refused(doors(cast.auditor).post("registrations/", PERSON | {"enterprise": cast.beta.pk}), 403, "ROLE_NOT_ALLOWED")
