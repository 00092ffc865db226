"""企业名录: the bureau's directory of enterprises, with the account each was filed with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from park_workers.foundation.audit import record_event
from park_workers.foundation.masking import mask_phone
from park_workers.foundation.spreadsheets import CleanedRow
from park_workers.models import Enterprise, Membership, Organisation, PayeeAccount
from park_workers.services.accounts import account_hash, file_account, mask_account
from park_workers.services.imports import CheckedRows, ImportContext

#: bodies that may stand in the directory besides enterprises proper: an agency that also employs people stays an agency
LISTED_KINDS = frozenset({Organisation.Kind.ENTERPRISE, Organisation.Kind.AGENCY, Organisation.Kind.TRAINING_BASE})
#: a registered name has full-width brackets (企业名称登记); reading cells makes them half-width
BRACKETS = str.maketrans("()", "（）")


def registered_name(name: str) -> str:
    """The name of an enterprise as it is registered: brackets in full width."""
    return name.translate(BRACKETS)[:120]


@dataclass(frozen=True)
class _Listed:
    """A body with a credit code as recorded: its row of the directory, if any, and its account in force."""

    organisation: Organisation
    enterprise: Enterprise | None
    account: PayeeAccount | None


def _listed_by_code(codes: set[str], day: date) -> dict[str, _Listed]:
    bodies = list(Organisation.objects.filter(credit_code__in=codes).select_related("enterprise"))
    accounts: dict[int, PayeeAccount] = {}
    for account in PayeeAccount.objects.in_force_on(day).filter(organisation__in=bodies).order_by("valid_from", "pk"):
        assert account.organisation_id is not None
        accounts[account.organisation_id] = account
    return {
        str(body.credit_code): _Listed(body, getattr(body, "enterprise", None), accounts.get(body.pk))
        for body in bodies
    }


def check_enterprises(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """One line per credit code; a code that belongs to a bureau is refused; another account than the one in force warns."""
    listed = _listed_by_code({row.values["credit_code"] for row in rows}, context.day)
    checked, seen = CheckedRows(found=listed), dict[str, int]()
    for row in rows:
        wrong = _what_is_wrong(row, listed, seen)
        if wrong is not None:
            checked.issues.append(context.issue(row, *wrong))
            continue
        seen[row.values["credit_code"]] = row.number
        checked.accepted.append(row)
        if _differs_in_account(row, listed.get(row.values["credit_code"])):
            message, fix = "账号与在用账号不同，导入名录不会更改账号", "如确需更换，请上传《账号变更》并由另一人审批"
            checked.issues.append(context.issue(row, "account", "ACCOUNT_DIFFERS", message, fix, severity="warning"))
    return checked


def _what_is_wrong(row: CleanedRow, listed: dict[str, _Listed], seen: dict[str, int]) -> tuple[str, ...] | None:
    code = row.values["credit_code"]
    if code in seen:
        return "credit_code", "DUPLICATE_IN_FILE", f"与第 {seen[code]} 行的统一社会信用代码重复", "请删除重复的一行"
    if bool(row.values["account"]) != bool(row.values["bank_name"]):
        column = "account" if row.values["bank_name"] else "bank_name"
        return column, "ACCOUNT_INCOMPLETE", "开户行与对公账号须同时填写", "请补齐，或两栏都留空"
    known = listed.get(code)
    if known is not None and known.organisation.kind not in LISTED_KINDS:
        fix = "请核对统一社会信用代码"
        return "credit_code", "CREDIT_CODE_TAKEN", f"该代码属于“{known.organisation.get_kind_display()}”", fix
    return None


def _differs_in_account(row: CleanedRow, known: _Listed | None) -> bool:
    number = row.values["account"]
    if not number or known is None or known.account is None:
        return False
    return known.account.account_hash != account_hash(number)


def apply_enterprises(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Firms not listed yet, after those that are; what changed of the others, each with an event; never an account."""
    figures = {"new": 0, "changed": 0, "accounts": 0, "unchanged": 0}
    position = Enterprise.objects.filter(bureau=context.bureau).aggregate(last=Max("directory_position"))["last"] or 0
    for row in checked.accepted:
        known: _Listed | None = checked.found.get(row.values["credit_code"])
        if known is None or known.enterprise is None:
            position += 1
            organisation = _list(context, row, known, position)
            figures["new"] += 1
        else:
            organisation = known.organisation
            is_changed = not context.is_repeat and _update(context, row, known)
            figures["changed" if is_changed else "unchanged"] += 1
        if row.values["account"] and (known is None or known.account is None):
            figures["accounts"] += _file(context, row, organisation)
    return figures


def _file(context: ImportContext, row: CleanedRow, organisation: Organisation) -> int:
    """File the account a firm came with, unless one is on its way already."""
    if PayeeAccount.objects.filter(organisation=organisation).exclude(status=PayeeAccount.Status.REFUSED).exists():
        return 0
    filed = file_account(
        actor=context.actor, organisation=organisation, account=row.values["account"],
        bank_name=row.values["bank_name"], day=context.day,
    )  # fmt: skip
    changes = {"account": mask_account(filed.last_four), "firm": organisation.name}
    record_event(actor=context.actor, code="payee_account.filed", subject=filed, day=context.day, changes=changes)
    return 1


def _list(context: ImportContext, row: CleanedRow, known: _Listed | None, position: int) -> Organisation:
    enterprise = list_enterprise(
        actor=context.actor, bureau=context.bureau, organisation=known.organisation if known else None,
        name=row.values["name"], credit_code=row.values["credit_code"], phone=row.values["contact_phone"] or "",
        position=position, day=context.day, fields=_directory_fields(row),
    )  # fmt: skip
    return enterprise.organisation


def list_enterprise(
    *,
    actor: Membership,
    bureau: Organisation,
    organisation: Organisation | None,
    name: str,
    credit_code: str,
    phone: str,
    position: int,
    day: date,
    fields: dict[str, Any],
) -> Enterprise:
    """Put a firm into the directory at a place; a body that is known already (an agency) keeps its name and kind."""
    if organisation is None:
        organisation = Organisation.objects.create(
            kind=Organisation.Kind.ENTERPRISE, name=registered_name(name), credit_code=credit_code, recorded_by=actor
        )
    enterprise = Enterprise(
        organisation=organisation, bureau=bureau, directory_position=position, recorded_by=actor, **fields
    )
    enterprise.seal_contact_phone(phone)  # type: ignore[attr-defined]
    enterprise.save()
    changes = {"name": organisation.name, "kind": enterprise.kind, "position": position}
    record_event(actor=actor, code="enterprise.listed", subject=enterprise, day=day, changes=changes)
    return enterprise


def _directory_fields(row: CleanedRow) -> dict[str, Any]:
    v = row.values
    return {
        "kind": v["kind"], "admitted_on": v["admitted_on"], "park_name": v["park_name"] or "",
        "contact_name": v["contact_name"] or "",
    }  # fmt: skip


def _update(context: ImportContext, row: CleanedRow, known: _Listed) -> bool:
    """Bring a firm's row of the directory up to the list; True when anything differed."""
    assert known.enterprise is not None
    return update_enterprise(
        actor=context.actor, enterprise=known.enterprise, organisation=known.organisation, name=row.values["name"],
        phone=row.values["contact_phone"] or "", day=context.day, fields=_directory_fields(row),
    )  # fmt: skip


def update_enterprise(
    *,
    actor: Membership,
    enterprise: Enterprise,
    organisation: Organisation,
    name: str,
    phone: str,
    day: date,
    fields: dict[str, Any],
    note: str = "",
) -> bool:
    """Bring a firm's row of the directory up to what is stated; True when anything differed, with one event of it all."""
    changes: dict[str, Any] = {}
    for key, value in fields.items():
        before = getattr(enterprise, key)
        if before != value:
            changes[key] = [str(before or ""), str(value or "")]
            setattr(enterprise, key, value)
    before = enterprise.open_contact_phone()  # type: ignore[attr-defined]
    if phone != before:
        changes["contact_phone"] = [mask_phone(before), mask_phone(phone)]
        enterprise.seal_contact_phone(phone)  # type: ignore[attr-defined]
    name = registered_name(name)
    if organisation.name != name:
        changes["name"] = [organisation.name, name]
        organisation.name = name
        organisation.save(update_fields=["name", "name_pinyin", "name_initials"])
    if changes:
        enterprise.save()
        record_event(
            actor=actor, code="enterprise.directory_changed", subject=enterprise, day=day, changes=changes, note=note
        )
    return bool(changes)
