"""States follow their table, none skipped, and of those who act at once one wins (I6)."""

from __future__ import annotations

from itertools import product

import pytest
from django.apps import apps

from park_workers.foundation.errors import TransitionRefused
from subsidies.models import Batch, PaymentFile, PublicNotice
from subsidies.services.batches import open_batch, submit_batch
from subsidies.services.city import send_to_city
from subsidies.services.notices import CLOCK, close_due_notices, publish_notice
from subsidies.services.payments import send_payment_file
from subsidies.services.reviews import approve_batch, review_batch
from tests.attacks.threads import at_once, database_refuses, sql
from tests.conftest import Cast
from tests.subsidies import stage as on
from tests.subsidies.stage import Day

#: everything the CHECKs could ask for, so that only the order itself can refuse
ALL_DATES = ", ".join(
    f"{column} = '2023-05-20'"
    for column in ("computed_on", "submitted_on", "reviewed_on", "approved_on", "published_on", "notice_ended_on",
                   "sent_on", "answered_on", "closed_on", "cancelled_on")
)  # fmt: skip
LEGAL = {(a, step.target) for step in Batch.TRANSITIONS.values() for a in step.sources}
SKIPS = [
    (a, b) for a, b in product(("draft", "computed", "submitted", "approved", "in_notice", "paying"), Batch.Status.values)
    if a != b and (a, b) not in LEGAL
]  # fmt: skip


def test_a_notice_published_by_eight_at_once_has_one_edition(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "approved")
    outcomes = at_once(
        lambda: publish_notice(actor=cast.clerk, batch=Batch.objects.get(pk=stage.batch.pk), day=Day.REVIEWED)
        for _ in range(8)
    )
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"STATE_NOT_ALLOWED"})
    assert PublicNotice.objects.count() == 1


def test_four_clocks_at_once_close_a_notice_once(committed_cast: Cast) -> None:
    on.take_to(on.set_stage(committed_cast), "in_notice")
    outcomes = at_once(lambda: close_due_notices(actor=CLOCK, day=Day.NOTICE_OVER) for _ in range(4))
    assert outcomes.codes == []
    assert sum(len(closed) for closed in outcomes.done) == 1
    assert Batch.objects.get().status == "notice_ended"


def test_a_batch_sent_up_by_four_at_once_is_sent_once(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "notice_ended")
    outcomes = at_once(
        lambda: send_to_city(actor=cast.clerk, batch=Batch.objects.get(pk=stage.batch.pk), day=Day.NOTICE_OVER)
        for _ in range(4)
    )
    assert len(outcomes.done) == 1 and set(outcomes.codes) <= {"STATE_NOT_ALLOWED", "VERSION_CHANGED"}


def test_a_payment_file_handed_over_by_four_at_once_is_sent_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "answered")
    made, finance = on.make_file(stage), committed_cast.finance
    outcomes = at_once(
        lambda: send_payment_file(actor=finance, payment_file=PaymentFile.objects.get(pk=made.pk), day=Day.SENT)
        for _ in range(4)
    )
    assert (len(outcomes.done), set(outcomes.codes)) == (1, {"STATE_NOT_ALLOWED"})


def test_of_a_pass_and_a_return_at_once_one_holds(committed_cast: Cast) -> None:
    cast = committed_cast
    stage = on.take_to(on.set_stage(cast), "submitted")
    common = {"batch": stage.batch, "day": Day.REVIEWED}
    outcomes = at_once([
        lambda: review_batch(actor=cast.reviewer, is_passed=True, note="", **common),
        lambda: review_batch(actor=cast.reviewer_2, is_passed=False, note="请核对", **common),
    ])  # fmt: skip
    assert (len(outcomes.done), outcomes.codes) == (1, ["STATE_NOT_ALLOWED"])
    batch = Batch.objects.get()
    assert (batch.status, stage.money) in [("reviewed", (6_000, 0)), ("computed", (0, 0))]


def test_a_batch_of_one_name_opened_by_four_at_once_is_one(committed_cast: Cast) -> None:
    cast = committed_cast
    policy = on.publish_hire(cast)
    outcomes = at_once(
        lambda: open_batch(actor=cast.clerk, policy=policy, name="第一批", cutoff_on=on.CUTOFF, day=Day.APPLIED)
        for _ in range(4)
    )
    assert (len(outcomes.done), outcomes.codes) == (1, ["BATCH_EXISTS"] * 3)


@pytest.mark.parametrize("state", ["computed", "submitted", "reviewed"])
def test_an_act_quotes_the_version_its_actor_saw(cast: Cast, state: str) -> None:
    stage = on.take_to(on.set_stage(cast), state)
    stale = {"batch": stage.batch, "seen_version": stage.batch.version - 1}
    verdict = {"is_passed": True, "note": "", "day": Day.REVIEWED}
    acts = {
        "computed": lambda: submit_batch(actor=cast.clerk, day=Day.APPLIED, **stale),
        "submitted": lambda: review_batch(actor=cast.reviewer, **verdict, **stale),
        "reviewed": lambda: approve_batch(actor=cast.approver_1, **verdict, **stale),
    }
    with pytest.raises(TransitionRefused) as refused:
        acts[state]()
    assert refused.value.code == "VERSION_CHANGED"


@pytest.mark.parametrize("state", sorted({a for a, _ in SKIPS}))
def test_no_state_is_skipped_even_with_every_date_filled_in(cast: Cast, state: str) -> None:
    stage = on.take_to(on.set_stage(cast), state) if state != "draft" else on.set_stage(cast)
    assert stage.batch.status == state
    for target in (b for a, b in SKIPS if a == state):
        skip = f"UPDATE subsidies_batch SET status = %s, {ALL_DATES}, cancel_reason = '无' WHERE id = %s"
        database_refuses("batch_moves", skip, target, stage.batch.pk)


@pytest.mark.parametrize(
    ("state", "guard", "change"),
    [
        ("draft", "batch_computed_has_calculation", "status = 'computed'"),
        ("computed", "batch_submitted_has_person", "status = 'submitted'"),
        ("approved", "batch_noticed_has_date", "status = 'in_notice'"),
        ("approved", "batch_approved_has_date", "approved_on = NULL"),
        ("reviewed", "batch_reviewed_has_date", "reviewed_on = NULL"),
        ("notice_ended", "batch_sent_after_notice", "status = 'sent_to_city'"),
        ("notice_ended", "batch_sent_after_notice", "status = 'sent_to_city', sent_on = '2023-05-01'"),
        ("sent_to_city", "batch_answered_has_date", "status = 'answered'"),
        ("paying", "batch_closed_has_date", "status = 'closed'"),
        ("approved", "batch_cancelled_has_reason", "status = 'cancelled'"),
        ("computed", "trial_stops_at_computed|batch_submitted_has_person", "status = 'submitted', is_trial = TRUE"),
    ],
)
def test_a_state_without_its_date_or_person_is_refused(cast: Cast, state: str, guard: str, change: str) -> None:
    stage = on.set_stage(cast)
    if state != "draft":
        on.take_to(stage, state)
    database_refuses(guard, f"UPDATE subsidies_batch SET {change}")


@pytest.mark.parametrize(
    ("table", "guard", "status"),
    [
        ("batch", "batch_begins_as_draft", "approved"),
        ("publicnotice", "publicnotice_begins_as_open", "closed"),
        ("paymentfile", "paymentfile_begins_as_made", "returned"),
        ("disbursement", "disbursement_begins_as_pending", "paid"),
        ("policyversion", "policyversion_begins_as_draft", "published"),
    ],
)
def test_nothing_begins_half_way(cast: Cast, table: str, guard: str, status: str) -> None:
    on.take_to(on.set_stage(cast), "paying")
    columns = [
        f.column
        for f in apps.get_model("subsidies", table)._meta.concrete_fields
        if not f.primary_key and f.column != "status"
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    database_refuses(
        guard, f"INSERT INTO subsidies_{table} (status, {names}) SELECT '{status}', {names} FROM subsidies_{table}"
    )


@pytest.mark.parametrize(
    ("table", "guard", "status"),
    [
        ("publicnotice", "notice_moves", "open"),
        ("paymentfile", "payment_file_moves", "made"),
        ("policyversion", "policy_version_moves", "draft"),
    ],
)
def test_no_life_runs_backwards(cast: Cast, table: str, guard: str, status: str) -> None:
    on.take_to(on.set_stage(cast), "paying")
    database_refuses(guard, f"UPDATE subsidies_{table} SET status = '{status}'")


def test_a_payment_answered_by_the_bank_is_not_answered_again(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "paying")
    (sent,) = stage.batch.payment_files.all()
    on.give_return(stage, sent, *on.bank_rows(sent))
    again = "UPDATE subsidies_disbursement SET status = 'bounced', failure_reason = '退'"
    database_refuses("disbursement_moves", again)


def test_a_line_the_city_did_not_accept_is_not_paid_even_by_sql(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "paying")
    sql("DELETE FROM subsidies_cityanswerline WHERE line_id = %s", stage.lines()[0].pk)
    again = """INSERT INTO subsidies_disbursementline (disbursement_id, line_id, is_live)
               SELECT disbursement_id, line_id, FALSE FROM subsidies_disbursementline WHERE line_id = %s"""
    database_refuses("payment_of_accepted_lines_only", again, stage.lines()[0].pk)
