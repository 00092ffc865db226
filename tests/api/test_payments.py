"""Payment files, payments, clawbacks, appropriations, accounts: money over the API."""

from __future__ import annotations

import pytest

from park_workers.models import PayeeAccount
from subsidies.models import Clawback
from tests.api.doors import Doors, fields_of, refused
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.subsidies.stage import Day, Stage, bank_rows, give_return, make_file, send_file, take_to

pytestmark = pytest.mark.django_db


def test_a_payment_file_is_made_fetched_by_finance_and_sent(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "answered")
    finance, body = doors(cast.finance), {"batch": stage.batch.pk, "number": "2023-HIRE-01"}
    with on(Day.MADE):
        made = finance.post("payment-files/", body)
        assert (made.status_code, made.json()["amount"], made["ETag"]) == (201, "6000.00", '"1"')
        path = f"payment-files/{made.json()['id']}/"
        refused(doors(cast.clerk).get(f"{path}content/"), 403, "ROLE_NOT_ALLOWED")
        assert finance.get(f"{path}content/").content[:2] == b"PK"
        refused(finance.post("payment-files/", body), 409, "STATE_NOT_ALLOWED")
    with on(Day.SENT):
        refused(finance.post(f"{path}send/", seen=7), 412, "VERSION_CHANGED")
        assert finance.post(f"{path}send/", seen=1).json()["status"] == "sent"
    payments = finance.get("payments/", batch=stage.batch.pk).json()["results"]
    assert {p["account"] for p in payments} == {"****0001", "****0002"}
    (own,) = doors(cast.hr).get("payments/").json()["results"]
    assert own["amount"] == "4000.00"


def test_paid_money_is_asked_back_by_two(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "answered")
    payment_file = send_file(stage, make_file(stage))
    line = stage.lines()[0]
    with on(Day.LATER):
        refused(doors(cast.finance).post("clawbacks/", {"line": line.pk, "reason": "重复"}), 422, "LINE_NOT_PAID")
        give_return(stage, payment_file, *bank_rows(payment_file))
        asked = doors(cast.finance).post("clawbacks/", {"line": line.pk, "reason": "重复享受"})
        assert (asked.status_code, asked.json()["amount"]) == (201, "-2000.00")
        refused(doors(cast.finance).post("clawbacks/", {"line": line.pk, "reason": "重复"}), 409, "CLAWBACK_EXISTS")
        path = f"clawbacks/{asked.json()['id']}/"
        refused(doors(cast.finance).post(f"{path}approve/"), 403, "ROLE_NOT_ALLOWED")
        assert doors(cast.approver_1).post(f"{path}refuse/", {"reason": "证据不足"}).json()["status"] == "refused"
        again = doors(cast.finance).post("clawbacks/", {"line": line.pk, "reason": "证据已补"}).json()
        assert doors(cast.approver_1).post(f"clawbacks/{again['id']}/approve/", seen=1).json()["status"] == "approved"
    assert Clawback.objects.count() == 2


def test_money_is_text_with_two_decimals(cast: Cast, doors: Doors) -> None:
    body = {"source": "市级就业专项资金", "year": 2023}
    made = doors(cast.finance).post("appropriations/", body | {"amount": "1,330,000.50"})
    assert (made.status_code, made.json()["amount"], made.json()["paid"]) == (201, "1330000.50", "0.00")
    for wrong in (2000, 2000.5, "二千", "1.234", "NaN", "1e30", None, ["1"]):
        answer = doors(cast.finance).post("appropriations/", body | {"amount": wrong})
        assert set(fields_of(answer)) == {"amount"}, wrong
    refused(doors(cast.finance).post("appropriations/", body | {"amount": "-1.00"}), 422, "APPROPRIATION_INVALID")
    refused(doors(cast.clerk).post("appropriations/", body | {"amount": "1.00"}), 403, "ROLE_NOT_ALLOWED")


def test_an_account_change_is_decided_by_another_person(cast: Cast, stage: Stage, doors: Doors) -> None:
    for number in ("9900000000000011", "9900000000000012"):
        change = PayeeAccount(
            status="proposed", organisation=cast.alpha.organisation, account_hash="x", last_four=number[-4:],
            bank_name="示例银行", valid_from=Day.LATER, proposed_on=Day.MADE, proposed_by=cast.clerk.user,
        )  # fmt: skip
        change.seal_account(number)  # type: ignore[attr-defined]
        change.save()
    first, second = doors(cast.approver_1).get("payee-accounts/", status="proposed").json()["results"]
    assert first["account"] == "****0012"
    refused(doors(cast.clerk).post(f"payee-accounts/{first['id']}/approve/"), 403, "ROLE_NOT_ALLOWED")
    with on(Day.LATER):
        done = doors(cast.approver_1).post(f"payee-accounts/{first['id']}/approve/", seen=1)
        assert done.json()["status"] == "approved"
        path = f"payee-accounts/{second['id']}/refuse/"
        assert doors(cast.approver_1).post(path, {"reason": "重复"}).json()["status"] == "refused"


def test_a_bounced_payment_is_given_up_by_two(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "answered")
    payment_file = send_file(stage, make_file(stage))
    give_return(stage, payment_file, *bank_rows(payment_file, failed=[2]))
    paid, bounced = payment_file.disbursements.order_by("line_number")  # type: ignore[attr-defined]
    finance, approver = doors(cast.finance), doors(cast.approver_1)
    with on(Day.LATER):
        refused(finance.post("write-offs/", {"payment": paid.pk, "reason": "注销"}), 422, "PAYMENT_NOT_BOUNCED")
        refused(approver.post("write-offs/", {"payment": bounced.pk, "reason": "注销"}), 403, "ROLE_NOT_ALLOWED")
        asked = finance.post("write-offs/", {"payment": bounced.pk, "reason": "企业已注销"})
        assert (asked.status_code, asked.json()["amount"]) == (201, "2000.00")
        path = f"write-offs/{asked.json()['id']}/"
        refused(finance.post(f"{path}approve/"), 403, "ROLE_NOT_ALLOWED")
        assert approver.post(f"{path}approve/", seen=1).json()["status"] == "approved"
    stage.batch.refresh_from_db()
    assert stage.batch.status == "closed"


def test_a_receipt_sent_twice_under_two_keys_is_booked_once_and_may_be_reversed(cast: Cast, doors: Doors) -> None:
    finance, body = doors(cast.finance), {"source": "市级就业专项资金", "year": 2023, "note": "凭证 1"}
    finance.post("appropriations/", body | {"amount": "500.00"})
    amounts = [finance.post("appropriations/", body | {"amount": "100.00"}).json()["amount"] for _ in range(2)]
    assert amounts == ["600.00", "600.00"]
    fund = finance.get("appropriations/").json()["results"][0]["id"]
    second, first = finance.get(f"appropriations/{fund}/receipts/").json()["results"]
    assert (first["amount"], second["amount"]) == ("500.00", "100.00")
    path = f"appropriations/{fund}/reverse-receipt/"
    assert finance.post(path, {"receipt": second["id"], "reason": "录错"}).json()["amount"] == "500.00"
    refused(finance.post(path, {"receipt": second["id"], "reason": "录错"}), 422, "RECEIPT_REVERSED")


def test_an_account_change_is_proposed_over_the_api(cast: Cast, stage: Stage, doors: Doors) -> None:
    body = {"organisation": cast.alpha.pk, "account": "9900000000000099", "bank_name": "示例银行", "reason": "销户",
            "effective_on": Day.LATER.isoformat(), "evidence": "变更申请书"}  # fmt: skip
    with on(Day.LATER):
        refused(doors(cast.finance).post("payee-accounts/", body), 403, "ROLE_NOT_ALLOWED")
        made = doors(cast.clerk).post("payee-accounts/", body)
    assert (made.status_code, made.json()["account"], made.json()["status"]) == (201, "****0099", "proposed")
