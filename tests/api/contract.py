"""The OpenAPI document as a promise: requests are made from it, in form and out of form, and answers are judged by it.

Everything goes through the WSGI application in this process.  Each request is undone as soon as it has been answered, so
that no request depends on one before it and one that failed can be sent again alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import schemathesis
import werkzeug
from django.core.cache import cache as counted_requests
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis import Case
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.test_openapi import document

#: requests of each kind that each visitor makes to each operation
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "1"))
PROBLEM = "application/problem+json"
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "fix", "errors"}
ERROR_FIELDS = {"field", "code", "message", "fix"}


def a_refusal_is_a_problem(context: Any, response: Any, case: Case) -> None:
    """Whatever is not done is told in one form: what, what to do, and which fields."""
    if response.status_code < 400:
        return
    assert response.headers["content-type"] == [PROBLEM], response.headers
    problem = json.loads(response.content)
    assert set(problem) == PROBLEM_FIELDS, problem
    assert problem["status"] == response.status_code
    assert problem["code"] and problem["detail"], problem
    for error in problem["errors"]:
        assert set(error) == ERROR_FIELDS and error["code"] and error["message"], problem
    assert problem["errors"] or problem["code"] != "FIELDS_INVALID", problem


CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, a_refusal_is_a_problem,
]  # fmt: skip


@cache
def promise() -> Any:
    """The document, with this service behind it."""
    load_all_checks()
    found = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
    found.app = WSGIHandler()
    return found


def promised_operations() -> list[Any]:
    """Every operation of the document."""
    return [found.ok() for found in promise().get_all_operations()]


def share(odd: Sequence[Any], turn: int, size: int) -> list[Any]:
    """In a short run each place gets a few of the odd values, turn by turn all of them; in a long run each gets all."""
    return list(odd) if EXAMPLES > 1 else [odd[(turn * size + step) % len(odd)] for step in range(size)]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is not kept; the request's end does not take the test's own connection away."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for end in ends:
            end.connect(close_old_connections)


@dataclass
class Visitor:
    """Somebody who asks: who it is, and the headers they send."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Visits:
    """Requests sent and answers got."""

    answers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.client = werkzeug.Client(promise().app)

    def send(self, case: Case, visitor: Visitor) -> None:
        """A request the document describes, or nearly."""
        counted_requests.clear()
        with undone():
            response = case.call(headers=visitor.headers)
        self.answers[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    def send_raw(self, operation: Any, visitor: Visitor, address: str, **request: Any) -> None:
        """A request of any shape to the address of an operation; its method is the operation's."""
        counted_requests.clear()
        headers = visitor.headers | request.pop("headers", {})
        with undone():
            response = self.client.open(address, method=operation.method.upper(), headers=headers, **request)
        self.answers[response.status_code] += 1
        operation.Case().validate_response(response, checks=CHECKS)

    @property
    def sent(self) -> int:
        """Requests made."""
        return sum(self.answers.values())

    def tell(self, of: str) -> None:
        """Print the counts; `pytest -s` or `-rP` shows them."""
        print(f"{self.sent} requests, {of}: {dict(sorted(self.answers.items()))}")  # noqa: T201

    @property
    def done(self) -> int:
        """Requests that were carried out."""
        return sum(count for status, count in self.answers.items() if status < 300)
