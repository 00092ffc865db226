"""A captcha counts once: its number is written down when it is answered, rightly or not."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from park_workers.foundation.captcha import open_token
from park_workers.models import SpentCaptcha


def passes_captcha(token: str, answer: str, *, form_key: str) -> bool:
    """Whether this is a right answer, given in time, for this form and for the first time.

    No event of the log: nothing of the business changes, and the numbers go after a day.
    """
    question = open_token(token)
    if question is None or question.form_key != form_key:
        return False
    try:
        with transaction.atomic():
            SpentCaptcha.objects.create(nonce=question.nonce)
    except IntegrityError:
        return False
    return question.is_answered_by(answer)
