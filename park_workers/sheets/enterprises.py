"""企业名录: the bureau's directory."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Enterprise, Role
from park_workers.services.enterprises import apply_enterprises, check_enterprises
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME, NO_DAY

SHEET = DeclaredSheet(
    kind="enterprises",
    title="企业名录",
    columns=(
        replace(ENTERPRISE_NAME, key="name", required=True, missing_code="NAME_MISSING"),
        CREDIT_CODE,
        Column("kind", "类型", "choice", aliases=("企业类型",), required=True, choices=tuple(Enterprise.Kind.values),
               example="纺织服装企业", width=14),
        Column("admitted_on", "入园日期", "date", blank_words=NO_DAY | {"未入园"}, example="2026-01-05", width=13,
               note="未入园的留空"),
        Column("park_name", "所在园区", aliases=("园区",), example="示例产业园", width=24),
        Column("contact_name", "联系人", "name", example="示例联系人", width=12),
        Column("contact_phone", "手机", "phone", aliases=("联系电话", "电话", "手机号码"), example="19900000001", width=14),
        Column("bank_name", "开户行", aliases=("开户银行",), example="示例银行示例支行", width=24),
        Column("account", "对公账号", "account", aliases=("账号", "银行账号", "对公账户"), example="990000000000000", width=24),
    ),
    notes=("已在名录中的企业以统一社会信用代码识别；账号不会随名录更改，请用《账号变更》。",),
)  # fmt: skip

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_enterprises, apply=apply_enterprises)
