"""社保缴费: the monthly list of the social-insurance office."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import InsuredMonth, Role
from park_workers.services.imports import SheetImport
from park_workers.services.insurance import apply_insurance_list, check_insurance_list
from park_workers.sheets.parts import CREDIT_CODE, ID_NUMBER, NAME

PENSION = InsuredMonth.Kind.PENSION.value
KIND_WORDS = {
    "养老保险": PENSION, "基本养老保险": PENSION, "职工基本养老保险": PENSION, "城镇职工基本养老保险": PENSION,
    "城镇企业职工基本养老保险": PENSION,
}  # fmt: skip

SHEET = DeclaredSheet(
    kind="insurance",
    title="社保缴费",
    columns=(
        ID_NUMBER,
        NAME,
        CREDIT_CODE,
        Column("month", "费款所属期", "month", aliases=("所属期", "缴费月份", "费款所属月份"), required=True,
               example="202601", width=12),
        Column("kind", "险种", "choice", aliases=("险种名称", "险种类型"), required=True,
               choices=tuple(InsuredMonth.Kind.values), synonyms=KIND_WORDS, example=PENSION, width=22),
    ),
    notes=("同一人、同一单位、同一月份、同一险种重复的只计一次；不在花名册上的人员也保留。",),
)  # fmt: skip

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_insurance_list, apply=apply_insurance_list)
