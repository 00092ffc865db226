"""Bodies, addresses and filters that no client of good will sends: refused in words, by every operation of the document."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from api.client_keys import issue_client_key
from tests.api.contract import Visitor, Visits, promised_operations, share
from tests.api.test_openapi import document
from tests.api.test_tenants import known_rows
from tests.conftest import FIRST_DAY, Cast
from tests.standing import standing
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
JSON = "application/json"
#: (content type, body)
ODD_BODIES: list[tuple[str, bytes]] = [
    (JSON, b""), (JSON, b"{"), (JSON, b"\xff\xfe{}"), (JSON, b'{"a": NaN}'), (JSON, b'{"a": "\\ud800"}'), (JSON, b"[" * 50_000),
    (JSON, b'{"\\u0000": 1}'), (JSON, b'{"a":1,"a":2}'), (JSON, b"1" * 5000), (JSON, b'[{"a": 1}]'), (JSON, b"null"),
    ("text/xml", b"<a/>"), ("application/x-www-form-urlencoded", b"a=1"), ("", b"x"), ("\xe4", b"{}"),
    ("application/json; charset=utf-7", b"{}"), ("application/json; charset=nowhere", b"{}"),
    ("multipart/form-data", b"x"), ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    ("multipart/form-data; boundary=\xff", b"--x--"),
]  # fmt: skip
#: percent-encoded, so that anything at all may stand there
ODD_VALUES = [
    "", "%00", "%ED%A0%80", "%ff", "9" * 400, "-1", "0", "1e999", "NaN", "Infinity", "1.5", "9223372036854775808",
    "%EF%BC%91", "2023-02-30", "%F0%AC%B1%9F", "null", "1&x=1",
]  # fmt: skip
#: no base64; then the places NUL, none, 9 (400 times), x, with an offset too large
ODD_CURSORS = [
    "%00",
    "cD0lMDA%3D",
    "cD0%3D",
    b64encode(b"p=" + b"9" * 400).decode(),
    "cD14",
    "bz05OTk5OTk5OTk5OTk5OTk%3D",
]
ODD_NUMBERS = ["%00", "%ff", "-1", "1%2F..%2F2", "%EF%BC%91", "9" * 18, "9" * 19, "..", "%2e%2e", "1;x", " 1"]
FIELD_VALUES: list[Any] = [
    "\x00",
    "9" * 400,
    -1,
    2**63,
    1e300,
    True,
    None,
    [],
    {},
    "２０２３-02-30",
    "𬱟" * 5000,
    "a\u202e\x1b[31m",
]


@standing
def clerk(cast: Cast) -> Visitor:
    """The clerk's machine."""
    _, text = issue_client_key(actor=cast.clerk, name="约定", day=FIRST_DAY)
    return Visitor("clerk", {"Authorization": f"Api-Key {text}", "Idempotency-Key": "0123456789abcdef"})


@standing
def rows(settled: Stage) -> dict[str, str]:
    """A row of each resource."""
    return known_rows(settled)


def address_of(operation: Any, rows: dict[str, str], number: str = "") -> str:
    """Where an operation is, with a row that exists or with something odd in its place."""
    parts = operation.path.split("/")
    real = "roster" if "{kind}" in parts else rows.get(parts[3], "")
    return "/".join((number or real) if part.startswith("{") else part for part in parts)


def fields_of(operation: Any) -> list[str]:
    """Fields of an operation's JSON body."""
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    if JSON not in content:
        return []
    name = content[JSON]["schema"]["$ref"].rsplit("/", 1)[1]
    return list(document()["components"]["schemas"][name]["properties"])


def of_method(method: str) -> list[Any]:
    """Operations of one method."""
    return [operation for operation in promised_operations() if operation.method == method]


def test_no_odd_body_breaks_an_operation(clerk: Visitor, rows: dict[str, str]) -> None:
    visits = Visits()
    for turn, operation in enumerate(of_method("post")):
        for content_type, body in share(ODD_BODIES, turn, 7):
            visits.send_raw(operation, clerk, address_of(operation, rows), data=body, content_type=content_type)
    visits.tell("odd bodies")
    assert visits.sent >= len(of_method("post")) * 7


def test_no_odd_value_of_a_field_breaks_an_operation(clerk: Visitor, rows: dict[str, str]) -> None:
    visits = Visits()
    fields = [(operation, field) for operation in of_method("post") for field in fields_of(operation)]
    for turn, (operation, field) in enumerate(fields):
        for value in share(FIELD_VALUES, turn, 5):
            body = json.dumps({field: value})
            visits.send_raw(operation, clerk, address_of(operation, rows), data=body, content_type=JSON)
    visits.tell(f"odd values of {len(fields)} fields")
    assert len(fields) > 50


def test_no_odd_filter_breaks_a_list(clerk: Visitor, rows: dict[str, str]) -> None:
    visits = Visits()
    filters = [(one, name) for one in of_method("get") for name in [*(p.name for p in one.query), "nothing"]]
    for turn, (operation, name) in enumerate(filters):
        for value in share(ODD_VALUES, turn, 5) if name != "cursor" else ODD_CURSORS:
            visits.send_raw(operation, clerk, f"{address_of(operation, rows)}?{name}={value}")
    visits.tell(f"odd values of {len(filters)} filters")
    assert len(filters) > 150


def test_no_odd_number_in_an_address_breaks_anything(clerk: Visitor, rows: dict[str, str]) -> None:
    visits = Visits()
    with_number = [operation for operation in promised_operations() if "{" in operation.path]
    for turn, operation in enumerate(with_number):
        for number in share(ODD_NUMBERS, turn, 5):
            visits.send_raw(operation, clerk, address_of(operation, rows, number))
    visits.tell("odd addresses")
    assert visits.done < visits.sent / 20


def test_a_method_an_address_does_not_have_is_refused(clerk: Visitor, rows: dict[str, str]) -> None:
    known: dict[str, set[str]] = {}
    for operation in promised_operations():
        known.setdefault(address_of(operation, rows), set()).add(operation.method)
    for address, methods in known.items():
        cache.clear()  # more addresses than one key may ask a minute
        for method in {"get", "post", "put", "patch", "delete", "options", "trace"} - methods:
            answer = Client().generic(method.upper(), address, headers=clerk.headers)
            assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json"), (method, address)


def test_a_cursor_that_names_no_place_is_refused(clerk: Visitor, rows: dict[str, str]) -> None:
    for cursor in ODD_CURSORS:
        answer = Client().get(f"/api/v1/batches/?cursor={cursor}", headers=clerk.headers)
        assert (answer.status_code, answer.json().get("code")) in [(400, "CURSOR_INVALID"), (200, None)], cursor


@pytest.mark.parametrize(
    "moment", ["1882-11-06T17:39:35-17:37", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00%2B14:00"]
)
def test_a_moment_no_database_can_name_is_answered(clerk: Visitor, moment: str) -> None:
    for name in ("recorded_from", "recorded_to"):
        answer = Client().get(f"/api/v1/audit-events/?{name}={moment}", headers=clerk.headers)
        assert answer.status_code in (200, 403, 422), answer.content
