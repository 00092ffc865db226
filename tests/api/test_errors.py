"""Refusals: one form, Chinese words, what to do, and never a stack trace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from api import throttles
from tests.api.doors import Doors, refused
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get("/api/v1/workers/")
    assert refused(answer, 401, "NOT_AUTHENTICATED")["fix"]
    assert answer["WWW-Authenticate"] == "Api-Key"


def test_a_body_that_is_no_json_is_a_bad_request(cast: Cast, doors: Doors) -> None:
    headers = {"Authorization": f"Api-Key {doors(cast.hr).key}", "Idempotency-Key": "12345678"}
    for body in ("{", '{"name": NaN}', b"\xff\xfe", '"\\ud800"', "[" * 100_000):
        answer = Client().post("/api/v1/employments/", body, content_type="application/json", headers=headers)
        refused(answer, 400, "BODY_INVALID")
    answer = Client().post("/api/v1/employments/", "a=1", content_type="text/plain", headers=headers)
    refused(answer, 415, "MEDIA_TYPE_UNSUPPORTED")


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_a_body_that_is_no_object_is_refused_in_words(cast: Cast, doors: Doors, body: Any) -> None:
    headers = {"Authorization": f"Api-Key {doors(cast.hr).key}", "Idempotency-Key": "12345678"}
    answer = Client().post("/api/v1/employments/", json.dumps(body), content_type="application/json", headers=headers)
    refused(answer, 422, "FIELDS_INVALID")


def test_odd_values_are_refused_and_never_crash(cast: Cast, doors: Doors) -> None:
    hr, odd = doors(cast.hr), ["\x00", "\ud800", "9" * 400, -1, 1e300, True, None, [], {}, "２０２３-02-30", "𬱟" * 200]
    for field in ("name", "id_number", "hired_on", "contract_starts_on", "enterprise", "phone", "is_front_line"):
        for value in odd:
            body = {"name": "张三", "hired_on": "2023-02-01", "contract_starts_on": "2023-02-01", field: value}
            answer = hr.post("employments/", body)
            assert answer.status_code in (400, 422), (field, value, answer.content)


def test_an_address_there_is_not_answers_like_every_other_refusal() -> None:
    for path in ("nowhere/", "batches/x/", "batches/99999999999999999999999/", "batches"):
        refused(Client().get(f"/api/v1/{path}"), 404, "NOT_FOUND")


def test_a_wrong_method_is_named(cast: Cast, doors: Doors) -> None:
    headers = {"Authorization": f"Api-Key {doors(cast.clerk).key}"}
    for method in ("put", "patch", "delete"):
        refused(getattr(Client(), method)("/api/v1/batches/", headers=headers), 405, "METHOD_NOT_ALLOWED")


def test_who_asks_too_often_is_told_when_to_come_back(
    cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttles.ClientKeyThrottle, "THROTTLE_RATES", {"client_key": "2/min"})
    answers = [doors(cast.clerk).get("batches/") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    refused(answers[2], 429, "THROTTLED")
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert doors(cast.reviewer).get("batches/").status_code == 200


def test_a_busy_database_says_so_and_may_be_asked_again(
    cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**more: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr("api.v1.appropriations.receive_appropriation", busy)
    answer = doors(cast.finance).post("appropriations/", {"source": "市级", "year": 2023, "amount": "1.00"})
    refused(answer, 503, "BUSY")
    assert answer["Retry-After"] == "2"


def test_a_defect_shows_no_trace(cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**more: Any) -> Any:
        raise ZeroDivisionError("secret 441899199005170013")

    monkeypatch.setattr("api.v1.appropriations.receive_appropriation", broken)
    answer = doors(cast.finance).post("appropriations/", {"source": "市级", "year": 2023, "amount": "1.00"})
    problem = refused(answer, 500, "INTERNAL_ERROR")
    assert "secret" not in str(problem)


def test_a_body_that_is_too_large_is_not_read(cast: Cast, doors: Doors) -> None:
    headers = {"Authorization": f"Api-Key {doors(cast.hr).key}", "Idempotency-Key": "12345678"}
    body = json.dumps({"name": "张" * 3_000_000})
    answer = Client().post("/api/v1/employments/", body, content_type="application/json", headers=headers)
    refused(answer, 413, "BODY_TOO_LARGE")
    refused(doors(cast.hr).upload("roster", b"x" * (22 << 20)), 413, "BODY_TOO_LARGE")


def test_a_form_of_a_thousand_parts_is_a_bad_request(cast: Cast, doors: Doors) -> None:
    answer = doors(cast.hr).upload("roster", b"x", **{f"field_{n}": "1" for n in range(2100)})
    refused(answer, 400, "BODY_INVALID")


def test_an_answer_in_another_form_is_refused_in_the_usual_one(cast: Cast, doors: Doors) -> None:
    headers = {"Authorization": f"Api-Key {doors(cast.clerk).key}", "Accept": "application/xml"}
    assert Client().get("/api/v1/batches/", headers=headers).status_code == 406
