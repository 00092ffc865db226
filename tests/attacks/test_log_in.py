"""The door under attack: guessing names, dodging the lock, riding on a session, keeping one that should be over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.contrib.auth import hashers
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from park_workers.foundation.password_hashing import ServiceArgon2PasswordHasher
from park_workers.models import Membership, Role, User
from park_workers.services.acting import PersonActor
from park_workers.services.invitations import set_active
from park_workers.services.memberships import confirm_membership, end_membership, propose_membership
from park_workers.services.sign_ins import change_password
from tests.accounts.conftest import PASSWORD, enter, signed_in, with_password
from tests.accounts.test_headers import INLINE, addresses, check_headers
from tests.attacks.people import one_of_every_role
from tests.conftest import Cast, make_member
from tests.standing import standing

pytestmark = pytest.mark.django_db
WRONG = "wrong-wrong-wrong"
TOKEN = re.compile(r"[A-Za-z0-9]{64}")
HASHER = "park_workers.foundation.password_hashing.ServiceArgon2PasswordHasher"


@pytest.fixture
def hashed(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords hash as on a server; every time the hasher works, it says so here."""
    settings.PASSWORD_HASHERS = [HASHER]
    hashers.get_hashers.cache_clear()
    work: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(ServiceArgon2PasswordHasher, name)

        def counting(*given: object, real: Callable[..., object] = real, name: str = name, **more: object) -> object:
            work.append(name)
            return real(*given, **more)

        monkeypatch.setattr(ServiceArgon2PasswordHasher, name, counting)
    return work


@standing
def known_people(cast: Cast) -> list[str]:
    """Somebody with a password, somebody closed, somebody who never set a password, somebody in no role."""
    for user in (cast.clerk.user, cast.reviewer.user):
        with_password(user)
    User.objects.filter(pk=cast.reviewer.user_id).update(is_active=False)
    with_password(User.objects.create_user(username="roleless"))
    return ["clerk", "reviewer", "finance", "roleless"]


def test_as_much_is_hashed_for_an_unknown_name_as_for_a_known_one(hashed: list[str], known_people: list[str]) -> None:
    spent = {}
    for name in ["nobody", *known_people]:
        hashed.clear()
        assert enter(Client(), name, WRONG).status_code == 422
        spent[name] = len(hashed)
    assert set(spent.values()) == {1}, spent


def test_an_unknown_name_is_answered_as_a_known_one_is(known_people: list[str]) -> None:
    def answers(name: str) -> list[tuple[int, str, dict[str, str]]]:
        client, found = Client(), []
        for _ in range(6):
            answer = enter(client, name, WRONG)
            page = TOKEN.sub("TOKEN", answer.content.decode().replace(name, "NAME"))
            headers = {k: v for k, v in answer.headers.items() if k not in ("Content-Length", "Expires")}
            found.append((answer.status_code, page, headers))
        return found

    unknown = answers("nobody")
    for name in known_people:
        for known, other in zip(answers(name), unknown, strict=True):
            assert known == other, name


@pytest.mark.parametrize("forwarded", ["203.0.113.{n}", "203.0.113.{n}, 203.0.113.{n}", "", "::{n}", "x{n}"])
def test_an_invented_address_does_not_dodge_the_lock(cast: Cast, forwarded: str) -> None:
    with_password(cast.clerk.user)
    statuses = [
        enter(
            Client(REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR=forwarded.format(n=n)), "clerk", WRONG
        ).status_code
        for n in range(5)
    ]
    assert statuses == [422, 422, 422, 422, 429]
    assert enter(Client(REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="203.0.113.99"), "clerk").status_code == 429
    assert enter(Client(REMOTE_ADDR="198.51.100.8"), "clerk").status_code == 302, "the owner comes in from elsewhere"


def test_wrong_passwords_before_a_right_one_are_forgotten_and_no_name_is_kept(cast: Cast) -> None:
    with_password(cast.clerk.user)
    for _ in range(2):
        assert {enter(Client(), "clerk", WRONG).status_code for _ in range(4)} == {422}
        assert enter(Client(), "clerk").status_code == 302
    assert enter(Client(), "441899199005179011", WRONG).status_code == 422
    names = list(AccessAttempt.objects.values_list("username", flat=True))
    assert [len(name) for name in names] == [64]


def test_behind_a_proxy_the_address_it_has_seen_counts_and_no_other(cast: Cast, settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    with_password(cast.clerk.user)
    for n in range(5):
        enter(Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7"), "clerk", WRONG)
    assert enter(Client(HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7"), "clerk").status_code == 429
    assert enter(Client(HTTP_X_FORWARDED_FOR="198.51.100.7, 198.51.100.8"), "clerk").status_code == 302


def test_a_session_somebody_planted_is_not_the_one_that_signs_in(cast: Cast) -> None:
    with_password(cast.clerk.user)
    victim, thief = Client(), Client()
    planted = victim.session
    planted["planted"] = "1"
    planted.save()
    for client in (victim, thief):
        client.cookies["sessionid"] = planted.session_key
    assert enter(victim, "clerk").status_code == 302
    assert victim.get("/batches/").status_code == 200 and thief.get("/batches/").status_code == 302
    assert thief.get("/api/v1/session/").json()["is_signed_in"] is False


def close(cast: Cast, guard: Membership, system: Membership) -> None:
    set_active(actor=guard, user=cast.clerk.user, is_active=False, reason="离职", now=timezone.now())


def take_the_role(cast: Cast, guard: Membership, system: Membership) -> None:
    end_membership(actor=guard, membership=cast.clerk, reason="调岗", day=timezone.localdate(), now=timezone.now())


def give_another_role(cast: Cast, guard: Membership, system: Membership) -> None:
    day, role = timezone.localdate(), Role.REVIEWER
    proposed = propose_membership(actor=guard, user=cast.clerk.user, organisation=cast.bureau, role=role, day=day)
    confirm_membership(actor=system, membership=proposed, day=day, now=timezone.now())


def set_a_new_password(cast: Cast, guard: Membership, system: Membership) -> None:
    user = cast.clerk.user
    change_password(actor=PersonActor(user), user=user, password="seven-loud-kettles-sing-3", now=timezone.now())


@pytest.mark.parametrize("change", [close, take_the_role, give_another_role, set_a_new_password])
def test_a_session_is_over_when_what_it_stood_on_is(cast: Cast, change: Callable[..., None]) -> None:
    client = signed_in(cast.clerk)
    assert client.get("/batches/").status_code == 200 == client.get("/api/v1/batches/").status_code
    guard = make_member("guard", cast.bureau, Role.SECURITY_ADMIN)
    change(cast, guard, make_member("system", cast.bureau, Role.SYSTEM_ADMIN))
    assert client.get("/batches/")["Location"].startswith("/log-in/")
    assert client.get("/api/v1/batches/").status_code == 401


def test_every_page_answers_strangers_and_other_roles_with_the_headers(cast: Cast, settings: LazySettings) -> None:
    settings.PAGE_RATES = dict.fromkeys(settings.PAGE_RATES, "100000/min")
    pages = [address for address in addresses(get_resolver().url_patterns) if "/api/" not in address]
    # tests/accounts/test_headers.py has the clerk and an enterprise
    people = one_of_every_role(cast)
    clients = [
        Client(),
        *(signed_in(people[role]) for role in (Role.SECURITY_ADMIN, Role.BASE_CLERK, Role.FINANCE)),
    ]
    for client in clients:
        for address in pages:
            if address == "/log-out/":
                continue
            ways = (client.get, client.post) if client is clients[0] else (client.get,)
            for answer in (way(address) for way in ways):
                assert answer.status_code < 500 or address == "/health/ready", address
                check_headers(address, answer.headers)
                assert "text/html" not in answer["Content-Type"] or not INLINE.search(answer.content.decode()), address
    assert len(pages) > 40


def test_no_default_password_opens_anything(cast: Cast) -> None:
    for user in User.objects.all():
        for password in ("", "123456", "admin", user.username, f"{user.username}123", "password", PASSWORD):
            assert enter(Client(REMOTE_ADDR=f"198.51.100.{user.pk % 250}"), user.username, password).status_code in (
                422,
                429,
            )
