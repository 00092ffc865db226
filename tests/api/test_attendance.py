"""Sessions and attendance by the API: planned, marked many at a time, corrected with the old mark kept."""

from __future__ import annotations

import pytest

from tests.api.doors import Doors, refused
from tests.conftest import Cast
from tests.training.attending import make_class, seats

pytestmark = pytest.mark.django_db
MORNING = {"day": "2023-03-06", "from_time": "08:30", "to_time": "11:30"}


def test_a_session_is_planned_marked_and_read(cast: Cast, doors: Doors) -> None:
    held, door = make_class(cast.base), doors(cast.base_clerk)
    made = door.post("class-sessions/", MORNING | {"training_class": held.pk}).json()
    assert (made["number"], made["hours"], made["class_number"]) == (1, 4, "1-平车")
    one, two, _ = seats(held)
    marks = [{"enrolment": one, "mark": "present"}, {"enrolment": two, "mark": "absent"}]
    address = f"class-sessions/{made['id']}/marks/"
    assert door.post(address, {"marks": marks}).json() == {"new": 2, "corrected": 0, "same": 0}
    assert door.post(address, {"marks": marks}).json() == {"new": 0, "corrected": 0, "same": 2}
    refused(door.post(address, {"marks": [{"enrolment": two, "mark": "leave"}]}), 422, "REASON_MISSING")
    corrected = {"marks": [{"enrolment": two, "mark": "leave"}], "reason": "补交请假条"}
    assert door.post(address, corrected).json()["corrected"] == 1
    found = door.get("attendances/", training_class=held.pk, search="学员丙").json()["results"]
    assert [(row["mark"], row["void_reason"]) for row in found] == [("leave", ""), ("absent", "补交请假条")]
    assert len(door.get("attendances/", is_voided="false").json()["results"]) == 2


def test_what_is_wrong_is_named(cast: Cast, doors: Doors) -> None:
    held, door = make_class(cast.base), doors(cast.base_clerk)
    refused(
        door.post("class-sessions/", MORNING | {"training_class": held.pk, "day": "2023-03-05"}), 422, "FIELDS_INVALID"
    )
    made = door.post("class-sessions/", MORNING | {"training_class": held.pk}).json()
    twice = [{"enrolment": seats(held)[0], "mark": mark} for mark in ("late", "present")]
    refused(door.post(f"class-sessions/{made['id']}/marks/", {"marks": twice}), 422, "FIELDS_INVALID")
    other = MORNING | {"training_class": held.pk, "from_time": "09:00"}
    refused(door.post("class-sessions/", other), 422, "SESSIONS_OVERLAP")
    refused(doors(cast.clerk).post(f"class-sessions/{made['id']}/cancel/", {"reason": "停电"}), 403, "ROLE_NOT_ALLOWED")
    assert (
        door.post(f"class-sessions/{made['id']}/cancel/", {"reason": "停电停课"}).json()["cancel_reason"] == "停电停课"
    )
