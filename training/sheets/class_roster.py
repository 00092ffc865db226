"""学员名册: who is to sit in a class, before it is filed; given at the page of the class."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import ID_NUMBER, NAME, PHONE
from training.services.class_rosters import apply_class_roster, check_class_roster

SHEET = DeclaredSheet(
    kind="class_roster",
    title="学员名册",
    columns=(replace(NAME, aliases=(*NAME.aliases, "学员姓名", "学员")), ID_NUMBER, PHONE),
    notes=(
        "一人一行；名册在提交备案时固定，之后的增减须申请变更。",
        "证件号码、手机号码请保持文本格式。",
        "须年满16周岁、未达法定退休年龄；同一时段只能参加一个班，同一工种同一级别只培训一次。",
    ),
)

IMPORT = SheetImport(
    sheet=SHEET, roles=frozenset({Role.BASE_CLERK}), check=check_class_roster, apply=apply_class_roster
)  # fmt: skip
