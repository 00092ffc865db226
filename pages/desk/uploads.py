"""Files people give: choose a sheet, look at what was found, confirm or withdraw, fetch the marked copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from pages.desk.upload_scopes import owners_for, scopes_for
from pages.downloads import workbook_response
from pages.uploads import decide, preview_of, receive, sheets_for, shows_others, upload_seen, work_on
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import DEFAULT_LIMITS
from park_workers.foundation.spreadsheets import write_template
from park_workers.models import Upload
from park_workers.models.uploads import UPLOADERS
from park_workers.services.imports import all_imports
from park_workers.services.uploads import (
    write_marked_copy,
)


@page_for(UPLOADERS)
def upload_list(request: HttpRequest) -> HttpResponse:
    """Files given, newest first."""
    member = member_of(request)
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
    member = member_of(request)
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
        upload, error = receive(request, member, declared, scopes, scope, has_owner=owners is not None)
        if upload is not None:
            return redirect("upload", reference=upload.reference)
    context = {
        "here": "uploads", "sheets": sheets, "chosen": declared, "scopes": scopes, "scope": scope, "error": error,
        "owners": owners, "owner": request.POST.get("owner", ""),
        "megabytes": DEFAULT_LIMITS.bytes // 1048576,
    }  # fmt: skip
    return render(request, "desk/new_upload.html", context, status=422 if error else 200)


@page_for(UPLOADERS)
def upload_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What was found, and what may be done with the file now."""
    upload = upload_seen(request, reference)
    context = {"here": "uploads"} | preview_of(member_of(request), upload)
    context |= numbered_page(request, upload.issues.all(), 100)
    return render(request, "desk/upload.html", context)


@page_for(UPLOADERS)
def upload_progress(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the check or the import is; when it has ended the page is loaded again."""
    upload = upload_seen(request, reference)
    member = member_of(request)
    response = render(request, "desk/_upload_progress.html", {"upload": upload} | work_on(upload, member))
    if upload.status not in ("uploaded", "confirmed"):
        response["HX-Refresh"] = "true"
    return response


@page_for(UPLOADERS)
@require_POST
def decide_upload(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Confirm or withdraw; a second tap finds it done."""
    decide(request, upload_seen(request, reference), action)
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
        content = write_marked_copy(actor=member_of(request), upload=upload)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("upload", reference=reference)
    return workbook_response(content, f"{upload.file.original_name.removesuffix('.xlsx')}（已标注）.xlsx")
