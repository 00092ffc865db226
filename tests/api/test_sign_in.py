"""Signing in over the API: the rules of the door, without a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from park_workers.foundation import password_hashing
from park_workers.foundation.audit import AuditEvent
from park_workers.models import Role, SignIn
from park_workers.services.memberships import grant_membership
from tests.accounts.conftest import NOW, PASSWORD, code_at, second_factor_required, with_password, with_second_factor
from tests.api.doors import fields_of, refused
from tests.api.programs import Program
from tests.conftest import FIRST_DAY, INSTALLER, Cast

pytestmark = pytest.mark.django_db
__all__ = ["second_factor_required"]
WRONG = "wrong-wrong-wrong"


def test_a_program_signs_in_works_and_leaves(cast: Cast) -> None:
    with_password(cast.hr.user)
    program = Program()
    before = program.get("session/").json()
    assert (before["is_signed_in"], before["next"], before["memberships"]) == (False, "", [])
    found = program.sign_in("hr", PASSWORD).json()
    assert (found["is_signed_in"], found["next"], found["acting"]["role"]) == (True, "", "enterprise_hr")
    assert program.get("employments/").status_code == 200
    refused(program.post("employments/"), 422, "FIELDS_INVALID")
    assert program.delete("session/").status_code == 204
    refused(program.get("employments/"), 401, "NOT_AUTHENTICATED")
    assert SignIn.objects.get().ended_at is not None
    assert AuditEvent.objects.filter(code__in=("sign_in.opened", "sign_in.ended")).count() == 2


def test_nobody_is_signed_in_without_the_token(cast: Cast) -> None:
    with_password(cast.hr.user)
    program = Program()
    body = {"username": "hr", "password": PASSWORD}
    refused(program.post("session/", body, **{"X-CSRFToken": "a" * 32}), 403, "CSRF_FAILED")
    program.sign_in("hr", PASSWORD)
    program.token = "a" * 32
    refused(program.delete("session/"), 403, "CSRF_FAILED")


def test_unknown_known_and_closed_people_are_answered_alike(cast: Cast) -> None:
    with_password(cast.clerk.user)
    cast.finance.user.is_active = False
    with_password(cast.finance.user)

    def answers(name: str, password: str) -> list[tuple[int, Any]]:
        program = Program()
        return [(a.status_code, a.json()) for a in (program.sign_in(name, password) for _ in range(6))]

    known = answers("clerk", WRONG)
    assert [status for status, _ in known] == [422, 422, 422, 422, 429, 429]
    assert known[0][1]["code"] == "SIGN_IN_WRONG" and known[5][1]["code"] == "LOCKED_OUT"
    assert answers("nobody", WRONG) == known == answers("finance", PASSWORD)


def test_a_name_nobody_has_costs_as_much_as_a_wrong_password(cast: Cast, settings: Any, monkeypatch: Any) -> None:
    hasher = password_hashing.ServiceArgon2PasswordHasher
    settings.PASSWORD_HASHERS = [f"{hasher.__module__}.{hasher.__name__}"]
    with_password(cast.clerk.user)
    runs: list[str] = []
    for work in ("encode", "verify"):
        real = getattr(hasher, work)
        monkeypatch.setattr(hasher, work, lambda *a, _real=real, _work=work: (runs.append(_work), _real(*a))[1])

    def spent(name: str) -> int:
        runs.clear()
        refused(Program().sign_in(name, WRONG), 422, "SIGN_IN_WRONG")
        return len(runs)

    assert spent("nobody") == spent("clerk") == 1


def test_five_wrong_passwords_lock_the_account_for_that_source_on_both_doors(cast: Cast) -> None:
    with_password(cast.clerk.user)
    program = Program(REMOTE_ADDR="198.51.100.7")
    for _ in range(4):
        refused(program.sign_in("clerk", WRONG), 422, "SIGN_IN_WRONG")
    answer = program.sign_in("clerk", WRONG)
    assert "15 分钟" in refused(answer, 429, "LOCKED_OUT")["fix"] and answer["Retry-After"] == "900"
    page = Client(REMOTE_ADDR="198.51.100.7").post("/log-in/", {"username": "clerk", "password": PASSWORD})
    assert page.status_code == 429
    assert Program(REMOTE_ADDR="198.51.100.8").sign_in("clerk", PASSWORD).status_code == 200


def test_a_session_brought_along_gets_a_new_key(cast: Cast) -> None:
    with_password(cast.hr.user)
    program = Program()
    planted = program.client.session
    planted["planted"] = "1"
    planted.save()
    program.client.cookies["sessionid"] = planted.session_key
    program.sign_in("hr", PASSWORD)
    assert program.client.cookies["sessionid"].value not in ("", planted.session_key)


def test_what_is_missing_is_named(cast: Cast) -> None:
    answer = Program().post("session/", {"username": "", "pass": "x"})
    assert fields_of(answer) == {"username": "blank", "password": "required", "pass": "UNKNOWN_FIELD"}


@pytest.mark.usefixtures("second_factor_required")
def test_the_session_begins_with_the_code_and_under_a_new_key(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        with_second_factor(with_password(cast.clerk.user))
        clock.shift(timedelta(minutes=1))
        program = Program()
        found = program.sign_in("clerk", PASSWORD).json()
        assert (found["is_signed_in"], found["next"], found["name"]) == (False, "second_factor", "")
        refused(program.get("batches/"), 401, "NOT_AUTHENTICATED")
        before = program.client.session.session_key
        refused(program.post("session/second-factor/", {"code": "000000"}), 422, "CODE_WRONG")
        code = code_at(cast.clerk.user, NOW + timedelta(minutes=1))
        done = program.post("session/second-factor/", {"code": code}).json()
        assert done["is_signed_in"] and done["recovery_codes"] == []
        assert program.client.session.session_key != before
        assert program.get("batches/").status_code == 200


@pytest.mark.usefixtures("second_factor_required")
def test_a_recovery_code_opens_once(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        code = with_second_factor(with_password(cast.clerk.user))[0]
        for expected in (200, 422):
            program = Program()
            program.sign_in("clerk", PASSWORD)
            assert program.post("session/second-factor/", {"code": code}).status_code == expected


@pytest.mark.usefixtures("second_factor_required")
def test_staff_bind_a_phone_before_they_are_in(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        with_password(cast.clerk.user)
        program = Program()
        assert program.sign_in("clerk", PASSWORD).json()["next"] == "enrolment"
        offered = program.post("session/enrolment/").json()
        assert offered["secret"] in offered["address"]
        done = program.post("session/second-factor/", {"code": code_at(cast.clerk.user, NOW)}).json()
        assert done["is_signed_in"] and len(done["recovery_codes"]) == 10
        assert program.get("batches/").status_code == 200


def test_a_code_without_a_password_before_it_opens_nothing(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        with_second_factor(with_password(cast.clerk.user))
        code = {"code": code_at(cast.clerk.user, NOW)}
        refused(Program().post("session/second-factor/", code), 403, "SIGN_IN_NOT_BEGUN")
        refused(Program().post("session/enrolment/"), 403, "SIGN_IN_NOT_BEGUN")
        program = Program()
        program.sign_in("clerk", PASSWORD)
        clock.shift(timedelta(minutes=6))
        refused(program.post("session/second-factor/", code), 403, "SIGN_IN_NOT_BEGUN")


def test_somebody_with_two_roles_chooses_after_signing_in(cast: Cast) -> None:
    with_password(cast.clerk.user)
    member = grant_membership(
        actor=INSTALLER, user=cast.clerk.user, organisation=cast.bureau, role=Role.FINANCE, day=FIRST_DAY
    )
    program = Program()
    found = program.sign_in("clerk", PASSWORD).json()
    assert (found["next"], found["acting"], len(found["memberships"])) == ("role", None, 2)
    refused(program.get("batches/"), 403, "ROLE_NOT_CHOSEN")
    assert program.post("session/role/", {"membership": member.pk}).status_code == 200
    assert program.get("session/").json()["acting"]["role"] == "finance"


def test_an_expired_password_is_renewed_over_the_api(cast: Cast, settings: Any) -> None:
    settings.PASSWORD_MAX_DAYS = 90
    new = "seven-loud-kettles-sing-3"
    with time_machine.travel(NOW, tick=False) as clock:
        with_password(cast.hr.user)
        clock.shift(timedelta(days=91))
        program = Program()
        program.sign_in("hr", PASSWORD)
        assert refused(program.get("employments/"), 403, "PASSWORD_EXPIRED")["fix"]
        refused(program.post("session/password/", {"old": WRONG, "new": new}), 422, "PASSWORD_WRONG")
        refused(program.post("session/password/", {"old": PASSWORD, "new": "short"}), 422, "PASSWORD_WEAK")
        assert program.post("session/password/", {"old": PASSWORD, "new": new}).json()["is_signed_in"]
        assert program.get("employments/").status_code == 200
        assert Program().sign_in("hr", new).status_code == 200


def test_tries_from_one_source_are_counted(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("api.throttles.SignInThrottle.rate", "3/min", raising=False)
    program = Program()
    for name in ("one", "two", "three"):
        refused(program.sign_in(name, WRONG), 422, "SIGN_IN_WRONG")
    refused(program.sign_in("four", WRONG), 429, "THROTTLED")
