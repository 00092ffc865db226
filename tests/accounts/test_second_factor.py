"""The second factor: binding, every log-in, recovery, and codes that work once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from park_workers.foundation.errors import RuleViolation
from park_workers.models import RecoveryCode, SecondFactor
from park_workers.services.acting import PersonActor
from park_workers.services.second_factors import check_code
from tests.accounts.conftest import NOW, code_at, enter, with_password, with_second_factor
from tests.conftest import Cast

STEP = timedelta(seconds=30)
pytestmark = pytest.mark.usefixtures("second_factor_required")


def test_staff_bind_a_phone_on_the_way_in(cast: Cast) -> None:
    with_password(cast.clerk.user)
    client = Client()
    with time_machine.travel(NOW, tick=False):
        assert enter(client, "clerk").headers["Location"] == "/log-in/phone/"
        assert client.get("/batches/").status_code == 302, "a password alone opens nothing"
        assert client.get("/api/v1/batches/").status_code == 401
        assert "data:image/svg+xml;base64," in client.get("/log-in/phone/").content.decode()
        assert client.post("/log-in/phone/", {"code": "000000"}).status_code == 422
        done = client.post("/log-in/phone/", {"code": code_at(cast.clerk.user, NOW)})
        assert "请保存恢复码" in done.content.decode()
        assert client.get("/batches/").status_code == 200


def test_every_later_log_in_asks_for_a_code(cast: Cast) -> None:
    with_password(cast.clerk.user)
    with_second_factor(cast.clerk.user)
    client, later = Client(), NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        assert enter(client, "clerk").headers["Location"] == "/log-in/code/"
        assert client.get("/log-in/phone/").status_code == 302, "nobody binds another phone with a password"
        assert client.post("/log-in/code/", {"code": "123"}).status_code == 422
        assert client.get("/batches/").status_code == 302
        assert client.post("/log-in/code/", {"code": code_at(cast.clerk.user, later)}).status_code == 302
        assert client.get("/batches/").status_code == 200


def test_enterprises_log_in_by_password(cast: Cast) -> None:
    with_password(cast.hr.user)
    client = Client()
    assert enter(client, "hr").headers["Location"] == "/"
    assert client.get("/m/").status_code == 200


def test_a_password_waits_five_minutes_for_its_code(cast: Cast) -> None:
    with_password(cast.clerk.user)
    with_second_factor(cast.clerk.user)
    client = Client()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as clock:
        enter(client, "clerk")
        clock.shift(timedelta(minutes=6))
        answer = client.post("/log-in/code/", {"code": code_at(cast.clerk.user, NOW + timedelta(minutes=66))})
        assert answer.headers["Location"] == "/log-in/"


def test_a_code_works_once(cast: Cast) -> None:
    user = cast.clerk.user
    with_second_factor(user)
    later = NOW + timedelta(hours=1)
    code = code_at(user, later)
    check_code(actor=PersonActor(user), user=user, code=code, now=later)
    with pytest.raises(RuleViolation, match="不正确或已使用"):
        check_code(actor=PersonActor(user), user=user, code=code, now=later + STEP)


def test_a_recovery_code_works_once_and_is_nowhere_in_plain(cast: Cast) -> None:
    user = cast.clerk.user
    codes = with_second_factor(user)
    assert len(codes) == RecoveryCode.objects.filter(user=user).count() == 10
    assert not set(codes) & set(RecoveryCode.objects.values_list("code_hash", flat=True))
    check_code(actor=PersonActor(user), user=user, code=codes[0].lower(), now=NOW + STEP)
    with pytest.raises(RuleViolation, match="不正确或已使用"):
        check_code(actor=PersonActor(user), user=user, code=codes[0], now=NOW + STEP)


def test_guessing_codes_stops_after_five(cast: Cast) -> None:
    user = cast.clerk.user
    with_second_factor(user)
    later = NOW + timedelta(hours=1)
    for _ in range(5):
        with pytest.raises(RuleViolation, match="不正确"):
            check_code(actor=PersonActor(user), user=user, code="000000", now=later)
    with pytest.raises(RuleViolation, match="次数过多"):
        check_code(actor=PersonActor(user), user=user, code=code_at(user, later), now=later)
    much_later = later + timedelta(minutes=16)
    check_code(actor=PersonActor(user), user=user, code=code_at(user, much_later), now=much_later)


def test_the_secret_is_sealed_for_its_owner(cast: Cast) -> None:
    with_second_factor(cast.clerk.user)
    factor = SecondFactor.objects.get()
    assert factor.secret.startswith("k1:")
    other = SecondFactor(user=cast.reviewer.user, secret=factor.secret)
    with pytest.raises(Exception, match="密文"):
        other.open_secret()


def test_a_session_opened_past_the_door_is_ended(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.clerk.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/batches/").status_code == 302
    assert client.get("/api/v1/batches/").status_code == 401
