"""Bank returns: matched by file and line number, compared, settled or bounced, and the batch closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Role, Upload
from park_workers.services import imports
from park_workers.services.memberships import install_bureau
from park_workers.services.uploads import confirm_upload, receive_upload
from subsidies.models import Appropriation, Batch, Disbursement, LineFunding, PaymentFile
from subsidies.services.city import reject_returned_lines
from subsidies.services.closing import close_batch
from subsidies.services.spending import book_payment
from tests.conftest import INSTALLER, Cast, make_member
from tests.park_workers.files import findings, give
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage, bank_list, bank_rows, give_return


@standing
def stage(cast: Cast) -> Stage:
    """A file of two payments (4,000 and 2,000 yuan) is at the bank."""
    return on.take_to(on.set_stage(cast), "paying")


def the_file(stage: Stage) -> PaymentFile:
    return stage.batch.payment_files.order_by("-pk")[0]


def states(file: PaymentFile) -> list[str]:
    return list(file.disbursements.order_by("line_number").values_list("status", flat=True))


def test_all_paid_closes_file_and_batch_and_counts_the_money(stage: Stage) -> None:
    file = the_file(stage)
    upload = give_return(stage, file, *bank_rows(file))
    assert findings(upload) == [] and upload.result["paid"] == 2
    assert states(file) == ["paid", "paid"]
    payment = file.disbursements.get(line_number=1)
    assert (payment.traded_on, payment.bank_serial, payment.failure_reason) == (Day.SENT, "S0001", "")
    assert (file.status, file.returned_on) == ("returned", Day.RETURNED)
    assert (stage.batch.status, stage.batch.closed_on) == ("closed", Day.RETURNED)
    assert stage.money == (6000, 6000)


def test_a_bounce_keeps_the_batch_open_and_the_money_committed(stage: Stage) -> None:
    file = the_file(stage)
    upload = give_return(stage, file, *bank_rows(file, failed=[2]))
    assert (upload.result["paid"], upload.result["bounced"]) == (1, 1)
    payment = file.disbursements.get(line_number=2)
    assert (payment.status, payment.failure_reason) == ("bounced", "账号已销户")
    line = payment.paid_lines.get().line
    assert (line.decisions.get().kind, line.decisions.get().reason) == ("bounced", "退票：账号已销户")
    assert (file.status, stage.batch.status, stage.money) == ("returned", "paying", (6000, 4000))
    assert line.entitlements.get().voided_at is None


def test_the_batch_closes_when_the_repeat_has_arrived(stage: Stage) -> None:
    file = the_file(stage)
    give_return(stage, file, *bank_rows(file, failed=[2]))
    again = on.send_file(stage, on.make_file(stage, "R1", day=Day.LATER, repeats=file), Day.LATER)
    give_return(stage, again, *bank_rows(again, day=Day.LATER), day=Day.LATER)
    assert (stage.batch.status, stage.batch.closed_on, stage.money) == ("closed", Day.LATER, (6000, 6000))


def test_some_lines_now_and_the_rest_in_a_later_file(stage: Stage) -> None:
    file = the_file(stage)
    first, second = bank_rows(file)
    give_return(stage, file, second)
    assert (states(file), file.status, stage.batch.status) == (["pending", "paid"], "sent", "paying")
    assert stage.money == (6000, 2000)
    later = give_return(stage, file, first, second)
    assert (later.result["new"], later.result["known"]) == (1, 1)
    assert (states(file), file.status, stage.batch.status) == (["paid", "paid"], "returned", "closed")
    assert stage.money == (6000, 6000)


def test_a_bounce_is_repeated_while_others_are_not_yet_answered(stage: Stage) -> None:
    file = the_file(stage)
    first, second = bank_rows(file, failed=[2])
    give_return(stage, file, second)
    again = on.send_file(stage, on.make_file(stage, "R1", day=Day.LATER, repeats=file), Day.LATER)
    give_return(stage, again, *bank_rows(again, day=Day.LATER), day=Day.LATER)
    assert stage.batch.status == "paying"
    give_return(stage, file, first, day=Day.LATER)
    assert (stage.batch.status, stage.money) == ("closed", (6000, 6000))


def test_the_same_answers_again_change_nothing(stage: Stage) -> None:
    file = the_file(stage)
    rows = bank_rows(file, failed=[2])
    first = give_return(stage, file, *rows)
    same_file = give(
        stage.cast.finance, "bank_returns", first.file.read(), Day.RETURNED, scope=f"payment_file:{file.pk}"
    )
    assert same_file.pk == first.pk
    saved_anew = give_return(stage, file, *reversed(rows), day=Day.LATER)
    assert (saved_anew.result["new"], saved_anew.result["known"]) == (0, 2)
    assert stage.money == (6000, 4000)
    assert stage.lines()[-1].decisions.count() == 1


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"付款文件编号": "2023-HIRE-09"}, ("B", "PAYMENT_UNKNOWN")),
    ({"付款序号": 9}, ("C", "PAYMENT_UNKNOWN")),
    ({"付款序号": 1}, ("C", "DUPLICATE_IN_FILE")),
    ({"账号": "990000000000009999"}, ("G", "ACCOUNT_DIFFERS")),
    ({"金额": 1999}, ("I", "AMOUNT_DIFFERS")),
    ({"统一社会信用代码": "91441899000000019Y"}, ("E", "PAYEE_DIFFERS")),
    ({"收款单位": "示例甲制衣有限公司"}, ("D", "PAYEE_DIFFERS")),
    ({"批次": "第九批"}, ("A", "BATCH_DIFFERS")),
    ({"结果": "失败"}, ("K", "FAILURE_REASON_MISSING")),
    ({"结果": "也许"}, ("J", "RESULT_UNKNOWN")),
    ({"交易日期": Day.SENT - timedelta(days=1)}, ("L", "TRADE_DATE_WRONG")),
    ({"交易日期": Day.RETURNED + timedelta(days=1)}, ("L", "TRADE_DATE_WRONG")),
    ({"交易日期": None}, ("L", "TRADED_ON_MISSING")),
]


@pytest.mark.parametrize(("changed", "expected"), WRONG)
def test_a_wrong_row_is_refused_with_its_cell_and_the_good_one_is_settled(
    stage: Stage, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    file = the_file(stage)
    first, second = bank_rows(file)
    upload = give_return(stage, file, first, second | changed)
    assert findings(upload) == [(3, *expected, "error")]
    assert upload.issues.get().fix
    assert (states(file), stage.batch.status, stage.money) == (["paid", "pending"], "paying", (6000, 4000))


def test_an_account_in_a_refusal_is_masked(stage: Stage) -> None:
    file = the_file(stage)
    upload = give_return(stage, file, bank_rows(file)[0] | {"账号": "990000000000009999"})
    assert "****0001" in upload.issues.get().message and "9900000000000001" not in upload.issues.get().message


def test_blank_optional_cells_are_not_compared(stage: Stage) -> None:
    file = the_file(stage)
    rows = [row | {"收款单位": None, "统一社会信用代码": None, "批次": None, "人数": None} for row in bank_rows(file)]
    assert findings(give_return(stage, file, *rows)) == [] and stage.batch.status == "closed"


def test_a_payment_twice_in_the_file_is_taken_once(stage: Stage) -> None:
    file = the_file(stage)
    first, _ = bank_rows(file)
    upload = give_return(stage, file, first, first)
    assert findings(upload) == [(3, "C", "DUPLICATE_IN_FILE", "error")]
    assert stage.money == (6000, 4000)


@pytest.mark.parametrize(
    "changed", [{"结果": "失败", "失败原因": "账号已销户"}, {"交易日期": Day.RETURNED}], ids=["result", "day"]
)
def test_an_answer_is_not_rewritten_by_another(stage: Stage, changed: dict[str, Any]) -> None:
    file = the_file(stage)
    first, second = bank_rows(file)
    give_return(stage, file, first)
    upload = give_return(stage, file, first | changed, second)
    assert findings(upload) == [(2, "J", "ALREADY_ANSWERED", "error")]
    assert "已到账" in upload.issues.get().message
    assert (states(file), stage.money) == (["paid", "paid"], (6000, 6000))


def test_a_file_that_is_not_at_the_bank_has_no_return(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "answered")
    file = on.make_file(stage)
    upload = give_return(stage, file, *bank_rows(file))
    assert upload.status == Upload.Status.REFUSED
    assert upload.refusal["code"] == "FILE_NOT_SENT" and upload.refusal["fix"]


@pytest.mark.parametrize("scope", ["", "batch:1", "payment_file:0", "payment_file:-1", "payment_file:x"])
def test_a_return_for_no_file_is_refused(stage: Stage, scope: str) -> None:
    content = bank_list(*bank_rows(the_file(stage)))
    upload = give(stage.cast.finance, "bank_returns", content, Day.RETURNED, scope=scope)
    assert upload.refusal["code"] == "SCOPE_UNKNOWN"


def test_another_bureaus_payment_file_does_not_exist(stage: Stage) -> None:
    other = install_bureau(actor=INSTALLER, name="邻区人社局", city_name="示例市人力资源和社会保障局")
    stranger = make_member("stranger", other, Role.FINANCE)
    file = the_file(stage)
    upload = give(stranger, "bank_returns", bank_list(*bank_rows(file)), Day.RETURNED, scope=f"payment_file:{file.pk}")
    assert upload.refusal["code"] == "SCOPE_UNKNOWN" and states(file) == ["pending", "pending"]


def test_finance_alone_gives_a_return(stage: Stage) -> None:
    file = the_file(stage)
    for actor in (stage.cast.clerk, stage.cast.approver_1, stage.cast.hr, stage.cast.city_reviewer):
        with pytest.raises(PermissionRefused, match="银行回盘"):
            receive_upload(
                actor=actor, sheet_kind="bank_returns", content=bank_list(*bank_rows(file)), name="回盘.xlsx",
                day=Day.RETURNED, scope=f"payment_file:{file.pk}",
            )  # fmt: skip


def test_two_returns_checked_before_either_is_loaded_count_the_money_once(stage: Stage) -> None:
    file, scope = the_file(stage), f"payment_file:{the_file(stage).pk}"
    rows = bank_rows(file)
    both = [
        receive_upload(
            actor=stage.cast.finance, sheet_kind="bank_returns", content=bank_list(*order), name="回盘.xlsx",
            day=Day.RETURNED, scope=scope,
        )
        for order in (rows, rows[::-1])
    ]  # fmt: skip
    for upload in both:
        upload.refresh_from_db()
        confirm_upload(actor=stage.cast.finance, upload=upload, day=Day.RETURNED)
        upload.refresh_from_db()
    assert [upload.result["new"] for upload in both] == [2, 0]
    assert stage.money == (6000, 6000)


def test_a_return_that_comes_in_between_check_and_load_is_not_counted_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, declared, checks = the_file(stage), imports.import_for("bank_returns"), []
    rows = bank_rows(file)

    def check(context: Any, cleaned: Any) -> Any:
        found = declared.check(context, cleaned)
        checks.append(context.upload.pk)
        if len(checks) == 2:  # checked on arrival, checked again on confirmation, not yet loaded
            give_return(stage, file, *reversed(rows))
        return found

    monkeypatch.setitem(imports._imports, "bank_returns", replace(declared, check=check))
    upload = give_return(stage, file, *rows)
    assert (upload.status, upload.result["new"], upload.result["known"]) == ("applied", 0, 2)
    assert (states(file), stage.money) == (["paid", "paid"], (6000, 6000))


def test_money_is_never_counted_as_paid_beyond_what_is_committed(stage: Stage) -> None:
    Appropriation.objects.update(committed_fen=399_999)
    with pytest.raises(RuleViolation) as caught:
        book_payment(payment=the_file(stage).disbursements.get(line_number=1))
    assert caught.value.code == "PAID_BEYOND_COMMITTED"
    assert Appropriation.objects.get().paid_fen == 0


def test_a_payment_whose_funding_does_not_add_up_is_not_counted(stage: Stage) -> None:
    payment = the_file(stage).disbursements.get(line_number=1)
    LineFunding.objects.filter(line__disbursements__disbursement=payment).update(released_at=timezone.now())
    with pytest.raises(RuleViolation) as caught:
        book_payment(payment=payment)
    assert caught.value.code == "FUNDING_DIFFERS"


def test_money_is_split_as_the_lines_are_funded(stage: Stage) -> None:
    payment = the_file(stage).disbursements.get(line_number=1)
    city = Appropriation.objects.get()
    town = Appropriation.objects.create(
        bureau=city.bureau,
        source="区级财政",
        year=2023,
        amount_fen=1_000_000,
        committed_fen=280_000,
        received_on=Day.BEGIN,
    )
    funding = LineFunding.objects.filter(line__disbursements__disbursement=payment)
    for line in list(funding.values_list("line", flat=True)):
        LineFunding.objects.filter(line=line).update(released_at=timezone.now())
        LineFunding.objects.create(line_id=line, appropriation=city, amount_fen=60_000)
        LineFunding.objects.create(line_id=line, appropriation=town, amount_fen=140_000)
    assert book_payment(payment=payment) == {city.pk: 120_000, town.pk: 280_000}
    town.refresh_from_db()
    assert (town.paid_fen, Appropriation.objects.get(pk=city.pk).paid_fen) == (280_000, 120_000)


def test_a_batch_of_which_nothing_is_left_is_closed_by_finance(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "sent_to_city")
    on.answer(stage, on.answer_list(stage, returned=stage.hires))
    reject_returned_lines(actor=cast.clerk, batch=stage.batch, reason="均不符合", day=Day.ANSWERED)
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.money) == ("answered", (0, 0))
    with pytest.raises(PermissionRefused):
        close_batch(actor=cast.clerk, batch=stage.batch, day=Day.MADE)
    closed = close_batch(actor=cast.finance, batch=stage.batch, day=Day.MADE)
    assert (closed.status, closed.closed_on) == (Batch.Status.CLOSED, Day.MADE)


def test_a_batch_with_money_under_way_is_not_closed(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="3 条明细"):
        close_batch(actor=stage.cast.finance, batch=stage.batch, day=Day.RETURNED)
    assert Disbursement.objects.filter(status="pending").count() == 2
