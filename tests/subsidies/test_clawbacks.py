"""Money asked back: proposed by finance, decided by another person, and the person is free again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Role
from park_workers.services.memberships import grant_membership
from subsidies.models import Clawback, LineItem
from subsidies.services.batches import open_batch
from subsidies.services.clawbacks import approve_clawback, propose_clawback, refuse_clawback
from subsidies.services.included_lines import check_totals
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage


@standing
def stage(cast: Cast) -> Stage:
    """Three lines paid, the batch closed."""
    found = on.take_to(on.set_stage(cast), "paying")
    file = found.batch.payment_files.get()
    on.give_return(found, file, *on.bank_rows(file))
    assert found.batch.status == "closed"
    return found


def propose(stage: Stage, line: LineItem | None = None) -> Clawback:
    return propose_clawback(actor=stage.cast.finance, line=line or stage.lines()[0], reason="查实未到岗", day=Day.LATER)


def test_a_proposal_is_a_negative_row_and_changes_nothing_yet(stage: Stage) -> None:
    clawback = propose(stage)
    assert (clawback.status, clawback.amount_fen, clawback.proposed_by) == (
        "proposed",
        -200_000,
        stage.cast.finance.user,
    )
    assert stage.money == (6000, 6000)
    assert clawback.line.entitlements.get().voided_at is None


def test_approval_gives_the_money_back_and_frees_the_person(stage: Stage) -> None:
    clawback = approve_clawback(actor=stage.cast.approver_1, clawback=propose(stage), day=Day.LATER)
    assert (clawback.status, clawback.decided_by, clawback.decided_on) == (
        "approved", stage.cast.approver_1.user, Day.LATER,
    )  # fmt: skip
    line = clawback.line
    assert stage.money == (4000, 4000)
    entitlement = line.entitlements.get()
    assert entitlement.voided_at is not None and entitlement.void_reason == "追回：查实未到岗"
    decision = line.decisions.get(is_standing=True)
    assert (decision.kind, decision.excludes) == ("clawed_back", True)
    assert line.amount_fen == 200_000, "what was judged stays as it was"
    stage.batch.refresh_from_db()
    check_totals(stage.batch)
    assert len(stage.lines()) == 2


def test_a_person_whose_money_was_taken_back_may_be_paid_again(stage: Stage) -> None:
    hire = stage.hires[0]
    approve_clawback(actor=stage.cast.approver_1, clawback=propose(stage, stage.line_of(hire)), day=Day.LATER)
    second = open_batch(actor=stage.cast.clerk, policy=stage.policy, name="补发", cutoff_on=on.CUTOFF, day=Day.LATER)
    on.apply_for(stage.cast.hr, second, on.application_list(on.application(hire, 1)), day=Day.LATER)
    again = on.take_to(Stage(stage.cast, stage.policy, second, [hire]), "submitted")
    assert again.line_of(hire).is_eligible and stage.money == (6000, 4000)


def test_a_clawback_while_others_are_still_to_be_repaid_stops_nothing(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "paying")
    file = stage.batch.payment_files.get()
    on.give_return(stage, file, *on.bank_rows(file, failed=[2]))
    approve_clawback(actor=cast.approver_1, clawback=propose(stage), day=Day.LATER)
    again = on.send_file(stage, on.make_file(stage, "R1", day=Day.LATER, repeats=file), Day.LATER)
    on.give_return(stage, again, *on.bank_rows(again, day=Day.LATER), day=Day.LATER)
    assert (stage.batch.status, stage.money) == ("closed", (4000, 4000))


def test_refusal_leaves_the_payment_and_allows_a_new_proposal(stage: Stage) -> None:
    line = stage.lines()[0]
    refused = refuse_clawback(
        actor=stage.cast.approver_1, clawback=propose(stage, line), day=Day.LATER, reason="证据不足"
    )
    assert refused.status == "refused" and stage.money == (6000, 6000)
    assert propose(stage, line).pk != refused.pk


def test_a_refusal_needs_a_reason(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="原因"):
        refuse_clawback(actor=stage.cast.approver_1, clawback=propose(stage), day=Day.LATER, reason=" ")


def test_a_line_is_asked_back_once(stage: Stage) -> None:
    line = stage.lines()[0]
    clawback = propose(stage, line)
    with pytest.raises(RuleViolation) as caught:
        propose(stage, line)
    assert caught.value.code == "CLAWBACK_EXISTS"
    approve_clawback(actor=stage.cast.approver_1, clawback=clawback, day=Day.LATER)
    with pytest.raises(TransitionRefused, match="已批准"):
        approve_clawback(actor=stage.cast.approver_2, clawback=clawback, day=Day.LATER)
    with pytest.raises(RuleViolation):
        propose(stage, line)
    assert stage.money == (4000, 4000)


def test_only_what_arrived_is_asked_back(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "paying")
    with pytest.raises(RuleViolation) as caught:
        propose(stage)
    assert caught.value.code == "LINE_NOT_PAID"


def test_a_proposal_needs_a_reason_and_a_day_after_the_payment(stage: Stage) -> None:
    line, finance = stage.lines()[0], stage.cast.finance
    with pytest.raises(RuleViolation, match="原因"):
        propose_clawback(actor=finance, line=line, reason=" ", day=Day.LATER)
    with pytest.raises(RuleViolation, match="到账日期"):
        propose_clawback(actor=finance, line=line, reason="查实", day=Day.SENT - timedelta(days=1))


@pytest.mark.parametrize("name", ["clerk", "reviewer", "approver_1", "auditor", "hr", "city_reviewer"])
def test_finance_alone_proposes(stage: Stage, name: str) -> None:
    with pytest.raises(PermissionRefused):
        propose_clawback(actor=getattr(stage.cast, name), line=stage.lines()[0], reason="查实", day=Day.LATER)


@pytest.mark.parametrize("name", ["clerk", "reviewer", "finance", "auditor", "hr", "city_reviewer"])
def test_an_approver_alone_decides(stage: Stage, name: str) -> None:
    clawback = propose(stage)
    with pytest.raises(PermissionRefused):
        approve_clawback(actor=getattr(stage.cast, name), clawback=clawback, day=Day.LATER)
    with pytest.raises(PermissionRefused):
        refuse_clawback(actor=getattr(stage.cast, name), clawback=clawback, day=Day.LATER, reason="不")


def test_the_proposer_does_not_decide_in_another_role_either(stage: Stage) -> None:
    finance = stage.cast.finance
    both = grant_membership(
        actor=INSTALLER, user=finance.user, organisation=stage.cast.bureau, role=Role.APPROVER, day=FIRST_DAY
    )
    clawback = propose(stage)
    with pytest.raises(PermissionRefused, match="本人"):
        approve_clawback(actor=both, clawback=clawback, day=Day.LATER)
    with pytest.raises(IntegrityError, match="clawback_decided_by_another"), transaction.atomic():
        Clawback.objects.filter(pk=clawback.pk).update(decided_by=finance.user)
