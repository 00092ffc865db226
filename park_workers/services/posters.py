"""The QR poster of an enterprise: issued, revoked, replaced; opened again by what its code holds."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.links import open_reference
from park_workers.foundation.workflow import move
from park_workers.models import Enterprise, Membership, Poster
from park_workers.permissions import check_can_keep_poster
from park_workers.services.reasons import stated_reason

LEAST_REASON = 2


def withdrawal_reason(reason: str) -> str:
    """A reason that says something; raises RuleViolation REASON_MISSING."""
    fix = "请选择或填写原因，如“海报遗失”"
    return stated_reason(reason, "没有填写原因", fix, least=LEAST_REASON, longest=200)


def standing_poster(enterprise: Enterprise) -> Poster | None:
    """The poster that may hang now."""
    found: Poster | None = Poster.objects.standing().filter(enterprise=enterprise).first()
    return found


def poster_of(signed: str) -> Poster | None:
    """The poster of a scanned code, standing or revoked; None when the code was not given out here as a poster's."""
    reference = open_reference(signed, purpose=Poster.PURPOSE)
    if reference is None:
        return None
    seen = Poster.objects.select_related("enterprise__organisation", "enterprise__bureau", "replaced_by")
    found: Poster | None = seen.filter(reference=reference).first()
    return found


@transaction.atomic
def issue_poster(*, actor: Membership, enterprise: Enterprise, day: date) -> Poster:
    """Give an enterprise its poster; the one that stands already is given again.  Raises PermissionRefused."""
    check_can_keep_poster(actor, enterprise)
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    return standing_poster(enterprise) or _issue(actor, enterprise, day, None)


@transaction.atomic
def revoke_poster(*, actor: Membership, poster: Poster, reason: str) -> None:
    """From now on the code leads nowhere.  Raises PermissionRefused, TransitionRefused; RuleViolation REASON_MISSING."""
    check_can_keep_poster(actor, poster.enterprise)
    stated = withdrawal_reason(reason)
    fields = {"revoked_at": timezone.now(), "revoked_by": actor, "revoke_reason": stated}
    move(poster, "revoke", actor=actor, note=stated, with_fields=fields)


@transaction.atomic
def replace_poster(*, actor: Membership, poster: Poster, reason: str, day: date) -> Poster:
    """Revoke a poster and issue the one in its place.  Raises as `revoke_poster` does."""
    revoke_poster(actor=actor, poster=poster, reason=reason)
    return _issue(actor, poster.enterprise, day, poster)


def _issue(actor: Membership, enterprise: Enterprise, day: date, before: Poster | None) -> Poster:
    poster: Poster = Poster.objects.create(
        status=Poster.Status.VALID, enterprise=enterprise, issued_on=day, recorded_by=actor, replaces=before
    )
    record_event(actor=actor, code="poster.issued", subject=poster, to_state=Poster.Status.VALID, day=day)
    return poster
