"""A bounced payment that can never be made again is given up by two persons, and the batch can end."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import RuleViolation
from subsidies.models import Batch, Entitlement, LineDecision, PaymentFile, WriteOff
from subsidies.services.write_offs import approve_write_off, propose_write_off, refuse_write_off
from tests.attacks.threads import at_once
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage

REASON = "企业已注销，无法取得有效账户"


@standing
def bounced(cast: Cast) -> tuple[Stage, PaymentFile]:
    """Two lines of the first firm have arrived, the second firm's one has bounced."""
    stage = on.take_to(on.set_stage(cast), "answered")
    made = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    return stage, made


def propose(stage: Stage, made: PaymentFile, **more: object) -> WriteOff:
    payment = made.disbursements.get(line_number=more.pop("line_number", 2))  # type: ignore[attr-defined]
    arguments = {"actor": stage.cast.finance, "payment": payment, "reason": REASON, "day": Day.LATER} | more
    return propose_write_off(**arguments)  # type: ignore[arg-type]


def code_of(call: object) -> str:
    with pytest.raises(RuleViolation) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_an_approved_write_off_frees_person_and_money_and_ends_the_batch(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    assert stage.batch.status == "paying" and stage.money == (6000, 4000)
    approve_write_off(actor=stage.cast.approver_1, write_off=propose(stage, made), day=Day.LATER)
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.batch.closed_on) == (Batch.Status.CLOSED, Day.LATER)
    assert stage.money == (4000, 4000)
    line = stage.line_of(stage.hires[2])
    assert line.decisions.get(is_standing=True).kind == LineDecision.Kind.WRITTEN_OFF  # type: ignore[attr-defined]
    assert "不再补付" in Entitlement.objects.get(line=line).void_reason
    assert Entitlement.objects.filter(voided_at__isnull=True).count() == 2
    assert AuditEvent.objects.filter(code="write_off.approve", person_id=stage.cast.approver_1.user_id).count() == 1


def test_the_person_can_be_paid_in_a_later_batch(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    approve_write_off(actor=stage.cast.approver_1, write_off=propose(stage, made), day=Day.LATER)
    worker = stage.hires[2].worker_id
    assert not Entitlement.objects.filter(worker=worker, voided_at__isnull=True).exists()


def test_who_proposed_it_does_not_approve_it(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    write_off = propose(stage, made)
    own = on_the_approvers_chair(stage)
    assert code_of(lambda: approve_write_off(actor=own, write_off=write_off, day=Day.LATER)) == "SECOND_PERSON_NEEDED"
    assert code_of(
        lambda: approve_write_off(actor=stage.cast.finance, write_off=write_off, day=Day.LATER)
    ) == "ROLE_NOT_ALLOWED"  # fmt: skip
    WriteOff.objects.get(pk=write_off.pk, status="proposed")


def on_the_approvers_chair(stage: Stage) -> object:
    """The finance person acting as an approver, by whatever mistake."""
    approver = stage.cast.approver_2
    approver.user = stage.cast.finance.user
    return approver


def test_the_database_itself_refuses_one_person_for_both(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    write_off = propose(stage, made)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.filter(pk=write_off.pk).update(decided_by=write_off.proposed_by_id)


def test_the_database_itself_refuses_to_give_up_what_has_arrived(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    paid = made.disbursements.get(line_number=1)  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError, match="write_off_of_bounced_payment"), transaction.atomic():
        WriteOff.objects.create(status="proposed", disbursement=paid, amount_fen=1, reason="x", proposed_on=Day.LATER,
                                proposed_by=stage.cast.finance.user)  # fmt: skip


def test_only_a_bounced_payment_is_given_up_and_only_once(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    assert code_of(lambda: propose(stage, made, line_number=1)) == "PAYMENT_NOT_BOUNCED"
    assert code_of(lambda: propose(stage, made, reason=" ")) == "REASON_MISSING"
    assert code_of(lambda: propose(stage, made, day=Day.MADE)) == "DAY_TOO_EARLY"
    assert code_of(lambda: propose(stage, made, actor=stage.cast.clerk)) == "ROLE_NOT_ALLOWED"
    propose(stage, made)
    assert code_of(lambda: propose(stage, made)) == "WRITE_OFF_EXISTS"


def test_a_proposed_write_off_stays_out_of_a_repeat(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    propose(stage, made)
    on.file_refused(stage, "NOTHING_TO_REPAY", number="R1", day=Day.LATER, repeats=made)


def test_a_refused_write_off_lets_the_payment_be_repeated(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    write_off = propose(stage, made)
    assert code_of(
        lambda: refuse_write_off(actor=stage.cast.approver_1, write_off=write_off, day=Day.LATER, reason="")
    ) == "REASON_MISSING"  # fmt: skip
    refuse_write_off(actor=stage.cast.approver_1, write_off=write_off, day=Day.LATER, reason="请先更正账户")
    assert on.make_file(stage, "R1", day=Day.LATER, repeats=made).lines == 1
    assert code_of(lambda: propose(stage, made)) == "PAYMENT_REPEATED"
    assert stage.batch.status == "paying"


@pytest.mark.django_db(transaction=True)
def test_of_a_repeat_and_a_write_off_at_the_same_moment_one_goes_through(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "answered")
    made = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    repeat = lambda: on.make_file(stage, "R1", day=Day.LATER, repeats=made)  # noqa: E731
    outcomes = at_once([repeat, lambda: propose(stage, made)])
    assert len(outcomes.done) == 1
    assert outcomes.codes[0] in ("NOTHING_TO_REPAY", "PAYMENT_REPEATED")


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_the_same_moment_give_the_money_back_once(committed_cast: Cast) -> None:
    stage = on.take_to(on.set_stage(committed_cast), "answered")
    made = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    write_off = propose(stage, made)
    approvers = (committed_cast.approver_1, committed_cast.approver_2)
    outcomes = at_once(
        lambda one=one: approve_write_off(actor=one, write_off=write_off, day=Day.LATER) for one in approvers
    )
    assert len(outcomes.done) == 1 and len(outcomes.codes) == 1
    assert stage.money == (4000, 4000)
