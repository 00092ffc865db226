"""The sums agree and no money is spent twice, whatever happens at once and whoever goes round the services (I2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, LineFunding
from subsidies.services.batches import submit_batch
from subsidies.services.cancellations import cancel_batch, propose_cancellation
from subsidies.services.clawbacks import approve_clawback, propose_clawback
from subsidies.services.reviews import review_batch
from tests.attacks.test_paid_once import another_batch, submitters
from tests.attacks.threads import at_once, database_refuses, sql
from tests.conftest import Cast
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage


def two_batches_of_different_people(cast: Cast, yuan: int) -> tuple[Stage, list[Batch]]:
    """Two lines each, and money for so much."""
    stage = on.set_stage(cast, alpha=2, beta=0, yuan=yuan)
    others = [on.hire(cast, cast.beta, 951 + n) for n in range(2)]
    on.take_to(stage, "computed")
    return stage, [stage.batch, another_batch(stage, "第二批", others)]


def test_of_two_submissions_against_money_for_one_one_goes_through(committed_cast: Cast) -> None:
    stage, batches = two_batches_of_different_people(committed_cast, yuan=4_000)
    outcomes = at_once(submitters(stage, batches))
    assert (len(outcomes.done), outcomes.codes, stage.money) == (1, ["BUDGET_SHORT"], (4_000, 0))
    assert LineFunding.objects.filter(released_at__isnull=True).count() == 2, "the refused one reserved nothing"


def test_of_two_submissions_against_money_for_both_none_is_lost(committed_cast: Cast) -> None:
    stage, batches = two_batches_of_different_people(committed_cast, yuan=8_000)
    assert at_once(submitters(stage, batches)).codes == []
    assert stage.money == (8_000, 0)


def test_one_batch_submitted_by_eight_at_once_is_reserved_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "computed")
    outcomes = at_once(submitters(stage, [stage.batch] * 8))
    assert (len(outcomes.done), set(outcomes.codes), stage.money) == (1, {"STATE_NOT_ALLOWED"}, (6_000, 0))


def test_money_is_given_back_once_when_returned_and_cancelled_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "submitted")
    batch = propose_cancellation(actor=cast.clerk, batch=stage.batch, reason="重复立项", day=Day.REVIEWED)
    send_back = {"batch": batch, "is_passed": False, "note": "退回", "day": Day.REVIEWED}
    outcomes = at_once([
        lambda: cancel_batch(actor=cast.approver_1, batch=batch, day=Day.REVIEWED),
        lambda: review_batch(actor=cast.reviewer, **send_back),
        lambda: review_batch(actor=cast.reviewer_2, **send_back),
        lambda: cancel_batch(actor=cast.approver_2, batch=batch, day=Day.REVIEWED),
    ])  # fmt: skip
    # A returned batch may still be cancelled, but then there is nothing left to give back.
    assert 1 <= len(outcomes.done) <= 2 and set(outcomes.codes) == {"STATE_NOT_ALLOWED"}
    assert stage.money == (0, 0)


def test_a_clawback_approved_by_two_at_once_gives_the_money_back_once(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "paying")
    (sent,) = stage.batch.payment_files.all()
    on.give_return(stage, sent, *on.bank_rows(sent))
    line = stage.lines()[0]
    asked = propose_clawback(actor=cast.finance, line=line, reason="骗取", day=Day.LATER)
    day = Day.LATER + timedelta(days=1)
    approvers = [cast.approver_1, cast.approver_2] * 2
    outcomes = at_once(lambda a=a: approve_clawback(actor=a, clawback=asked, day=day) for a in approvers)
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"STATE_NOT_ALLOWED"})
    assert stage.money == (4_000, 4_000)


@pytest.mark.parametrize(
    ("guard", "change"),
    [
        ("never_over_committed", "committed_fen = amount_fen + 1"),
        ("never_over_committed", "amount_fen = committed_fen - 1"),
        ("never_over_committed|never_paid_beyond_committed", "committed_fen = -1, paid_fen = -1"),
        ("never_paid_beyond_committed", "paid_fen = committed_fen + 1"),
        ("never_paid_beyond_committed", "paid_fen = -1"),
    ],
)
def test_the_counters_keep_their_order_against_sql(cast: Cast, guard: str, change: str) -> None:
    on.take_to(on.set_stage(cast), "submitted")
    database_refuses(guard, f"UPDATE subsidies_appropriation SET {change}")


def test_a_source_is_booked_once_a_year(cast: Cast) -> None:
    on.set_stage(cast)
    again = """INSERT INTO subsidies_appropriation
               (recorded_at, bureau_id, source, year, amount_fen, committed_fen, paid_fen, received_on, note)
               SELECT recorded_at, bureau_id, source, year, amount_fen, 0, 0, received_on, '' FROM subsidies_appropriation"""
    database_refuses("one_appropriation_per_year|subsidies_appropriation", again)


@pytest.mark.parametrize(
    ("guard", "statement"),
    [
        ("funding_only_released", "UPDATE subsidies_linefunding SET amount_fen = 1"),
        ("funding_only_released", "UPDATE subsidies_linefunding SET line_id = line_id + 1"),
        ("funding_stays", "DELETE FROM subsidies_linefunding"),
        ("funding_not_negative", "INSERT INTO subsidies_linefunding (line_id, appropriation_id, amount_fen) "
         "SELECT line_id, appropriation_id + 1, -1 FROM subsidies_linefunding"),
        ("one_funding_per_source|subsidies_linefunding", "INSERT INTO subsidies_linefunding "
         "(line_id, appropriation_id, amount_fen) SELECT line_id, appropriation_id, 0 FROM subsidies_linefunding"),
    ],
)  # fmt: skip
def test_reserved_money_is_neither_changed_nor_forgotten(cast: Cast, guard: str, statement: str) -> None:
    on.take_to(on.set_stage(cast), "submitted")
    database_refuses(guard, statement)


def test_money_given_back_is_not_taken_again_by_the_same_row(cast: Cast) -> None:
    on.take_to(on.set_stage(cast), "submitted")
    sql("UPDATE subsidies_linefunding SET released_at = CURRENT_TIMESTAMP")
    database_refuses("funding_only_released", "UPDATE subsidies_linefunding SET released_at = NULL")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE subsidies_lineitem SET amount_fen = amount_fen + 100 WHERE is_eligible",
        "UPDATE subsidies_claim SET amount_fen = amount_fen + 100",
        "UPDATE subsidies_calculation SET amount_fen = amount_fen + 100",
        "UPDATE subsidies_calculation SET people = people + 1",
    ],
)
def test_a_batch_whose_sums_differ_is_not_submitted(cast: Cast, change: str) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    sql(change)
    with pytest.raises(RuleViolation) as refused:
        submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert (refused.value.code, stage.money) == ("TOTALS_DIFFER", (0, 0))


def test_a_batch_whose_money_was_given_away_is_not_reviewed(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "submitted")
    sql("UPDATE subsidies_linefunding SET released_at = CURRENT_TIMESTAMP")
    with pytest.raises(RuleViolation) as refused:
        review_batch(actor=cast.reviewer, batch=stage.batch, is_passed=True, note="", day=Day.REVIEWED)
    assert refused.value.code == "TOTALS_DIFFER"
