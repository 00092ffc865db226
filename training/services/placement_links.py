"""The hires in which referrals end.  The first floor knows nothing of referrals: an employment that has appeared, by form, roster
or scan, is found by a query, by the clock and whenever somebody looks at the board or at what waits.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, connection, transaction

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import TransitionRefused
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import move
from park_workers.models import Employment
from training.models import PlacementChange, Referral, ReferralHire
from training.models.placements import LIVE

LINKER = SystemActor("就业推荐核对")
HIRED_ELSEWHERE = "本人已在其他企业入职"

#: the earliest employment of the person at that enterprise since the referral that no other referral has ended in; looked for
#: from the person, who has few employments, and not from the enterprise, which has many
_APPEARED = """
WITH live AS (
  SELECT r.id, r.enterprise_id, r.referred_on, COALESCE(w.merged_into_id, w.id) AS person
  FROM training_referral r JOIN park_workers_worker w ON w.id = r.worker_id WHERE r.status IN ({live}) {within}
), record AS (
  SELECT person, person AS id FROM live
  UNION SELECT live.person, w.id FROM live JOIN park_workers_worker w ON w.merged_into_id = live.person
)
SELECT live.id, e.id FROM live JOIN record ON record.person = live.person
JOIN park_workers_employment e ON e.worker_id = record.id AND e.enterprise_id = live.enterprise_id
  AND e.hired_on >= live.referred_on AND e.hired_on <= %s
WHERE NOT EXISTS (SELECT 1 FROM training_referralhire h WHERE h.employment_id = e.id)
ORDER BY live.id, e.hired_on, e.id
"""


def link_hires(*, actor: Actor = LINKER, day: date, enterprise_id: int | None = None) -> list[Referral]:
    """Every live referral whose person has begun at that enterprise becomes hired, with the employment; returns them.

    What other enterprises were still asked about the person is withdrawn.  Safe to run twice or by two at once.
    """
    within = "" if enterprise_id is None else "AND r.enterprise_id = %s"
    marks = ", ".join(["%s"] * len(LIVE))
    with connection.cursor() as cursor:
        parameters: list[date | str | int] = [*LIVE, *([] if enterprise_id is None else [enterprise_id]), day]
        cursor.execute(_APPEARED.format(live=marks, within=within), parameters)
        pairs = cursor.fetchall()
    linked: list[Referral] = []
    seen: set[int] = set()
    for referral_id, employment_id in pairs:
        if {referral_id, -employment_id} & seen:
            continue
        seen |= {referral_id, -employment_id}
        found = _link(actor, referral_id, employment_id, day)
        if found is not None:
            linked.append(found)
    return linked


def link_new_hires(*, day: date) -> None:
    """As `link_hires`, for whoever looks between two rounds of the clock: only if something has changed since the last one, which
    keeps placements first and links afterwards."""
    if PlacementChange.objects.exists():
        link_hires(day=day)


def _link(actor: Actor, referral_id: int, employment_id: int, day: date) -> Referral | None:
    """One link in a transaction of its own; None when another clock was faster."""
    try:
        with transaction.atomic():
            referral = Referral.objects.get(pk=referral_id)
            employment = Employment.objects.get(pk=employment_id)
            ReferralHire.objects.create(referral=referral, employment=employment, linked_on=day)
            changes = {"hired_on": str(employment.hired_on)}
            move(referral, "hire", actor=actor, day=day, changes=changes)
            others = Referral.objects.live().filter(worker=referral.worker_id).exclude(pk=referral.pk)
            for other in others:
                move(other, "withdraw", actor=actor, day=day, note=HIRED_ELSEWHERE, with_fields={"ended_on": day})
    except (IntegrityError, TransitionRefused):
        return None
    return referral


@tick("training.link_hires")
def link_hires_today() -> dict[str, int]:
    """The clock of referrals: today in Asia/Shanghai."""
    return {"linked": len(link_hires(day=business_day()))}
