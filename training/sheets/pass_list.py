"""培训合格名单: the results of a base's classes, confirmed by a second person."""

from __future__ import annotations

from park_workers.models import Role
from park_workers.services.imports import SheetImport
from training.pass_list.reader import SHEET
from training.services.pass_lists import apply_pass_list, check_pass_list

IMPORT = SheetImport(
    sheet=SHEET,
    roles=frozenset({Role.BASE_CLERK}),
    check=check_pass_list,
    apply=apply_pass_list,
    needs_second_person=True,
    confirming_roles=frozenset({Role.CLERK, Role.BASE_CLERK}),
)
