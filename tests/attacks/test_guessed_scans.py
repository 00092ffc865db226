"""Ten thousand guesses at posters and receipts find nothing, and a source that guesses is soon told to wait."""

from __future__ import annotations

import random
import string

import pytest
from django.test import Client

from park_workers.models import Enterprise, ScanEntry
from park_workers.services.posters import issue_poster, poster_of
from park_workers.services.scan_entries import receipt_of
from tests.conftest import Cast
from tests.park_workers.test_scan_entries import DAY, waiting

pytestmark = pytest.mark.django_db
GUESSES = 10_000
SIGNS = string.ascii_lowercase + "234567"


def guesses(true: str) -> list[str]:
    """Half at random, half next to a true one: its reference with another signature, or one sign changed."""
    chance = random.Random(7)
    wild = ["".join(chance.choices(SIGNS, k=len(true))) for _ in range(GUESSES // 2)]
    near = []
    while len(near) < GUESSES - len(wild):
        at, sign = chance.randrange(len(true)), chance.choice(SIGNS)
        guess = true[:16] + "".join(chance.choices(SIGNS, k=13)) if len(near) % 2 else true[:at] + sign + true[at + 1 :]
        near += [guess] if guess != true else []
    return wild + near


def test_ten_thousand_guesses_find_no_receipt_and_no_poster(cast: Cast) -> None:
    entry = waiting(cast)
    assert receipt_of(entry.signed_reference) == entry
    assert not any(receipt_of(guess) for guess in guesses(entry.signed_reference))
    assert receipt_of(entry.reference) is None and receipt_of(entry.poster.signed_reference) is None
    assert poster_of(entry.poster.signed_reference) == entry.poster
    assert not any(poster_of(guess) for guess in guesses(entry.poster.signed_reference))


def test_who_guesses_receipts_is_told_to_wait_and_others_are_not(cast: Cast) -> None:
    entry, client = waiting(cast), Client()
    answers = [client.get(f"/s/receipt/{guess}/").status_code for guess in guesses(entry.signed_reference)[-400:]]
    assert set(answers) == {404, 429} and answers.count(404) <= 60
    assert client.get(f"/s/receipt/{entry.signed_reference}/", REMOTE_ADDR="198.51.100.7").status_code == 200


def test_who_tries_numbers_at_a_poster_is_asked_a_captcha_then_told_to_wait(cast: Cast) -> None:
    poster = issue_poster(actor=cast.hr, enterprise=Enterprise.objects.get(pk=cast.alpha.pk), day=DAY)
    client, address = Client(), f"/s/{poster.signed_reference}/"
    token = client.get(address).context["screen"].token
    statuses = [client.post(address, {"screen": token, "id_number": f"{n:018}"}).status_code for n in range(310)]
    assert set(statuses[:300]) == {422} and set(statuses[300:]) == {429}
    assert not ScanEntry.objects.exists()
