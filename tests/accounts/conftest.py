"""Signing in as a browser does."""

from __future__ import annotations

from datetime import UTC, datetime

import pyotp
import pytest
from django.test import Client

from park_workers.models import Membership, SecondFactor, User
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import begin_enrolment, confirm_enrolment, secret_of

PASSWORD = "nine-quiet-herons-cross-7"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def with_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save()
    return user


def enter(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post("/log-in/", {"username": username, "password": password}, **more)


def signed_in(membership: Membership) -> Client:
    """A client of this person, through the door, without a second factor."""
    client = Client()
    with_password(membership.user)
    assert enter(client, membership.user.username).status_code == 302
    return client


def code_at(user: User, when: datetime) -> str:
    return pyotp.TOTP(secret_of(SecondFactor.objects.get(user=user))).at(when)


def with_second_factor(user: User, when: datetime = NOW) -> list[str]:
    """Bind a phone at `when`; returns the recovery codes."""
    begin_enrolment(actor=PersonActor(user), user=user)
    return confirm_enrolment(actor=PersonActor(user), user=user, code=code_at(user, when), now=when)


@pytest.fixture
def second_factor_required(settings):
    """As on a server."""
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def texts(settings, tmp_path):
    """The file into which texts are sent."""
    settings.CODE_SENDER, settings.CODE_FILE = "file", str(tmp_path / "texts.log")
    return tmp_path / "texts.log"
