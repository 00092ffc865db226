"""银行回盘: what the bank did with each payment, matched by (付款文件编号, 付款序号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError

from park_workers.foundation.identifiers import clean_credit_code
from park_workers.foundation.money import format_fen
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.foundation.workflow import move
from park_workers.foundation.written_words import without_personal_numbers
from park_workers.services.accounts import account_hash, mask_account
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import name_key
from subsidies.models import Batch, Disbursement, LineDecision, LineItem, PaymentFile
from subsidies.services.closing import close_if_settled
from subsidies.services.dispositions import write_decisions
from subsidies.services.scopes import payment_file_of_scope
from subsidies.services.spending import book_payment

#: the bank's two words
SUCCEEDED, FAILED = "成功", "失败"
Wrong = tuple[str, str, str, str]


@dataclass
class _Answers:
    """Row -> payment, and the rows that say what is recorded already."""

    payments: dict[int, Disbursement] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


def check_bank_returns(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Match each row with a payment of the file; a payment answered otherwise before is refused.

    Raises FileRefused (SCOPE_UNKNOWN, FILE_NOT_SENT).
    """
    payment_file = payment_file_of_scope(context.scope)
    if payment_file.batch.bureau_id != context.actor.organisation_id:
        raise FileRefused("SCOPE_UNKNOWN", "没有指明付款文件，或付款文件不存在", "请在批次的拨付页面上传")
    if payment_file.status == PaymentFile.Status.MADE:
        raise FileRefused("FILE_NOT_SENT", f"付款文件“{payment_file}”尚未送银行", "请先登记送银行支付，再导入回盘")
    payments = {
        payment.line_number: payment for payment in payment_file.disbursements.select_related("organisation", "worker")
    }
    checked, answers, seen = CheckedRows(), _Answers(), dict[int, int]()
    for row in rows:
        payment = payments.get(row.values["line_number"])
        judged = _judge_row(context, payment_file, row, payment, seen)
        if payment is None or judged is not None:
            checked.issues.append(context.issue(row, *(judged or _unknown(payment_file, row))))
            continue
        seen[payment.line_number] = row.number
        answers.payments[row.number] = payment
        if payment.status != Disbursement.Status.PENDING:
            answers.known.add(row.number)
        checked.accepted.append(row)
    checked.found = answers
    return checked


def _unknown(payment_file: PaymentFile, row: CleanedRow) -> Wrong:
    number = row.values["line_number"]
    return "line_number", "PAYMENT_UNKNOWN", f"付款文件“{payment_file}”没有付款序号 {number}", "请核对付款序号"


def _judge_row(
    context: ImportContext,
    payment_file: PaymentFile,
    row: CleanedRow,
    payment: Disbursement | None,
    seen: dict[int, int],
) -> Wrong | None:
    """What is wrong with a row, as (column, code, message, fix)."""
    v = row.values
    if v["file_number"] != payment_file.number:
        message = f"付款文件编号“{v['file_number']}”与所选付款文件“{payment_file}”不符"
        return "file_number", "PAYMENT_UNKNOWN", message, "请核对编号，或在该付款文件处上传"
    if payment is None:
        return _unknown(payment_file, row)
    if payment.line_number in seen:
        return "line_number", "DUPLICATE_IN_FILE", f"与第 {seen[payment.line_number]} 行重复", "请删除重复的一行"
    wrong = _differs(payment_file.batch, row, payment)
    if wrong is None and payment.status != Disbursement.Status.PENDING:
        return None if _says_the_same(row, payment) else _answered_before(payment)
    if wrong is None and v["result"] == FAILED and not v["failure_reason"]:
        return "failure_reason", "FAILURE_REASON_MISSING", "结果为“失败”但没有写明失败原因", "请填写失败原因"
    sent_on = payment_file.sent_on
    if wrong is None and sent_on is not None and not sent_on <= v["traded_on"] <= context.day:
        message = f"交易日期应在送银行日 {sent_on} 至 {context.day} 之间"
        return "traded_on", "TRADE_DATE_WRONG", message, "请核对交易日期"
    return wrong


def _differs(batch: Batch, row: CleanedRow, payment: Disbursement) -> Wrong | None:
    """The bank names another account, amount, payee or batch than the payment file does."""
    v = row.values
    if account_hash(v["account"]) != payment.account_hash:
        message = f"账号与付款文件（{mask_account(payment.last_four)}）不符"
        return "account", "ACCOUNT_DIFFERS", message, "请与付款文件核对账号"
    if v["amount_fen"] != payment.amount_fen:
        message = f"金额与付款文件（{format_fen(payment.amount_fen)}）不符"
        return "amount_fen", "AMOUNT_DIFFERS", message, "请与付款文件核对金额"
    if v["payee_code"] and payment.organisation is not None and clean_credit_code(v["payee_code"]) != payment.owner_key:
        return "payee_code", "PAYEE_DIFFERS", "统一社会信用代码与付款文件不符", "请与付款文件核对收款单位"
    if v["payee_name"] and name_key(v["payee_name"]) != name_key(payment.payee_name):
        message = f"收款单位与付款文件（{payment.payee_name}）不符"
        return "payee_name", "PAYEE_DIFFERS", message, "请与付款文件核对收款单位"
    if v["batch"] and v["batch"] != batch.name:
        return "batch", "BATCH_DIFFERS", f"批次“{v['batch']}”与付款文件的批次“{batch.name}”不符", "请核对上传的付款文件"
    return None


def _says_the_same(row: CleanedRow, payment: Disbursement) -> bool:
    """The row says what is recorded already."""
    v = row.values
    if v["traded_on"] != payment.traded_on:
        return False
    if v["result"] == SUCCEEDED:
        return payment.status == Disbursement.Status.PAID
    return payment.status == Disbursement.Status.BOUNCED and payment.failure_reason == without_personal_numbers(
        v["failure_reason"][:200]
    )


def _answered_before(payment: Disbursement) -> Wrong:
    message = f"该笔付款已登记为“{payment.status_label()}”（{payment.traded_on}），与本行不一致"
    return "result", "ALREADY_ANSWERED", message, "请与银行核实；已登记的结果不能改写"


def apply_bank_returns(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Settle or bounce each payment; the file ends with its last answer, the batch with its last settled line."""
    payment_file = payment_file_of_scope(context.scope)
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=payment_file.batch_id)
    payment_file = PaymentFile.objects.select_for_update(of=("self",)).get(pk=payment_file.pk)
    answers: _Answers = checked.found
    fresh = [row for row in checked.accepted if row.number not in answers.known]
    figures = {"new": len(fresh), "known": len(checked.accepted) - len(fresh), "paid": 0, "bounced": 0}
    pending = payment_file.disbursements.filter(status=Disbursement.Status.PENDING)
    waiting = set(pending.values_list("pk", flat=True))
    if any(answers.payments[row.number].pk not in waiting for row in fresh):
        # Another return came in between check and load: the pipeline judges the rows again.
        raise IntegrityError("payment answered meanwhile")
    for row in fresh:
        _record_answer(context, batch, row, answers.payments[row.number])
        figures["paid" if row.values["result"] == SUCCEEDED else "bounced"] += 1
    if fresh and not pending.exists():
        fields = {"returned_on": context.day}
        move(payment_file, "record_return", actor=context.actor, day=context.day, with_fields=fields)
    if fresh:
        close_if_settled(actor=context.actor, batch=batch, day=context.day)
    return figures


def _record_answer(context: ImportContext, batch: Batch, row: CleanedRow, payment: Disbursement) -> None:
    v = row.values
    fields: dict[str, Any] = {"traded_on": v["traded_on"], "bank_serial": v["serial"][:60]}
    changes = {"line_number": payment.line_number, "amount_fen": payment.amount_fen}
    if v["result"] == SUCCEEDED:
        move(payment, "settle", actor=context.actor, day=v["traded_on"], changes=changes, with_fields=fields)
        book_payment(payment=payment)
        return
    reason = v["failure_reason"][:200]
    move(payment, "bounce", actor=context.actor, day=v["traded_on"], note=reason, changes=changes,
         with_fields=fields | {"failure_reason": reason})  # fmt: skip
    lines = LineItem.objects.filter(disbursements__disbursement=payment, disbursements__is_live=True)
    reasons = dict.fromkeys(lines.values_list("pk", flat=True), f"退票：{reason}")
    write_decisions(
        actor=context.actor, batch=batch, reasons=reasons, kind=LineDecision.Kind.BOUNCED, day=v["traded_on"]
    )
