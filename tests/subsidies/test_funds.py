"""Money that came in: every receipt a row, booked once however often it is sent, a mistaken one reversed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import RuleViolation
from subsidies.models import Appropriation, PaymentFile, Receipt
from subsidies.services.funds import receive_appropriation, reverse_receipt
from tests.attacks.threads import at_once
from tests.conftest import Cast, make_enterprise, make_member
from tests.subsidies import stage as on
from tests.subsidies.stage import SOURCE, YUAN, Day

Receive = Callable[..., Appropriation]


def receive(cast: Cast, *, yuan: int = 1000, note: str = "", day: Any = Day.BEGIN) -> Appropriation:
    return receive_appropriation(
        actor=cast.finance, source=SOURCE, year=2023, amount_fen=yuan * YUAN, day=day, note=note
    )


def amount_is_its_receipts(fund: Appropriation) -> bool:
    return fund.receipts.aggregate(fen=Sum("amount_fen"))["fen"] == fund.amount_fen  # type: ignore[attr-defined,no-any-return]


def test_a_later_receipt_adds_and_the_same_one_again_does_not(cast: Cast) -> None:
    receive(cast)
    for _ in range(2):
        fund = receive(cast, yuan=500, day=Day.LATER, note="第二笔")
    assert fund.amount_fen == 1500 * YUAN and amount_is_its_receipts(fund)
    first_again = receive(cast)
    assert first_again.amount_fen == 1500 * YUAN
    assert AuditEvent.objects.filter(code__startswith="appropriation.").count() == 2


def test_two_receipts_of_one_sum_differ_in_their_note(cast: Cast) -> None:
    receive(cast, note="凭证 1")
    assert receive(cast, note="凭证 2").amount_fen == 2000 * YUAN


@pytest.mark.django_db(transaction=True)
def test_a_later_receipt_tapped_at_the_same_moment_adds_once(committed_cast: Cast) -> None:
    receive(committed_cast)
    outcomes = at_once(lambda: receive(committed_cast, yuan=500, day=Day.LATER) for _ in range(6))
    assert len(outcomes.done) == 6
    fund = Appropriation.objects.get()
    assert fund.amount_fen == 1500 * YUAN and amount_is_its_receipts(fund)
    assert AuditEvent.objects.filter(code="appropriation.increased").count() == 1


def test_a_mistaken_receipt_is_reversed_once_with_a_reason(cast: Cast) -> None:
    fund = receive(cast)
    wrong = receive(cast, yuan=500, note="录错").receipts.get(note="录错")  # type: ignore[attr-defined]
    reverse_receipt(actor=cast.finance, receipt=wrong, reason="金额录入有误", day=Day.LATER)
    fund.refresh_from_db()
    assert fund.amount_fen == 1000 * YUAN and amount_is_its_receipts(fund)
    for receipt, reason, code in ((wrong, "再来", "RECEIPT_REVERSED"), (wrong, " ", "REASON_MISSING"),
                                  (wrong.reversed_by, "再来", "RECEIPT_IS_REVERSAL")):  # fmt: skip
        with pytest.raises(RuleViolation) as caught:
            reverse_receipt(actor=cast.finance, receipt=receipt, reason=reason, day=Day.LATER)
        assert caught.value.code == code


def test_what_batches_reserve_is_not_reversed(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast, yuan=6000), "submitted")
    with pytest.raises(RuleViolation) as caught:
        reverse_receipt(actor=cast.finance, receipt=Receipt.objects.get(), reason="录错", day=Day.LATER)
    assert caught.value.code == "AMOUNT_COMMITTED" and stage.money == (6000, 0)
    assert Receipt.objects.count() == 1


def test_receipts_are_never_changed(cast: Cast) -> None:
    receive(cast)
    for change in ("UPDATE subsidies_receipt SET amount_fen = 1", "DELETE FROM subsidies_receipt"):
        with pytest.raises(IntegrityError, match="receipt_append_only"), transaction.atomic():
            connection.cursor().execute(change)


def other_bureau(cast: Cast) -> Cast:
    """A second bureau in the same database, with one firm and people of its own."""
    from dataclasses import replace

    from park_workers.models import Organisation, Role

    bureau = Organisation.objects.create(kind="district_bureau", name="示例第二区人社局", parent=cast.city)
    firm = make_enterprise(bureau, "示例丙纺织有限公司", "91441899000000035L", 1)
    roles = {"clerk": Role.CLERK, "finance": Role.FINANCE, "approver_1": Role.APPROVER, "reviewer": Role.REVIEWER,
             "approver_2": Role.APPROVER}  # fmt: skip
    members = {name: make_member(f"second_{name}", bureau, role) for name, role in roles.items()}
    hr = make_member("hr_gamma", firm.organisation, Role.ENTERPRISE_HR)
    return replace(cast, bureau=bureau, alpha=firm, beta=cast.beta, hr=hr, **members)


def test_two_bureaus_number_their_payment_files_alike(cast: Cast) -> None:
    first = on.take_to(on.set_stage(cast), "answered")
    on.make_file(first)
    made = PaymentFile.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentFile.objects.create(status="made", batch=first.batch, bureau=cast.bureau, number=made.number, digest="x",
                                   lines=1, amount_fen=1, made_on=Day.MADE)  # fmt: skip
    second = other_bureau(cast)
    policy = on.publish_hire(second)
    batch = on.open_batch(actor=second.clerk, policy=policy, name="第一批", cutoff_on=on.CUTOFF, day=Day.APPLIED)
    again = PaymentFile.objects.create(status="made", batch=batch, bureau=second.bureau, number=made.number, digest="x",
                                       lines=1, amount_fen=1, made_on=Day.MADE)  # fmt: skip
    assert again.number == made.number
    with pytest.raises(IntegrityError, match="payment_file_of_own_bureau"), transaction.atomic():
        PaymentFile.objects.create(status="made", batch=batch, bureau=cast.bureau, number="X", digest="x", lines=1,
                                   amount_fen=1, made_on=Day.MADE)  # fmt: skip
