"""The one way from a file to rows: receive, check, preview, confirm, apply.  Every declared sheet goes through here.

A sheet of ours is a `SheetImport`: the declaration plus two functions.  `check` judges cleaned rows against the database
and never writes; `apply` writes the accepted rows inside the one loading transaction.  Nothing is written before a person
confirms; the file is read once, applying checks its cleaned rows again, and if the findings differ from what was confirmed the
upload goes back to its person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.jobs import JobRun, job_kind
from park_workers.foundation.spreadsheets import CleanedRow, DeclaredSheet, FileRefused, Issue
from park_workers.foundation.workflow import move
from park_workers.models import Membership, Organisation, Upload, UploadIssue
from park_workers.services.rows_read import RowsRead, forget_rows, keep_rows, kept_rows, read_rows

UPLOAD_JOB = SystemActor("文件检查与导入")
#: how often a load begins again because somebody else's rows came in between
LOAD_ATTEMPTS = 3


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
    #: the file as read
    rows_read: RowsRead

    @property
    def sheet_name(self) -> str:
        """The worksheet the rows come from."""
        return self.rows_read.reading.sheet_name

    def issue(
        self, row: CleanedRow | int, key: str, code: str, message: str, fix: str = "", severity: str = "error"
    ) -> Issue:
        """A finding in a cell of a row: column letter and header are those of the file."""
        number = row if isinstance(row, int) else row.number
        return self.rows_read.reading.issue(number, key, code, message, fix, severity)

    @cached_property
    def bureau(self) -> Organisation:
        """The district bureau all this happens under: the organisation itself, its enterprise's or its base's."""
        body = self.organisation
        if body.kind == Organisation.Kind.DISTRICT_BUREAU:
            return body
        for profile in (getattr(body, "enterprise", None), getattr(body, "training_base", None)):
            if profile is not None:
                return profile.bureau  # type: ignore[no-any-return]
        return Organisation.objects.filter(kind=Organisation.Kind.DISTRICT_BUREAU).order_by("pk").first() or body

    @cached_property
    def is_repeat(self) -> bool:
        """The same rows, re-saved or shuffled, were imported before: they bring nothing new about what is recorded."""
        applied = Upload.objects.filter(
            organisation=self.organisation, sheet_kind=self.upload.sheet_kind, scope=self.scope,
            status=Upload.Status.APPLIED, result__content=self.rows_read.content,
        )  # fmt: skip
        return applied.exclude(pk=self.upload.pk).exists()


@dataclass
class CheckedRows:
    """Rows that may be written, and everything found (errors refuse a row, warnings keep it)."""

    accepted: list[CleanedRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: rows of the file that are neither good nor wrong but somebody else's (such as other firms' lines of a joint list)
    left_alone: int = 0
    #: those rows by number; what is wrong in them is not this organisation's to mend
    others: set[int] = field(default_factory=set)
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
class Judgement:
    """One pass over a file: what was read, cleaned and found."""

    rows_read: RowsRead
    context: ImportContext
    checked: CheckedRows
    refused_rows: int

    @property
    def figures(self) -> dict[str, Any]:
        """Counts for the preview, as columns of the upload."""
        reading = self.rows_read.reading
        return {
            "rows": self.rows_read.count, "accepted": len(self.checked.accepted), "refused": self.refused_rows,
            "sheet_name": reading.sheet_name[:80], "header_row": reading.header_row,
        }  # fmt: skip

    @property
    def preview(self) -> dict[str, Any]:
        """What the preview says besides counts: repairs made (number of cells by column) and notes about the file."""
        reading = self.rows_read.reading
        return {"repairs": dict(self.rows_read.repairs), "notes": reading.notes, "questions": reading.questions,
                "left_alone": self.checked.left_alone}  # fmt: skip


def context_of(upload: Upload, *, actor: Membership, rows_read: RowsRead) -> ImportContext:
    """The circumstances of a file that has been read."""
    return ImportContext(upload, actor, upload.organisation, upload.business_day, upload.scope, rows_read)


def judge_rows(upload: Upload, rows_read: RowsRead, *, actor: Membership) -> Judgement:
    """Judge every row of a file that has been read; writes nothing.  Raises FileRefused."""
    context = context_of(upload, actor=actor, rows_read=rows_read)
    checked = import_for(upload.sheet_kind).check(context, rows_read.good)
    issues = [*(issue for issue in rows_read.issues if issue.row not in checked.others), *checked.issues]
    refused = {issue.row for issue in issues if issue.severity == "error"}
    checked.accepted = [row for row in checked.accepted if row.number not in refused]
    checked.issues = sorted(issues, key=lambda issue: (issue.row, issue.column, issue.code))
    return Judgement(rows_read, context, checked, len(refused))


def as_upload_issues(upload: Upload, issues: Sequence[Issue], *, is_later_finding: bool = False) -> list[UploadIssue]:
    """Findings as rows of the upload, not yet saved."""
    return [
        UploadIssue(
            upload=upload, sheet=i.sheet[:80], row=i.row, column=i.column, header=i.header[:80], code=i.code,
            message=i.message[:300], fix=i.fix[:300], severity=i.severity, is_later_finding=is_later_finding,
        )
        for i in issues
    ]  # fmt: skip


def _keep_findings(upload: Upload, judgement: Judgement) -> None:
    upload.issues.filter(is_later_finding=False).delete()
    UploadIssue.objects.bulk_create(as_upload_issues(upload, judgement.checked.issues), batch_size=2_000)


def _refuse(run: JobRun, upload: Upload, refusal: FileRefused) -> None:
    reason = {"code": refusal.code, "message": refusal.message, "fix": refusal.fix}
    with run.load({"refused": reason}):
        move(upload, "refuse", actor=UPLOAD_JOB, note=refusal.message, with_fields={"refusal": reason})
    upload.file.path.unlink(missing_ok=True)  # a refused file leaves nothing behind but the reason
    forget_rows(upload.file)


@job_kind("uploads.check")
def check_upload(run: JobRun) -> None:
    """Judge a file and show its preview; the file itself may be refused."""
    upload = Upload.objects.select_related("file", "organisation", "recorded_by").get(pk=run.job.subject_id)
    if upload.status not in (Upload.Status.UPLOADED, Upload.Status.CHECKED):
        return
    assert upload.recorded_by is not None
    sheet = import_for(upload.sheet_kind).sheet
    try:
        read = read_rows(sheet, upload.file, tell=run.progress)
        judgement = judge_rows(upload, read, actor=upload.recorded_by)
    except FileRefused as refusal:
        _refuse(run, upload, refusal)
        return
    figures = judgement.figures
    with run.load(dict(figures)):
        _keep_findings(upload, judgement)
        fields = {**figures, "result": {"preview": judgement.preview}}
        move(upload, "check", actor=UPLOAD_JOB, day=upload.business_day, with_fields=fields, changes=figures)
        keep_rows(sheet, upload.file, read)


@job_kind("uploads.apply")
def apply_upload(run: JobRun) -> None:
    """Write the accepted rows of a confirmed upload, once; findings that changed since send it back to its person."""
    for attempt in range(1, LOAD_ATTEMPTS + 1):
        upload = Upload.objects.select_related("file", "organisation", "confirmed_by").get(pk=run.job.subject_id)
        if upload.status != Upload.Status.CONFIRMED:
            return
        assert upload.confirmed_by is not None
        try:
            read = _read_again(run, upload)
            _load(run, upload, judge_rows(upload, read, actor=upload.confirmed_by))
        except FileRefused as refusal:
            _refuse(run, upload, refusal)
        except IntegrityError:
            # Somebody else's rows came in between our check and our load: judge again, against what stands now.
            if attempt == LOAD_ATTEMPTS:
                raise
            continue
        return


def _read_again(run: JobRun, upload: Upload) -> RowsRead:
    """The rows as they were read when the file was given, or the file read anew."""
    sheet = import_for(upload.sheet_kind).sheet
    kept = kept_rows(sheet, upload.file)
    if kept is None:
        return read_rows(sheet, upload.file, tell=run.progress)
    run.progress(kept.count, kept.count)
    return kept


def _load(run: JobRun, upload: Upload, judgement: Judgement) -> None:
    confirmed = set(upload.issues.filter(is_later_finding=False).values_list("row", "column", "code"))
    found = {(i.row, i.column, i.code) for i in judgement.checked.issues}
    result: dict[str, Any] = {}
    with run.load(result):
        if found != confirmed:
            drift = {"appeared": len(found - confirmed), "gone": len(confirmed - found)}
            result["drift"] = drift
            _keep_findings(upload, judgement)
            note = f"确认后情况有变：新增 {drift['appeared']} 项、消除 {drift['gone']} 项提示，请重新核对后确认"
            fields = {**judgement.figures, "result": {"preview": judgement.preview, "drift": drift}}
            move(upload, "reopen", actor=UPLOAD_JOB, day=upload.business_day, note=note, with_fields=fields)
            return
        result.update(import_for(upload.sheet_kind).apply(judgement.context, judgement.checked))
        if judgement.checked.left_alone:
            result["left_alone"] = judgement.checked.left_alone
        result["content"] = judgement.rows_read.content
        move(upload, "apply", actor=UPLOAD_JOB, day=upload.business_day, changes=dict(result),
             with_fields={"result": {**result, "preview": judgement.preview}})  # fmt: skip
        transaction.on_commit(lambda: forget_rows(upload.file))
