"""What is forgotten in time, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as plain_settings
from django.test import Client

from api import retention
from api.models import IdempotencyKey
from api.retention import forget_answers
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import run_tick
from park_workers.models import SignIn
from park_workers.services.retention import CLEANER, forget_sign_ins
from tests.accounts.conftest import NOW, enter, signed_in
from tests.api.doors import Doors
from tests.conftest import Cast
from tests.park_workers.test_employments import HIRE

pytestmark = pytest.mark.django_db
BODY = {key: value for key, value in HIRE.items() if key != "day"} | {
    key: str(HIRE[key]) for key in ("hired_on", "contract_starts_on", "contract_ends_on") if key in HIRE
}


def test_answers_are_forgotten_from_a_day_on_and_only_they(
    cast: Cast, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    with time_machine.travel(NOW, tick=False) as clock:
        door = doors(cast.hr)
        for name in ("12345678", "22345678", "32345678"):
            IdempotencyKey.objects.create(owner="public", key=name, operation="POST /", body_digest="x")
        clock.shift(timedelta(days=2))
        assert door.post("employments/", BODY, key="the-same-key").status_code == 201
        assert forget_answers(before=NOW) == 0
        assert forget_answers(before=NOW + timedelta(days=1)) == 3
        assert door.post("employments/", BODY, key="the-same-key")["Idempotency-Replayed"] == "true"
        assert forget_answers(before=NOW + timedelta(days=3)) == 1
        assert "Idempotency-Replayed" not in door.post("employments/", BODY, key="the-same-key")


def test_sign_ins_and_wrong_tries_are_forgotten_with_one_event(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        signed_in(cast.clerk)
        clock.shift(timedelta(days=10))
        signed_in(cast.clerk)
        enter(Client(), "nobody", "wrong-wrong-wrong")
        assert forget_sign_ins(actor=CLEANER, before=NOW) == {"sign_ins": 0, "tries": 0}
        assert not AuditEvent.objects.filter(code="sign_in.forgotten").exists()
        assert forget_sign_ins(actor=CLEANER, before=NOW + timedelta(days=1)) == {"sign_ins": 1, "tries": 0}
        assert (SignIn.objects.count(), AccessAttempt.objects.count()) == (1, 1)
        assert forget_sign_ins(actor=CLEANER, before=NOW + timedelta(days=11)) == {"sign_ins": 1, "tries": 1}
        events = AuditEvent.objects.filter(code="sign_in.forgotten")
        assert sorted(event.changes["tries"] for event in events) == [0, 1]


def test_the_clock_runs_both_and_opens_no_lock(cast: Cast, settings: Any) -> None:
    settings.ANSWER_DAYS, settings.SIGN_IN_DAYS = 30, 0
    names = {schedule["kwargs"]["tick"] for schedule in plain_settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"api.forget_answers", "park_workers.forget_sign_ins"} <= names
    with time_machine.travel(NOW, tick=False) as clock:
        client = Client()
        for _ in range(5):
            enter(client, "clerk", "wrong-wrong-wrong")
        IdempotencyKey.objects.create(owner="public", key="12345678", operation="POST /", body_digest="x")
        clock.shift(timedelta(minutes=10))
        assert run_tick("park_workers.forget_sign_ins") == {"sign_ins": 0, "tries": 0}
        assert enter(client, "clerk").status_code == 429
        clock.shift(timedelta(days=31))
        assert run_tick("api.forget_answers") == 1
