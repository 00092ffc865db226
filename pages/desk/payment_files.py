"""The workbook handed to the bank."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.downloads import workbook_response
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from subsidies.services.payments import payment_file_content


@page_for(Role.FINANCE)
@require_safe
@freshly_confirmed()
def download(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Accounts in plain, for finance only; each download is logged."""
    from pages.desk.batches import batch_of

    batch = batch_of(request, pk)
    payment_file = get_object_or_404(batch.payment_files.select_related("batch", "file"), pk=file_pk)
    try:
        content = payment_file_content(actor=member_of(request), payment_file=payment_file)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect(reverse("batch", args=[pk]) + "?tab=payments")
    return workbook_response(content, f"付款文件{payment_file.number}.xlsx")
