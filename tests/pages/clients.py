"""People with a browser, and the number of queries a page takes."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from park_workers.models import Membership


def as_person(member: Membership) -> Client:
    """A browser that is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def text_of(member: Membership, address: str) -> str:
    """A page as somebody gets it."""
    answer = as_person(member).get(address, follow=True)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def queries_of(member: Membership, address: str) -> int:
    """How many queries a page takes, once everything cached is warm."""
    client = as_person(member)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
