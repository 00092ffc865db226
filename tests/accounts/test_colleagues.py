"""Several people for one enterprise, one owner: asked in, ended, handed over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from park_workers.models import ColleagueInvitation, Membership, OwnerHandover, Role
from tests.accounts.phones import OTHER, PHONE, a_minute_passes, in_by_code, last_code, texts_to, with_phone
from tests.conftest import Cast, make_member


@pytest.fixture
def owner(cast: Cast, texts: Path) -> Client:
    Membership.objects.filter(pk=cast.hr.pk).update(is_owner=True)
    with_phone(cast.hr)
    return in_by_code(PHONE, texts)


def invited(owner: Client) -> ColleagueInvitation:
    assert owner.post("/m/people/", {"name": "王小红", "phone": OTHER}).status_code == 302
    return ColleagueInvitation.objects.latest("pk")


def accepted(invitation: ColleagueInvitation, texts: Path) -> Client:
    client, address = Client(), f"/invited/{invitation.reference}/"
    a_minute_passes()
    assert client.get(address).status_code == 200
    client.post(address, {"send": "1"})
    assert client.post(address, {"code": last_code(texts, OTHER)}).status_code == 302
    return client


def test_a_colleague_comes_in_by_the_link_and_a_code(cast: Cast, owner: Client, texts: Path, settings) -> None:
    settings.PUBLIC_ADDRESS = "https://yxt.example.gov.cn"
    invitation = invited(owner)
    assert f"https://yxt.example.gov.cn/invited/{invitation.reference}/" in texts_to(texts, OTHER)[-1]
    colleague = accepted(invitation, texts)
    assert "示例甲制衣有限公司" in colleague.get("/m/").content.decode()
    member = Membership.objects.get(user__display_name="王小红")
    assert not member.is_owner and member.granted_by == cast.hr.user and member.confirmed_by == member.user
    assert Client().get(f"/invited/{invitation.reference}/").status_code == 410


def test_the_link_alone_opens_nothing(owner: Client, texts: Path) -> None:
    invitation = invited(owner)
    answer = Client().post(f"/invited/{invitation.reference}/", {"code": "123456"})
    assert answer.status_code == 422 and not Membership.objects.filter(user__display_name="王小红").exists()


def test_a_code_of_another_telephone_does_not_fit(cast: Cast, owner: Client, texts: Path) -> None:
    first = invited(owner)
    owner.post("/m/people/", {"name": "赵小兰", "phone": "13900000003"})
    other = ColleagueInvitation.objects.latest("pk")
    client = Client()
    client.post(f"/invited/{first.reference}/", {"send": "1"})
    answer = client.post(f"/invited/{other.reference}/", {"code": last_code(texts, OTHER)})
    assert answer.status_code == 422 and ColleagueInvitation.objects.filter(status="accepted").count() == 0


def test_withdrawn_or_old_or_of_a_former_owner_it_opens_no_more(cast: Cast, owner: Client) -> None:
    invitation = invited(owner)
    address = f"/invited/{invitation.reference}/"
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        assert Client().get(address).status_code == 410
    Membership.objects.filter(pk=cast.hr.pk).update(is_owner=False)
    assert Client().get(address).status_code == 410
    Membership.objects.filter(pk=cast.hr.pk).update(is_owner=True)
    owner.post(f"/m/people/invitations/{invitation.pk}/withdraw/")
    assert Client().get(address).status_code == 410


def test_only_the_owner_asks_in_and_ends(cast: Cast, owner: Client, texts: Path) -> None:
    colleague = accepted(invited(owner), texts)
    refused = colleague.post("/m/people/", {"name": "赵小兰", "phone": "13900000003"})
    assert refused.status_code == 422 and "只有主账号" in refused.content.decode()
    colleague.post(f"/m/people/{cast.hr.pk}/end/", {"reason": "不在了"})
    assert Membership.objects.get(pk=cast.hr.pk).valid_to is None


def test_ended_access_ends_every_session_at_once(owner: Client, texts: Path) -> None:
    colleague = accepted(invited(owner), texts)
    member = Membership.objects.get(user__display_name="王小红")
    owner.post(f"/m/people/{member.pk}/end/", {"reason": ""})
    assert colleague.get("/m/").status_code == 200
    owner.post(f"/m/people/{member.pk}/end/", {"reason": "已离职"})
    assert colleague.get("/m/").status_code == 302
    a_minute_passes()
    Client().post("/log-in/by-phone/", {"phone": OTHER})
    assert len(texts_to(texts, OTHER)) == 2  # the invitation and its code: none for the door


def test_another_enterprises_people_do_not_exist(cast: Cast, owner: Client) -> None:
    assert owner.post(f"/m/people/{cast.hr_beta.pk}/end/", {"reason": "x"}).status_code == 404
    invitation = invited(owner)
    beta = Client()
    beta.force_login(cast.hr_beta.user)
    assert beta.post(f"/m/people/invitations/{invitation.pk}/withdraw/").status_code == 404


def test_the_owners_place_changes_hands_when_the_other_accepts(cast: Cast, owner: Client, texts: Path) -> None:
    colleague = accepted(invited(owner), texts)
    member = Membership.objects.get(user__display_name="王小红")
    owner.post(f"/m/people/{member.pk}/offer/")
    offer = OwnerHandover.objects.get()
    assert owner.post(f"/m/me/owner/{offer.pk}/take/").status_code == 404  # not theirs to take
    assert "请您接任主账号" in colleague.get("/m/").content.decode()
    colleague.post(f"/m/me/owner/{offer.pk}/take/")
    owners = Membership.objects.filter(organisation=cast.alpha.organisation, is_owner=True)
    assert list(owners) == [member] and OwnerHandover.objects.get().status == "taken"
    assert owner.post("/m/people/", {"name": "赵小兰", "phone": "13900000003"}).status_code == 422


def test_declined_the_owner_stays(owner: Client, cast: Cast, texts: Path) -> None:
    colleague = accepted(invited(owner), texts)
    owner.post(f"/m/people/{Membership.objects.get(user__display_name='王小红').pk}/offer/")
    colleague.post(f"/m/me/owner/{OwnerHandover.objects.get().pk}/decline/")
    assert Membership.objects.get(pk=cast.hr.pk).is_owner and OwnerHandover.objects.get().status == "declined"


def test_the_bureau_asks_a_colleague_when_the_owner_has_left(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.hr.pk).update(is_owner=True)
    colleague = make_member("colleague", cast.alpha.organisation, Role.ENTERPRISE_HR)
    clerk = Client()
    clerk.force_login(cast.clerk.user)
    address = f"/enterprises/{cast.alpha.pk}/people/"
    clerk.post(address, {"membership": colleague.pk, "reason": ""})
    assert not OwnerHandover.objects.exists()
    clerk.post(address, {"membership": colleague.pk, "reason": "原主账号已离职"})
    taking = Client()
    taking.force_login(colleague.user)
    taking.post(f"/m/me/owner/{OwnerHandover.objects.get().pk}/take/")
    colleague.refresh_from_db()
    assert colleague.is_owner and not Membership.objects.get(pk=cast.hr.pk).is_owner


def test_a_telephone_is_changed_with_the_old_and_the_new_code(cast: Cast, owner: Client, texts: Path) -> None:
    a_minute_passes()
    owner.post("/m/me/phone/", {"phone": OTHER})  # the new one before the old one is shown: not taken
    assert texts_to(texts, OTHER) == []
    a_minute_passes()
    owner.post("/m/me/phone/", {"again": "1"})
    owner.post("/m/me/phone/", {"code": last_code(texts, PHONE)})
    owner.post("/m/me/phone/", {"phone": OTHER})
    assert owner.post("/m/me/phone/", {"code": last_code(texts, OTHER)}).headers["Location"] == "/m/me/"
    cast.hr.user.refresh_from_db()
    assert cast.hr.user.open_phone() == OTHER and owner.get("/m/me/").status_code == 200


def test_larger_type_is_kept_by_the_server(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.hr.user)
    assert 'class="large"' not in client.get("/m/me/").content.decode()
    assert client.get("/text-size/?size=large&next=/m/me/").headers["Location"] == "/m/me/"
    assert '<html lang="zh-CN" class="large">' in client.get("/m/").content.decode()
    assert client.get("/text-size/?size=large&next=https://evil.example/").headers["Location"] == "/"


def test_a_first_password_for_somebody_who_came_by_telephone(cast: Cast, owner: Client, texts: Path) -> None:
    colleague = accepted(invited(owner), texts)
    new = "nine-quiet-herons-cross-7"
    assert colleague.post("/m/me/password/", {"new": new, "again": new}).status_code == 302
    name = Membership.objects.get(user__display_name="王小红").user.username
    assert Client().post("/log-in/", {"username": name, "password": new}).status_code == 302
