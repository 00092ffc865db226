"""Lists as workbooks: what the filter shows, masked as on the page, with who and when on it.

A short list is answered at once; a long one is written in the background and fetched from its own page.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.batches import batch_of
from pages.desk.enterprise_figures import narrowed, payment_years
from pages.desk.exported_lists import BATCH_LINES, FIRM_HEADERS, WORKERS, firm_lines, line_count
from pages.desk.navigation import DESK_ROLES
from pages.desk.workers import STATES, chosen_workers
from pages.downloads import workbook_response
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, ListExport, Membership, Role
from park_workers.services.exports import SHORT, declared_list, fetch_list_export, order_list_export, write_export

EXPORTERS = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
LATEST = 20


def _short(
    request: HttpRequest, title: str, headers: tuple[str, ...], lines: Iterable[Any], filters: dict[str, Any], rows: int
) -> HttpResponse:
    """The workbook, noted in the log first."""
    member, now = member_of(request), timezone.localtime()
    content = write_export(actor=member, title=title, headers=headers, lines=lines, rows=rows, filters=filters, now=now)
    return workbook_response(content, _name(title, now, member))


def _take(
    request: HttpRequest, kind: str, title: str, rows: int, parameters: dict[str, str], shown: dict[str, Any], back: str
) -> HttpResponse:
    """A declared list: at once when it is short, otherwise ordered; a refusal leads back to where it stands."""
    member, today = member_of(request), business_day()
    try:
        if rows <= SHORT:
            listed = declared_list(kind)
            return _short(request, title, listed.headers, listed.lines(member, parameters, today), shown, rows)
        made = order_list_export(
            actor=member, kind=kind, title=title, rows=rows, filters=shown, parameters=parameters, day=today,
            now=timezone.localtime(), request_id=request.POST.get("key", "")[:64] or str(uuid.uuid4()),
        )  # fmt: skip
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(back)
    return redirect("list_export", reference=made.reference)


def _name(title: str, when: Any, member: Membership) -> str:
    return f"{title}-{timezone.localtime(when):%Y%m%d-%H%M%S}-{member.user.display_name}.xlsx"


@page_for(DESK_ROLES)
@require_POST
@freshly_confirmed()
def export_workers(request: HttpRequest) -> HttpResponse:
    """People of the filter."""
    parameters = request.GET.dict()
    chosen, shown = chosen_workers(parameters, member_of(request))
    enterprise = shown.pop("enterprise")
    shown |= {"state": STATES.get(shown["state"], ""), "firm": enterprise.name if enterprise else ""}
    back = f"{reverse('workers')}?{request.GET.urlencode()}"
    return _take(request, WORKERS, "人员名单", chosen.order_by().count(), parameters, shown, back)


@page_for(DESK_ROLES)
@require_POST
@freshly_confirmed()
def export_enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises of the filter, with the figures of the list."""
    today = business_day()
    years = payment_years(today)
    text = request.GET.get("year", "")
    year = next((one for one in years if str(one) == text), years[0])
    seen = Enterprise.objects.visible_to(member_of(request)).select_related("organisation")
    rows, shown = narrowed(seen, request.GET, today)
    filters = {key: shown[key] for key in ("q", "kind", "only")} | {"year": year}
    try:
        return _short(
            request, "企业名录", FIRM_HEADERS, firm_lines(rows, today, year), filters, rows.order_by().count()
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(f"{reverse('enterprises')}?{request.GET.urlencode()}")


@page_for(EXPORTERS)
@require_POST
@freshly_confirmed()
def export_batch_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line of a batch with its result and reasons, whatever tab is open."""
    batch = batch_of(request, pk)
    title, rows = f"{batch.name}{batch.policy.title}明细"[:60], line_count(batch)
    return _take(
        request, BATCH_LINES, title, rows, {"batch": str(pk)}, {"batch": batch.name}, reverse("batch", args=[pk])
    )


@page_for(EXPORTERS)
@require_safe
def list_exports(request: HttpRequest) -> HttpResponse:
    """One's own long lists, the newest first."""
    rows = ListExport.objects.visible_to(member_of(request)).select_related("job").order_by("-pk")[:LATEST]
    return render(request, "desk/list_exports.html", {"here": "jobs", "rows": rows, "days": settings.EXPORT_DAYS})


def _export(request: HttpRequest, reference: str) -> ListExport:
    seen = ListExport.objects.visible_to(member_of(request)).select_related("job", "file")
    found: ListExport = get_object_or_404(seen, reference=reference)
    return found


@page_for(EXPORTERS)
@require_safe
def list_export(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the file is, then the file; htmx asks for the changing part alone."""
    made = _export(request, reference)
    is_live = made.job is not None and made.job.is_live
    context = {
        "here": "jobs", "export": made, "job": made.job, "is_live": is_live, "days": settings.EXPORT_DAYS,
    }  # fmt: skip
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"desk/{'_list_export' if is_part else 'list_export'}.html", context)


@page_for(EXPORTERS)
@require_POST
@freshly_confirmed()
def list_export_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The workbook."""
    made = _export(request, reference)
    try:
        content = fetch_list_export(actor=member_of(request), list_export=made)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("list_export", reference=reference)
    return workbook_response(content, _name(made.title, made.recorded_at, member_of(request)))
