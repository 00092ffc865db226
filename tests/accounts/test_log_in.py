"""The door: wrong passwords, sessions, their ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import RuleViolation
from park_workers.models import SignIn
from park_workers.services.sign_ins import check_password_is_good
from tests.accounts.conftest import NOW, PASSWORD, enter, signed_in, with_password
from tests.api.contract import PROBLEM_FIELDS
from tests.conftest import Cast

WRONG = "wrong-wrong-wrong"


def test_five_wrong_passwords_lock_the_account_for_that_source_only(cast: Cast) -> None:
    with_password(cast.clerk.user)
    client = Client(REMOTE_ADDR="198.51.100.7")
    statuses = [enter(client, "clerk", WRONG).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    refused = enter(client, "clerk")
    assert refused.status_code == 429 and "暂停登录 15 分钟" in refused.content.decode()
    assert AuditEvent.objects.filter(code="sign_in.locked").exists()
    assert enter(Client(REMOTE_ADDR="198.51.100.8"), "clerk").status_code == 302


def test_another_account_of_the_same_source_is_not_locked(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(6):
        enter(client, "clerk", WRONG)
    with_password(cast.reviewer.user)
    assert enter(Client(REMOTE_ADDR="198.51.100.7"), "reviewer").status_code == 302


def test_the_lock_opens_after_fifteen_minutes(cast: Cast) -> None:
    with_password(cast.clerk.user)
    client = Client()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            enter(client, "clerk", WRONG)
        clock.shift(timedelta(minutes=10))
        assert enter(client, "clerk").status_code == 429
        clock.shift(timedelta(minutes=6))
        assert enter(client, "clerk").status_code == 302


def test_unknown_and_known_people_are_answered_alike(cast: Cast) -> None:
    with_password(cast.clerk.user)

    def answers(name: str) -> list[tuple[int, str]]:
        client = Client()
        found = [enter(client, name, WRONG) for _ in range(6)]
        return [(answer.status_code, answer.content.decode().replace(name, "NAME")) for answer in found]

    def without_token(pages: list[tuple[int, str]]) -> list[tuple[int, str]]:
        return [(status, page.split("csrfmiddlewaretoken")[0]) for status, page in pages]

    assert without_token(answers("clerk")) == without_token(answers("nobody"))


def test_a_name_that_no_database_takes_is_a_wrong_name(cast: Cast) -> None:
    for name in ("x" * 5000, "a\0b", "'; --"):
        assert enter(Client(), name, WRONG).status_code == 422


def test_the_session_gets_a_new_key_at_log_in(cast: Cast) -> None:
    with_password(cast.clerk.user)
    client = Client()
    client.get("/log-in/")
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    enter(client, "clerk")
    assert client.cookies["sessionid"].value != before


def test_a_closed_account_is_out_at_once(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    cast.clerk.user.is_active = False
    cast.clerk.user.save()
    assert client.get("/batches/").status_code == 302
    assert client.get("/api/v1/batches/").status_code == 401
    assert client.get("/api/v1/session/").json()["is_signed_in"] is False


def test_a_session_ends_after_its_hours_and_when_idle(cast: Cast, settings) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(cast.clerk)
        clock.shift(timedelta(minutes=59))
        assert client.get("/batches/").status_code == 200
        clock.shift(timedelta(minutes=61))
        assert client.get("/batches/").status_code == 302


def test_ending_other_sessions_keeps_this_one(cast: Cast) -> None:
    here, elsewhere = signed_in(cast.clerk), Client()
    enter(elsewhere, "clerk")
    assert here.get("/account/").content.decode().count('<tr><th scope="row" class="num">') == 2
    assert here.post("/account/end-others/").status_code == 302
    assert (here.get("/batches/").status_code, elsewhere.get("/batches/").status_code) == (200, 302)
    assert SignIn.objects.filter(ended_at__isnull=True).count() == 1


def test_a_new_password_ends_every_other_session(cast: Cast) -> None:
    here, elsewhere = signed_in(cast.clerk), Client()
    enter(elsewhere, "clerk")
    new = "seven-loud-kettles-sing-3"
    refused = here.post("/account/password/", {"old": WRONG, "new": new, "again": new})
    assert refused.status_code == 422 and "原密码不正确" in refused.content.decode()
    assert here.post("/account/password/", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert (here.get("/batches/").status_code, elsewhere.get("/batches/").status_code) == (200, 302)
    assert enter(Client(), "clerk", new).status_code == 302


def test_an_expired_password_is_changed_before_anything_else(cast: Cast, settings) -> None:
    settings.PASSWORD_MAX_DAYS = 90
    with time_machine.travel(NOW, tick=False) as clock:
        with_password(cast.clerk.user)
        clock.shift(timedelta(days=91))
        client = Client()
        enter(client, "clerk")
        assert client.get("/batches/").headers["Location"] == "/account/password/"
        problem = client.get("/api/v1/session/").json()
        assert problem["code"] == "PASSWORD_EXPIRED" and set(problem) == PROBLEM_FIELDS


@pytest.mark.parametrize(
    "weak", ["short", "Password2024", "yixiantong2026", "qwert1234567890", "123456789012345", "aaaaaaaaaaaaaa"]
)
def test_common_passwords_are_refused(cast: Cast, weak: str) -> None:
    with pytest.raises(RuleViolation):
        check_password_is_good(cast.clerk.user, weak)


def test_a_long_plain_sentence_is_a_good_password(cast: Cast) -> None:
    check_password_is_good(cast.clerk.user, PASSWORD)
    check_password_is_good(cast.clerk.user, "门前老槐树开花那年下过雪呢")
