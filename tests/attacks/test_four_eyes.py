"""Whoever made it does not sign it, nobody signs twice, and no signature can be counted, lent or spared (I3)."""

from __future__ import annotations

import pytest

from park_workers.models import Membership, Role
from park_workers.services.memberships import grant_membership
from subsidies.models import Batch, Review
from subsidies.services.cancellations import propose_cancellation
from subsidies.services.clawbacks import propose_clawback
from subsidies.services.decisions import hold_line
from subsidies.services.reviews import approve_batch, review_batch
from tests.attacks.threads import Outcomes, at_once, database_refuses, sql
from tests.conftest import FIRST_DAY, INSTALLER, Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

SIGN = """
INSERT INTO subsidies_review
    (recorded_at, batch_id, round, step, verdict, reviewer_id, reviewed_on, note, digest_seen)
VALUES (CURRENT_TIMESTAMP, %s, %s, %s, 'passed', %s, '2023-05-05', '', '')
"""
APPROVE = "UPDATE subsidies_batch SET status = 'approved', approved_on = '2023-05-05', list_digest = 'x' WHERE id = %s"


def all_approve(stage: Stage, actors: list[Membership]) -> Outcomes:
    """They sign the batch at the same moment."""
    return at_once(
        lambda actor=actor: approve_batch(actor=actor, batch=stage.batch, is_passed=True, note="", day=Day.REVIEWED)
        for actor in actors
    )


def in_another_role(member: Membership, role: Role) -> Membership:
    """The same person, wearing another hat."""
    return grant_membership(
        actor=INSTALLER, user=member.user, organisation=member.organisation, role=role, day=FIRST_DAY
    )


def test_one_person_who_approves_eight_times_at_once_has_signed_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "reviewed")
    outcomes = all_approve(stage, [committed_cast.approver_1] * 8)
    stage.batch.refresh_from_db()
    signatures = Review.objects.filter(step="approval").count()
    assert (len(outcomes.done), signatures) == (1, 1)
    assert stage.batch.status == ("approved" if stage.batch.approvals_required == 1 else "reviewed")


def test_everybody_signs_at_once_and_each_signature_counts_once(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "reviewed")
    outcomes = all_approve(stage, [cast.approver_1, cast.approver_2] * 4)
    stage.batch.refresh_from_db()
    needed = stage.batch.approvals_required
    signers = list(Review.objects.filter(step="approval").values_list("reviewer", flat=True))
    assert (stage.batch.status, len(signers), len(set(signers))) == ("approved", needed, needed)
    assert len(outcomes.done) == needed
    assert set(outcomes.codes) <= {"ALREADY_SIGNED", "STATE_NOT_ALLOWED"}


def test_the_same_person_in_two_roles_does_not_review_and_approve(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "reviewed")
    outcomes = all_approve(stage, [in_another_role(cast.reviewer, Role.APPROVER)] * 4)
    assert (outcomes.done, set(outcomes.codes)) == ([], {"ALREADY_SIGNED"})


def test_the_maker_in_a_reviewers_role_does_not_review(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "submitted")
    maker = in_another_role(cast.clerk, Role.REVIEWER)
    outcomes = at_once(
        lambda: review_batch(actor=maker, batch=stage.batch, is_passed=True, note="", day=Day.REVIEWED)
        for _ in range(4)
    )
    assert (outcomes.done, set(outcomes.codes)) == ([], {"MAKER_MAY_NOT_REVIEW"})


@standing
def submitted(cast: Cast) -> Stage:
    """Waiting for its review."""
    return on.take_to(on.set_stage(cast), "submitted")


def test_a_second_signature_of_a_person_in_a_round_is_refused_by_the_database(submitted: Stage) -> None:
    batch, person = submitted.batch, submitted.cast.reviewer.user_id
    sql(SIGN, batch.pk, batch.round, "review", person)
    for step in ("review", "approval"):
        database_refuses("one_signature_per_person|subsidies_review", SIGN, batch.pk, batch.round, step, person)


def test_the_one_who_computed_and_submitted_cannot_sign_even_by_sql(submitted: Stage) -> None:
    batch = submitted.batch
    database_refuses("reviewer_is_not_maker", SIGN, batch.pk, batch.round, "review", submitted.cast.clerk.user_id)


def test_the_one_who_submitted_what_another_computed_cannot_sign(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    sql("UPDATE subsidies_calculation SET computed_by_id = %s", cast.clerk_2.user_id)
    on.take_to(stage, "submitted")
    for maker in (cast.clerk, cast.clerk_2):
        database_refuses("reviewer_is_not_maker", SIGN, stage.batch.pk, 1, "review", maker.user_id)


def test_the_one_who_held_a_line_cannot_sign(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    editor = in_another_role(cast.reviewer, Role.CLERK)
    hold_line(actor=editor, line=stage.lines()[0], reason="待核实", day=Day.APPLIED)
    on.take_to(stage, "submitted")
    database_refuses("reviewer_is_not_maker", SIGN, stage.batch.pk, 1, "review", cast.reviewer.user_id)


@pytest.mark.parametrize("statement", ["DELETE FROM subsidies_review", "UPDATE subsidies_review SET verdict = 'passed'",
                                       "UPDATE subsidies_review SET reviewer_id = reviewer_id + 1"])  # fmt: skip
def test_a_signature_is_neither_taken_back_nor_rewritten(cast: Cast, statement: str) -> None:
    on.take_to(on.set_stage(cast), "reviewed")
    database_refuses("review_append_only", statement)


def test_a_batch_is_not_reviewed_without_a_signature(submitted: Stage) -> None:
    reviewed = "UPDATE subsidies_batch SET status = 'reviewed', reviewed_on = '2023-05-05'"
    database_refuses("batch_needs_", reviewed)


def test_a_batch_is_not_approved_with_fewer_signatures_than_its_amount_asks_for(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    on.take_to(stage, "submitted")
    database_refuses("signed_terms_stay", "UPDATE subsidies_batch SET approvals_required = 0")
    on.take_to(stage, "reviewed")
    for approver in _all_but_one_approver(stage):
        sql(SIGN, stage.batch.pk, stage.batch.round, "approval", approver.user_id)
    database_refuses("batch_needs_", APPROVE, stage.batch.pk)


def _all_but_one_approver(stage: Stage) -> list[Membership]:
    return [stage.cast.approver_1, stage.cast.approver_2][: (stage.batch.approvals_required or 1) - 1]


@pytest.mark.parametrize("change", ["approvals_required = 1", "reviews_required = 0", "round = 0",
                                    "submitted_by_id = submitted_by_id + 1"])  # fmt: skip
def test_no_switch_lowers_the_number_of_signatures_of_a_submitted_batch(cast: Cast, change: str) -> None:
    stage = on.take_to(on.set_stage(cast), "reviewed")
    if change == f"approvals_required = {stage.batch.approvals_required}":
        change = "approvals_required = 0"
    database_refuses("signed_terms_stay", f"UPDATE subsidies_batch SET {change}")


def test_a_batch_that_asks_for_no_signature_still_gets_one(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    sql(
        "UPDATE subsidies_batch SET status = 'submitted', submitted_on = '2023-05-04', submitted_by_id = %s, round = 1, "
        "reviews_required = 0, approvals_required = 0",
        cast.clerk.user_id,
    )
    reviewed = "UPDATE subsidies_batch SET status = 'reviewed', reviewed_on = '2023-05-05' WHERE id = %s"
    database_refuses("batch_needs_a_signature", reviewed, stage.batch.pk)
    sql(SIGN, stage.batch.pk, 1, "review", cast.reviewer.user_id)
    assert sql(reviewed, stage.batch.pk) == 1
    database_refuses("batch_needs_a_signature", APPROVE, stage.batch.pk)


def test_signatures_of_a_round_before_do_not_count(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "reviewed")
    approve_batch(actor=cast.approver_1, batch=stage.batch, is_passed=False, note="请核对", day=Day.REVIEWED)
    on.take_to(stage, "submitted")
    assert (stage.batch.round, Review.objects.filter(round=1).count()) == (2, 2)
    database_refuses("batch_needs_", "UPDATE subsidies_batch SET status = 'reviewed', reviewed_on = '2023-05-05'")


def test_a_clawback_is_not_decided_by_its_proposer_even_by_sql(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "paying")
    (sent,) = stage.batch.payment_files.all()
    on.give_return(stage, sent, *on.bank_rows(sent))
    propose_clawback(actor=cast.finance, line=stage.lines()[0], reason="骗取", day=Day.LATER)
    alone = "UPDATE subsidies_clawback SET status = 'approved', decided_on = proposed_on, decided_by_id = "
    database_refuses("clawback_decided_by_another", alone + "proposed_by_id")
    database_refuses("clawback_decided_has_person", alone + "NULL")


def test_two_cancellations_proposed_at_once_are_one(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "submitted")
    outcomes = at_once(
        lambda actor=actor: propose_cancellation(actor=actor, batch=stage.batch, reason="重复", day=Day.REVIEWED)
        for actor in [cast.clerk, cast.clerk_2] * 2
    )
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"CANCELLATION_PROPOSED"})
    assert Batch.objects.get().cancel_proposed_by_id == outcomes.done[0].cancel_proposed_by_id
