"""Files people give, the same for the desk and the phone: taken, what was found in them, confirmed or withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from pages.acting import member_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import DEFAULT_LIMITS, FileRefused
from park_workers.foundation.jobs import Job
from park_workers.models import Membership, Organisation, Upload
from park_workers.services.background_work import can_repeat_job
from park_workers.services.imports import SheetImport, all_imports, import_for
from park_workers.services.uploads import (
    can_confirm_upload,
    can_upload,
    can_withdraw_upload,
    confirm_upload,
    receive_upload,
    withdraw_upload,
)


def sheets_for(member: Membership) -> list[SheetImport]:
    """The sheets this role may give."""
    return [declared for declared in all_imports() if can_upload(member, declared)]


def shows_others(request: HttpRequest, **address: str) -> bool:
    """Whether the file is somebody else's for this person, and so a look at other people's numbers in plain."""
    return bool(member_of(request).sees_business_of_all)


def upload_seen(request: HttpRequest, reference: str) -> Upload:
    """The upload of the address, as far as the viewer may see it."""
    seen = Upload.objects.visible_to(member_of(request))
    wanted = seen.select_related(
        "file", "organisation", "recorded_by__user", "confirmed_by__user", "check_job", "apply_job"
    )
    found: Upload = get_object_or_404(wanted, reference=reference)
    return found


def receive(
    request: HttpRequest,
    member: Membership,
    declared: SheetImport | None,
    scopes: list[tuple[str, str]] | None,
    scope: str,
    *,
    has_owner: bool,
) -> tuple[Upload | None, str]:
    """The upload, or why there is none."""
    given: Any = request.FILES.get("file")
    if declared is None:
        return None, "请选择要上传的表。"
    if scopes is not None and scope not in dict(scopes):
        return None, "请选择这份表用于哪一项。"
    if given is None:
        return None, "请选择文件。"
    if given.size > DEFAULT_LIMITS.bytes:
        return None, f"文件超过 {DEFAULT_LIMITS.bytes // 1048576} MB。请拆成几份上传。"
    before = Upload.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        upload = receive_upload(
            actor=member, sheet_kind=declared.sheet.kind, content=given.read(), name=given.name, day=business_day(),
            scope=scope if scopes is not None else "",
            organisation=Organisation.objects.get(pk=int(request.POST["owner"])) if has_owner else None,
        )  # fmt: skip
    except (RuleViolation, FileRefused) as refusal:
        return None, refusal.sentences
    if upload.pk <= before:
        messages.info(request, "这份文件已经上传过，没有重复导入，以下是原来的结果。")
    return upload, ""


def work_on(upload: Upload, member: Membership) -> dict[str, Any]:
    """The check or the import, and whether a failed one may be done again by this person."""
    job = upload.apply_job or upload.check_job
    is_stuck = job is not None and job.status == Job.Status.FAILED and upload.status in ("uploaded", "confirmed")
    return {"job": job, "may_repeat": is_stuck and job is not None and can_repeat_job(member, job)}


def preview_of(member: Membership, upload: Upload) -> dict[str, Any]:
    """What was found in a file, and what this person may do with it now."""
    declared = import_for(upload.sheet_kind)
    may_confirm = can_confirm_upload(member, upload) and upload.status == "checked"
    waits_for_other = (
        upload.needs_second_person and upload.recorded_by is not None and upload.recorded_by.user_id == member.user_id
    )
    headers = {column.key: column.header for column in declared.sheet.columns}
    preview = upload.result.get("preview", {})
    return {
        "upload": upload, "declared": declared, "drift": upload.result.get("drift"),
        "may_confirm": may_confirm and upload.accepted > 0 and not waits_for_other,
        "waits_for_other": may_confirm and waits_for_other, **work_on(upload, member),
        "may_withdraw": can_withdraw_upload(member, upload),
        "may_mark": can_upload(member, declared) and upload.status not in ("refused", "uploaded"),
        "repairs": [(headers.get(key, key), n) for key, n in preview.get("repairs", {}).items()],
        "notes": preview.get("notes", []), "questions": preview.get("questions", []), "left_alone": preview.get("left_alone", 0),
    }  # fmt: skip


def decide(request: HttpRequest, upload: Upload, action: str) -> None:
    """Confirm or withdraw, with a message either way; a second tap finds it done."""
    member = member_of(request)
    done = {"confirm": ("confirmed", "applied"), "withdraw": ("withdrawn",)}
    if action not in done:
        raise Http404
    if upload.status in done[action]:
        messages.info(request, "已办理，无需重复操作。")
        return
    try:
        if action == "confirm":
            answered = request.POST.get("without_hidden_sheets") == "1"
            confirm_upload(actor=member, upload=upload, day=business_day(), without_hidden_sheets=answered)
            messages.success(request, "已确认，正在导入合格的行。")
        else:
            withdraw_upload(actor=member, upload=upload, reason=request.POST.get("reason", "").strip()[:200])
            messages.success(request, "已撤回，没有写入任何内容。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
