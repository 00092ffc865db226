"""认定成绩表: the results of one sitting, given by the assessor or a clerk and confirmed by a second person."""

from __future__ import annotations

from dataclasses import replace

from park_workers.foundation.spreadsheets import DeclaredSheet
from park_workers.models import Role
from park_workers.services.imports import SheetImport
from park_workers.sheets.parts import ID_NUMBER, NAME
from training.models.sittings import WRITERS
from training.pass_list.reader import SHEET as PASS_LIST
from training.services.sitting_lists import apply_sitting_results, check_sitting_results

SHEET = DeclaredSheet(
    kind="sitting_results",
    title="认定成绩表",
    columns=(
        replace(NAME, aliases=(*NAME.aliases, "考生姓名", "考生")),
        ID_NUMBER,
        PASS_LIST.column("theory_score"),
        PASS_LIST.column("practice_score"),
        PASS_LIST.column("verdict"),
        replace(PASS_LIST.column("certificate_number"), example="Y441144000001265000001"),
        PASS_LIST.column("issued_on"),
    ),
    notes=(
        "一场一份，一人一行；工种、级别、日期以场次为准，不必填写。",
        "先报成绩、后补证书的，发证后将证书编号和发证日期填入原表再次上传即可。",
        "成绩表须由上传人以外的人核对确认后入库，再由人社局确认成绩。",
    ),
)

IMPORT = SheetImport(
    sheet=SHEET,
    roles=frozenset(map(Role, WRITERS)),
    check=check_sitting_results,
    apply=apply_sitting_results,
    needs_second_person=True,
    confirming_roles=frozenset(map(Role, WRITERS)),
)
