"""A batch on paper (A4): the list with repeated heads and subtotals, the sum in capitals, signatures, room for the seal."""

from __future__ import annotations

import base64
from itertools import groupby
from typing import Any

import qrcode
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathImage

from pages.acting import page_for
from pages.desk import tabs
from pages.desk.batch_figures import figures
from pages.desk.batches import batch_of
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, Review


@page_for(BUREAU_ROLES)
@require_safe
def batch_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Lines to be paid, firm by firm; identity numbers masked as everywhere."""
    batch = batch_of(request, pk)
    if batch.current is None:
        return redirect("batch", pk=pk)
    lines = list(tabs.lines_of(batch).included())  # type: ignore[attr-defined]
    lines.sort(key=lambda line: (line.claim.position, line.position, line.pk))
    groups, number = [], 0
    for _, found in groupby(lines, key=lambda line: line.claim_id):
        rows: list[Any] = list(found)
        for row in rows:
            number += 1
            row.number = number
        groups.append((rows[0].claim.payee_name, rows, sum(row.amount_fen for row in rows)))
    context = {
        "batch": batch, "groups": groups, "figures": figures(batch), "signed": _signed(batch),
        "qr": qr_of(request.build_absolute_uri(reverse("batch", args=[pk]))), "printed_at": timezone.localtime(),
        "is_draft": batch.status in ("draft", "computed") or batch.is_trial,
    }  # fmt: skip
    return render(request, "desk/print_batch.html", context)


def qr_of(address: str) -> str:
    """The code that opens the record, as an address an <img> takes; whoever opens it still has to log in."""
    drawn = qrcode.make(address, image_factory=SvgPathImage, border=1)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.to_string()).decode()


def _signed(batch: Batch) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Post -> (name, day) of everybody who has signed this round."""
    reviews = list(
        Review.objects.filter(Q(batch=batch, round=batch.round, verdict="passed"))
        .select_related("reviewer")
        .order_by("pk")
    )
    found = {step: [(one.reviewer.display_name, one.reviewed_on) for one in reviews if one.step == step]
             for step in ("review", "approval")}  # fmt: skip
    maker = [(batch.submitted_by.display_name, batch.submitted_on)] if batch.submitted_by and batch.submitted_on else []
    return [("经办人", maker), ("复核人", found["review"]), ("审批人", found["approval"])]
