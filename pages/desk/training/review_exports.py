"""Workbooks of a round as downloads: its results, and after the opening every expert's marks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.training.review_rounds import round_of
from pages.downloads import workbook_response
from park_workers.foundation.errors import RuleViolation
from training.permissions import READERS
from training.services import review_workbooks


@page_for(READERS)
@require_POST
@freshly_confirmed()
def export_round(request: HttpRequest, round_pk: int, table: str) -> HttpResponse:
    """One of the two tables as a workbook; before the opening there are no scores for anybody."""
    round_ = round_of(request, round_pk)
    if table not in review_workbooks.TABLES:
        raise Http404
    try:
        name, content = review_workbooks.export_round(
            actor=member_of(request), round_=round_, table=table, now=timezone.localtime()
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("review_round", round_pk=round_pk)
    return workbook_response(content, name)
