"""专班历史名单: whom the earlier task force of the park has trained, leavers included."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import Column, DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import ENTERPRISE_NAME, ID_NUMBER, NAME, TRADE
from training.services.training_history import HERE, LEFT, apply_training_history, check_training_history

STATE_WORDS = {"在岗": HERE, "在厂": HERE, "未离职": HERE, "离职": LEFT, "已离厂": LEFT, "离厂": LEFT, "离岗": LEFT}

SHEET = DeclaredSheet(
    kind="training_history",
    title="专班历史名单",
    columns=(
        NAME,
        ID_NUMBER,
        ENTERPRISE_NAME,
        replace(TRADE, aliases=(*TRADE.aliases, "培训工种")),
        Column("trained_on", "培训日期", "date", aliases=("培训时间",), required=True,
               missing_code="TRAINING_DATE_MISSING", example="2025-09-12", width=13),
        Column("state", "状态", "choice", aliases=("在职状态", "是否在职", "人员状态"), required=True, choices=(HERE, LEFT),
               synonyms=STATE_WORDS, example=HERE, width=10),
    ),
    notes=("一人参加过几次培训的，一次一行；已离职的也要保留。", "列入名单不等于采集登记，也不等于在企业就业。"),
)  # fmt: skip

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.CLERK}), check=check_training_history, apply=apply_training_history
)
