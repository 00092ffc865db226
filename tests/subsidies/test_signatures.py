"""Review and approval: by whom, how many, and what a return does."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Membership, Role
from park_workers.services.memberships import grant_membership
from subsidies.models import Batch, Entitlement
from subsidies.services.batches import submit_batch
from subsidies.services.reviews import approve_batch, review_batch
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, set_stage, take_to


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "submitted")


def in_role(stage: Stage, name: str, role: Role) -> Membership:
    user = getattr(stage.cast, name).user
    return grant_membership(actor=INSTALLER, user=user, organisation=stage.cast.bureau, role=role, day=FIRST_DAY)


def review(stage: Stage, actor: Membership, *, is_passed: bool = True, note: str = "", **more: int) -> Batch:
    return review_batch(
        actor=actor, batch=stage.batch, is_passed=is_passed, note=note, day=Day.REVIEWED, seen_version=more.get("seen")
    )


def approve(stage: Stage, actor: Membership) -> Batch:
    return approve_batch(actor=actor, batch=stage.batch, is_passed=True, note="", day=Day.REVIEWED)


def test_the_maker_does_not_review_in_another_role_either(stage: Stage) -> None:
    with pytest.raises(PermissionRefused) as refusal:
        review(stage, in_role(stage, "clerk", Role.REVIEWER))
    assert refusal.value.code == "MAKER_MAY_NOT_REVIEW"


def test_the_reviewer_does_not_approve_as_well(stage: Stage) -> None:
    both = in_role(stage, "reviewer", Role.APPROVER)
    review(stage, stage.cast.reviewer)
    with pytest.raises(PermissionRefused) as refusal:
        approve(stage, both)
    assert refusal.value.code == "ALREADY_SIGNED"


def test_two_approvals_are_two_persons(cast: Cast) -> None:
    stage = take_to(set_stage(cast, amount_yuan=150_000, yuan=1_000_000), "reviewed")
    assert approve(stage, cast.approver_1).status == "reviewed"
    with pytest.raises(PermissionRefused):
        approve(stage, cast.approver_1)
    assert approve(stage, cast.approver_2).status == "approved"


def test_a_return_needs_a_reason_frees_everything_and_keeps_the_history(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as refusal:
        review(stage, stage.cast.reviewer, is_passed=False)
    assert refusal.value.code == "NOTE_MISSING"
    assert review(stage, stage.cast.reviewer, is_passed=False, note="名单有误").status == "computed"
    assert stage.money == (0, 0)
    assert Entitlement.objects.filter(voided_at=None).count() == 0
    assert Entitlement.objects.filter(void_reason="退回：名单有误").count() == 3
    again = submit_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.REVIEWED)
    assert (again.round, stage.money) == (2, (6000, 0))
    assert review(stage, stage.cast.reviewer).status == "reviewed"


def test_a_signature_quotes_the_version_it_saw(stage: Stage) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        review(stage, stage.cast.reviewer, seen=stage.batch.version - 1)
    assert refusal.value.code == "VERSION_CHANGED"


def test_no_step_is_skipped(stage: Stage) -> None:
    with pytest.raises(TransitionRefused):
        approve(stage, stage.cast.approver_1)
