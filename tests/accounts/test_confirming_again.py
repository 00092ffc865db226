"""Weighty steps ask again who one is, and keep what was typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from park_workers.models import Role, User
from tests.accounts.conftest import NOW, PASSWORD, code_at, signed_in, with_second_factor
from tests.conftest import Cast, make_member

NEW = {"username": "lin", "display_name": "林小明"}


@pytest.fixture
def later(cast: Cast, settings) -> Client:
    """An administrator who signed in eleven minutes ago."""
    settings.CONFIRM_AGAIN_SECONDS = 600
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(make_member("guard", cast.bureau, Role.SECURITY_ADMIN))
        assert client.get("/accounts/new/").status_code == 200
        clock.shift(timedelta(minutes=11))
        yield client


def test_what_was_typed_is_kept_while_the_password_is_asked(later: Client) -> None:
    asked = later.post("/accounts/new/", NEW)
    assert asked.status_code == 403 and 'name="display_name" value="林小明"' in asked.content.decode()
    assert not User.objects.filter(username="lin").exists()
    wrong = later.post("/accounts/new/", NEW | {"confirm_password": "no"})
    assert wrong.status_code == 422 and 'value="林小明"' in wrong.content.decode()
    assert later.post("/accounts/new/", NEW | {"confirm_password": PASSWORD}).status_code == 200
    assert User.objects.filter(username="lin").exists()


def test_a_code_of_the_phone_does_as_well(later: Client) -> None:
    guard = User.objects.get(username="guard")
    with_second_factor(guard, NOW)
    code = code_at(guard, NOW + timedelta(minutes=11))
    assert later.post("/accounts/new/", NEW | {"confirm_code": code}).status_code == 200


def test_an_empty_answer_confirms_nothing(later: Client) -> None:
    assert later.post("/accounts/new/", NEW | {"confirm_password": "", "confirm_code": ""}).status_code == 422
    assert not User.objects.filter(username="lin").exists()


def test_wrong_answers_lock_as_at_the_door(later: Client) -> None:
    statuses = [later.post("/accounts/new/", NEW | {"confirm_password": "no"}).status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_a_page_that_is_only_read_goes_on_after_confirming(later: Client) -> None:
    assert later.get("/accounts/new/").status_code == 403
    done = later.post("/confirm/", {"next": "/accounts/new/", "confirm_password": PASSWORD})
    assert done.headers["Location"] == "/accounts/new/"
    assert later.get("/accounts/new/").status_code == 200


def test_the_way_on_stays_here(later: Client) -> None:
    done = later.post("/confirm/", {"next": "https://elsewhere.example/", "confirm_password": PASSWORD})
    assert done.headers["Location"] == "/"
