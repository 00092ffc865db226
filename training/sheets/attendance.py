"""考勤表: who was there, session by session, as a base reports it."""

from __future__ import annotations

from park_workers.models import Role
from park_workers.services.imports import SheetImport
from training.attendance_list.reader import SHEET
from training.services.attendance_lists import apply_attendance, check_attendance

IMPORT = SheetImport(sheet=SHEET, roles=frozenset({Role.BASE_CLERK}), check=check_attendance, apply=apply_attendance)
