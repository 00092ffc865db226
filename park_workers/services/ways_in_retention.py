"""How long one-time codes, invitations and decided requests keep a telephone and a licence; the audit log keeps its own events."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.jobs import tick
from park_workers.models import AccountRequest, CodeAllowance, ColleagueInvitation, OneTimeCode

CLEANER = SystemActor("验证码与申请清理")
CODES_KEPT = timedelta(days=2)


@transaction.atomic
def forget_ways_in(*, actor: Actor, codes_before: datetime, requests_before: datetime) -> dict[str, int]:
    """Delete old codes; take telephone and licence out of requests and invitations that ended before an instant."""
    decided = AccountRequest.objects.filter(decided_at__lt=requests_before).exclude(phone="")
    files = [request.licence for request in decided.select_related("licence") if request.licence]
    gone = {
        "codes": OneTimeCode.objects.filter(recorded_at__lt=codes_before).delete()[0],
        "allowances": CodeAllowance.objects.filter(next_at__lt=codes_before).delete()[0],
        "requests": decided.update(phone="", phone_hash="", licence=None),
        "invitations": ColleagueInvitation.objects.filter(expires_at__lt=requests_before)
        .exclude(phone="").update(phone="", phone_hash=""),
    }  # fmt: skip
    for file in files:
        path = file.path
        file.delete()
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))
    if any(gone.values()):
        record_event(actor=actor, code="sign_in.forgotten", subject=None, changes=dict(gone))
    return gone


@tick("park_workers.forget_ways_in")
def forget_old_ways_in() -> dict[str, int]:
    """Every hour."""
    now = timezone.now()
    days = timedelta(days=max(1, settings.ACCOUNT_REQUEST_DAYS))
    return forget_ways_in(actor=CLEANER, codes_before=now - CODES_KEPT, requests_before=now - days)
