"""Signing in with a session: CSRF, one chosen role; and with a key bound to one role."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.models import ClientKey
from park_workers.models import Membership, Role
from park_workers.services.memberships import grant_membership
from tests.api.doors import Doors, refused
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.standing import standing

pytestmark = pytest.mark.django_db
JSON = "application/json"


def signed_in(member: Membership, **more: Any) -> Client:
    """A browser-like client with a session."""
    client = Client(**more)
    client.force_login(member.user)
    return client


@standing
def two_roles(cast: Cast) -> Membership:
    """The clerk is also finance."""
    return grant_membership(
        actor=INSTALLER, user=cast.clerk.user, organisation=cast.bureau, role=Role.FINANCE, day=FIRST_DAY
    )


def test_the_only_role_acts_by_itself(cast: Cast) -> None:
    found = signed_in(cast.hr).get("/api/v1/session/").json()
    assert found["acting"]["role"] == "enterprise_hr" and len(found["memberships"]) == 1
    assert signed_in(cast.hr).get("/api/v1/employments/").status_code == 200


def test_of_two_roles_one_has_to_be_chosen(cast: Cast, two_roles: Membership) -> None:
    client = signed_in(cast.clerk)
    refused(client.get("/api/v1/batches/"), 403, "ROLE_NOT_CHOSEN")
    assert client.get("/api/v1/session/").json()["acting"] is None
    before = client.session.session_key
    chosen = client.post("/api/v1/session/role/", {"membership": two_roles.pk}, content_type=JSON)
    assert chosen.json()["role"] == "finance" and client.session.session_key != before
    assert client.get("/api/v1/session/").json()["acting"]["id"] == two_roles.pk
    refused(client.post("/api/v1/session/role/", {"membership": cast.hr.pk}, content_type=JSON), 404, "NOT_FOUND")


def test_a_session_without_a_csrf_token_changes_nothing(cast: Cast) -> None:
    client = signed_in(cast.hr, enforce_csrf_checks=True)
    headers = {"Idempotency-Key": "12345678"}
    refused(client.post("/api/v1/employments/", {}, content_type=JSON, headers=headers), 403, "CSRF_FAILED")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    answer = client.post("/api/v1/employments/", {}, content_type=JSON, headers=headers | {"X-CSRFToken": token})
    refused(answer, 422, "FIELDS_INVALID")


def test_a_key_acts_in_its_one_role(cast: Cast, two_roles: Membership, doors: Doors) -> None:
    found = doors(two_roles).get("session/").json()
    assert found["acting"]["role"] == "finance" and found["is_client_key"]
    refused(doors(two_roles).post("session/role/", {"membership": cast.clerk.pk}), 403, "CLIENT_KEY_HAS_ONE_ROLE")


def test_a_key_is_issued_to_a_session_shown_once_and_kept_as_a_hash(cast: Cast, doors: Doors) -> None:
    client = signed_in(cast.hr)
    issued = client.post(
        "/api/v1/keys/", {"name": "工资系统"}, content_type=JSON, headers={"Idempotency-Key": "12345678"}
    )
    assert issued.status_code == 201, issued.json()
    text = issued.json()["key"]
    kept = ClientKey.objects.get()
    assert text not in (kept.id, kept.hashed_key, kept.prefix)
    assert "key" not in client.get("/api/v1/keys/").json()["results"][0]
    with_key = {"Authorization": f"Api-Key {text}"}
    assert Client().get("/api/v1/employments/", headers=with_key).status_code == 200
    refused(doors(cast.clerk).post("keys/", {"name": "x"}), 403, "SESSION_NEEDED")
    client.post(f"/api/v1/keys/{kept.prefix}/revoke/", headers={"Idempotency-Key": "87654321"}, content_type=JSON)
    refused(Client().get("/api/v1/employments/", headers=with_key), 401, "NOT_AUTHENTICATED")


@pytest.mark.parametrize("key", ["", "x", "abcdefgh.wrong", "é.ü", "abcdefgh"])
def test_a_wrong_key_is_nobody(cast: Cast, key: str) -> None:
    refused(Client().get("/api/v1/batches/", headers={"Authorization": f"Api-Key {key}"}), 401, "NOT_AUTHENTICATED")


def test_a_key_ends_with_its_day_and_with_its_role(cast: Cast, doors: Doors) -> None:
    door = doors(cast.hr)
    ClientKey.objects.update(expiry_date=timezone.now() - timedelta(seconds=1))
    refused(door.get("batches/"), 401, "NOT_AUTHENTICATED")
    ClientKey.objects.update(expiry_date=None)
    assert door.get("batches/").status_code == 200
    Membership.objects.filter(pk=cast.hr.pk).update(valid_to=timezone.localdate())
    refused(door.get("batches/"), 401, "NOT_AUTHENTICATED")
