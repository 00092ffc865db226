"""What bounced is paid again, by a file that repeats another."""

from __future__ import annotations

from datetime import timedelta

from subsidies.models import Batch, DisbursementLine, LineDecision, PaymentFile
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage
from tests.subsidies.stage import file_refused as refused


@standing
def stage(cast: Cast) -> Stage:
    """Three lines of two firms, all accepted by the city."""
    return on.take_to(on.set_stage(cast), "answered")


@standing
def bounced(stage: Stage) -> tuple[Stage, PaymentFile]:
    """The second firm's payment has bounced."""
    made = on.send_file(stage, on.make_file(stage))
    on.give_return(stage, made, *on.bank_rows(made, failed=[2]))
    return stage, made


def test_a_repeat_pays_the_bounced_lines_only(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    again = on.make_file(stage, "2023-HIRE-01-R1", day=Day.LATER, repeats=first)
    (payment,) = again.disbursements.all()
    assert (payment.line_number, payment.payee_name, payment.amount_fen) == (1, "示例乙服饰有限公司", 200_000)
    assert again.repeats == first and stage.batch.status == "paying"
    (row,) = payment.paid_lines.all()
    assert [r.is_live for r in row.line.disbursements.order_by("pk")] == [False, True]
    assert [d.kind for d in row.line.decisions.order_by("pk")] == ["bounced", "repaid"]
    assert "R1" in row.line.decisions.get(is_standing=True).reason


def test_a_repeat_is_made_once(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    on.make_file(stage, "2023-HIRE-01-R1", day=Day.LATER, repeats=first)
    refused(stage, "NOTHING_TO_REPAY", number="2023-HIRE-01-R2", day=Day.LATER, repeats=first)


def test_a_repeat_of_a_file_without_bounces_is_refused(stage: Stage) -> None:
    made = on.make_file(stage)
    refused(stage, "NOTHING_TO_REPAY", number="R1", day=Day.LATER, repeats=made)


def test_a_repeat_is_not_dated_before_the_bounce(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    refused(stage, "DAY_TOO_EARLY", number="R1", day=Day.SENT - timedelta(days=1), repeats=first)


def test_a_repeat_without_an_account_changes_nothing(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    stage.cast.beta.organisation.payee_accounts.update(valid_to=Day.MADE)
    refused(stage, "ACCOUNT_MISSING", number="R1", day=Day.LATER, repeats=first)
    assert DisbursementLine.objects.filter(is_live=True).count() == 3
    assert not LineDecision.objects.filter(kind="repaid").exists()


def test_a_repeat_belongs_to_its_batch_and_to_finance(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    refused(stage, "ROLE_NOT_ALLOWED", actor=stage.cast.clerk, number="R1", repeats=first)
    other = Batch.objects.create(
        bureau=stage.batch.bureau, policy=stage.policy, policy_version=stage.batch.policy_version, name="别的",
        cutoff_on=on.CUTOFF, status="draft",
    )  # fmt: skip
    refused(stage, "FILE_OF_OTHER_BATCH", batch=other, number="R1", repeats=first)


def test_a_repeat_that_bounces_is_repeated_from_itself(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, first = bounced
    second = on.send_file(stage, on.make_file(stage, "R1", day=Day.LATER, repeats=first), Day.LATER)
    on.give_return(stage, second, *on.bank_rows(second, failed=[1], day=Day.LATER), day=Day.LATER)
    refused(stage, "NOTHING_TO_REPAY", number="R2", day=Day.LATER, repeats=first)
    third = on.make_file(stage, "R2", day=Day.LATER, repeats=second)
    assert third.amount_fen == 200_000 and stage.money == (6000, 4000)
