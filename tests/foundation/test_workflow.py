"""A state moves along its table, for the right role, from the version that was seen; of two, one wins (I6)."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, TransitionRefused
from park_workers.foundation.workflow import can_move, move
from park_workers.models import PayeeAccount
from tests.conftest import Cast

DAY = date(2023, 5, 4)


def proposed(cast: Cast) -> PayeeAccount:
    """A change of account that waits for its decision."""
    account = PayeeAccount(
        status="proposed", organisation=cast.alpha.organisation, account_hash="a" * 64, last_four="0001",
        bank_name="示例银行", valid_from=DAY, proposed_on=DAY, proposed_by=cast.clerk.user, recorded_by=cast.clerk,
    )  # fmt: skip
    account.seal_account("990000000000001")  # type: ignore[attr-defined]
    account.save()
    return account


def approve(account: PayeeAccount, cast: Cast, **more: Any) -> None:
    fields = {"approved_by": cast.approver_1.user, "approved_on": DAY}
    move(account, "approve", actor=cast.approver_1, day=DAY, with_fields=fields, **more)


def test_a_move_changes_state_and_version_and_leaves_an_event(cast: Cast) -> None:
    account = proposed(cast)
    approve(account, cast, note="已核对", request_id="r1")
    assert (account.status, account.version, account.approved_on) == ("approved", 2, DAY)
    event = AuditEvent.objects.get(code="payee_account.approve")
    assert (event.from_state, event.to_state, event.subject_id) == ("proposed", "approved", account.pk)
    assert (event.note, event.request_id, event.business_day) == ("已核对", "r1", DAY)
    assert (event.person_id, event.role) == (cast.approver_1.user_id, "approver")


def test_a_stale_version_is_refused_and_nothing_changes(cast: Cast) -> None:
    account = proposed(cast)
    with pytest.raises(TransitionRefused) as refusal:
        approve(account, cast, seen_version=7)
    assert refusal.value.code == "VERSION_CHANGED" and "刷新" in refusal.value.fix
    account.refresh_from_db()
    assert (account.status, account.version) == ("proposed", 1)
    assert not AuditEvent.objects.filter(code="payee_account.approve").exists()


def test_a_copy_seen_before_somebody_else_moved_it_does_not_move(cast: Cast) -> None:
    mine = proposed(cast)
    theirs = PayeeAccount.objects.get(pk=mine.pk)
    move(theirs, "refuse", actor=cast.approver_2)
    with pytest.raises(TransitionRefused, match="刚被他人办理过"):
        approve(mine, cast)
    assert PayeeAccount.objects.get().status == "refused"


@pytest.mark.parametrize("name", ["clerk", "reviewer", "finance", "auditor", "hr", "city_reviewer", "base_clerk"])
def test_another_role_is_refused_with_who_may(name: str, cast: Cast) -> None:
    account, actor = proposed(cast), getattr(cast, name)
    assert not can_move(account, "approve", actor=actor) and can_move(account, "approve", actor=cast.approver_1)
    with pytest.raises(PermissionRefused, match="不能办理“批准账号变更”"):
        move(account, "approve", actor=actor)
    with pytest.raises(PermissionRefused):
        move(account, "approve", actor=SystemActor("夜间任务"))


def test_no_state_is_left_from_where_the_action_does_not_lead(cast: Cast) -> None:
    account = proposed(cast)
    approve(account, cast)
    for action in ("approve", "refuse"):
        assert not can_move(account, action, actor=cast.approver_1)
        with pytest.raises(TransitionRefused, match="当前状态为“有效”"):
            move(account, action, actor=cast.approver_1)
    assert not can_move(account, "unheard_of", actor=cast.approver_1)


def test_a_move_that_fails_leaves_no_event(cast: Cast) -> None:
    account = proposed(cast)
    fields = {"approved_by": cast.clerk.user, "approved_on": DAY}  # the proposer: the database says no
    with pytest.raises(IntegrityError, match="account_approved_by_another"), transaction.atomic():
        move(account, "approve", actor=cast.approver_1, with_fields=fields)
    assert not AuditEvent.objects.filter(code="payee_account.approve").exists()
    assert PayeeAccount.objects.get().status == "proposed"


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(committed_cast: Cast) -> None:
    account = proposed(committed_cast)
    barrier, outcomes = threading.Barrier(6), []

    def act(action: str) -> None:
        copy = PayeeAccount.objects.get(pk=account.pk)
        barrier.wait(timeout=20)
        try:
            approve(copy, committed_cast) if action == "approve" else move(
                copy, action, actor=committed_cast.approver_2
            )
            outcomes.append(action)
        except TransitionRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(action,)) for action in ("approve", "refuse") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    won = [outcome for outcome in outcomes if outcome in ("approve", "refuse")]
    assert len(won) == 1 and outcomes.count("VERSION_CHANGED") == 5
    account.refresh_from_db()
    assert (account.status, account.version) == ({"approve": "approved", "refuse": "refused"}[won[0]], 2)
    moves = AuditEvent.objects.filter(code__in=("payee_account.approve", "payee_account.refuse"))
    assert [event.code for event in moves] == [f"payee_account.{won[0]}"]
