"""Worker cards: issued, revoked, replaced; and what a scanned one says today."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.links import open_reference
from park_workers.foundation.workflow import move
from park_workers.models import Enterprise, Membership, PostSpan, Worker, WorkerCard
from park_workers.permissions import check_can_keep_cards
from park_workers.services.posters import withdrawal_reason


@dataclass(frozen=True)
class Standing:
    """What a card says on a day: `state` is employed, left or revoked; `trade` only while employed."""

    state: str
    label: str
    trade: str = ""


EMPLOYED, LEFT, REVOKED = "employed", "left", "revoked"
LABELS = {EMPLOYED: "在职", LEFT: "已离职", REVOKED: "已作废"}


def standing_card(worker: Worker, enterprise: Enterprise) -> WorkerCard | None:
    """The card that this person bears at this enterprise now."""
    person = worker.canonical_id
    borne = WorkerCard.objects.standing().filter(
        Q(worker=person) | Q(worker__merged_into=person), enterprise=enterprise
    )
    found: WorkerCard | None = borne.order_by("-pk").first()
    return found


def card_of(signed: str) -> WorkerCard | None:
    """The card of a scanned code, good or revoked; None when the code was not given out here as a card's."""
    reference = open_reference(signed, purpose=WorkerCard.PURPOSE)
    if reference is None:
        return None
    seen = WorkerCard.objects.select_related("worker", "enterprise__organisation", "enterprise__bureau", "replaced_by")
    found: WorkerCard | None = seen.filter(reference=reference).first()
    return found


def standing_on(card: WorkerCard, day: date) -> Standing:
    """What the card says on a day, looked up and never remembered."""
    if card.status != WorkerCard.Status.VALID:
        return Standing(REVOKED, LABELS[REVOKED])
    work = card.employments().employed_on(day).order_by("-hired_on").first()
    if work is None:
        return Standing(LEFT, LABELS[LEFT])
    post = PostSpan.objects.filter(employment=work, starts_on__lte=day).order_by("-starts_on", "-pk").first()
    return Standing(EMPLOYED, LABELS[EMPLOYED], post.trade if post else "")


def check_employed(worker: Worker, enterprise: Enterprise, day: date) -> None:
    """The person works at the enterprise on a day, under whichever record; RuleViolation NOT_EMPLOYED otherwise."""
    person = WorkerCard(worker=worker, enterprise=enterprise)
    if not person.employments().employed_on(day).exists():
        raise RuleViolation("NOT_EMPLOYED", "此人目前不在本企业在职，不能办理工牌", "请先登记入职，或核对离职日期")


def _take_turns(enterprise: Enterprise) -> None:
    """Two who give out cards of one enterprise at once find each other's, not an error of the database."""
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)


@transaction.atomic
def issue_card(*, actor: Membership, worker: Worker, enterprise: Enterprise, day: date) -> WorkerCard:
    """Give a person employed on `day` a card; the one that stands already is given again.

    Raises PermissionRefused; RuleViolation NOT_EMPLOYED.
    """
    check_can_keep_cards(actor, enterprise)
    check_employed(worker, enterprise, day)
    _take_turns(enterprise)
    return standing_card(worker, enterprise) or _issue(actor, worker.canonical_id, enterprise, day, None)


@transaction.atomic
def issue_cards(*, actor: Membership, enterprise: Enterprise, workers: Collection[int], day: date) -> int:
    """Give each of these people a card who has none; whoever calls has seen that they are employed.  Returns how many were new.

    One event with count and digest of the references.  Raises PermissionRefused.
    """
    check_can_keep_cards(actor, enterprise)
    _take_turns(enterprise)
    seen = WorkerCard.objects.standing().filter(enterprise=enterprise)
    have = {merged or own for own, merged in seen.values_list("worker_id", "worker__merged_into_id")}
    cards = [
        WorkerCard(status="valid", worker_id=pk, enterprise=enterprise, issued_on=day, recorded_by=actor)
        for pk in sorted(set(workers) - have)
    ]
    WorkerCard.objects.bulk_create(cards, batch_size=500)
    if cards:
        digest = hashlib.sha256(",".join(card.reference for card in cards).encode()).hexdigest()
        changes = {"count": len(cards), "digest": digest}
        record_event(actor=actor, code="card.issued", subject=enterprise, changes=changes, day=day)
    return len(cards)


@transaction.atomic
def revoke_card(*, actor: Membership, card: WorkerCard, reason: str) -> None:
    """From now on the card says 已作废.  Raises PermissionRefused, TransitionRefused; RuleViolation REASON_MISSING."""
    check_can_keep_cards(actor, card.enterprise)
    stated = withdrawal_reason(reason)
    fields = {"revoked_at": timezone.now(), "revoked_by": actor, "revoke_reason": stated}
    move(card, "revoke", actor=actor, note=stated, with_fields=fields)


@transaction.atomic
def replace_card(*, actor: Membership, card: WorkerCard, reason: str, day: date) -> WorkerCard:
    """Revoke a card and issue the one in its place.  Raises as `revoke_card` and `issue_card` do."""
    check_employed(card.worker, card.enterprise, day)
    _take_turns(card.enterprise)
    revoke_card(actor=actor, card=card, reason=reason)
    return _issue(actor, card.worker.canonical_id, card.enterprise, day, card)


def _issue(
    actor: Membership, worker_id: int, enterprise: Enterprise, day: date, before: WorkerCard | None
) -> WorkerCard:
    card: WorkerCard = WorkerCard.objects.create(
        status=WorkerCard.Status.VALID, worker_id=worker_id, enterprise=enterprise, issued_on=day, recorded_by=actor,
        replaces=before,
    )  # fmt: skip
    record_event(actor=actor, code="card.issued", subject=card, to_state=WorkerCard.Status.VALID, day=day)
    return card
