"""Batches given up: a clerk asks with a reason, an approver decides, people and money are free again."""

from __future__ import annotations

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Role
from park_workers.services.memberships import grant_membership
from subsidies.models import Batch, Entitlement, LineFunding
from subsidies.services.batches import open_batch
from subsidies.services.cancellations import cancel_batch, decline_cancellation, propose_cancellation
from subsidies.services.notices import close_due_notices
from tests.conftest import FIRST_DAY, INSTALLER
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

REASON = "批次设置有误，另行新建"


def propose(stage: Stage) -> Batch:
    return propose_cancellation(actor=stage.cast.clerk, batch=stage.batch, reason=REASON, day=Day.NOTICE_OVER)


def cancel(stage: Stage) -> Batch:
    propose(stage)
    return cancel_batch(actor=stage.cast.approver_1, batch=stage.batch, day=Day.NOTICE_OVER)


BEFORE_CITY = ["draft", "computed", "submitted", "reviewed", "approved", "in_notice", "notice_ended"]


@pytest.mark.parametrize("state", BEFORE_CITY)
def test_a_batch_is_given_up_in_any_state_before_the_city(stage: Stage, state: str) -> None:
    on.take_to(stage, state)
    batch = cancel(stage)
    assert (batch.status, batch.cancelled_on, batch.cancel_reason) == ("cancelled", Day.NOTICE_OVER, REASON)
    assert stage.money == (0, 0)
    assert not Entitlement.objects.filter(voided_at__isnull=True).exists()
    assert not LineFunding.objects.filter(released_at__isnull=True).exists()
    assert set(Entitlement.objects.values_list("void_reason", flat=True)) <= {f"批次撤销：{REASON}"}


def test_an_open_notice_is_taken_down_and_no_clock_wakes_it(stage: Stage) -> None:
    on.take_to(stage, "in_notice")
    batch = cancel(stage)
    assert [notice.status for notice in batch.notices.all()] == ["superseded"]
    assert close_due_notices(actor=on.CLOCK, day=Day.LATER) == []
    batch.refresh_from_db()
    assert batch.status == "cancelled"


def test_name_and_people_are_free_for_a_new_batch(stage: Stage) -> None:
    cancel(on.take_to(stage, "submitted"))
    again = open_batch(
        actor=stage.cast.clerk, policy=stage.policy, name="第一批", cutoff_on=on.CUTOFF, day=Day.APPLIED
    )  # fmt: skip
    rows = (on.application(hire, n) for n, hire in enumerate(stage.hires[:2], 1))
    on.apply_for(stage.cast.hr, again, on.application_list(*rows))
    on.take_to(Stage(stage.cast, stage.policy, again), "submitted")
    assert stage.money == (4000, 0)


@pytest.mark.parametrize("state", ["sent_to_city", "answered", "paying"])
def test_what_went_to_the_city_is_not_given_up(stage: Stage, state: str) -> None:
    on.take_to(stage, state)
    with pytest.raises(TransitionRefused, match="不能撤销"):
        propose(stage)
    with pytest.raises(TransitionRefused, match="撤销"):
        cancel_batch(actor=stage.cast.approver_1, batch=stage.batch, day=Day.LATER)


def test_nothing_is_given_up_unasked(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as caught:
        cancel_batch(actor=stage.cast.approver_1, batch=stage.batch, day=Day.LATER)
    assert caught.value.code == "CANCELLATION_NOT_PROPOSED" and caught.value.fix


def test_a_proposal_needs_a_reason_and_is_made_once(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="撤销原因"):
        propose_cancellation(actor=stage.cast.clerk, batch=stage.batch, reason="  ", day=Day.APPLIED)
    propose(stage)
    with pytest.raises(RuleViolation, match="待审批"):
        propose(stage)


def test_a_cancelled_batch_is_not_cancelled_again(stage: Stage) -> None:
    cancel(stage)
    with pytest.raises(TransitionRefused):
        cancel_batch(actor=stage.cast.approver_2, batch=stage.batch, day=Day.LATER)
    with pytest.raises(TransitionRefused):
        propose(stage)


def test_an_approver_who_saw_another_version_is_told(stage: Stage) -> None:
    propose(stage)
    with pytest.raises(TransitionRefused, match="刚被他人办理"):
        cancel_batch(actor=stage.cast.approver_1, batch=stage.batch, day=Day.LATER, seen_version=99)


def test_a_declined_proposal_leaves_the_batch_going(stage: Stage) -> None:
    on.take_to(stage, "submitted")
    propose(stage)
    batch = decline_cancellation(
        actor=stage.cast.approver_1, batch=stage.batch, reason="可更正，不必撤销", day=Day.LATER
    )
    assert (batch.status, batch.cancel_proposed_by, batch.cancel_reason) == ("submitted", None, "")
    assert stage.money == (6000, 0)
    event = AuditEvent.objects.get(code="batch.cancellation_declined")
    assert (event.note, event.changes) == ("可更正，不必撤销", {"proposed": REASON})
    assert propose(stage).cancel_reason == REASON


@pytest.mark.parametrize("name", ["reviewer", "approver_1", "finance", "auditor", "hr", "city_reviewer"])
def test_a_clerk_alone_proposes(stage: Stage, name: str) -> None:
    with pytest.raises(PermissionRefused):
        propose_cancellation(actor=getattr(stage.cast, name), batch=stage.batch, reason=REASON, day=Day.APPLIED)


@pytest.mark.parametrize("name", ["clerk", "clerk_2", "reviewer", "finance", "auditor", "hr"])
def test_an_approver_alone_decides(stage: Stage, name: str) -> None:
    propose(stage)
    with pytest.raises(PermissionRefused):
        cancel_batch(actor=getattr(stage.cast, name), batch=stage.batch, day=Day.APPLIED)
    with pytest.raises(PermissionRefused):
        decline_cancellation(actor=getattr(stage.cast, name), batch=stage.batch, reason="不", day=Day.APPLIED)


def test_the_proposer_does_not_decide_in_another_role_either(stage: Stage) -> None:
    both = grant_membership(
        actor=INSTALLER, user=stage.cast.clerk.user, organisation=stage.cast.bureau, role=Role.APPROVER, day=FIRST_DAY
    )
    propose(stage)
    with pytest.raises(PermissionRefused, match="本人"):
        cancel_batch(actor=both, batch=stage.batch, day=Day.APPLIED)
