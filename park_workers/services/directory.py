"""One enterprise entered into the directory by hand, or its row corrected; accounts come by 账号变更, with a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from park_workers.foundation.identifiers import (
    IdentifierProblem,
    check_credit_code,
    check_phone,
    clean_credit_code,
    clean_phone,
    clean_text,
)
from park_workers.models import Enterprise, Membership, Organisation
from park_workers.permissions import check_can_keep_directory
from park_workers.services.employments import FieldsInvalid
from park_workers.services.enterprises import LISTED_KINDS, list_enterprise, update_enterprise
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem


@dataclass(frozen=True)
class DirectoryRow:
    """What the directory says of a firm, as stated."""

    name: str
    kind: str
    admitted_on: date | None = None
    park_name: str = ""
    contact_name: str = ""
    contact_phone: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """Columns of the directory."""
        return {
            "kind": self.kind, "admitted_on": self.admitted_on, "park_name": clean_text(self.park_name)[:80],
            "contact_name": clean_text(self.contact_name)[:60],
        }  # fmt: skip


def _judge(stated: DirectoryRow) -> list[Problem]:
    problems = []
    if not clean_text(stated.name):
        problems.append(Problem("name", "NAME_MISSING", "没有填写企业名称", "请按营业执照填写"))
    if stated.kind not in Enterprise.Kind.values:
        problems.append(Problem("kind", "VALUE_NOT_ALLOWED", "没有选择类型", "请选择企业类型"))
    if clean_phone(stated.contact_phone):
        try:
            check_phone(stated.contact_phone)
        except IdentifierProblem as wrong:
            problems.append(Problem("contact_phone", wrong.code, wrong.message, wrong.fix))
    return problems


def enterprise_with(credit_code: str) -> Enterprise | None:
    """The firm of the directory that has this credit code, however it is written."""
    wanted = clean_credit_code(credit_code)
    return Enterprise.objects.filter(organisation__credit_code=wanted).select_related("organisation").first()


def judge_entry(credit_code: str, stated: DirectoryRow) -> list[Problem]:
    """Every wrong field of a firm to be entered; the credit code of a listed firm or of a bureau is one."""
    problems, code = _judge(stated), clean_credit_code(credit_code)
    try:
        check_credit_code(code)
    except IdentifierProblem as wrong:
        problems.append(Problem("credit_code", wrong.code, wrong.message, wrong.fix))
    body = Organisation.objects.filter(credit_code=code).first()
    if enterprise_with(code) is not None:
        problems.append(Problem("credit_code", "ENTERPRISE_KNOWN", "该企业已在名录中", "请在企业页查看或更正"))
    elif body is not None and body.kind not in LISTED_KINDS:
        message = f"该代码属于“{body.get_kind_display()}”"
        problems.append(Problem("credit_code", "CREDIT_CODE_TAKEN", message, "请核对统一社会信用代码"))
    return problems


def enter_enterprise(*, actor: Membership, credit_code: str, stated: DirectoryRow, day: date) -> Enterprise:
    """Enter one firm at the end of the bureau's directory.

    Raises PermissionRefused; FieldsInvalid naming every wrong field.
    """
    check_can_keep_directory(actor)
    if problems := judge_entry(credit_code, stated):
        raise FieldsInvalid(problems)
    code = clean_credit_code(credit_code)
    body = Organisation.objects.filter(credit_code=code).first()
    last = Enterprise.objects.filter(bureau=actor.organisation).aggregate(last=Max("directory_position"))["last"] or 0
    try:
        with transaction.atomic():
            return list_enterprise(
                actor=actor, bureau=actor.organisation, organisation=body, name=clean_text(stated.name), credit_code=code,
                phone=clean_phone(stated.contact_phone), position=last + 1, day=day, fields=stated.fields,
            )  # fmt: skip
    except IntegrityError as error:  # somebody entered it at the same moment
        raise FieldsInvalid(
            [Problem("credit_code", "ENTERPRISE_KNOWN", "该企业刚被登记", "请在企业页查看或更正")]
        ) from error


@transaction.atomic
def correct_enterprise(
    *, actor: Membership, enterprise: Enterprise, stated: DirectoryRow, reason: str, day: date
) -> bool:
    """Correct a firm's row, with a reason; True when anything differed.  The credit code stays: another code is another firm.

    Raises PermissionRefused; FieldsInvalid; RuleViolation without a reason.
    """
    check_can_keep_directory(actor)
    if problems := _judge(stated):
        raise FieldsInvalid(problems)
    reason = stated_reason(reason, "请填写更正原因", "用几个字写明原因，将记入日志")
    found = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    return update_enterprise(
        actor=actor, enterprise=found, organisation=found.organisation, name=clean_text(stated.name),
        phone=clean_phone(stated.contact_phone), day=day, fields=stated.fields, note=reason,
    )  # fmt: skip
