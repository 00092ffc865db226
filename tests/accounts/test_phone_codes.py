"""In with a code to the telephone: who may, how often, and what a stranger learns."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import Job
from park_workers.models import OneTimeCode, Role
from park_workers.services.own_phones import STRANGER
from park_workers.services.phone_codes import PER_DAY, PER_HOUR, Purpose, ask_for_code, use_code
from tests.accounts.conftest import NOW, with_second_factor
from tests.accounts.phones import OTHER, PHONE, a_minute_passes, in_by_code, last_code, texts_to, with_phone
from tests.conftest import Cast, make_member


def ask(client: Client, phone: str = PHONE) -> int:
    return client.post("/log-in/by-phone/", {"phone": phone}).status_code


def give(client: Client, code: str) -> int:
    return client.post("/log-in/by-phone/code/", {"code": code}).status_code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_enterprise_staff_come_in_by_a_code_and_out_of_it_comes_a_session(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    client = in_by_code(PHONE, texts)
    assert client.get("/m/").status_code == 200 and AuditEvent.objects.filter(code="sign_in.opened").exists()


def test_a_code_works_once(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    first, second = Client(), Client()
    ask(first)
    code = last_code(texts, PHONE)
    second.cookies = first.cookies.copy()
    assert give(first, code) == 302
    row = OneTimeCode.objects.get()
    with pytest.raises(RuleViolation, match="失效"):
        use_code(actor=STRANGER, purpose=Purpose.SIGN_IN, reference=row.reference, code=code, now=timezone.now())


def test_a_code_belongs_to_the_browser_that_asked_and_to_its_purpose(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    ask(Client())
    assert give(Client(), last_code(texts, PHONE)) == 302  # sent back to ask: no code was asked for here
    row = OneTimeCode.objects.get()
    with pytest.raises(RuleViolation, match="失效"):
        use_code(
            actor=STRANGER,
            purpose=Purpose.JOIN,
            reference=row.reference,
            code=last_code(texts, PHONE),
            now=timezone.now(),
        )
    assert row.used_at is None


def test_five_tries_then_not_even_the_right_one(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    client = Client()
    ask(client)
    code = last_code(texts, PHONE)
    assert [give(client, wrong(code)) for _ in range(5)] == [422] * 5
    assert give(client, code) == 422 and client.get("/m/").status_code != 200


def test_a_code_ends_after_five_minutes(cast: Cast, texts: Path) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        with_phone(cast.hr)
        client = Client()
        ask(client)
        clock.shift(timedelta(minutes=5, seconds=1))
        assert give(client, last_code(texts, PHONE)) == 422


def test_sixty_seconds_between_two_and_only_so_many_an_hour_and_a_day(cast: Cast, texts: Path) -> None:
    sent = 0
    with time_machine.travel(NOW, tick=False) as clock:
        with_phone(cast.hr)
        assert (ask(Client()), ask(Client())) == (302, 422)
        for _ in range(8):
            clock.shift(timedelta(seconds=61))
            ask(Client())
        assert len(texts_to(texts, PHONE)) == PER_HOUR
        for _ in range(12):
            clock.shift(timedelta(minutes=61))
            ask(Client())
            sent = len(texts_to(texts, PHONE))
        assert sent == PER_DAY
        clock.shift(timedelta(days=1))
        assert ask(Client()) == 302


def test_one_source_asks_only_so_often(cast: Cast, settings, texts: Path) -> None:
    settings.PAGE_RATES = settings.PAGE_RATES | {"code": "3/hour"}
    answers = [ask(Client(REMOTE_ADDR="198.51.100.7"), f"1390000010{n}") for n in range(5)]
    assert answers == [302, 302, 302, 422, 422]
    assert ask(Client(REMOTE_ADDR="198.51.100.8"), "13900000109") == 302


def test_a_telephone_nobody_has_is_answered_alike(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)

    def story(phone: str) -> list[tuple[int, str]]:
        client = Client()
        asked = client.post("/log-in/by-phone/", {"phone": phone})
        page = client.get("/log-in/by-phone/code/")
        tried = [client.post("/log-in/by-phone/code/", {"code": "000000"}) for _ in range(6)]
        again = client.post("/log-in/by-phone/code/", {"again": "1"})
        found = [asked, page, *tried, again]
        return [(a.status_code, "".join(a.content.decode().split('csrfmiddlewaretoken" value="')[0])) for a in found]

    known, unknown = story("13900000001"), story("13900000009")
    assert [(s, t.replace("0001", "N")) for s, t in known] == [(s, t.replace("0009", "N")) for s, t in unknown]
    assert len(texts_to(texts, "13900000009")) == 0 and Job.objects.filter(kind="texts.send_code").count() == 2


@pytest.mark.parametrize("name", ["clerk", "base_clerk"])
def test_staff_are_sent_no_code(cast: Cast, texts: Path, name: str) -> None:
    with_phone(getattr(cast, name))
    assert ask(Client()) == 302 and texts_to(texts, PHONE) == []


def test_enterprise_staff_who_also_serve_the_bureau_are_sent_none(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    make_member("elsewhere", cast.bureau, Role.EXPERT)
    cast.hr.user.memberships.create(organisation=cast.bureau, role=Role.EXPERT, valid_from=cast.hr.valid_from)
    assert ask(Client()) == 302 and texts_to(texts, PHONE) == []


def test_a_second_factor_of_ones_own_is_asked_after_the_code(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    with_second_factor(cast.hr.user)
    client = Client()
    ask(client)
    answer = client.post("/log-in/by-phone/code/", {"code": last_code(texts, PHONE)})
    assert answer.headers["Location"] == "/log-in/code/" and client.get("/m/").status_code == 302


def test_code_and_telephone_stand_nowhere_in_plain(cast: Cast, texts: Path, caplog: pytest.LogCaptureFixture) -> None:
    with_phone(cast.hr)
    client = Client()
    with caplog.at_level(logging.DEBUG):
        ask(client)
        code = last_code(texts, PHONE)
        give(client, wrong(code))
    kept = [str(list(model.objects.values())) for model in (OneTimeCode, Job, AuditEvent)]
    kept += [str(one.get_decoded()) for one in Session.objects.all()] + [caplog.text, str(client.cookies)]
    assert not any(PHONE in text or code in text for text in kept)


def test_the_session_is_a_new_one(cast: Cast, texts: Path) -> None:
    with_phone(cast.hr)
    client = Client()
    ask(client)
    before = client.cookies["sessionid"].value
    give(client, last_code(texts, PHONE))
    assert client.cookies["sessionid"].value != before


def test_one_telephone_is_one_persons(cast: Cast) -> None:
    with_phone(cast.hr)
    with pytest.raises(RuleViolation, match="已绑定其他账号"):
        with_phone(cast.hr_beta)


def test_a_gateway_that_fails_makes_the_job_fail_with_its_reason(cast: Cast, settings) -> None:
    settings.CODE_SENDER = "gateway"
    ask_for_code(actor=STRANGER, purpose=Purpose.JOIN, phone=OTHER, now=timezone.now())
    job = Job.objects.get(kind="texts.send_code")
    assert job.status == "failed" and "短信网关没有配置完整" in job.reason and OTHER not in job.reason


def test_confirming_again_by_a_code_when_there_is_no_password(cast: Cast, settings, texts: Path) -> None:
    settings.CONFIRM_AGAIN_SECONDS = 600
    cast.hr.user.set_unusable_password()
    cast.hr.user.save()
    with_phone(cast.hr)
    client = in_by_code(PHONE, texts)
    session = client.session
    session["confirmed_at"] = 0
    session.save()
    asked = client.get("/m/me/password/")
    assert asked.status_code == 403 and "发送验证码到 139****0001" in asked.content.decode()
    a_minute_passes()
    client.post("/confirm/", {"next": "/m/me/password/", "confirm_send": "1"})
    answer = client.post("/confirm/", {"next": "/m/me/password/", "confirm_code": last_code(texts, PHONE)})
    assert answer.status_code == 302 and client.get("/m/me/password/").status_code == 200
