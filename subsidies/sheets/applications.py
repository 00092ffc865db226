"""申报名单: whom enterprises put forward in a batch."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME, HIRE_DAYS, ID_NUMBER, NAME
from subsidies.services.applications import apply_applications, check_applications

SHEET = DeclaredSheet(
    kind="applications",
    title="申报名单",
    columns=(
        Column("sequence", "序号", "integer", aliases=("编号",), example="1", width=8),
        ENTERPRISE_NAME,
        CREDIT_CODE,
        replace(NAME, required=False),
        ID_NUMBER,
        Column("hired_on", "入职日期", "date", aliases=HIRE_DAYS, required=True,
               missing_code="HIRE_DATE_MISSING", example="2026-03-01", width=13),
        Column("amount_fen", "申请金额", "money_yuan", aliases=("金额", "补贴金额", "申请金额（元）"), example="2000",
               width=12),
        Column("applied_on", "申请日期", "date", aliases=("申报日期",), example="2026-05-04", width=13,
               note="留空按上传当日"),
    ),
    notes=(
        "可一表申报多家企业：各企业以本企业名义上传同一份名单，只取本企业的行，其他企业的行不受影响。",
        "以证件号码和入职日期与花名册核对，入职日期须与花名册一致。",
    ),
)  # fmt: skip

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.ENTERPRISE_HR}), check=check_applications, apply=apply_applications
)
