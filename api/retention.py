"""How long the door remembers the answers it has given: a retry comes within days, not years."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from api.models import IdempotencyKey
from park_workers.foundation.jobs import tick

#: rows deleted at a time: whoever writes a new key meanwhile waits for no more than these
CHUNK = 5_000


def forget_answers(*, before: datetime) -> int:
    """Delete keys of requests, and their answers, recorded before an instant; returns how many.

    The effect of such a request stands; the same key sent again would be a new request.
    """
    count, old = 0, IdempotencyKey.objects.filter(recorded_at__lt=before).order_by("recorded_at")
    while numbers := list(old.values_list("pk", flat=True)[:CHUNK]):
        count += IdempotencyKey.objects.filter(pk__in=numbers).delete()[0]
    return count


@tick("api.forget_answers")
def forget_old_answers() -> int:
    """Every hour: answers older than `YXT_ANSWER_DAYS`."""
    return forget_answers(before=timezone.now() - timedelta(days=settings.ANSWER_DAYS))
