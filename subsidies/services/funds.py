"""Money that came in for a year."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from subsidies.models import Appropriation
from subsidies.permissions import check_can_receive_appropriation


@transaction.atomic
def receive_appropriation(
    *, actor: Membership, source: str, year: int, amount_fen: int, day: date, note: str = ""
) -> Appropriation:
    """Book `amount_fen` (fen) of a source for a year; a second receipt adds to the first.

    The very same receipt again (day, amount, note) is the same receipt.  Raises PermissionRefused, RuleViolation.
    """
    check_can_receive_appropriation(actor)
    source = source.strip()
    if not source or amount_fen <= 0:
        raise RuleViolation("APPROPRIATION_INVALID", "资金来源为空或金额不是正数", "请填写资金来源和大于零的金额")
    where = {"bureau_id": actor.organisation_id, "source": source, "year": year}
    changes = {"source": source, "year": year, "amount_fen": amount_fen}
    known = Appropriation.objects.filter(**where).first()
    if known is None:
        try:
            with transaction.atomic():
                known = Appropriation.objects.create(
                    **where, amount_fen=amount_fen, received_on=day, note=note[:200], recorded_by=actor
                )
        except IntegrityError as error:
            raise RuleViolation("RECEIVED_MEANWHILE", "该资金刚由他人登记", "请刷新页面核对后再登记") from error
        record_event(actor=actor, code="appropriation.received", subject=known, note=note, day=day, changes=changes)
        return known
    if (known.received_on, known.amount_fen, known.note) == (day, amount_fen, note[:200]):
        return known
    Appropriation.objects.filter(pk=known.pk).update(
        amount_fen=F("amount_fen") + amount_fen, received_on=day, note=note[:200]
    )
    record_event(actor=actor, code="appropriation.increased", subject=known, note=note, day=day, changes=changes)
    known.refresh_from_db()
    return known
