"""采集登记: the park's register of workers."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.services.registrations import apply_register, check_register
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME, ID_NUMBER, IS_FRONT_LINE, NAME, PHONE, TRADE

SHEET = DeclaredSheet(
    kind="register",
    title="采集登记",
    columns=(
        NAME,
        ID_NUMBER,
        PHONE,
        ENTERPRISE_NAME,
        CREDIT_CODE,
        TRADE,
        IS_FRONT_LINE,
        Column(
            "registered_on", "采集日期", "date", aliases=("登记日期",), required=True, example="2026-09-04", width=13
        ),
    ),
)

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_register, apply=apply_register)
