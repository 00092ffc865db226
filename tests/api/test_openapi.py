"""The OpenAPI document: valid, complete, and honest about who may ask."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from api.public_operations import PUBLIC_OPERATIONS
from api.v1.urls import router

pytestmark = pytest.mark.django_db


@cache
def document() -> dict[str, Any]:
    """The document as a client reads it."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of every operation."""
    return [(method, path, one) for path, methods in document()["paths"].items() for method, one in methods.items()]


def test_the_document_validates_without_a_warning(tmp_path: Path) -> None:
    target = tmp_path / "schema.json"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target), format="openapi-json")
    assert len(json.loads(target.read_text(encoding="utf-8"))["paths"]) > 50


def test_every_resource_is_described(client: Client) -> None:
    named = {path.split("/")[3] for path in document()["paths"]}
    assert named == {prefix for prefix, _, _ in router.registry}


def test_only_the_listed_operations_are_public() -> None:
    public = {one["operationId"] for _, _, one in operations() if one["security"] == [{}]}
    assert public == {
        "notices_list", "notices_retrieve", "notices_lines_list", "notices_objections_create",
        "session_retrieve", "session_create", "session_enrolment_create", "session_second_factor_create",
        "session_phone_code_create", "session_by_phone_create", "verification_create",
    }  # fmt: skip
    assert {
        "session.list", "session.create", "session.enrolment", "session.second_factor", "session.phone_code", "session.by_phone",
        "notices.list", "notices.retrieve", "notices.lines", "notices.object", "schema.get", "docs.get",
        "verification.create",
    } == PUBLIC_OPERATIONS  # fmt: skip


def test_every_operation_that_is_not_public_asks_a_stranger_to_sign_in() -> None:
    asked = 0
    for method, path, one in operations():
        if one["security"] == [{}]:
            continue
        address = path.replace("{kind}", "roster").replace("{prefix}", "abcdefgh")
        address = "/".join("1" if part.startswith("{") else part for part in address.split("/"))
        answer = getattr(Client(), method)(address, headers={"Idempotency-Key": "12345678"})
        assert answer.status_code == 401, (method, path)
        asked += 1
    assert asked > 80


def test_every_creating_or_moving_operation_asks_for_a_key() -> None:
    keyless = {
        one["operationId"]
        for method, _, one in operations()
        if method != "get" and "Idempotency-Key" not in {p["name"] for p in one.get("parameters", [])}
    }
    session = {"create", "destroy", "role_create", "enrolment_create", "second_factor_create", "confirmation_create"}
    session |= {"phone_code_create", "by_phone_create"}
    looking = {
        "workers_reveal_create", "objections_reveal_contact_create", "referrals_reveal_phone_create", "verification_create",
        "review_objections_reveal_contact_create", "assessment_filings_reveal_material_create",
    }  # fmt: skip
    assert keyless == {f"session_{one}" for one in session} | {"session_password_create"} | looking


def test_the_document_and_its_page_are_there_for_everybody() -> None:
    assert Client().get("/api/v1/schema/").status_code == 200
    page = Client().get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text and "https://" not in text, "the page needs the network"
    assert "<script>" not in text and "<style>" not in text, (
        "an inline script is refused by the content security policy"
    )
    assert Client().get("/api/v1/docs/?script=").status_code == 200
