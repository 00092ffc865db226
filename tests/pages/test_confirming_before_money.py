"""Publishing a policy, deciding about money and accounts, booking money: each asks first who one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from park_workers.models import Membership, PayeeAccount
from park_workers.services.accounts import propose_account_change
from park_workers.services.sessions import CONFIRMED_KEY
from subsidies.models import Appropriation, PaymentFile, PolicyVersion, Receipt, WriteOff
from subsidies.services.policies import load_policy_packs
from subsidies.services.write_offs import propose_write_off
from tests.conftest import Cast
from tests.subsidies.stage import (
    Day,
    Stage,
    bank_rows,
    give_return,
    hire_pack,
    make_file,
    send_file,
    set_stage,
    take_to,
)

PASSWORD = "needle-and-thread-2023"
Target = Callable[[Stage], tuple[Membership, str, dict[str, str]]]


def publish(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    text, begins = hire_pack(2600), Day.LATER
    (draft,) = load_policy_packs(actor=stage.cast.clerk, text=text, day=Day.BEGIN, effective_on=begins)
    return stage.cast.approver_1, f"/policies/versions/{draft.pk}/publish/", {"version": "1"}


def retire(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    return stage.cast.approver_1, f"/policies/versions/{PolicyVersion.objects.get().pk}/retire/", {"note": "到期"}


def approve_account(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    change = propose_account_change(
        actor=stage.cast.clerk, organisation=stage.cast.alpha.organisation, account="9900000000000099",
        bank_name="示例银行", effective_on=timezone.localdate(), reason="销户", evidence="申请书", day=timezone.localdate(),
    )  # fmt: skip
    return stage.cast.approver_1, f"/account-changes/{change.pk}/approve/", {}


def book(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    form = {"source": "市级就业专项资金", "year": "2023", "amount": "5", "note": "凭证"}
    return stage.cast.finance, "/funds/receipts/new/", form


def reverse(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    receipt = Receipt.objects.get()
    return stage.cast.finance, f"/funds/{receipt.appropriation_id}/receipts/{receipt.pk}/reverse/", {"note": "录错"}


def _bounced(stage: Stage) -> PaymentFile:
    take_to(stage, "answered")
    made = send_file(stage, make_file(stage))
    give_return(stage, made, *bank_rows(made, failed=[2]))
    return made


def repeat(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    return stage.cast.finance, f"/payments/files/{_bounced(stage).pk}/repeat/", {}


def write_off(stage: Stage) -> tuple[Membership, str, dict[str, str]]:
    payment = _bounced(stage).disbursements.get(line_number=2)  # type: ignore[attr-defined]
    made = propose_write_off(actor=stage.cast.finance, payment=payment, reason="注销", day=Day.LATER)
    return stage.cast.approver_1, f"/payments/decisions/write-offs/{made.pk}/", {"action": "approve"}


def standing() -> tuple[object, ...]:
    """Everything these forms could change."""
    return (
        sorted(PolicyVersion.objects.values_list("pk", "status")), sorted(WriteOff.objects.values_list("pk", "status")),
        sorted(PayeeAccount.objects.values_list("pk", "status")), Appropriation.objects.get().amount_fen,
        PaymentFile.objects.count(), Receipt.objects.count(),
    )  # fmt: skip


@pytest.mark.parametrize("target", [publish, retire, approve_account, book, reverse, repeat, write_off])
def test_nothing_happens_before_one_has_confirmed_oneself(cast: Cast, settings: object, target: Target) -> None:
    stage = set_stage(cast)
    member, path, form = target(stage)
    settings.CONFIRM_AGAIN_SECONDS = 600  # type: ignore[attr-defined]
    member.user.set_password(PASSWORD)
    member.user.save()
    client, before = Client(), standing()
    client.force_login(member.user)
    session = client.session
    session[CONFIRMED_KEY] = int(timezone.now().timestamp()) - 3600
    session.save()
    asked = client.post(path, form)
    assert asked.status_code == 403 and "请再次确认身份" in asked.content.decode()
    assert standing() == before
    client.post(path, form | {"confirm_password": PASSWORD})
    assert standing() != before
