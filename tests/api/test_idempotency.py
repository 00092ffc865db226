"""One effect per client key, however often and however fast it is sent."""

from __future__ import annotations

import threading
import uuid
from collections import Counter

import pytest
from django.db import connection

from api.models import IdempotencyKey
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Employment, Upload
from subsidies.models import Appropriation
from tests.api.doors import Door, Doors, door, refused
from tests.api.test_employments import a_hire
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import HIRED_ON

COPIES = 50
MONEY = {"source": "市级就业专项资金", "year": 2023, "amount": "100.00"}


@pytest.mark.django_db
def test_the_same_key_and_body_get_the_same_answer(cast: Cast, doors: Doors) -> None:
    key = str(uuid.uuid4())
    first = doors(cast.hr).post("employments/", a_hire(), key=key)
    again = doors(cast.hr).post("employments/", a_hire(), key=key)
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert Employment.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_fields_does_not_make_another_body(cast: Cast, doors: Doors) -> None:
    key, turned = str(uuid.uuid4()), dict(reversed(MONEY.items()))
    doors(cast.finance).post("appropriations/", MONEY, key=key)
    assert doors(cast.finance).post("appropriations/", turned, key=key)["Idempotency-Replayed"] == "true"
    assert Appropriation.objects.get().amount_fen == 100_00


@pytest.mark.django_db
def test_another_body_or_operation_under_the_same_key_is_refused(cast: Cast, doors: Doors) -> None:
    key, hr = str(uuid.uuid4()), doors(cast.hr)
    hired = hr.post("employments/", a_hire(), key=key).json()
    refused(hr.post("employments/", a_hire(trade="锁眼"), key=key), 409, "IDEMPOTENCY_CONFLICT")
    refused(hr.post(f"employments/{hired['id']}/leave/", a_hire(), key=key), 409, "IDEMPOTENCY_CONFLICT")


@pytest.mark.django_db
def test_a_key_belongs_to_its_member(cast: Cast, doors: Doors) -> None:
    key = str(uuid.uuid4())
    doors(cast.hr).post("employments/", a_hire(), key=key)
    assert doors(cast.hr_beta).post("employments/", a_hire(id_number=id_number(902)), key=key).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "short", "x" * 65, "编号编号编号编号"])
def test_a_creating_request_needs_a_well_formed_key(cast: Cast, doors: Doors, key: str) -> None:
    answer = doors(cast.hr).client.post(
        "/api/v1/employments/", a_hire(), content_type="application/json",
        headers={"Authorization": f"Api-Key {doors(cast.hr).key}"} | ({"Idempotency-Key": key} if key else {}),
    )  # fmt: skip
    refused(answer, 400, "IDEMPOTENCY_KEY_INVALID" if key else "IDEMPOTENCY_KEY_MISSING")
    assert Employment.objects.count() == 0


@pytest.mark.django_db
def test_a_refused_request_leaves_no_key(cast: Cast, doors: Doors) -> None:
    key = str(uuid.uuid4())
    refused(doors(cast.hr).post("employments/", a_hire(contract_ends_on=None), key=key), 422, "FIELDS_INVALID")
    assert IdempotencyKey.objects.count() == 0
    assert doors(cast.hr).post("employments/", a_hire(), key=key).status_code == 201


@pytest.mark.django_db
def test_what_is_kept_of_a_request_shows_nobody(cast: Cast, doors: Doors) -> None:
    doors(cast.hr).post("employments/", a_hire())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_idempotencykey")
        kept = str(cursor.fetchall())
    assert kept.startswith("[(") and "张三" not in kept and "441899" not in kept


@pytest.mark.django_db
def test_the_same_file_under_the_same_key_is_one_upload(cast: Cast, doors: Doors) -> None:
    content, key = workbook(ROSTER_HEADER, [staff("张三", id_number(901), HIRED_ON)]), str(uuid.uuid4())
    first, again = (doors(cast.hr).upload("roster", content, key=key) for _ in range(2))
    assert first.status_code == 201 and again["Idempotency-Replayed"] == "true"
    other = workbook(ROSTER_HEADER, [staff("李四", id_number(902), HIRED_ON)])
    refused(doors(cast.hr).upload("roster", other, key=key), 409, "IDEMPOTENCY_CONFLICT")
    assert Upload.objects.count() == 1


def _at_once(who: Door, count: int, **body: object) -> Counter[tuple[int, str]]:
    """Send one request in as many copies at once; answers by status and body."""
    answers: Counter[tuple[int, str]] = Counter()
    gate, key = threading.Barrier(count), str(uuid.uuid4())

    def send() -> None:
        gate.wait()
        try:
            answer = Door(who.membership, who.key).post("appropriations/", body, key=key)
            answers[answer.status_code, answer.content.decode()] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_copies_at_once_have_one_effect(committed_cast: Cast) -> None:
    """A second receipt of other money would add to the first: the sum shows every extra effect."""
    answers = _at_once(door(committed_cast.finance), COPIES, **MONEY)
    assert sum(answers.values()) == COPIES
    assert len(answers) == 1 and next(iter(answers))[0] == 201, answers
    assert Appropriation.objects.get().amount_fen == 100_00
    assert AuditEvent.objects.filter(code__startswith="appropriation.").count() == 1
    assert IdempotencyKey.objects.count() == 1
