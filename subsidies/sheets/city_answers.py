"""市局批复: the city bureau's answer to each line of a batch."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import CREDIT_CODE, ENTERPRISE_NAME, ID_NUMBER, NAME
from subsidies.services.city import ACCEPTED, SENT_BACK, apply_city_answers, check_city_answers

SHEET = DeclaredSheet(
    kind="city_answers",
    title="市局批复",
    columns=(
        Column("batch", "批次", required=True, aliases=("批次名称",), example="第一批"),
        Column("sequence", "序号", "integer"),
        ENTERPRISE_NAME,
        CREDIT_CODE,
        NAME,
        ID_NUMBER,
        Column("amount_fen", "金额", "money_yuan", required=True, aliases=("补贴金额", "金额（元）")),
        Column("result", "批复结果", "choice", required=True, choices=(ACCEPTED, SENT_BACK), aliases=("结果",)),
        Column("reason", "退回原因", aliases=("原因",)),
        Column("answered_on", "批复日期", "date", required=True, aliases=("日期",)),
    ),
    notes=("每条明细一行；批复结果为“退回”的须写明退回原因",),
)

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.CITY_REVIEWER, Role.CLERK}), check=check_city_answers, apply=apply_city_answers
)
