"""People come in by two administrators and a link that opens once; whoever loses a role is out at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Membership, Role, User
from tests.accounts.conftest import NOW, PASSWORD, enter, signed_in
from tests.conftest import Cast, make_member

NEW = {"username": "lin", "display_name": "林小明"}


@pytest.fixture
def admins(cast: Cast) -> tuple[Client, Client]:
    return tuple(signed_in(make_member(name, cast.bureau, Role.SECURITY_ADMIN)) for name in ("guard_1", "guard_2"))


def invite(client: Client) -> tuple[User, str]:
    page = client.post("/accounts/new/", NEW).content.decode()
    link = re.search(r'value="http://[^/"]+(/invitations/[^"]+)"', page)
    assert link, page
    return User.objects.get(username="lin"), link.group(1)


def propose(client: Client, cast: Cast, user: User, role: str = "clerk"):
    return client.post(f"/accounts/{user.pk}/propose/", {"organisation": cast.bureau.pk, "role": role})


def test_a_role_is_in_force_when_a_second_person_confirms(cast: Cast, admins: tuple[Client, Client]) -> None:
    first, second = admins
    user, _ = invite(first)
    assert propose(first, cast, user).status_code == 302
    waiting = Membership.objects.get(user=user)
    assert not Membership.objects.in_force().filter(user=user).exists()
    first.post(f"/accounts/{user.pk}/roles/{waiting.pk}/confirm/")
    assert not Membership.objects.in_force().filter(user=user).exists(), "not by who proposed it"
    assert "等待确认" in second.get("/accounts/").content.decode()
    second.post(f"/accounts/{user.pk}/roles/{waiting.pk}/confirm/")
    assert Membership.objects.in_force().get(user=user).role == Role.CLERK
    codes = set(AuditEvent.objects.values_list("code", flat=True))
    assert {"person.invited", "invitation.made", "membership.proposed", "membership.confirmed"} <= codes


def test_a_link_sets_the_password_once(cast: Cast, admins: tuple[Client, Client]) -> None:
    _, link = invite(admins[0])
    assert enter(Client(), "lin", "").status_code == 422
    guest = Client()
    assert guest.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert guest.post(link, {"new": "short", "again": "short"}).status_code == 422
    assert guest.post(link, {"new": PASSWORD, "again": PASSWORD}).status_code == 302
    assert guest.post(link, {"new": PASSWORD + "2", "again": PASSWORD + "2"}).status_code == 410
    assert enter(Client(), "lin").status_code == 302


def test_a_link_runs_out_is_replaced_and_cannot_be_forged(cast: Cast, admins: tuple[Client, Client]) -> None:
    user, link = invite(admins[0])
    admins[0].post(f"/accounts/{user.pk}/link/")
    assert Client().get(link).status_code == 410, "the newer link voids it"
    assert Client().get(link[:-4] + "AAA/").status_code == 410


def test_a_link_is_over_after_three_days(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        _, link = invite(signed_in(make_member("guard", cast.bureau, Role.SECURITY_ADMIN)))
        clock.shift(timedelta(hours=73))
        assert Client().get(link).status_code == 410


def test_revoking_a_role_ends_every_session(cast: Cast, admins: tuple[Client, Client]) -> None:
    clerk = signed_in(cast.clerk)
    assert clerk.get("/batches/").status_code == 200
    address = f"/accounts/{cast.clerk.user_id}/roles/{cast.clerk.pk}/end/"
    admins[0].post(address, {"reason": ""})
    assert clerk.get("/batches/").status_code == 200, "a reason is needed"
    admins[0].post(address, {"reason": "调离"})
    assert clerk.get("/batches/").status_code == 302
    assert not Membership.objects.in_force().filter(pk=cast.clerk.pk).exists()
    assert AuditEvent.objects.get(code="membership.revoked").note == "调离"


def test_nobody_grants_or_revokes_their_own_role(cast: Cast, admins: tuple[Client, Client]) -> None:
    guard = User.objects.get(username="guard_1")
    mine = guard.memberships.get()
    assert propose(admins[0], cast, guard).status_code == 422
    admins[0].post(f"/accounts/{guard.pk}/roles/{mine.pk}/end/", {"reason": "x"})
    assert Membership.objects.in_force().filter(pk=mine.pk).exists()


def test_a_waiting_role_already_excludes_the_others(cast: Cast, admins: tuple[Client, Client]) -> None:
    user, _ = invite(admins[0])
    propose(admins[0], cast, user, "log_admin")
    assert "互斥" in propose(admins[0], cast, user, "clerk").content.decode()


def test_closing_an_account_ends_every_session(cast: Cast, admins: tuple[Client, Client]) -> None:
    clerk = signed_in(cast.clerk)
    admins[0].post(f"/accounts/{cast.clerk.user_id}/close/", {"reason": "离职"})
    assert clerk.get("/batches/").status_code == 302
    assert enter(Client(), "clerk").status_code == 422


@pytest.mark.parametrize("name", ["clerk", "approver_1", "auditor", "hr", "base_clerk"])
def test_business_roles_do_not_see_accounts(cast: Cast, name: str) -> None:
    client = signed_in(getattr(cast, name))
    assert client.get("/accounts/").status_code == 403
    assert client.post("/accounts/new/", NEW).status_code == 403


def test_another_bureaus_people_do_not_exist(cast: Cast) -> None:
    from park_workers.services.memberships import install_bureau
    from tests.conftest import INSTALLER

    other = install_bureau(actor=INSTALLER, name="另一区人社局", city_name="另一市人社局")
    client = signed_in(make_member("guard_3", other, Role.SECURITY_ADMIN))
    assert client.get(f"/accounts/{cast.clerk.user_id}/").status_code == 404
    assert client.post(f"/accounts/{cast.clerk.user_id}/close/", {"reason": "x"}).status_code == 404


def test_people_are_found_by_a_part_of_their_name(cast: Cast, admins: tuple[Client, Client]) -> None:
    everybody = admins[0].get("/accounts/").content.decode()
    found = admins[0].get("/accounts/", {"q": cast.clerk.user.username}).content.decode()
    assert cast.finance.user.username in everybody
    assert cast.clerk.user.username in found and cast.finance.user.username not in found
    assert "没有找到" in admins[0].get("/accounts/", {"q": "查无此人"}).content.decode()
