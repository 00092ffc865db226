"""Files people give: choose a sheet, look at what was found, confirm or withdraw, fetch the marked copy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import page_for
from pages.desk.tabs import numbered_page
from pages.desk.upload_scopes import owners_for, scopes_for
from pages.downloads import workbook_response
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import DEFAULT_LIMITS, FileRefused
from park_workers.foundation.jobs import Job
from park_workers.foundation.spreadsheets import write_template
from park_workers.models import Membership, Organisation, Upload
from park_workers.models.uploads import UPLOADERS
from park_workers.services.background_work import can_repeat_job
from park_workers.services.imports import SheetImport, all_imports, import_for
from park_workers.services.uploads import (
    can_confirm_upload,
    can_upload,
    can_withdraw_upload,
    confirm_upload,
    receive_upload,
    withdraw_upload,
    write_marked_copy,
)


def sheets_for(member: Membership) -> list[SheetImport]:
    """The sheets this role may give."""
    return [declared for declared in all_imports() if can_upload(member, declared)]


def shows_others(request: HttpRequest, **address: str) -> bool:
    """Whether the file is somebody else's for this person, and so a look at other people's numbers in plain."""
    return bool(request.membership.sees_business_of_all)  # type: ignore[attr-defined]


def upload_seen(request: HttpRequest, reference: str) -> Upload:
    """The upload of the address, as far as the viewer may see it."""
    seen = Upload.objects.visible_to(request.membership)  # type: ignore[attr-defined]
    wanted = seen.select_related(
        "file", "organisation", "recorded_by__user", "confirmed_by__user", "check_job", "apply_job"
    )
    found: Upload = get_object_or_404(wanted, reference=reference)
    return found


@page_for(UPLOADERS)
def upload_list(request: HttpRequest) -> HttpResponse:
    """Files given, newest first."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    titles = {declared.sheet.kind: declared.sheet.title for declared in all_imports()}
    kind = request.GET.get("sheet", "")
    uploads = Upload.objects.visible_to(member).select_related("file", "organisation").order_by("-pk")
    if kind in titles:
        uploads = uploads.filter(sheet_kind=kind)
    found = numbered_page(request, uploads)
    for upload in found["page"]:
        upload.title = titles.get(upload.sheet_kind, upload.sheet_kind)
    used = set(Upload.objects.visible_to(member).values_list("sheet_kind", flat=True).distinct())
    context = {"here": "uploads", "kind": kind, "kinds": [(k, t) for k, t in titles.items() if k in used]} | found
    return render(request, "desk/uploads.html", context)


@page_for(UPLOADERS)
def new_upload(request: HttpRequest) -> HttpResponse:
    """Choose the sheet and the file; a refusal keeps the choice and says what to mend."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    sheets = sheets_for(member)
    chosen = request.POST.get("sheet") or request.GET.get("sheet") or (sheets[0].sheet.kind if len(sheets) == 1 else "")
    declared = next((d for d in sheets if d.sheet.kind == chosen), None)
    scopes = scopes_for(member, chosen) if declared else None
    owners = owners_for(member, declared) if declared else None
    scope = request.POST.get("scope") or request.GET.get("scope") or ""
    error = ""
    if request.method == "POST" and owners is not None and request.POST.get("owner") not in dict(owners):
        error = "请选择这份表是哪家企业的。"
    elif request.method == "POST":
        upload, error = _receive(request, member, declared, scopes, scope, has_owner=owners is not None)
        if upload is not None:
            return redirect("upload", reference=upload.reference)
    context = {
        "here": "uploads", "sheets": sheets, "chosen": declared, "scopes": scopes, "scope": scope, "error": error,
        "owners": owners, "owner": request.POST.get("owner", ""),
        "megabytes": DEFAULT_LIMITS.bytes // 1048576,
    }  # fmt: skip
    return render(request, "desk/new_upload.html", context, status=422 if error else 200)


def _receive(
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
        return None, "请选择这份表用于哪个批次或付款文件。"
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


@page_for(UPLOADERS)
def upload_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What was found, and what may be done with the file now."""
    upload = upload_seen(request, reference)
    member: Membership = request.membership  # type: ignore[attr-defined]
    declared = import_for(upload.sheet_kind)
    may_confirm = can_confirm_upload(member, upload) and upload.status == "checked"
    waits_for_other = (
        upload.needs_second_person and upload.recorded_by is not None and upload.recorded_by.user_id == member.user_id
    )
    headers = {column.key: column.header for column in declared.sheet.columns}
    preview = upload.result.get("preview", {})
    context = {
        "here": "uploads", "upload": upload, "declared": declared, "drift": upload.result.get("drift"),
        "may_confirm": may_confirm and upload.accepted > 0 and not waits_for_other,
        "waits_for_other": may_confirm and waits_for_other, **_work_on(upload, member),
        "may_withdraw": can_withdraw_upload(member, upload),
        "may_mark": can_upload(member, declared) and upload.status not in ("refused", "uploaded"),
        "repairs": [(headers.get(key, key), n) for key, n in preview.get("repairs", {}).items()],
        "notes": preview.get("notes", []), "questions": preview.get("questions", []), "left_alone": preview.get("left_alone", 0),
    } | numbered_page(request, upload.issues.all(), 100)  # fmt: skip
    return render(request, "desk/upload.html", context)


def _work_on(upload: Upload, member: Membership) -> dict[str, Any]:
    """The check or the import, and whether a failed one may be done again by this person."""
    job = upload.apply_job or upload.check_job
    is_stuck = job is not None and job.status == Job.Status.FAILED and upload.status in ("uploaded", "confirmed")
    return {"job": job, "may_repeat": is_stuck and job is not None and can_repeat_job(member, job)}


@page_for(UPLOADERS)
def upload_progress(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the check or the import is; when it has ended the page is loaded again."""
    upload = upload_seen(request, reference)
    member: Membership = request.membership  # type: ignore[attr-defined]
    response = render(request, "desk/_upload_progress.html", {"upload": upload} | _work_on(upload, member))
    if upload.status not in ("uploaded", "confirmed"):
        response["HX-Refresh"] = "true"
    return response


@page_for(UPLOADERS)
@require_POST
def decide_upload(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Confirm or withdraw; a second tap finds it done."""
    upload = upload_seen(request, reference)
    member: Membership = request.membership  # type: ignore[attr-defined]
    done = {"confirm": ("confirmed", "applied"), "withdraw": ("withdrawn",)}
    if action not in done:
        raise Http404
    if upload.status in done[action]:
        messages.info(request, "已办理，无需重复操作。")
        return redirect("upload", reference=reference)
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
    return redirect("upload", reference=reference)


@page_for(UPLOADERS)
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty form of a sheet, with an example, drop-downs and notes."""
    declared = next((d for d in all_imports() if d.sheet.kind == kind), None)
    if declared is None:
        raise Http404
    return workbook_response(write_template(declared.sheet), f"{declared.sheet.title}模板.xlsx")


@page_for(UPLOADERS)
@freshly_confirmed(shows_others)
@require_safe
def marked_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """The user's own file, wrong cells red, last column 错误原因."""
    upload = upload_seen(request, reference)
    try:
        content = write_marked_copy(actor=request.membership, upload=upload)  # type: ignore[attr-defined]
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("upload", reference=reference)
    return workbook_response(content, f"{upload.file.original_name.removesuffix('.xlsx')}（已标注）.xlsx")
