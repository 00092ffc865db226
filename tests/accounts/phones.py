"""Codes as people get them: the last one in the file of the file sender."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from django.test import Client
from django.utils import timezone

from park_workers.models import CodeAllowance, Membership, User
from park_workers.services.acting import PersonActor
from park_workers.services.own_phones import bind_phone

PHONE, OTHER = "13900000001", "13900000002"


def with_phone(member: Membership, phone: str = PHONE, now: datetime | None = None) -> User:
    """Somebody whose telephone is known."""
    return bind_phone(actor=PersonActor(member.user), user=member.user, phone=phone, now=now or timezone.now())


def texts_to(file: Path, phone: str) -> list[str]:
    """What was sent to a telephone."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [line.partition("\t")[2] for line in lines if line.startswith(phone + "\t")]


def last_code(file: Path, phone: str) -> str:
    """The six digits of the last text."""
    found = re.search(r"验证码 (\d{6})", texts_to(file, phone)[-1])
    assert found is not None
    return found[1]


def a_minute_passes() -> None:
    """The next code may be asked for."""
    CodeAllowance.objects.update(next_at=timezone.now())


def in_by_code(phone: str, file: Path, client: Client | None = None) -> Client:
    """Through the door with a code."""
    client = client or Client()
    a_minute_passes()
    assert client.post("/log-in/by-phone/", {"phone": phone}).status_code == 302
    answer = client.post("/log-in/by-phone/code/", {"code": last_code(file, phone)})
    assert answer.status_code == 302, answer.content.decode()
    return client
