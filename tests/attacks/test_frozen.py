"""After submission a judgement stays as it was signed, against clicks at the same moment and against SQL (I4)."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, Calculation, LineDecision, LineItem
from subsidies.services.batches import compute_batch, submit_batch
from subsidies.services.decisions import hold_line
from subsidies.services.included_lines import check_totals
from subsidies.services.reviews import review_batch
from tests.attacks.test_paid_once import another_batch
from tests.attacks.threads import at_once, database_refuses, sql
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

#: a line like the first one, under another period
COPY_OF_A_LINE = """
INSERT INTO subsidies_lineitem
    (calculation_id, claim_id, position, worker_id, employment_id, period_key, is_eligible, amount_fen, fail_mask,
     line_digest, corrects_id)
SELECT calculation_id, claim_id, 99, worker_id, employment_id, 'again', is_eligible, amount_fen, fail_mask, line_digest,
       {corrects}
FROM subsidies_lineitem WHERE position = 1
"""


def test_computing_and_submitting_at_once_never_submits_what_was_not_seen(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "computed")
    outcomes = at_once([
        lambda: submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED),
        lambda: compute_batch(actor=cast.clerk_2, batch=stage.batch, day=Day.APPLIED),
        lambda: submit_batch(actor=cast.clerk_2, batch=stage.batch, day=Day.APPLIED),
        lambda: compute_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED),
    ])  # fmt: skip
    assert set(outcomes.codes) <= {"STATE_NOT_ALLOWED", "COMPUTATION_RUNNING", "VERSION_CHANGED"}
    batch = Batch.objects.select_related("current").get()
    newest = Calculation.objects.latest("number")
    assert batch.current == newest, "the lines of a computation nobody points at"
    check_totals(batch)
    assert stage.money == ((6_000, 0) if batch.status == "submitted" else (0, 0))


def test_holding_lines_and_submitting_at_once_leaves_no_held_line_reserved(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "computed")
    line = stage.lines()[0]
    at_once([
        lambda: submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED),
        lambda: hold_line(actor=cast.clerk_2, line=line, reason="待核实", day=Day.APPLIED),
    ])  # fmt: skip
    stage.batch.refresh_from_db()
    held = LineDecision.objects.filter(kind="held").count()
    assert (stage.batch.status, stage.money) == ("submitted", (6_000 - 2_000 * held, 0))


@standing
def submitted(cast: Cast) -> Stage:
    """Submitted: everything judged is frozen."""
    return on.take_to(on.set_stage(cast), "submitted")


@pytest.mark.parametrize(
    "change",
    ["amount_fen = 1", "is_eligible = FALSE, amount_fen = 0, fail_mask = 1", "line_digest = 'x'", "worker_id = NULL",
     "hired_on = '2023-01-01'", "position = 9"],
)  # fmt: skip
def test_a_submitted_line_is_not_changed(submitted: Stage, change: str) -> None:
    database_refuses("line_frozen", f"UPDATE subsidies_lineitem SET {change}")


@pytest.mark.parametrize(
    ("guard", "statement"),
    [
        ("line_frozen", "DELETE FROM subsidies_lineitem"),
        ("claim_frozen", "UPDATE subsidies_claim SET amount_fen = 1"),
        ("claim_frozen", "DELETE FROM subsidies_claim"),
        ("calculation_frozen", "UPDATE subsidies_calculation SET digest = 'x'"),
        ("calculation_frozen", "DELETE FROM subsidies_calculation"),
        ("signed_terms_stay", "UPDATE subsidies_batch SET cutoff_on = '2023-12-31'"),
        ("signed_terms_stay", "UPDATE subsidies_batch SET policy_version_id = policy_version_id + 1"),
        ("published_terms_immutable", "UPDATE subsidies_policyversion SET digest = 'x'"),
        ("published_version_stays", "DELETE FROM subsidies_policyversion"),
    ],
)
def test_nothing_around_a_submitted_line_is_changed(submitted: Stage, guard: str, statement: str) -> None:
    database_refuses(guard, statement)


def test_no_line_is_added_after_submission(submitted: Stage) -> None:
    database_refuses("line_added_after_submission", COPY_OF_A_LINE.format(corrects="NULL"))


def test_no_line_is_moved_into_a_submitted_list(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast, beta=0), "computed")
    another_batch(stage, "第二批", stage.hires)
    on.take_to(stage, "submitted")
    moved = "UPDATE subsidies_lineitem SET calculation_id = %s, period_key = 'again' WHERE calculation_id <> %s"
    database_refuses("line_moved_into_frozen", moved, stage.batch.current_id, stage.batch.current_id)


def test_a_submitted_batch_is_not_pointed_at_another_computation(cast: Cast) -> None:
    stage = on.set_stage(cast)
    for _ in range(2):
        compute_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    on.take_to(stage, "submitted")
    older = Calculation.objects.get(number=1)
    database_refuses("signed_terms_stay", "UPDATE subsidies_batch SET current_id = %s", older.pk)


def test_an_addition_that_calls_itself_a_correction_stops_the_batch(submitted: Stage) -> None:
    assert sql(COPY_OF_A_LINE.format(corrects="id")) == 1
    with pytest.raises(RuleViolation) as refused:
        review_batch(actor=submitted.cast.reviewer, batch=submitted.batch, is_passed=True, note="", day=Day.REVIEWED)
    assert refused.value.code == "TOTALS_DIFFER"


def test_the_digest_of_the_approved_list_stays(cast: Cast) -> None:
    on.take_to(on.set_stage(cast), "approved")
    database_refuses("approved_digest_stays", "UPDATE subsidies_batch SET list_digest = 'x'")


@pytest.mark.parametrize(
    ("guard", "statement"),
    [
        ("decision_only_superseded", "UPDATE subsidies_linedecision SET excludes = FALSE"),
        ("decision_only_superseded", "UPDATE subsidies_linedecision SET reason = '改'"),
        ("decision_stays", "DELETE FROM subsidies_linedecision"),
    ],
)
def test_what_was_decided_about_a_line_is_neither_rewritten_nor_forgotten(
    cast: Cast, guard: str, statement: str
) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    hold_line(actor=cast.clerk, line=stage.lines()[0], reason="待核实", day=Day.APPLIED)
    database_refuses(guard, statement)


def test_before_submission_a_new_computation_may_take_the_place_of_the_old(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "computed")
    assert sql("UPDATE subsidies_lineitem SET line_digest = 'x'") == LineItem.objects.count()
    compute_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert not LineItem.objects.filter(calculation=Batch.objects.get().current_id, line_digest="x").exists()
