"""Signatures on a submitted batch: review and approval by different persons, none of whom made or edited it (I3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from subsidies.models import Batch, Calculation, LineDecision, Review
from subsidies.services.dispositions import check_not_before
from subsidies.services.entitlements import release_reservations
from subsidies.services.included_lines import check_totals, list_digest


def made_or_edited(*, person_id: int, batch: Batch, besides: Collection[str] = ()) -> bool:
    """Whether the person computed, submitted or decided lines of the batch (kinds in `besides` do not count), in any role."""
    computed = Calculation.objects.filter(batch=batch, computed_by=person_id)
    decided = LineDecision.objects.filter(line__calculation__batch=batch, recorded_by__user=person_id)
    decided = decided.exclude(kind__in=besides)
    return batch.submitted_by_id == person_id or computed.exists() or decided.exists()


def _check_signer(actor: Membership, batch: Batch, word: str) -> None:
    """Friendly words before the database's own guards speak."""
    check_own_organisation(actor, batch.bureau_id, word)
    if made_or_edited(person_id=actor.person_id, batch=batch):
        raise PermissionRefused(
            "MAKER_MAY_NOT_REVIEW", f"您测算、提交或处理过本批次，不能再办理“{word}”", "请由未经手本批次的同事办理"
        )
    if Review.objects.filter(batch=batch, round=batch.round, reviewer=actor.person_id).exists():
        raise PermissionRefused("ALREADY_SIGNED", "您在本轮已签署过，同一人不能签署两次", "请由另一位同事办理")


def _sign(
    *,
    actor: Membership,
    batch: Batch,
    step: Review.Step,
    is_passed: bool,
    note: str,
    day: date,
    seen_version: int | None,
) -> Batch:
    """One verdict; the batch moves on when as many different persons have passed it as the amount asks for."""
    action = "pass_review" if step == Review.Step.REVIEW else "approve"
    # The row is locked: of two signatures at once the second counts the first.
    batch = Batch.objects.select_for_update(of=("self",)).select_related("current").get(pk=batch.pk)
    if seen_version is not None and seen_version != batch.version:
        raise TransitionRefused("VERSION_CHANGED", "该批次刚被他人办理过，本次操作未生效", "请刷新页面核对后再办理")
    word = check_can_move(batch, action, actor=actor).label
    _check_signer(actor, batch, word)
    note = note.strip()
    if not is_passed and not note:
        raise RuleViolation("NOTE_MISSING", "退回时须写明原因", "请填写退回原因")
    check_not_before(day, batch.submitted_on if step == Review.Step.REVIEW else batch.reviewed_on, "上一环节日期")
    check_totals(batch)
    assert batch.current is not None
    Review.objects.create(
        batch=batch, round=batch.round, step=step, reviewer_id=actor.person_id, reviewed_on=day, note=note[:300],
        verdict=Review.Verdict.PASSED if is_passed else Review.Verdict.RETURNED, digest_seen=batch.current.digest,
        recorded_by=actor,
    )  # fmt: skip
    if not is_passed:
        release_reservations(actor=actor, batch=batch, reason=f"退回：{note}", day=day)
        move(batch, "return", actor=actor, note=note, day=day)
        return batch
    _count_and_move(actor, batch, step, action, note, day)
    return batch


def _count_and_move(actor: Membership, batch: Batch, step: Review.Step, action: str, note: str, day: date) -> None:
    seen = Review.objects.filter(batch=batch, round=batch.round, step=step, verdict=Review.Verdict.PASSED).count()
    needed = (batch.reviews_required if step == Review.Step.REVIEW else batch.approvals_required) or 1
    signatures = {"signatures": seen, "needed": needed}
    if seen < needed:
        record_event(
            actor=actor, code=f"batch.{step.value}_signed", subject=batch, day=day, note=note, changes=signatures
        )
        return
    fields = (
        {"reviewed_on": day}
        if step == Review.Step.REVIEW
        else {"approved_on": day, "list_digest": list_digest(batch)}
    )  # fmt: skip
    move(batch, action, actor=actor, note=note, day=day, changes=signatures, with_fields=fields)


@transaction.atomic
def review_batch(
    *, actor: Membership, batch: Batch, is_passed: bool, note: str, day: date, seen_version: int | None = None
) -> Batch:
    """Review (复核) a submitted batch: pass it, or return it with a reason, which frees its people and money.

    Raises PermissionRefused for makers, other roles and second signatures; TransitionRefused when it has moved on.
    """
    return _sign(
        actor=actor, batch=batch, step=Review.Step.REVIEW, is_passed=is_passed, note=note, day=day,
        seen_version=seen_version,
    )  # fmt: skip


@transaction.atomic
def approve_batch(
    *, actor: Membership, batch: Batch, is_passed: bool, note: str, day: date, seen_version: int | None = None
) -> Batch:
    """Approve (审批) a reviewed batch, or return it; the last signature needed freezes the list's digest.

    Raises as `review_batch`.
    """
    return _sign(
        actor=actor, batch=batch, step=Review.Step.APPROVAL, is_passed=is_passed, note=note, day=day,
        seen_version=seen_version,
    )  # fmt: skip
