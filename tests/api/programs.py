"""A program that signs in as a person does: cookies kept, the CSRF token sent along, nothing read from a page."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.test import Client

ROOT = "/api/v1/"


class Program:
    """A client with a session of its own; CSRF is enforced."""

    def __init__(self, **more: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, **more)
        self.token = self.get("session/").json()["csrf_token"]

    def get(self, path: str, **query: Any) -> Any:
        """GET below /api/v1/."""
        return self.client.get(ROOT + path, query)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        """POST JSON with the token of now and a key of its own."""
        headers = {"X-CSRFToken": self.token, "Idempotency-Key": str(uuid.uuid4())} | more
        answer = self.client.post(ROOT + path, json.dumps(body or {}), content_type="application/json", headers=headers)
        if "csrftoken" in answer.cookies:
            self.token = answer.cookies["csrftoken"].value
        return answer

    def delete(self, path: str) -> Any:
        """DELETE with the token of now."""
        return self.client.delete(ROOT + path, headers={"X-CSRFToken": self.token})

    def sign_in(self, username: str, password: str) -> Any:
        """Name and password."""
        return self.post("session/", {"username": username, "password": password})
