"""已享受其他补贴名单: a reference list of other schemes."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.services.other_subsidies import apply_other_subsidies, check_other_subsidies
from park_workers.sheets.parts import ID_NUMBER, NAME

SHEET = DeclaredSheet(
    kind="other_subsidies",
    title="已享受其他补贴名单",
    columns=(
        NAME,
        ID_NUMBER,
        Column("subsidy_name", "补贴名称", aliases=("补贴项目", "项目名称"), required=True, example="一次性扩岗补助", width=20),
        Column("enterprise_name", "享受企业", aliases=("企业名称", "单位名称"), example="示例制衣有限公司", width=30),
        Column("month", "发放月份", "month", aliases=("发放年月", "月份"), required=True, example="202601", width=12),
        Column("amount_fen", "金额", "money_yuan", aliases=("补贴金额", "发放金额"), required=True,
               missing_code="AMOUNT_MISSING", example="1500.00", width=12),
    ),
)  # fmt: skip

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_other_subsidies, apply=apply_other_subsidies
)
