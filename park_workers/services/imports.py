"""The one way from a file to rows: receive, check, preview, confirm, apply.  Every declared sheet goes through here.

A sheet of ours is a `SheetImport`: the declaration plus two functions.  `check` judges cleaned rows against the database
and never writes; `apply` writes the accepted rows inside the one loading transaction.  Nothing is written before a person
confirms; applying checks again, and if the findings differ from what was confirmed the upload goes back to its person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.jobs import JobRun, job_kind
from park_workers.foundation.spreadsheets import (
    CleanedRow,
    DeclaredSheet,
    FileRefused,
    Issue,
    SheetReading,
    read_sheet,
)
from park_workers.foundation.workflow import move
from park_workers.models import Membership, Organisation, Upload, UploadIssue

UPLOAD_JOB = SystemActor("文件检查与导入")
PROGRESS_EVERY = 2_000


@dataclass(frozen=True)
class ImportContext:
    """What a check or an application may know besides the rows."""

    upload: Upload
    #: whoever gave the file (check) or confirmed it (apply)
    actor: Membership
    #: the organisation in whose name the file was given
    organisation: Organisation
    #: business day of the upload; "today" for every rule about dates
    day: date
    scope: str
    reading: SheetReading

    @property
    def sheet_name(self) -> str:
        """Name of the sheet read."""
        return self.reading.sheet_name

    def issue(
        self, row: CleanedRow | int, key: str, code: str, message: str, fix: str = "", severity: str = "error"
    ) -> Issue:
        """A finding in one cell of a row."""
        number = row if isinstance(row, int) else row.number
        return self.reading.issue(number, key, code, message, fix, severity)

    @property
    def bureau(self) -> Organisation:
        """The district bureau all this happens under."""
        return Organisation.objects.filter(kind=Organisation.Kind.DISTRICT_BUREAU).order_by("pk").first() or (
            self.organisation
        )


@dataclass
class CheckedRows:
    """Rows that may be written, and everything found (errors refuse a row, warnings keep it)."""

    accepted: list[CleanedRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: rows of the file that are neither good nor wrong but somebody else's (such as other firms' lines of a joint list)
    left_alone: int = 0
    #: anything `check` found out that `apply` wants again
    found: Any = None


RowCheck = Callable[[ImportContext, Sequence[CleanedRow]], CheckedRows]
RowApply = Callable[[ImportContext, CheckedRows], dict[str, Any]]


@dataclass(frozen=True)
class SheetImport:
    """A declared sheet with what to do with its rows and who may give it."""

    sheet: DeclaredSheet
    roles: frozenset[str]
    check: RowCheck
    apply: RowApply
    #: a person other than the one who gave the file must confirm it
    needs_second_person: bool = False
    #: roles that may confirm; empty = the same roles
    confirming_roles: frozenset[str] = frozenset()


_imports: dict[str, SheetImport] = {}


def register_import(declared: SheetImport) -> SheetImport:
    """Make a sheet known; apps do so when they are ready."""
    _imports[declared.sheet.kind] = declared
    return declared


def import_for(kind: str) -> SheetImport:
    """The import of a kind of sheet; KeyError for an unknown one."""
    return _imports[kind]


def all_imports() -> list[SheetImport]:
    """Every known import, by kind."""
    return [_imports[kind] for kind in sorted(_imports)]


@dataclass(frozen=True)
class Reading:
    """One pass over a file: what was read, cleaned and found."""

    context: ImportContext
    checked: CheckedRows
    rows: int
    refused_rows: int


def read_and_check(upload: Upload, *, actor: Membership, run: JobRun | None = None) -> Reading:
    """Read the stored file and judge every row; writes nothing.  Raises FileRefused."""
    declared = import_for(upload.sheet_kind)
    reading = read_sheet(declared.sheet, upload.file.read())
    cleaned: list[CleanedRow] = []
    issues: list[Issue] = list(reading.issues)
    total = len(reading.rows)
    for count, row in enumerate(reading.rows, 1):
        found = reading.clean(row)
        issues.extend(found.issues)
        if not any(issue.severity == "error" for issue in found.issues):
            cleaned.append(found)
        if run is not None and count % PROGRESS_EVERY == 0:
            run.progress(count, total)
    context = ImportContext(upload, actor, upload.organisation, upload.business_day, upload.scope, reading)
    checked = declared.check(context, cleaned)
    issues.extend(checked.issues)
    refused = {issue.row for issue in issues if issue.severity == "error"}
    checked.accepted = [row for row in checked.accepted if row.number not in refused]
    checked.issues = sorted(issues, key=lambda issue: (issue.row, issue.column, issue.code))
    return Reading(context, checked, total, len(refused))


def _keep_findings(upload: Upload, reading: Reading) -> dict[str, Any]:
    upload.issues.filter(is_later_finding=False).delete()
    UploadIssue.objects.bulk_create(
        [
            UploadIssue(
                upload=upload, sheet=i.sheet, row=i.row, column=i.column, header=i.header[:80], code=i.code,
                message=i.message[:300], fix=i.fix[:300], severity=i.severity,
            )
            for i in reading.checked.issues
        ],
        batch_size=2_000,
    )  # fmt: skip
    return {
        "rows": reading.rows,
        "accepted": len(reading.checked.accepted),
        "refused": reading.refused_rows,
        "sheet_name": reading.context.reading.sheet_name,
        "header_row": reading.context.reading.header_row,
    }


def _refuse(run: JobRun, upload: Upload, refusal: FileRefused) -> None:
    reason = {"code": refusal.code, "message": refusal.message, "fix": refusal.fix}
    with run.load({"refused": reason}):
        move(upload, "refuse", actor=UPLOAD_JOB, note=refusal.message, with_fields={"refusal": reason})
    upload.file.path.unlink(missing_ok=True)  # a refused file leaves nothing behind but the reason


@job_kind("uploads.check")
def check_upload(run: JobRun) -> None:
    """Judge a file and show its preview; the file itself may be refused."""
    upload = Upload.objects.select_related("file", "organisation", "recorded_by").get(pk=run.job.subject_id)
    if upload.status not in (Upload.Status.UPLOADED, Upload.Status.CHECKED):
        return
    assert upload.recorded_by is not None
    try:
        reading = read_and_check(upload, actor=upload.recorded_by, run=run)
    except FileRefused as refusal:
        _refuse(run, upload, refusal)
        return
    result: dict[str, Any] = {}
    with run.load(result):
        figures = _keep_findings(upload, reading)
        result.update(figures)
        notes = {"notes": reading.context.reading.notes}
        move(upload, "check", actor=UPLOAD_JOB, with_fields={**figures, "result": notes}, changes=figures)


@job_kind("uploads.apply")
def apply_upload(run: JobRun) -> None:
    """Write the accepted rows of a confirmed upload, once; findings that changed since send it back to its person."""
    upload = Upload.objects.select_related("file", "organisation", "confirmed_by").get(pk=run.job.subject_id)
    if upload.status != Upload.Status.CONFIRMED:
        return
    assert upload.confirmed_by is not None
    try:
        reading = read_and_check(upload, actor=upload.confirmed_by, run=run)
    except FileRefused as refusal:
        _refuse(run, upload, refusal)
        return
    confirmed = set(upload.issues.filter(is_later_finding=False).values_list("row", "column", "code"))
    found = {(i.row, i.column, i.code) for i in reading.checked.issues}
    result: dict[str, Any] = {}
    with run.load(result):
        if found != confirmed:
            figures = _keep_findings(upload, reading)
            drift = {"appeared": len(found - confirmed), "gone": len(confirmed - found)}
            result.update(drift=drift)
            note = f"确认后情况有变：新增 {drift['appeared']} 项、消除 {drift['gone']} 项提示，请重新核对后确认"
            move(upload, "reopen", actor=UPLOAD_JOB, note=note, with_fields={**figures, "result": {"drift": drift}})
            return
        result.update(import_for(upload.sheet_kind).apply(reading.context, reading.checked))
        if reading.checked.left_alone:
            result["left_alone"] = reading.checked.left_alone
        move(upload, "apply", actor=UPLOAD_JOB, day=upload.business_day, changes=dict(result),
             with_fields={"result": dict(result)})  # fmt: skip
