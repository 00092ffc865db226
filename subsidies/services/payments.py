"""Payment files (付款文件): made from accepted lines, handed to the bank, made again for what bounced."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.files import store_file
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership
from park_workers.permissions import check_own_organisation
from subsidies.models import Batch, Disbursement, DisbursementLine, LineDecision, LineItem, PaymentFile, WriteOff
from subsidies.models.lines import LineItemQuerySet
from subsidies.payment_file.writer import PaymentRow, write_payment_file
from subsidies.permissions import check_can_pay, check_can_send_payment_file
from subsidies.services.dispositions import check_not_before, write_decisions
from subsidies.services.payable_lines import check_list_payable, payable_lines
from subsidies.services.payees import PayeeLines, check_accounts, group_by_payee

MAKE = "制作拨付文件"
LONGEST_NUMBER = 40


@transaction.atomic
def make_payment_file(
    *, actor: Membership, batch: Batch, number: str, day: date, repeats: PaymentFile | None = None
) -> PaymentFile:
    """Make the payment file of an answered batch, or one that pays the bounced lines of `repeats` again.

    One line a payee, firms in the order of 企业名录, to the account in force on `day`.  Raises PermissionRefused,
    TransitionRefused, RuleViolation (NUMBER_INVALID, NUMBER_TAKEN, NOTHING_TO_REPAY, ACCOUNT_MISSING and those of
    `check_list_payable`); then nothing is made.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("current", "policy").get(pk=batch.pk)
    _check_may_make(actor, batch, repeats, day)
    number = _free_number(batch.bureau_id, number)
    check_list_payable(batch)
    lines = payable_lines(batch) if repeats is None else _take_back_bounced(actor, batch, repeats, number, day)
    payees = group_by_payee(lines)
    if not payees:
        raise RuleViolation("NOTHING_LEFT", "名单中没有待拨付的明细", "请核对批次的拨付记录")
    check_accounts(payees, day)
    payment_file = _write_file(actor, batch, number, payees, repeats, day)
    if repeats is None:
        move(batch, "pay", actor=actor, day=day,
             changes={"number": number, "payments": payment_file.lines, "amount_fen": payment_file.amount_fen})  # fmt: skip
    return payment_file


def _check_may_make(actor: Membership, batch: Batch, repeats: PaymentFile | None, day: date) -> None:
    if repeats is None:
        check_can_move(batch, "pay", actor=actor)
    else:
        check_can_pay(actor, batch, MAKE)
        if repeats.batch_id != batch.pk:
            raise RuleViolation("FILE_OF_OTHER_BATCH", f"付款文件“{repeats}”不属于本批次", "请选择本批次的付款文件")
        if batch.status != Batch.Status.PAYING:
            raise TransitionRefused(
                "STATE_NOT_ALLOWED", f"当前状态为“{batch.status_label()}”，不能重新拨付", "请刷新页面查看最新状态"
            )
    check_own_organisation(actor, batch.bureau_id, MAKE)
    check_not_before(day, batch.answered_on, "批复日期")


def _free_number(bureau_id: int, number: str) -> str:
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER:
        raise RuleViolation(
            "NUMBER_INVALID", f"付款文件编号为空或超过 {LONGEST_NUMBER} 个字符", "请填写编号，如“2023-HIRE-01”"
        )
    if PaymentFile.objects.filter(bureau=bureau_id, number=number).exists():
        raise _number_taken(number)
    return number


def next_file_number(batch: Batch) -> str:
    """Year-policy-nn, the bureau's next free one."""
    prefix = f"{batch.cutoff_on.year}-{batch.policy.code}-"
    mine = PaymentFile.objects.filter(bureau=batch.bureau_id, number__startswith=prefix)
    taken, n = set(mine.values_list("number", flat=True)), 1
    while f"{prefix}{n:02d}" in taken:
        n += 1
    return f"{prefix}{n:02d}"


def _number_taken(number: str) -> RuleViolation:
    return RuleViolation("NUMBER_TAKEN", f"付款文件编号“{number}”已使用", "请查看已生成的付款文件，或换用下一个编号")


def _take_back_bounced(
    actor: Membership, batch: Batch, repeats: PaymentFile, number: str, day: date
) -> LineItemQuerySet:
    """The lines of the file's bounced payments, free to be paid again; those given up (or about to be) stay out."""
    bounced = Disbursement.objects.filter(payment_file=repeats, status=Disbursement.Status.BOUNCED)
    given_up = WriteOff.objects.exclude(status=WriteOff.Status.REFUSED)
    bounced = bounced.exclude(pk__in=given_up.values("disbursement"))
    live = DisbursementLine.objects.filter(disbursement__in=bounced, is_live=True)
    keys = list(live.values_list("line_id", flat=True))
    if not keys:
        raise RuleViolation(
            "NOTHING_TO_REPAY", f"付款文件“{repeats}”没有待重付的退票", "请先导入银行回盘，或核对是否已重付"
        )
    last_day = max(day for day in bounced.values_list("traded_on", flat=True) if day is not None)
    check_not_before(day, last_day, "退票日期")
    live.update(is_live=False)
    reasons = dict.fromkeys(keys, f"退票后重新拨付，付款文件 {number}")
    write_decisions(actor=actor, batch=batch, reasons=reasons, kind=LineDecision.Kind.REPAID, day=day)
    return payable_lines(batch).filter(pk__in=LineItem.objects.filter(disbursements__disbursement__in=bounced))


def _write_file(
    actor: Membership, batch: Batch, number: str, payees: list[PayeeLines], repeats: PaymentFile | None, day: date
) -> PaymentFile:
    rows = [payee.as_row(batch.name, number, place) for place, payee in enumerate(payees, 1)]
    try:
        with transaction.atomic():
            payment_file = PaymentFile.objects.create(
                status=PaymentFile.Status.MADE, batch=batch, bureau_id=batch.bureau_id, number=number, repeats=repeats, lines=len(payees),
                digest=_digest_of(number, payees), amount_fen=sum(p.amount_fen for p in payees), made_on=day,
                recorded_by=actor, file=store_file(content=write_payment_file(rows, made_on=day), name=f"{number}.xlsx"),
            )  # fmt: skip
    except IntegrityError as error:
        raise _number_taken(number) from error
    for row, payee in zip(rows, payees, strict=True):
        _write_disbursement(actor, payment_file, row, payee)
    changes = {"number": number, "payments": payment_file.lines, "amount_fen": payment_file.amount_fen,
               "repeats": repeats.number if repeats else None, "digest": payment_file.digest}  # fmt: skip
    record_event(actor=actor, code="payment_file.made", subject=payment_file, day=day, to_state=payment_file.status,
                 changes=changes)  # fmt: skip
    return payment_file


def _write_disbursement(actor: Membership, payment_file: PaymentFile, row: PaymentRow, payee: PayeeLines) -> None:
    """One payment with a snapshot of the account, and the lines it pays."""
    account = payee.account
    assert account is not None
    payment = Disbursement(
        status=Disbursement.Status.PENDING, payment_file=payment_file, line_number=row.line_number,
        organisation=payee.claim.organisation, worker=payee.claim.worker, payee_name=row.payee_name[:120],
        account_hash=account.account_hash, last_four=account.last_four, bank_name=account.bank_name, people=row.people,
        amount_fen=row.amount_fen, recorded_by=actor,
    )  # fmt: skip
    payment.seal_account(row.account)  # type: ignore[attr-defined]
    payment.save()
    DisbursementLine.objects.bulk_create(
        [DisbursementLine(disbursement=payment, line_id=key) for key in payee.keys], batch_size=2_000
    )


def _digest_of(number: str, payees: Sequence[PayeeLines]) -> str:
    """SHA-256 over number, and of each payment: payee, account (keyed hash), sum and line digests in order."""
    found = hashlib.sha256(number.encode())
    for payee in payees:
        assert payee.account is not None
        parts = [payee.owner_key, payee.account.account_hash, str(payee.amount_fen), *payee.digests]
        found.update("\x1f".join(parts).encode() + b"\n")
    return found.hexdigest()


@transaction.atomic
def send_payment_file(*, actor: Membership, payment_file: PaymentFile, day: date) -> PaymentFile:
    """Record that the file was handed to the bank.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    payment_file = PaymentFile.objects.select_for_update(of=("self",)).select_related("batch").get(pk=payment_file.pk)
    check_can_send_payment_file(actor, payment_file)
    check_not_before(day, payment_file.made_on, "制作日期")
    payments = payment_file.disbursements.aggregate(lines=Count("pk"), fen=Sum("amount_fen"))
    if (payments["lines"], payments["fen"]) != (payment_file.lines, payment_file.amount_fen):
        raise RuleViolation("TOTALS_DIFFER", "付款文件与其明细合计不一致，不能送银行", "请停止办理并联系系统管理员核查")
    move(payment_file, "send", actor=actor, day=day, with_fields={"sent_on": day},
         changes={"number": payment_file.number, "amount_fen": payment_file.amount_fen})  # fmt: skip
    return payment_file


@transaction.atomic
def payment_file_content(*, actor: Membership, payment_file: PaymentFile) -> bytes:
    """The workbook handed to the bank, accounts in plain, for finance only; each download leaves an event.

    Raises PermissionRefused, RuleViolation FILE_MISSING.
    """
    check_can_pay(actor, payment_file.batch, "下载付款文件")
    if payment_file.file is None:
        raise RuleViolation("FILE_MISSING", f"付款文件“{payment_file}”没有存档", "请联系系统管理员核查")
    content = payment_file.file.read()
    record_event(actor=actor, code="payment_file.downloaded", subject=payment_file,
                 changes={"number": payment_file.number, "sha256": payment_file.file.sha256})  # fmt: skip
    return content
