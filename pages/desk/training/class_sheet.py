"""开班备案表 on paper (A4): plan, teachers, roster with masked numbers, signatures, room for the seals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.acting import page_for
from pages.desk.print_sheets import qr_of
from pages.desk.training.classes import CLASS_READERS, class_seen
from park_workers.foundation.identifiers import age_on
from training.pass_list.reader import LEVEL_NAMES


@page_for(CLASS_READERS)
@require_safe
def filing_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The filing as it stands; a class that was never filed has none."""
    found = class_seen(request, pk)
    if found.is_reported:
        return redirect("training_class", pk=pk)
    seats = list(found.enrolments.on_roster().select_related("worker").order_by("pk"))
    for number, seat in enumerate(seats, 1):
        seat.number = number  # type: ignore[attr-defined]
        seat.age = age_on(seat.worker.birth_on, found.starts_on)  # type: ignore[attr-defined]
    context = {
        "found": found, "level_name": LEVEL_NAMES[found.level], "seats": seats, "printed_at": timezone.localtime(),
        "qr": qr_of(request.build_absolute_uri(reverse("training_class", args=[pk]))),
    }  # fmt: skip
    return render(request, "desk/training/class_sheet.html", context)
