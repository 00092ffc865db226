"""Who is no longer logged in goes to the door and comes back to the page they were on, also when it was a form they sent."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sent", "referer", "back"),
    [
        ("/m/people/3/withdraw/", "http://testserver/m/people/?page=2", "/m/people/%3Fpage%3D2"),
        ("/m/register/", "http://testserver/m/referrals/abc/hire/", "/m/referrals/abc/hire/"),
        ("/m/register/", "http://elsewhere.example/m/", "/m/register/"),
        ("/m/register/", "", "/m/register/"),
    ],
)
def test_after_a_form_the_page_that_held_it(sent: str, referer: str, back: str) -> None:
    answer = Client().post(sent, {"name": "张三"}, headers={"Referer": referer} if referer else {})
    assert answer.status_code == 302 and answer["Location"] == f"/log-in/?next={back}"


def test_after_a_page_that_page() -> None:
    answer = Client().get("/m/workers/?tab=left", headers={"Referer": "http://testserver/m/"})
    assert answer["Location"] == "/log-in/?next=/m/workers/%3Ftab%3Dleft"
