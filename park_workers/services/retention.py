"""How long it is kept who signed in from where, and who tried; the audit log keeps its own events for good."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.jobs import tick
from park_workers.models import SignIn

CLEANER = SystemActor("登录记录清理")


@transaction.atomic
def forget_sign_ins(*, actor: Actor, before: datetime) -> dict[str, int]:
    """Delete sign-ins begun, and wrong tries made, before an instant; one event says how many when there were any.

    A lock that still holds is younger than any retention: nobody's lock opens by this.
    """
    gone = {
        "sign_ins": SignIn.objects.filter(signed_in_at__lt=before).delete()[0],
        "tries": sum(
            table.objects.filter(attempt_time__lt=before).delete()[0]
            for table in (AccessAttempt, AccessFailureLog, AccessLog)
        ),
    }
    if any(gone.values()):
        record_event(
            actor=actor, code="sign_in.forgotten", subject=None, changes={**gone, "before": before.isoformat()}
        )
    return gone


@tick("park_workers.forget_sign_ins")
def forget_old_sign_ins() -> dict[str, int]:
    """Every hour: sign-ins and wrong tries older than `YXT_SIGN_IN_DAYS`, at the least a day."""
    days = max(1, settings.SIGN_IN_DAYS)
    return forget_sign_ins(actor=CLEANER, before=timezone.now() - timedelta(days=days))
