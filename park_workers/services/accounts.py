"""账号变更: a clerk proposes another account for a firm, an approver decides, and it is in force from its day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_account
from park_workers.foundation.search_hash import search_hash
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.foundation.workflow import move
from park_workers.models import Membership, Organisation, PayeeAccount
from park_workers.permissions import check_can_decide_account_change, check_can_propose_account_change
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.reasons import stated_reason

ONE_DAY = timedelta(days=1)
#: a change is asked for about now; a day farther off is a slip of the keyboard
FARTHEST_CHANGE = timedelta(days=366)


def account_hash(account: str) -> str:
    """Keyed hash of an account number."""
    return search_hash(account, purpose="account")


def mask_account(last_four: str) -> str:
    """An account as it may be shown."""
    return f"****{last_four}"


def account_in_force(*, organisation: Organisation, day: date) -> PayeeAccount | None:
    """The account money goes to on a day."""
    return (
        PayeeAccount.objects.in_force_on(day).filter(organisation=organisation).order_by("-valid_from", "-pk").first()
    )


def file_account(
    *, actor: Membership, organisation: Organisation, account: str, bank_name: str, day: date
) -> PayeeAccount:
    """The account that came with the bureau's directory: approved as filed, in force from the day of loading."""
    filed = PayeeAccount(
        status=PayeeAccount.Status.APPROVED, organisation=organisation, account_hash=account_hash(account),
        last_four=account[-4:], bank_name=bank_name, valid_from=day, is_from_directory=True, proposed_on=day,
        proposed_by=actor.user, recorded_by=actor,
    )  # fmt: skip
    filed.seal_account(account)  # type: ignore[attr-defined]
    filed.save()
    return filed


@dataclass(frozen=True)
class _Accounts:
    """Accounts of one firm: the one in force and every change not refused."""

    organisation: Organisation
    in_force: PayeeAccount | None
    changes: tuple[PayeeAccount, ...]

    def same_change(self, row: CleanedRow) -> PayeeAccount | None:
        """The same change, asked for before."""
        wanted = account_hash(row.values["new_account"])
        for change in self.changes:
            if change.account_hash == wanted and change.proposed_on == row.values["applied_on"]:
                return change
        return None


def _accounts_by_code(codes: set[str], day: date) -> dict[str, _Accounts]:
    firms = Organisation.objects.filter(credit_code__in=codes, enterprise__isnull=False)
    found = {}
    for firm in firms:
        changes = PayeeAccount.objects.filter(organisation=firm, is_from_directory=False)
        alive = tuple(changes.exclude(status=PayeeAccount.Status.REFUSED))
        found[str(firm.credit_code)] = _Accounts(firm, account_in_force(organisation=firm, day=day), alive)
    return found


def check_account_changes(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """The firm is known, the old account is the one in force, no other change of it waits for a decision."""
    firms = _accounts_by_code({row.values["credit_code"] for row in rows}, context.day)
    checked, seen = CheckedRows(found=firms), dict[str, int]()
    for row in rows:
        code = row.values["credit_code"]
        firm = firms.get(code)
        wrong = _what_is_wrong(row, firm)
        if code in seen:
            wrong = ("DUPLICATE_IN_FILE", "credit_code", f"与第 {seen[code]} 行为同一企业", "一份表内每家企业只填一行")
        if wrong is None:
            seen[code] = row.number
            checked.accepted.append(row)
        else:
            problem, column, message, fix = wrong
            checked.issues.append(context.issue(row, column, problem, message, fix))
    return checked


def _what_is_wrong(row: CleanedRow, firm: _Accounts | None) -> tuple[str, str, str, str] | None:
    if firm is None:
        return "ENTERPRISE_UNKNOWN", "credit_code", "企业名录中没有该统一社会信用代码", "请核对代码，或先导入企业名录"
    if firm.same_change(row) is not None:
        return None
    old, new = row.values["old_account"], row.values["new_account"]
    if firm.in_force is None or firm.in_force.account_hash != account_hash(old):
        now = mask_account(firm.in_force.last_four) if firm.in_force else "无"
        return (
            "ACCOUNT_NOT_IN_FORCE",
            "old_account",
            f"原账号不是在用账号（在用：{now}）",
            "请与开户许可及企业名录核对原账号",
        )
    if old == new:
        return "ACCOUNT_UNCHANGED", "new_account", "新账号与原账号相同", "请填写变更后的账号"
    if any(change.status == PayeeAccount.Status.PROPOSED for change in firm.changes):
        return "ACCOUNT_CHANGE_PENDING", "credit_code", "该企业已有一项账号变更待审批", "请先审批或退回前一项变更"
    return None


def apply_account_changes(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Propose each change; a change proposed before is left as it is."""
    proposed = 0
    for row in checked.accepted:
        firm: _Accounts = checked.found[row.values["credit_code"]]
        if firm.same_change(row) is None:
            _propose(context, row, firm.organisation)
            proposed += 1
    return {"new": proposed, "unchanged": len(checked.accepted) - proposed}


def _propose(context: ImportContext, row: CleanedRow, firm: Organisation) -> PayeeAccount:
    number = row.values["new_account"]
    change = PayeeAccount(
        status=PayeeAccount.Status.PROPOSED, organisation=firm, account_hash=account_hash(number),
        last_four=number[-4:], bank_name=row.values["bank_name"], valid_from=row.values["effective_on"],
        proposed_on=row.values["applied_on"], proposed_by=context.actor.user, recorded_by=context.actor,
        upload=context.upload,
    )  # fmt: skip
    return _seal_and_record(context.actor, change, number, context.day)


def _seal_and_record(actor: Membership, change: PayeeAccount, number: str, day: date) -> PayeeAccount:
    change.seal_account(number)  # type: ignore[attr-defined]
    change.save()
    assert change.organisation is not None
    record_event(
        actor=actor, code="payee_account.proposed", subject=change, day=day, to_state=change.status,
        note=change.reason or "",
        changes={"firm": change.organisation.name, "account": mask_account(change.last_four),
                 "from": change.valid_from.isoformat()},
    )  # fmt: skip
    return change


def _checked_number(account: str) -> str:
    try:
        return check_account(account)
    except IdentifierProblem as wrong:
        raise RuleViolation("ACCOUNT_INVALID", wrong.message, wrong.fix) from wrong


@transaction.atomic
def propose_account_change(
    *, actor: Membership, organisation: Organisation, account: str, bank_name: str, effective_on: date, reason: str,
    evidence: str, day: date,
) -> PayeeAccount:  # fmt: skip
    """A clerk proposes another account for one firm, with why and by what paper; the same proposal again is the same one.

    Raises PermissionRefused, RuleViolation (REASON_MISSING, ACCOUNT_INVALID, ACCOUNT_UNCHANGED, ACCOUNT_CHANGE_PENDING,
    DAY_TOO_EARLY, DAY_TOO_LATE).
    """
    check_can_propose_account_change(actor, organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # one proposal about a firm at a time
    number, bank = _checked_number(account), bank_name.strip()[:120]
    if not reason.strip() or not evidence.strip() or not bank:
        raise RuleViolation("REASON_MISSING", "开户行、变更原因或依据材料没有填写", "请填写开户行、变更原因和依据材料")
    if effective_on < day:
        raise RuleViolation("DAY_TOO_EARLY", f"生效日期 {effective_on} 早于今日", "请填写今日或以后的日期")
    if effective_on > day + FARTHEST_CHANGE:
        raise RuleViolation("DAY_TOO_LATE", f"生效日期 {effective_on} 在一年以后", "请核对年份")
    wanted, now = account_hash(number), account_in_force(organisation=organisation, day=day)
    if now is not None and now.account_hash == wanted:
        raise RuleViolation("ACCOUNT_UNCHANGED", "新账号与在用账号相同", "请填写变更后的账号")
    waiting = organisation.payee_accounts.filter(status=PayeeAccount.Status.PROPOSED).first()
    if waiting is not None and (waiting.account_hash, waiting.valid_from, waiting.proposed_by_id) == (
        wanted, effective_on, actor.person_id,
    ):  # fmt: skip
        return waiting
    if waiting is not None:
        raise RuleViolation("ACCOUNT_CHANGE_PENDING", "该企业已有一项账号变更待审批", "请先审批或退回前一项变更")
    change = PayeeAccount(
        status=PayeeAccount.Status.PROPOSED, organisation=organisation, account_hash=wanted, last_four=number[-4:],
        bank_name=bank, valid_from=effective_on, proposed_on=day, proposed_by=actor.user, recorded_by=actor,
        reason=reason.strip()[:200], evidence=evidence.strip()[:200],
    )  # fmt: skip
    return _seal_and_record(actor, change, number, day)


@transaction.atomic
def approve_account_change(
    *, actor: Membership, account: PayeeAccount, day: date, seen_version: int | None = None
) -> PayeeAccount:
    """A second person approves: in force from 生效日期 on, at the earliest from today; the account before ends the day before.

    Raises PermissionRefused for the proposer and other roles, TransitionRefused when decided already, RuleViolation when the
    account before began on the same day or later.
    """
    check_can_decide_account_change(actor, account)
    assert account.organisation is not None
    Organisation.objects.select_for_update().get(pk=account.organisation.pk)  # one decision about a firm at a time
    begins = max(account.valid_from, day)
    move(
        account, "approve", actor=actor, day=day, changes={"account": mask_account(account.last_four)},
        with_fields={"approved_by": actor.user, "approved_on": day, "valid_from": begins}, seen_version=seen_version,
    )  # fmt: skip
    for before in _still_open(account, begins):
        if before.valid_from >= begins:
            raise RuleViolation(
                "ACCOUNT_SPANS_OVERLAP",
                f"该企业已有 {before.valid_from} 起生效的账号",
                "请退回本变更，改填更晚的生效日期",
            )
        PayeeAccount.objects.filter(pk=before.pk).update(valid_to=begins - ONE_DAY)
        changes = {"account": mask_account(before.last_four), "valid_to": (begins - ONE_DAY).isoformat()}
        record_event(actor=actor, code="payee_account.ended", subject=before, day=day, changes=changes)
    return account


def _still_open(account: PayeeAccount, begins: date) -> list[PayeeAccount]:
    """Other approved accounts of the firm in force on or after a day."""
    approved = PayeeAccount.objects.filter(
        organisation_id=account.organisation_id, status=PayeeAccount.Status.APPROVED
    ).exclude(pk=account.pk)
    return [other for other in approved if other.valid_to is None or other.valid_to >= begins]


@transaction.atomic
def refuse_account_change(
    *, actor: Membership, account: PayeeAccount, day: date, reason: str, seen_version: int | None = None
) -> PayeeAccount:
    """A second person says no, with a reason; the account in force stays."""
    check_can_decide_account_change(actor, account)
    reason = stated_reason(reason, "请填写退回原因", "用几个字写明原因")
    move(account, "refuse", actor=actor, day=day, note=reason, seen_version=seen_version)
    return account
