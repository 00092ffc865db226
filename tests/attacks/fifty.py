"""One request in fifty copies at once: one effect, one answer, and another body under the same key is refused.

Whatever the OpenAPI document has to make or to move is played by some journey of `test_double_submit.py`; a new operation
is added to a journey by one more `fifty(...)`, in a state in which it succeeds.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.test.client import ClientHandler

from api.models import IdempotencyKey
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Membership
from tests.api.doors import door
from tests.api.test_openapi import operations
from tests.attacks.threads import at_once

COPIES = 50
JSON = "application/json"


def keyed_operations() -> dict[str, str]:
    """Operations that ask for a client key, with their addresses."""
    return {
        one["operationId"]: path
        for method, path, one in operations()
        if method != "get" and any(p["name"] == "Idempotency-Key" for p in one.get("parameters", []))
    }


@dataclass
class Copies:
    """Sends requests in copies; remembers which operations were played."""

    threads: Executor
    played: Counter[str] = field(default_factory=Counter)
    headers: dict[int, dict[str, str]] = field(default_factory=dict)

    def fifty(
        self, operation: str, who: Membership | None, number: Any = "", body: dict[str, Any] | None = None, *,
        seen: int | None = None, makes: type[models.Model] | None = None, file: bytes = b"", session: str = "",
    ) -> Any:  # fmt: skip
        """Fifty copies of a request that succeeds; the one answer.  `makes`: the table in which one row more stands then."""
        address, key = _with_number(keyed_operations()[operation], number), str(uuid.uuid4())
        headers = self._headers(who, session) | {"Idempotency-Key": key}
        headers |= {"If-Match": f'"{seen}"'} if seen is not None else {}
        before, rows = _counts(), makes._base_manager.count() if makes else 0
        send = _sender(address, headers, session)
        copies = at_once([lambda: send(body or {}, file)] * COPIES, self.threads)
        answers = Counter((a.status_code, a.content) for a in copies.done)
        assert sum(answers.values()) == COPIES and len(answers) == 1, (operation, answers)
        ((status, content),) = answers
        assert 200 <= status < 300, (operation, content.decode())
        answer = json.loads(content)
        self._check_one_effect(operation, before, answer, seen)
        assert makes is None or makes._base_manager.count() == rows + 1, operation
        other = send((body or {}) | {"reason": "另一份内容"}, file)
        assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT"), operation
        self.played[operation] += 1
        return answer

    def _headers(self, who: Membership | None, session: str) -> dict[str, str]:
        if who is None or session:
            return {}
        if who.pk not in self.headers:
            self.headers[who.pk] = {"Authorization": f"Api-Key {door(who).key}"}
        return self.headers[who.pk]

    def _check_one_effect(self, operation: str, before: tuple[int, int], answer: Any, seen: int | None) -> None:
        keys, last_event = before
        assert IdempotencyKey.objects.count() == keys + 1, operation
        events = AuditEvent.objects.filter(pk__gt=last_event).values_list("code", "subject_kind", "subject_id")
        assert events, f"{operation} leaves no event"
        assert len(events) == len(set(events)), (operation, Counter(events))
        if seen is not None and "version" in answer:
            assert answer["version"] <= seen + 1, operation


def _counts() -> tuple[int, int]:
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return IdempotencyKey.objects.count(), last or 0


def _with_number(path: str, number: Any) -> str:
    return "/".join(str(number) if part.startswith("{") else part for part in path.split("/"))


#: one for all threads, as in the service, not one made for every request
SERVICE = ClientHandler(enforce_csrf_checks=False)


def _sender(address: str, headers: dict[str, str], session: str) -> Callable[[dict[str, Any], bytes], Any]:
    def send(body: dict[str, Any], file: bytes) -> Any:
        client = Client()
        client.handler = SERVICE
        if session:
            client.cookies["sessionid"] = session
        if file:
            return client.post(address, body | {"file": SimpleUploadedFile("名单.xlsx", file)}, headers=headers)
        return client.post(address, json.dumps(body), content_type=JSON, headers=headers)

    return send
