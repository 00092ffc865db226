"""The code a base shows for a session: another one every minute, drawn anew by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.acting import page_for
from pages.desk.print_sheets import qr_of
from pages.desk.training.attendance import session_seen
from park_workers.foundation.addresses import public_address
from park_workers.foundation.business_day import business_day
from park_workers.models import Role
from training.models import Attendance
from training.services.class_sign_ins import Outcome, code_of, opens_at, seconds_left, when_open

WORDS = {
    Outcome.TOO_EARLY: "还没有到签到时间", Outcome.TOO_LATE: "这一节已经结束", Outcome.CANCELLED: "这一节已经取消",
}  # fmt: skip


@page_for(Role.BASE_CLERK)
@require_safe
def session_code(request: HttpRequest, session_pk: int) -> HttpResponse:
    """The code as large as the screen; with ?part=1 only the code, as it is now."""
    session, now = session_seen(request, session_pk), timezone.now()
    closed = when_open(session, day=business_day(), now=now)
    address = reverse("class_sign_in", args=[code_of(session, now=now)])
    there = session.attendances.standing().filter(mark__in=Attendance.COUNTED).count()
    context = {
        "here": "attendance", "session": session, "training_class": session.training_class,
        "closed": WORDS[closed] if closed else "", "opens_at": opens_at(session), "left": seconds_left(now),
        "qr": "" if closed else qr_of(public_address(request) + address), "there": there,
        "people": session.training_class.enrolments.on_roster().count(),
    }  # fmt: skip
    part = "desk/training/_session_code.html"
    return render(request, part if request.GET.get("part") == "1" else "desk/training/session_code.html", context)
