"""What stays behind of a score that was sealed over the API: answers kept for client keys, refusals, logs."""

from __future__ import annotations

import hashlib
import json
import logging

import pytest

from api.client_keys import issue_client_key
from api.models import IdempotencyKey
from park_workers.foundation.audit import sm3
from tests.api.doors import Door
from tests.api.test_whole_batch import on
from tests.attacks.test_sealed_scores import MARKS, tells
from tests.conftest import FIRST_DAY, Cast
from tests.training.reviews import Day, set_review, take_review_to


@pytest.mark.django_db
def test_what_is_kept_and_logged_of_a_sealing_is_the_receipt_alone(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer kept for a client key, the answer to the key sent again, refusals, and every line of the log meanwhile."""
    review = take_review_to(set_review(cast, candidates=1, experts=3, size=3), "scoring")
    expert = review.member(review.seats()[0])
    door = Door(expert, issue_client_key(actor=expert, name="k", day=FIRST_DAY)[1])
    body = {"round": review.round.pk, "number": 1, "marks": MARKS}
    with caplog.at_level(logging.DEBUG), on(Day.REVIEW):
        made, again = (door.post("score-sheets/", body, key="sealed-once") for _ in range(2))
        other = door.post("score-sheets/", body | {"marks": {"item-1": 78, "item-2": 47}}, key="sealed-once")
        twice = door.post("score-sheets/", body, key="sealed-twice")
    assert made.status_code == 201 and again.json() == made.json() and again["Idempotency-Replayed"] == "true"
    assert (other.status_code, twice.status_code) == (409, 409)
    kept = IdempotencyKey.objects.get(key="sealed-once")
    told = [
        kept.open_answer(),
        kept.body_digest,
        *(one.content.decode() for one in (made, again, other, twice)),
        caplog.text,
    ]  # type: ignore[attr-defined]
    for text in told:
        assert not tells(text) and "marks" not in text and "'item-1'" not in text, text[:200]
    plain = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    assert kept.body_digest not in {hashlib.sha256(plain).hexdigest(), sm3(plain.decode())}, (
        "nobody finds marks by trying them all"
    )
