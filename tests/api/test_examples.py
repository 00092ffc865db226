"""Every operation of the document is searched, filtered, paged and shown by example, and the examples keep to its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from api.examples import BINARY
from park_workers.foundation.problems import MEDIA_TYPE
from tests.api.doors import Doors
from tests.api.test_openapi import document, operations
from tests.conftest import Cast
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
#: lists that are a declaration of the house, not rows of a table: short, whole, the same every day
DECLARED = {"uploads_sheets_list"}


def as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a second type."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {
        key: as_json_schema(value) for key, value in node.items() if key not in ("nullable", "readOnly", "example")
    }
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(operation, place, content) of every body and answer that is text."""
    for _, _, one in operations():
        for kind, content in one.get("requestBody", {}).get("content", {}).items():
            yield one["operationId"], f"body {kind}", content
        for code, answer in one["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if not kind.startswith(BINARY):
                    yield one["operationId"], f"{code} {kind}", content


def examples(content: dict[str, Any]) -> list[Any]:
    return [content["example"]] if "example" in content else [e["value"] for e in content.get("examples", {}).values()]


def test_every_body_and_every_answer_has_an_example() -> None:
    without = [(name, place) for name, place, content in contents() if not examples(content)]
    assert not without
    assert len(list(contents())) > 500
    bodies = {name for name, place, _ in contents() if place.startswith("body application/json")}
    assert {"session_create", "employments_create", "batches_approve_create"} <= bodies


def test_examples_keep_to_their_schemas() -> None:
    components = as_json_schema(document()["components"])
    wrong = []
    for name, place, content in contents():
        validator = Draft7Validator(as_json_schema(content["schema"]) | {"components": components})
        for example in examples(content):
            wrong += [(name, place, list(error.path), error.message[:120]) for error in validator.iter_errors(example)]
    assert not wrong, wrong[:20]


def test_refusals_are_shown_as_the_refusals_they_are() -> None:
    shown = [(place, content["example"]) for _, place, content in contents() if place.endswith(MEDIA_TYPE)]
    assert shown
    for place, example in shown:
        assert example["status"] == int(place[:3]) and example["fix"]


def test_answers_show_nobodys_number_in_plain() -> None:
    plain = [name for name, place, content in contents() if place[0] == "2" and "441899199005179011" in str(content)]
    assert set(plain) == {"workers_reveal_create"}


def test_every_list_is_searched_filtered_and_paged_by_key() -> None:
    looked = 0
    for method, path, one in operations():
        if method != "get" or not one["operationId"].endswith("_list") or one["operationId"] in DECLARED:
            continue
        named = {parameter["name"] for parameter in one["parameters"] if parameter["in"] == "query"}
        assert {"search", "cursor", "limit"} < named, path
        looked += 1
    assert looked > 25


def test_every_search_answers(cast: Cast, stage: Stage, doors: Doors) -> None:
    for method, path, one in operations():
        if method == "get" and one["operationId"].endswith("_list") and "{" not in path:
            if one["operationId"] in DECLARED:
                continue
            door = doors(cast.auditor if "audit-events" in path else cast.clerk)
            for typed in ("zs", "张三", "9011", "%_'"):
                answer = door.get(path.removeprefix("/api/v1/"), search=typed, limit=2)
                assert answer.status_code == 200, (path, answer.json())


def test_a_new_hire_as_in_the_example_is_registered(cast: Cast, doors: Doors) -> None:
    for name, path in (("employments_create", "employments/"), ("registrations_create", "registrations/")):
        (body,) = (
            content for found, place, content in contents() if found == name and place == "body application/json"
        )
        assert doors(cast.hr).post(path, examples(body)[0]).status_code == 201
