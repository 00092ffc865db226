"""Many at once against one code and one telephone: one session, one text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from park_workers.foundation.jobs import Job
from park_workers.models import Membership, OneTimeCode
from park_workers.services.own_phones import STRANGER, person_with_code
from park_workers.services.phone_codes import Purpose, ask_for_code
from tests.accounts.phones import PHONE, last_code, with_phone
from tests.attacks.threads import at_once, database_refuses
from tests.conftest import Cast, make_member


def _sent(settings: Any, folder: Path) -> Path:
    settings.CODE_SENDER, settings.CODE_FILE = "file", str(folder / "texts.log")
    return folder / "texts.log"


def test_fifty_tries_of_one_code_are_one_way_in(committed_cast: Cast, settings: Any, tmp_path: Path) -> None:
    file = _sent(settings, tmp_path)
    with_phone(committed_cast.hr)
    row = ask_for_code(actor=STRANGER, purpose=Purpose.SIGN_IN, phone=PHONE, now=timezone.now())
    code, now = last_code(file, PHONE), timezone.now()
    tries = [lambda: person_with_code(actor=STRANGER, reference=row.reference, code=code, now=now)] * 50
    outcomes = at_once(tries)
    assert len(outcomes.done) == 1 and set(outcomes.codes) <= {"CODE_WRONG", "CODE_ENDED"}
    assert OneTimeCode.objects.get().tries <= 5


def test_fifty_wrong_guesses_at_once_count_as_five(committed_cast: Cast, settings: Any, tmp_path: Path) -> None:
    file = _sent(settings, tmp_path)
    with_phone(committed_cast.hr)
    row = ask_for_code(actor=STRANGER, purpose=Purpose.SIGN_IN, phone=PHONE, now=timezone.now())
    code, now = last_code(file, PHONE), timezone.now()
    guesses = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, 51)]
    calls = [
        lambda guess=guess: person_with_code(actor=STRANGER, reference=row.reference, code=guess, now=now)
        for guess in guesses
    ]
    outcomes = at_once(calls)
    assert not outcomes.done and outcomes.codes.count("CODE_WRONG") == 5


def test_fifty_who_ask_at_once_for_one_telephone_are_sent_one_text(
    committed_cast: Cast, settings: Any, tmp_path: Path
) -> None:
    _sent(settings, tmp_path)
    with_phone(committed_cast.hr)
    now = timezone.now()
    calls = [lambda: ask_for_code(actor=STRANGER, purpose=Purpose.SIGN_IN, phone=PHONE, now=now)] * 50
    outcomes = at_once(calls)
    assert len(outcomes.done) == 1 and set(outcomes.codes) == {"CODE_TOO_SOON"}
    assert Job.objects.filter(kind="texts.send_code").count() == 1


def test_the_database_knows_one_owner_for_each_enterprise(committed_cast: Cast) -> None:
    hr = committed_cast.hr
    other = make_member("colleague", hr.organisation, hr.role)  # type: ignore[arg-type]
    Membership.objects.filter(pk=hr.pk).update(is_owner=True)
    guard = "one_live_owner" if connection.vendor == "postgresql" else "organisation_id"
    true = "TRUE" if connection.vendor == "postgresql" else "1"
    database_refuses(guard, f"UPDATE park_workers_membership SET is_owner = {true} WHERE id = %s", other.pk)
