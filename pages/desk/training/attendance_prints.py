"""签到表 on paper (A4): people × sessions, some sessions a sheet, heads repeated; blank to be signed, or with what was marked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.acting import page_for
from pages.desk.print_sheets import qr_of
from pages.desk.training.attendance import VIEWERS, class_seen, register_of

#: sessions that fit beside the names on one sheet
A_SHEET = 6
#: signs on paper, legend beneath
SIGNS = {"present": "√", "late": "迟", "absent": "×", "leave": "假"}


@page_for(VIEWERS)
@require_safe
def attendance_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """`?blank=1`: to be signed by hand; otherwise the marks in force."""
    held = class_seen(request, pk)
    register, is_blank = register_of(held), request.GET.get("blank") == "1"
    sessions = register["sessions"]
    sheets = []
    for at in range(0, len(sessions), A_SHEET):
        chosen = sessions[at : at + A_SHEET]
        lines = [
            (one, [SIGNS.get(mark.mark, "") if mark and not is_blank else "" for mark in marks[at : at + A_SHEET]])
            for one, marks in register["rows"]
        ]
        sheets.append((chosen, lines))
    context = register | {
        "sheets": sheets, "is_blank": is_blank, "printed_at": timezone.localtime(),
        "qr": qr_of(request.build_absolute_uri(reverse("class_attendance", args=[pk]))),
    }  # fmt: skip
    return render(request, "desk/training/print_attendance.html", context)
