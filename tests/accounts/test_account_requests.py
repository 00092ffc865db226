"""An enterprise asks for an account: the telephone, the licence, two clerks, and what the applicant learns."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.files import StoredFile
from park_workers.models import AccountRequest, Membership, Role
from park_workers.services.ways_in_retention import CLEANER, forget_ways_in
from tests.accounts.phones import OTHER, PHONE, a_minute_passes, in_by_code, last_code, texts_to, with_phone
from tests.conftest import Cast, make_enterprise


def licence() -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken-at-the-gate"
    Image.new("RGB", (900, 600), (240, 240, 235)).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("照片.jpg", out.getvalue(), "image/jpeg")


def at_the_form(file: Path, phone: str = PHONE) -> Client:
    client = Client()
    a_minute_passes()
    assert client.post("/join/", {"phone": phone}).headers["Location"] == "/join/code/"
    assert client.post("/join/code/", {"code": last_code(file, phone)}).headers["Location"] == "/join/form/"
    return client


def send(client: Client, code: str, **more: object):
    body = {"credit_code": code, "applicant_name": "李小明", "consent": "1", "licence": licence()} | more
    return client.post("/join/form/", body)


def asked(cast: Cast, file: Path) -> AccountRequest:
    firm = make_enterprise(cast.bureau, "示例丙纺织有限公司", "91441899000000035L", 3)
    assert send(at_the_form(file), str(firm.organisation.credit_code)).status_code == 302
    return AccountRequest.objects.get()


def desk(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def act(member: Membership, request: AccountRequest, action: str, **body: str) -> int:
    return desk(member).post(f"/account-requests/{request.reference}/{action}/", body).status_code


@pytest.fixture
def request_(cast: Cast, texts: Path) -> AccountRequest:
    return asked(cast, texts)


def test_two_clerks_open_it_and_the_applicant_comes_in_as_owner(
    cast: Cast, texts: Path, request_: AccountRequest
) -> None:
    act(cast.clerk, request_, "agree")
    assert not Membership.objects.in_force().filter(user__display_name="李小明").exists()
    act(cast.clerk, request_, "open")
    request_.refresh_from_db()
    assert request_.status == "agreed"  # nobody confirms what they agreed to
    act(cast.clerk_2, request_, "open")
    member = Membership.objects.in_force().get(user__display_name="李小明")
    assert member.is_owner and member.granted_by == cast.clerk.user and member.confirmed_by == cast.clerk_2.user
    assert "已开通" in texts_to(texts, PHONE)[-1]
    assert "示例丙纺织有限公司" in in_by_code(PHONE, texts).get("/m/").content.decode()


def test_nobody_opens_it_alone_in_the_database_either(cast: Cast, request_: AccountRequest) -> None:
    act(cast.clerk, request_, "agree")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountRequest.objects.filter(pk=request_.pk).update(
            **{"status": "opened", "opened_by": cast.clerk.user, "decided_at": timezone.now()}
        )


def test_the_second_of_a_firm_is_no_owner(cast: Cast, texts: Path, request_: AccountRequest) -> None:
    for phone in (PHONE, OTHER):
        if phone == OTHER:
            send(at_the_form(texts, OTHER), request_.credit_code, applicant_name="王小红")
        newest = AccountRequest.objects.latest("pk")
        act(cast.clerk, newest, "agree")
        act(cast.clerk_2, newest, "open")
    live = Membership.objects.in_force().filter(organisation__credit_code=request_.credit_code)
    assert sorted(live.values_list("is_owner", flat=True)) == [False, True]


def test_refused_with_a_reason_that_is_told_and_seen_by_number_and_code(
    cast: Cast, texts: Path, request_: AccountRequest
) -> None:
    act(cast.clerk, request_, "refuse")
    request_.refresh_from_db()
    assert request_.status == "waiting"  # no reason, no refusal
    act(cast.clerk, request_, "refuse", phrase="照片不清楚，请重新拍照")
    assert "照片不清楚" in texts_to(texts, PHONE)[-1]
    client = Client()
    a_minute_passes()
    client.post("/join/look-up/", {"reference": request_.reference, "phone": PHONE})
    client.post("/join/look-up/code/", {"code": last_code(texts, PHONE)})
    page = client.get("/join/state/").content.decode()
    assert "已退回" in page and "照片不清楚" in page


def test_another_telephone_sees_nothing_of_it(cast: Cast, texts: Path, request_: AccountRequest) -> None:
    client = Client()
    asked_ = client.post("/join/look-up/", {"reference": request_.reference, "phone": OTHER})
    assert asked_.status_code == 302 and texts_to(texts, OTHER) == []
    assert client.post("/join/look-up/code/", {"code": "123456"}).status_code == 422
    assert client.get("/join/state/").status_code == 302


def test_every_mistake_at_once_and_what_was_typed_is_kept(cast: Cast, texts: Path) -> None:
    client = at_the_form(texts)
    page = send(client, "91441899000000010X", applicant_name="", consent="", licence="")
    text = page.content.decode()
    assert page.status_code == 422 and "91441899000000010X" in text
    assert all(word in text for word in ("没有填写姓名", "代码不正确", "照片是空的"))
    assert AccountRequest.objects.count() == 0


def test_a_file_that_is_no_picture_is_refused_and_leaves_nothing(cast: Cast, texts: Path) -> None:
    before = StoredFile.objects.count()
    page = send(at_the_form(texts), "91441899000000019Y", licence=SimpleUploadedFile("a.jpg", b"%PDF-1.4 x"))
    assert page.status_code == 422 and "不是照片" in page.content.decode() and StoredFile.objects.count() == before


def test_the_licence_is_drawn_anew_and_sealed(request_: AccountRequest) -> None:
    assert request_.licence is not None
    sealed, plain = request_.licence.path.read_bytes(), request_.licence.read()
    assert b"JFIF" not in sealed and b"taken-at-the-gate" not in plain and plain.startswith(b"\xff\xd8")


def test_a_look_at_the_licence_is_asked_for_again_marked_and_kept(
    cast: Cast, settings, request_: AccountRequest
) -> None:
    address = f"/account-requests/{request_.reference}/licence/"
    settings.CONFIRM_AGAIN_SECONDS = 600
    assert desk(cast.clerk).post(address).status_code == 403
    settings.CONFIRM_AGAIN_SECONDS = 0
    shown = desk(cast.clerk).post(address)
    assert shown["Content-Type"] == "image/jpeg" and shown["Cache-Control"] == "no-store, private"
    assert request_.licence is not None and shown.content != request_.licence.read()
    assert AuditEvent.objects.filter(code="account_request.licence_revealed").count() == 1
    assert desk(cast.auditor).post(address).status_code == 403


def test_the_code_is_judged_on_the_spot_with_the_firms_public_name(cast: Cast) -> None:
    found = Client().get("/join/credit-code/", {"credit_code": " 91441899000000019y"}).content.decode()
    assert "示例甲制衣有限公司" in found
    assert "不正确" in Client().get("/join/credit-code/", {"credit_code": "91441899000000019X"}).content.decode()


def test_sent_twice_it_is_one_request(cast: Cast, texts: Path) -> None:
    client = at_the_form(texts)
    assert [send(client, "91441899000000019Y").status_code for _ in range(2)] == [302, 302]
    assert AccountRequest.objects.count() == 1


def test_a_firm_that_is_not_in_the_directory_is_entered_first(cast: Cast, texts: Path) -> None:
    send(at_the_form(texts), "91441899000000035L")
    request = AccountRequest.objects.get()
    act(cast.clerk, request, "agree")
    request.refresh_from_db()
    assert request.status == "waiting"
    assert "名录中没有该企业" in desk(cast.clerk).get(f"/account-requests/{request.reference}/").content.decode()


def test_a_telephone_of_staff_opens_no_enterprise_account(cast: Cast, texts: Path, request_: AccountRequest) -> None:
    with_phone(cast.reviewer)
    act(cast.clerk, request_, "agree")
    request_.refresh_from_db()
    assert request_.status == "waiting"


def test_only_clerks_and_the_auditor_see_requests(cast: Cast, request_: AccountRequest) -> None:
    address = f"/account-requests/{request_.reference}/"
    seen = {name: desk(getattr(cast, name)).get(address).status_code for name in ("clerk", "auditor", "hr", "finance")}
    assert seen == {"clerk": 200, "auditor": 200, "hr": 403, "finance": 403}


def test_withdrawn_by_whoever_has_the_telephone(cast: Cast, texts: Path) -> None:
    client = at_the_form(texts)
    send(client, "91441899000000019Y")
    client.post("/join/state/", {"withdraw": "1"})
    assert AccountRequest.objects.get().status == "withdrawn"


def test_telephone_and_licence_are_forgotten_in_time(cast: Cast, request_: AccountRequest) -> None:
    act(cast.clerk, request_, "refuse", note="不在园区")
    assert request_.licence is not None
    path, later = request_.licence.path, timezone.now() + timedelta(days=200)
    forget_ways_in(actor=CLEANER, codes_before=later, requests_before=later)
    request_.refresh_from_db()
    assert (request_.phone, request_.phone_hash, request_.licence) == ("", "", None) and not path.exists()


def test_an_administrator_does_not_confirm_past_the_desk(cast: Cast, request_: AccountRequest) -> None:
    from tests.conftest import make_member

    act(cast.clerk, request_, "agree")
    admin = make_member("security", cast.bureau, Role.SECURITY_ADMIN)
    request_.refresh_from_db()
    membership = request_.membership
    assert membership is not None
    desk(admin).post(f"/accounts/{membership.user_id}/roles/{membership.pk}/confirm/")
    membership.refresh_from_db()
    assert membership.is_waiting
