"""Asking the API the way a client does: a door for each member, keyed, counted, never trusted."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.client_keys import issue_client_key
from park_workers.models import Membership
from tests.conftest import FIRST_DAY

ROOT = "/api/v1/"


@dataclass
class Door:
    """A client with its membership's key (None: a stranger)."""

    membership: Membership | None = None
    key: str = ""
    client: Client = field(default_factory=Client)

    def _headers(self, seen: int | None, key: str | None) -> dict[str, str]:
        found = {"Authorization": f"Api-Key {self.key}"} if self.key else {}
        if key != "":
            found["Idempotency-Key"] = key or str(uuid.uuid4())
        return found | ({"If-Match": f'"{seen}"'} if seen is not None else {})

    def get(self, path: str, **query: Any) -> Any:
        """GET below /api/v1/."""
        return self.client.get(ROOT + path, query, headers=self._headers(None, ""))

    def post(self, path: str, body: Any = None, *, seen: int | None = None, key: str | None = None) -> Any:
        """POST a JSON body with a key of its own, unless one is given ("" = none)."""
        headers = self._headers(seen, key)
        return self.client.post(ROOT + path, json.dumps(body or {}), content_type="application/json", headers=headers)

    def upload(
        self, sheet: str, content: bytes, *, key: str | None = None, name: str = "名单.xlsx", **more: Any
    ) -> Any:
        """POST a file."""
        form = {"sheet_kind": sheet, "file": SimpleUploadedFile(name, content)} | more
        return self.client.post(f"{ROOT}uploads/", form, headers=self._headers(None, key))

    def give(self, sheet: str, content: bytes, **more: Any) -> Any:
        """Upload and confirm; the upload as it stands then."""
        given = self.upload(sheet, content, **more)
        assert given.status_code == 201, given.json()
        done = self.post(f"uploads/{given.json()['id']}/confirm/", seen=given.json()["version"])
        assert done.status_code == 200, done.json()
        return self.get(f"uploads/{given.json()['id']}/").json()


def door(membership: Membership) -> Door:
    """A client of that member with a fresh key."""
    _, text = issue_client_key(actor=membership, name="测试", day=FIRST_DAY)
    return Door(membership, text)


def fields_of(answer: Any) -> dict[str, str]:
    """Bad fields of a refusal with their codes."""
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def refused(answer: Any, status: int, code: str) -> Any:
    """The problem, after a look at its form."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer["Content-Type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "code", "fix", "errors"}
    assert problem["status"] == status
    return problem


Doors = Callable[[Membership], Door]
