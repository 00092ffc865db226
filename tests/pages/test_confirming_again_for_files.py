"""Somebody else's file in plain is a look at other people's numbers: bureau staff say again who they are, the owner does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from park_workers.models import Upload
from tests.api.doors import door
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, roster
from tests.pages.test_desk_pages import as_person
from tests.park_workers.files import give, staff
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(cast: Cast, settings: Any) -> Upload:
    settings.CONFIRM_AGAIN_SECONDS = 600
    return give(cast.hr, "roster", roster(staff("坏行", id_number(905)[:-1], HIRED)), HIRED)


def words(client: Client, upload: Upload, page: str) -> str:
    return client.get(f"/uploads/{upload.reference}/{page}/").content.decode(errors="replace")


@pytest.mark.parametrize("page", ["marked-copy", "repairs"])
def test_a_clerk_confirms_before_a_firms_file_is_shown_in_plain(cast: Cast, upload: Upload, page: str) -> None:
    assert "再次确认" in words(as_person(cast.clerk), upload, page)
    assert "再次确认" not in words(as_person(cast.hr), upload, page)


def test_the_api_asks_the_clerk_too_and_not_the_firm(cast: Cast, upload: Upload) -> None:
    refused = door(cast.clerk).get(f"uploads/{upload.pk}/marked-copy/")
    assert (refused.status_code, refused.json()["code"]) == (403, "CONFIRM_AGAIN")
    assert door(cast.hr).get(f"uploads/{upload.pk}/marked-copy/").status_code == 200
