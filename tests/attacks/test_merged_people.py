"""Two records of one person: however they are merged, the person holds the same money once (I1)."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Worker
from park_workers.services.people import merge_workers
from subsidies.models import Batch, Entitlement
from subsidies.services.batches import submit_batch
from tests.attacks.test_paid_once import another_batch
from tests.attacks.threads import at_once, database_refuses
from tests.conftest import Cast
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

#: what a record holds, reserved once more for a record named
RESERVE_FOR = """
INSERT INTO subsidies_entitlement
    (recorded_at, recorded_by_id, worker_id, "group", period_key, line_id, batch_id, void_reason)
SELECT recorded_at, recorded_by_id, %s, "group", period_key, line_id, batch_id, '' FROM subsidies_entitlement WHERE id = %s
"""


def twins(cast: Cast) -> tuple[Stage, Worker, Worker]:
    """Two records that applied in two computed batches; the second batch is `stage.batch`'s neighbour "第二批"."""
    stage = on.take_to(on.set_stage(cast, alpha=1, beta=0), "computed")
    other = on.hire(cast, cast.beta, 951)
    another_batch(stage, "第二批", [other])
    return stage, stage.hires[0].worker, other.worker


def second_batch(stage: Stage) -> Batch:
    return stage.policy.batches.get(name="第二批")


def merge(stage: Stage, duplicate: Worker, into: Worker) -> Worker:
    return merge_workers(actor=stage.cast.clerk, duplicate=duplicate, into=into, reason="同一人", day=Day.APPLIED)


def live() -> int:
    return Entitlement.objects.filter(voided_at__isnull=True).count()


def test_two_records_that_both_hold_money_are_not_merged(cast: Cast) -> None:
    stage, one, two = twins(cast)
    for batch in (stage.batch, second_batch(stage)):
        submit_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED)
    for duplicate, into in ((one, two), (two, one)):
        with pytest.raises(RuleViolation) as refusal:
            merge(stage, duplicate, into)
        assert refusal.value.code == "BOTH_HOLD_MONEY"
    update = "UPDATE park_workers_worker SET merged_into_id = %s WHERE id = %s"
    database_refuses("merged_people_hold_once", update, two.pk, one.pk)


def test_what_one_record_holds_is_not_reserved_for_the_person_again(cast: Cast) -> None:
    stage, one, two = twins(cast)
    submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    merge(stage, one, two)
    with pytest.raises(RuleViolation) as refusal:
        submit_batch(actor=cast.clerk, batch=second_batch(stage), day=Day.APPLIED)
    assert (refusal.value.code, live()) == ("NOTHING_TO_SUBMIT", 1)


def test_the_database_reserves_nothing_beside_what_another_record_holds(cast: Cast) -> None:
    stage, one, two = twins(cast)
    submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    merge(stage, one, two)
    held = Entitlement.objects.get()
    for worker in (one, two):
        database_refuses("record_of_person_holds_it|paid_once|subsidies_entitlement", RESERVE_FOR, worker.pk, held.pk)
    assert live() == 1


def test_a_merge_and_a_submission_at_once_leave_one_reservation(committed_cast: Cast) -> None:
    stage, one, two = twins(committed_cast)
    submit_batch(actor=committed_cast.clerk, batch=stage.batch, day=Day.APPLIED)
    second = second_batch(stage)
    outcomes = at_once([
        lambda: merge(stage, one, two),
        lambda: submit_batch(actor=committed_cast.clerk_2, batch=second, day=Day.APPLIED),
    ])  # fmt: skip
    assert set(outcomes.codes) <= {"BOTH_HOLD_MONEY", "NOTHING_TO_SUBMIT", "PEOPLE_MERGED"}
    one.refresh_from_db()
    assert live() == (1 if one.merged_into_id else 2)
