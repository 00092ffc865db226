"""认定统计: figures of a chosen span by level, trade and assessor, its alarms, the workbook and the printed sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.print_sheets import qr_of
from pages.downloads import workbook_response
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from training.models import AssessmentSitting
from training.permissions import READERS
from training.services.assessment_terms import terms_on
from training.services.sitting_figures import (
    SittingFigures,
    alarms_between,
    export_sitting_figures,
    rate,
    sitting_figures,
)
from training.sitting_alarms import KINDS


def span_in(request: HttpRequest) -> tuple[date, date, str]:
    """The span of the address, by default the year so far, and what is wrong with it."""
    today = business_day()
    first, last = date(today.year, 1, 1), today
    said = []
    for key in ("first", "last"):
        text = request.GET.get(key, "")
        day, wrong = read_day(text, "")
        if wrong and text:
            said.append(wrong)
        elif day is not None:
            first, last = (day, last) if key == "first" else (first, day)
    if first > last:
        said.append("起始日期晚于截止日期，请核对。")
        last = first
    return first, last, "".join(said)


def tables_of(figures: SittingFigures) -> list[dict[str, Any]]:
    """Tables of a page: title, key of the filter, rows with their rate."""
    return [
        {"title": title, "key": key, "rows": [(row, rate(row.passed, row.assessed)) for row in rows]}
        for title, key, rows in figures.tables
    ]


def _context(request: HttpRequest) -> dict[str, Any]:
    member, (first, last, error) = member_of(request), span_in(request)
    figures = sitting_figures(member.organisation, first, last)
    return {
        "here": "sitting_figures", "first": first, "last": last, "error": error, "figures": figures,
        "tables": tables_of(figures), "rate": rate(figures.total.passed, figures.total.assessed),
        "terms": terms_on(bureau_id=member.organisation_id, day=last),
    }  # fmt: skip


@page_for(READERS)
@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures, every one a link to its sittings, and what is worth a look."""
    context = _context(request)
    alarms = alarms_between(member_of(request).organisation, context["first"], context["last"])
    named = AssessmentSitting.objects.in_bulk({pk for alarm in alarms for pk in alarm.sittings})
    context["alarms"] = [(alarm, KINDS[alarm.code], [named[pk] for pk in alarm.sittings[:12]], max(len(alarm.sittings) - 12, 0))
                         for alarm in alarms]  # fmt: skip
    return render(request, "desk/training/sitting_figures.html", context, status=422 if context["error"] else 200)


@page_for(READERS)
@require_safe
def figures_sheet(request: HttpRequest) -> HttpResponse:
    """The figures on paper (A4), with room for signatures and seal."""
    context = _context(request)
    address = f"{reverse('sitting_figures')}?first={context['first']}&last={context['last']}"
    more = {
        "bureau": member_of(request).organisation,
        "qr": qr_of(request.build_absolute_uri(address)),
        "printed_at": timezone.localtime(),
    }
    return render(request, "desk/training/print_sitting_figures.html", context | more)


@page_for(READERS)
@require_POST
@freshly_confirmed()
def export_figures(request: HttpRequest) -> HttpResponse:
    """The figures as a workbook, noted in the log."""
    first, last, error = span_in(request)
    address = f"{reverse('sitting_figures')}?{request.GET.urlencode()}"
    if error:
        return redirect(address)
    try:
        name, content = export_sitting_figures(
            actor=member_of(request), first=first, last=last, now=timezone.localtime()
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(address)
    return workbook_response(content, name)
