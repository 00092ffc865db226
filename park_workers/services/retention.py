"""How long it is kept who signed in from where and who tried, and what workers wrote on a scan screen; the audit log stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.business_day import business_day
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import move
from park_workers.models import ScanEntry, SignIn, SpentCaptcha

CLEANER = SystemActor("登录记录清理")
SCAN_CLEANER = SystemActor("扫码登记清理")
#: entries ended in one run, each with an event of its own; the next run takes the rest
AT_A_TIME = 500


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


@transaction.atomic
def expire_scan_entries(*, actor: SystemActor, entered_before: date, day: date) -> int:
    """Entries by scan nobody has decided on and that were written before a day; returns how many expired."""
    waiting = ScanEntry.objects.waiting().filter(entered_on__lt=entered_before).order_by("pk")[:AT_A_TIME]
    expired = list(waiting.select_for_update())
    for entry in expired:
        move(entry, "expire", actor=actor, day=day, with_fields={"ended_on": day})
    return len(expired)


@transaction.atomic
def erase_scan_entries(*, actor: SystemActor, ended_before: date, day: date) -> int:
    """Empty names, numbers and phones of entries that ended before a day; what they led to stays.  Returns how many."""
    old = ScanEntry.objects.exclude(status="waiting").filter(erased_on__isnull=True, ended_on__lt=ended_before)
    erased = old.update(person_key="", id_number="", phone="", phone_hash="", name="", erased_on=day)
    if erased:
        record_event(actor=actor, code="scan_entry.erased", subject=None, day=day, changes={"count": erased})
    return erased


@tick("park_workers.end_scan_entries")
def end_old_scan_entries() -> dict[str, int]:
    """Every hour: entries past `YXT_SCAN_WAIT_DAYS` expire, those ended `YXT_SCAN_ENTRY_DAYS` ago are emptied; used captchas go."""
    day = business_day()
    waited = day - timedelta(days=max(1, settings.SCAN_WAIT_DAYS))
    kept = day - timedelta(days=max(1, settings.SCAN_ENTRY_DAYS))
    SpentCaptcha.objects.filter(spent_at__lt=timezone.now() - timedelta(days=1)).delete()
    return {
        "expired": expire_scan_entries(actor=SCAN_CLEANER, entered_before=waited, day=day),
        "erased": erase_scan_entries(actor=SCAN_CLEANER, ended_before=kept, day=day),
    }
