"""账号变更: proposals of the clerk, to be approved by another person."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.accounts import apply_account_changes, check_account_changes
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME

SHEET = DeclaredSheet(
    kind="account_changes",
    title="账号变更",
    columns=(
        ENTERPRISE_NAME,
        CREDIT_CODE,
        Column("old_account", "原账号", "account", required=True, missing_code="ACCOUNT_MISSING",
               example="990000000000000", width=24),
        Column("new_account", "新账号", "account", required=True, missing_code="ACCOUNT_MISSING",
               example="990000000000001", width=24),
        Column("bank_name", "开户行", aliases=("新开户行", "开户银行"), required=True, missing_code="BANK_MISSING",
               example="示例银行示例支行", width=24, note="新账号的开户行"),
        Column("applied_on", "申请日期", "date", required=True, example="2026-10-27", width=13),
        Column("effective_on", "生效日期", "date", required=True, example="2026-10-30", width=13),
        Column("approver_post", "批准人岗位", example="审批", width=12),
    ),
    notes=("导入后为“待审批”，须由另一位审批人员批准，自生效日期起使用新账号。",),
)  # fmt: skip

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_account_changes, apply=apply_account_changes
)
