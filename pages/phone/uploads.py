"""Files an enterprise gives by phone: choose, look at what was found, confirm, fetch the marked copy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from pages.desk.upload_scopes import scopes_for
from pages.uploads import decide, preview_of, receive, sheets_for, upload_seen, work_on
from park_workers.foundation.file_judgement import DEFAULT_LIMITS
from park_workers.models import Role, Upload
from park_workers.services.imports import all_imports

ISSUES_A_PAGE = 50


@page_for(Role.ENTERPRISE_HR)
@require_safe
def upload_list(request: HttpRequest) -> HttpResponse:
    """Which lists may be given, and the files given so far, newest first."""
    member = member_of(request)
    titles = {declared.sheet.kind: declared.sheet.title for declared in all_imports()}
    found = numbered_page(request, Upload.objects.visible_to(member).select_related("file").order_by("-pk"), 20)
    for upload in found["page"]:
        upload.title = titles.get(upload.sheet_kind, upload.sheet_kind)
    return render(request, "phone/uploads.html", {"sheets": sheets_for(member)} | found)


@page_for(Role.ENTERPRISE_HR)
def new_upload(request: HttpRequest) -> HttpResponse:
    """One list: template, what to mind, the file; a refusal says what to mend."""
    member = member_of(request)
    sheets = sheets_for(member)
    chosen = request.POST.get("sheet") or request.GET.get("sheet") or "roster"
    declared = next((one for one in sheets if one.sheet.kind == chosen), None)
    scopes = scopes_for(member, chosen) if declared else None
    scope, error = request.POST.get("scope") or request.GET.get("scope") or "", ""
    if request.method == "POST":
        upload, error = receive(request, member, declared, scopes, scope, has_owner=False)
        if upload is not None:
            return redirect("phone_upload", upload=upload.reference)
    context = {
        "chosen": declared, "scopes": scopes, "scope": scope, "error": error, "megabytes": DEFAULT_LIMITS.bytes // 1048576,
    }  # fmt: skip
    return render(request, "phone/new_upload.html", context, status=422 if error else 200)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def upload_page(request: HttpRequest, upload: str) -> HttpResponse:
    """What was found: how many rows are good, each wrong one as a card, and what may be done now."""
    found = upload_seen(request, upload)
    context = preview_of(member_of(request), found)
    context |= numbered_page(request, found.issues.order_by("severity", "row", "column", "code"), ISSUES_A_PAGE)
    context["written"] = written_words(found)
    return render(request, "phone/upload.html", context)


def written_words(upload: Upload) -> list[tuple[str, int]]:
    """What an import has written, in words; a figure without words is left to the desk."""
    words = {
        "new": "新增入职", "people": "新增人员", "leavers": "登记离职", "contracts": "合同", "posts": "岗位",
        "unchanged": "没有变化",
    }  # fmt: skip
    return [(words[key], n) for key, n in upload.result.items() if key in words and isinstance(n, int) and n]


@page_for(Role.ENTERPRISE_HR)
@require_safe
def upload_progress(request: HttpRequest, upload: str) -> HttpResponse:
    """How far the check or the import is; when it has ended the page is loaded again."""
    found = upload_seen(request, upload)
    member = member_of(request)
    response = render(request, "phone/parts/upload_progress.html", {"upload": found} | work_on(found, member))
    if found.status not in ("uploaded", "confirmed"):
        response["HX-Refresh"] = "true"
    return response


@page_for(Role.ENTERPRISE_HR)
@require_POST
def decide_upload(request: HttpRequest, upload: str, action: str) -> HttpResponse:
    """Confirm or withdraw; a second tap finds it done."""
    decide(request, upload_seen(request, upload), action)
    return redirect("phone_upload", upload=upload)
