"""What was put right in a file without being asked."""

from __future__ import annotations

from dataclasses import dataclass

from park_workers.foundation.spreadsheets import read_sheet
from park_workers.models import Membership, Upload
from park_workers.services.imports import import_for
from park_workers.services.uploads import check_can_upload, check_is_of_own_place


@dataclass(frozen=True)
class Repair:
    """One cell: its Excel row and column letter, the header above it, as written and as read."""

    row: int
    column: str
    header: str
    written: str
    read: str


def list_repairs(*, actor: Membership, upload: Upload, most: int) -> list[Repair]:
    """The first `most` repaired cells in the order of the file; raises PermissionRefused, FileRefused.

    Read anew from the stored file, so that nobody's number is kept a second time.
    """
    declared = import_for(upload.sheet_kind)
    check_can_upload(actor, declared)
    check_is_of_own_place(actor, upload)
    reading = read_sheet(declared.sheet, upload.file.read())
    found: list[Repair] = []
    for raw in reading.rows:
        for key, written, read in reading.clean(raw).repairs:
            _, letter, header = reading.columns[key]
            found.append(Repair(raw.number, letter, header, written, read))
        if len(found) >= most:
            break
    return found[:most]
