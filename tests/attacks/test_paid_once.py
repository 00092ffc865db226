"""Nobody is paid twice, whatever happens at once and whoever goes round the services (I1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Count

from park_workers.models import Employment
from park_workers.services.people import merge_workers
from subsidies.models import Batch, DisbursementLine, Entitlement, LineItem, PaymentFile
from subsidies.services.batches import compute_batch, open_batch, submit_batch
from subsidies.services.payments import make_payment_file
from tests.attacks.threads import at_once, database_refuses, sql
from tests.conftest import Cast
from tests.park_workers.files import give
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

COPY_OF_ENTITLEMENT = """
INSERT INTO subsidies_entitlement
    (recorded_at, recorded_by_id, worker_id, "group", period_key, line_id, batch_id, void_reason)
SELECT recorded_at, recorded_by_id, worker_id, "group", period_key, line_id, batch_id, '' FROM subsidies_entitlement
WHERE id = %s
"""


def another_batch(stage: Stage, name: str, hires: list[Employment]) -> Batch:
    """A batch of the same policy in which the same people have applied, computed before anything is submitted."""
    cast = stage.cast
    batch = open_batch(actor=cast.clerk, policy=stage.policy, name=name, cutoff_on=on.CUTOFF, day=Day.APPLIED)
    content = on.application_list(*(on.application(hire, n) for n, hire in enumerate(hires, 1)))
    for actor in (cast.hr, cast.hr_beta):
        on.apply_for(actor, batch, content)
    compute_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED)
    batch.refresh_from_db()
    return batch


def live_by_person() -> dict[int, int]:
    """Live entitlements by canonical person."""
    rows = Entitlement.objects.filter(voided_at__isnull=True).order_by().values_list("worker").annotate(Count("pk"))
    return dict(rows)


def submitters(stage: Stage, batches: list[Batch]) -> list[Callable[[], Batch]]:
    """A call that submits each of the batches, by two clerks in turn."""
    clerks = (stage.cast.clerk, stage.cast.clerk_2)
    return [
        lambda batch=batch, actor=clerks[n % 2]: submit_batch(actor=actor, batch=batch, day=Day.APPLIED)
        for n, batch in enumerate(batches)
    ]


def test_four_batches_submitted_at_once_pay_the_same_people_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "computed")
    batches = [stage.batch, *(another_batch(stage, name, stage.hires) for name in ("第二批", "第三批", "第四批"))]
    outcomes = at_once(submitters(stage, batches))
    assert (len(outcomes.done), outcomes.codes) == (1, ["NOTHING_TO_SUBMIT"] * 3)
    assert live_by_person() == {hire.worker_id: 1 for hire in stage.hires}
    assert stage.money == (6_000, 0)


def test_batches_that_share_some_people_at_once_pay_everybody_once(committed_cast: Cast) -> None:
    stage = on.set_stage(committed_cast)
    newcomers = [on.hire(committed_cast, committed_cast.alpha, 931 + n) for n in range(2)]
    on.take_to(stage, "computed")
    # The other way round: the same people are reserved in another order.
    second = another_batch(stage, "第二批", [*newcomers, *reversed(stage.hires[1:])])
    outcomes = at_once(submitters(stage, [stage.batch, second]))
    assert outcomes.codes == []
    assert live_by_person() == {hire.worker_id: 1 for hire in [*stage.hires, *newcomers]}
    assert stage.money == (10_000, 0)
    eligible = LineItem.objects.filter(is_eligible=True)
    assert eligible.count() == eligible.values("worker").distinct().count() == 5


def test_two_records_of_one_person_are_paid_once_when_merged_before_submission(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast, alpha=1, beta=0), "computed")
    twin = on.hire(cast, cast.beta, 951)
    second = another_batch(stage, "第二批", [twin])
    merge_workers(actor=cast.clerk, duplicate=twin.worker, into=stage.hires[0].worker, reason="同一人", day=Day.APPLIED)
    outcomes = at_once(submitters(stage, [stage.batch, second]))
    assert (len(outcomes.done), outcomes.codes) == (1, ["NOTHING_TO_SUBMIT"])
    assert live_by_person() == {stage.hires[0].worker_id: 1}


def test_eight_payment_files_made_at_once_are_one(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "answered")
    finance = committed_cast.finance
    outcomes = at_once(
        lambda n=n: make_payment_file(actor=finance, batch=stage.batch, number=f"F-{n}", day=Day.MADE) for n in range(8)
    )
    assert (len(outcomes.done), len(outcomes.codes)) == (1, 7)
    assert set(outcomes.codes) == {"STATE_NOT_ALLOWED"}
    assert (PaymentFile.objects.count(), DisbursementLine.objects.count()) == (1, 3)


def test_a_bounced_payment_is_repeated_once_by_eight_at_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "answered")
    first = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, first, *on.bank_rows(first, failed=[1]))
    repeat = {"actor": committed_cast.finance, "batch": stage.batch, "day": Day.LATER, "repeats": first}
    outcomes = at_once(lambda n=n: make_payment_file(number=f"R-{n}", **repeat) for n in range(8))
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"NOTHING_TO_REPAY"})
    assert DisbursementLine.objects.filter(is_live=True).count() == 3


def test_a_bank_return_given_by_four_at_once_is_booked_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "paying")
    (sent,) = PaymentFile.objects.all()
    rows = on.bank_rows(sent)
    # Four different files with the same answers: not one upload, but four.
    files = [on.bank_list(*(row | {"流水号": f"{n}{row['流水号']}"} for row in rows)) for n in range(4)]
    scope = f"payment_file:{sent.pk}"
    outcomes = at_once(
        lambda content=content: give(committed_cast.finance, "bank_returns", content, Day.RETURNED, scope=scope)
        for content in files
    )
    assert outcomes.codes == []
    assert sum(upload.result.get("paid", 0) for upload in outcomes.done) == 2
    assert stage.money == (6_000, 6_000)


@standing
def submitted(cast: Cast) -> Stage:
    """A batch with its people reserved."""
    return on.take_to(on.set_stage(cast), "submitted")


def test_a_second_live_entitlement_is_refused_by_the_database(submitted: Stage) -> None:
    first = Entitlement.objects.order_by("pk").first()
    assert first is not None
    database_refuses("paid_once|subsidies_entitlement", COPY_OF_ENTITLEMENT, first.pk)


def test_a_void_entitlement_frees_the_person_and_never_lives_again(submitted: Stage) -> None:
    first = Entitlement.objects.order_by("pk").first()
    assert first is not None
    sql("UPDATE subsidies_entitlement SET voided_at = recorded_at, void_reason = '退回' WHERE id = %s", first.pk)
    assert sql(COPY_OF_ENTITLEMENT, first.pk) == 1
    revive = "UPDATE subsidies_entitlement SET voided_at = NULL, void_reason = '' WHERE id = %s"
    database_refuses("entitlement_only_voided", revive, first.pk)


@pytest.mark.parametrize("change", ["period_key = '2'", "\"group\" = 'OTHER'", "worker_id = worker_id + 1"])
def test_an_entitlement_is_not_turned_into_another(submitted: Stage, change: str) -> None:
    database_refuses("entitlement_only_voided", f"UPDATE subsidies_entitlement SET {change}")


def test_an_entitlement_is_not_deleted(submitted: Stage) -> None:
    database_refuses("entitlement_stays", "DELETE FROM subsidies_entitlement")


def test_a_line_stands_in_one_live_payment_only(cast: Cast) -> None:
    on.take_to(on.set_stage(cast), "paying")
    again = """INSERT INTO subsidies_disbursementline (disbursement_id, line_id, is_live)
               SELECT disbursement_id, line_id, is_live FROM subsidies_disbursementline"""
    database_refuses("line_in_one_live_payment|subsidies_disbursementline", again)


@pytest.mark.parametrize("statement", ["UPDATE subsidies_disbursementline SET is_live = FALSE",
                                       "DELETE FROM subsidies_disbursementline"])  # fmt: skip
def test_a_line_leaves_a_payment_only_after_it_bounced(cast: Cast, statement: str) -> None:
    on.take_to(on.set_stage(cast), "paying")
    database_refuses("only_bounced_lines_leave_a_payment", statement)
