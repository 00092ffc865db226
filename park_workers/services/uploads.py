"""Giving, confirming and withdrawing files."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.file_judgement import judge_workbook
from park_workers.foundation.files import StoredFile, digest_of, store_file
from park_workers.foundation.jobs import enqueue
from park_workers.foundation.spreadsheets import mark_copy
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Membership, Organisation, Upload
from park_workers.permissions import answers
from park_workers.services.imports import SheetImport, import_for
from park_workers.services.rows_read import forget_rows


def check_can_upload(actor: Membership, declared: SheetImport) -> None:
    """Only the roles of the sheet; raises PermissionRefused."""
    if actor.role not in declared.roles:
        raise PermissionRefused("ROLE_NOT_ALLOWED", f"您的岗位不能上传《{declared.sheet.title}》", "请由有权岗位上传")


can_upload = answers(check_can_upload)


def check_is_of_own_place(actor: Membership, upload: Upload) -> None:
    """Another firm's or base's file is none of the actor's business; bureau staff see all.  Raises PermissionRefused."""
    if upload.organisation_id != actor.organisation_id and not actor.sees_business_of_all:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "该文件不属于您的单位", "请切换到本单位岗位")


def check_can_confirm_upload(actor: Membership, upload: Upload) -> None:
    """The confirming roles of the sheet, for a file of their own place.  Raises PermissionRefused."""
    declared = import_for(upload.sheet_kind)
    check_is_of_own_place(actor, upload)
    if actor.role not in (declared.confirming_roles or declared.roles):
        raise PermissionRefused("ROLE_NOT_ALLOWED", f"您的岗位不能确认《{declared.sheet.title}》", "请由有权岗位确认")


def check_can_withdraw_upload(actor: Membership, upload: Upload) -> None:
    """Its own organisation or the bureau, before the file is imported.  Raises PermissionRefused, TransitionRefused."""
    check_is_of_own_place(actor, upload)
    check_can_move(upload, "withdraw", actor=actor)


can_confirm_upload = answers(check_can_confirm_upload)
can_withdraw_upload = answers(check_can_withdraw_upload)


def find_same_upload(*, organisation: Organisation, sheet_kind: str, scope: str, sha256: str) -> Upload | None:
    """The living upload of the very same file, if there is one; one imported but for some lines may be given again."""
    ended = Q(status__in=(Upload.Status.REFUSED, Upload.Status.WITHDRAWN)) | Q(
        status=Upload.Status.APPLIED, refused__gt=0
    )
    alive = Upload.objects.exclude(ended)
    return alive.filter(organisation=organisation, sheet_kind=sheet_kind, scope=scope, sha256=sha256).first()


def receive_upload(
    *,
    actor: Membership,
    sheet_kind: str,
    content: bytes,
    name: str,
    day: date,
    scope: str = "",
    organisation: Organisation | None = None,
) -> Upload:
    """Take a file and start its check; the same file again is the same upload, or is judged anew if lines were refused.

    `organisation` defaults to the actor's own.  Raises PermissionRefused, or FileRefused when the content is not a
    workbook we open (nothing is kept then).
    """
    declared = import_for(sheet_kind)
    check_can_upload(actor, declared)
    owner = organisation or actor.organisation
    if owner.pk != actor.organisation_id and not actor.sees_business_of_all:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能以其他单位的名义上传", "请切换到本单位岗位")
    judge_workbook(content)
    sha256 = digest_of(content)
    same = find_same_upload(organisation=owner, sheet_kind=sheet_kind, scope=scope, sha256=sha256)
    is_stale = same is not None and same.status == Upload.Status.CHECKED and same.refused > 0
    if same is not None and not is_stale:
        return same
    try:
        return _keep_upload(actor, declared, content, name, day, scope, owner, stale=same)
    except IntegrityError:
        # Two taps at once: the other one has just put the same file in.
        same = find_same_upload(organisation=owner, sheet_kind=sheet_kind, scope=scope, sha256=sha256)
        if same is None:
            raise
        return same


@transaction.atomic
def _keep_upload(
    actor: Membership, declared: SheetImport, content: bytes, name: str, day: date, scope: str, owner: Organisation,
    stale: Upload | None = None,
) -> Upload:  # fmt: skip
    """`stale`: the same file judged before, with lines refused that may be good by now; the new upload takes its place."""
    if stale is not None:
        move(stale, "withdraw", actor=actor, note="同一文件重新上传，重新检查")
    stored = store_file(content=content, name=name)
    try:
        return _record_upload(actor, declared, stored, day, scope, owner)
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise


def _record_upload(
    actor: Membership, declared: SheetImport, stored: StoredFile, day: date, scope: str, owner: Organisation
) -> Upload:
    upload = Upload.objects.create(
        status=Upload.Status.UPLOADED, organisation=owner, sheet_kind=declared.sheet.kind, scope=scope, sha256=stored.sha256,
        file=stored, business_day=day, needs_second_person=declared.needs_second_person, recorded_by=actor,
    )  # fmt: skip
    record_event(actor=actor, code="upload.received", subject=upload, day=day, to_state=upload.status,
                 changes={"sheet": declared.sheet.kind, "sha256": stored.sha256, "bytes": stored.size_bytes})  # fmt: skip
    job = enqueue(actor=actor, kind="uploads.check", subject=upload)
    Upload.objects.filter(pk=upload.pk).update(check_job=job)
    upload.check_job = job
    return upload


@transaction.atomic
def confirm_upload(*, actor: Membership, upload: Upload, day: date, without_hidden_sheets: bool = False) -> Upload:
    """A person has seen the preview and wants the good rows in; raises RuleViolation, PermissionRefused.

    A file with a hidden sheet that holds something goes in only when the person says that it is not meant.
    """
    check_can_confirm_upload(actor, upload)
    if upload.needs_second_person and upload.recorded_by is not None and (
        actor.person_id == upload.recorded_by.person_id
    ):  # fmt: skip
        raise RuleViolation("SECOND_PERSON_NEEDED", "须由上传人以外的人确认", "请另一位同事登录后确认")
    if upload.status == Upload.Status.CHECKED and upload.accepted == 0:
        raise RuleViolation("NOTHING_TO_IMPORT", "没有可导入的合格行", "请按标红的错误原因修改后重新上传")
    questions = upload.result.get("preview", {}).get("questions", [])
    if questions and upload.status == Upload.Status.CHECKED and not without_hidden_sheets:
        message = questions[0].partition("；")[0]
        fix = "不需要的请勾选“上述工作表不导入”后确认；需要的请按提示处理后重新上传"
        raise RuleViolation("HIDDEN_SHEET_UNANSWERED", message, fix)
    move(upload, "confirm", actor=actor, day=day, with_fields={"confirmed_by": actor})
    job = enqueue(actor=actor, kind="uploads.apply", subject=upload)
    Upload.objects.filter(pk=upload.pk).update(apply_job=job)
    upload.apply_job = job
    return upload


@transaction.atomic
def withdraw_upload(*, actor: Membership, upload: Upload, reason: str) -> Upload:
    """Take back a file that has not been imported; by its own organisation or the bureau."""
    check_can_withdraw_upload(actor, upload)
    move(upload, "withdraw", actor=actor, note=reason)
    transaction.on_commit(lambda: forget_rows(upload.file))
    return upload


def write_marked_copy(*, actor: Membership, upload: Upload) -> bytes:
    """The user's own file with wrong cells red and a last column 错误原因; raises RuleViolation when the file was not kept."""
    check_can_upload(actor, import_for(upload.sheet_kind))
    check_is_of_own_place(actor, upload)
    if upload.status == Upload.Status.REFUSED:
        raise RuleViolation("FILE_NOT_KEPT", "该文件未被接收，没有保存", "请按拒收原因修改后重新上传")
    record_event(actor=actor, code="upload.marked_copy_downloaded", subject=upload)
    return mark_copy(upload.file.read(), list(upload.issues.all()), header_row=upload.header_row)
