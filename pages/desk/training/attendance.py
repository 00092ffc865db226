"""考勤 at the desk: sessions of a day, the register of a class, the one-tap list of a session, planning and cancelling."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.days import day_asked
from pages.desk.training.session_forms import SessionForm
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from park_workers.services.employments import FieldsInvalid
from training.models import Attendance, ClassSession, TrainingClass
from training.permissions import READERS, can_keep_attendance, can_plan_sessions
from training.services.attendance import Taken, hours_of, least_percent, record_attendance
from training.services.class_sessions import add_sessions, cancel_session

VIEWERS = READERS | {Role.BASE_CLERK}
MARKS = Attendance.Mark.choices
#: sessions of earlier days in which people have no mark yet, as many as are named
OPEN_SESSIONS = 20
COUNTS = {
    "marked": Count("attendances", filter=Q(attendances__voided_at__isnull=True)),
    "there": Count("attendances", filter=Q(attendances__voided_at__isnull=True, attendances__mark__in=Attendance.COUNTED)),
}  # fmt: skip


def class_seen(request: HttpRequest, pk: int) -> TrainingClass:
    """A class this person may see; 404 otherwise."""
    seen = TrainingClass.objects.visible_to(member_of(request)).select_related("base__organisation")
    found: TrainingClass = get_object_or_404(seen, pk=pk)
    return found


def session_seen(request: HttpRequest, pk: int) -> ClassSession:
    """A session this person may see; 404 otherwise."""
    seen = ClassSession.objects.visible_to(member_of(request)).select_related("training_class__base__organisation")
    found: ClassSession = get_object_or_404(seen, pk=pk)
    return found


def _with_people(sessions: QuerySet[ClassSession]) -> list[ClassSession]:
    """Each session with how many sit in its class (`people`), are marked and were there."""
    rows = list(sessions.annotate(**COUNTS).select_related("training_class__base__organisation"))
    classes = TrainingClass.objects.filter(pk__in={row.training_class_id for row in rows})
    on_roster = Count("enrolments", filter=Q(enrolments__withdrawn_on__isnull=True))
    people = dict(classes.annotate(n=on_roster).values_list("pk", "n"))
    for row in rows:
        row.people = people[row.training_class_id]  # type: ignore[attr-defined]
    return rows


@page_for(VIEWERS)
@require_safe
def day_list(request: HttpRequest) -> HttpResponse:
    """The sessions of a day, and earlier ones in which nobody has been marked."""
    today = business_day()
    day = day_asked(request.GET.get("day", "")) or today
    seen = ClassSession.objects.visible_to(member_of(request)).standing()
    unmarked = seen.filter(day__lt=today, day__gte=date(today.year - 1, 1, 1)).annotate(**COUNTS).filter(marked=0)
    context = {
        "here": "attendance", "day": day, "today": today,
        "sessions": _with_people(seen.filter(day=day).order_by("from_time", "pk")),
        "waiting": _with_people(unmarked.order_by("-day", "-number"))[:OPEN_SESSIONS],
        "sees_all": member_of(request).sees_business_of_all,
    }  # fmt: skip
    return render(request, "desk/training/attendance_day.html", context)


def register_of(held: TrainingClass) -> dict[str, Any]:
    """The table session × person of a class with hours and shares; what its page shows of attendance."""
    sessions = list(held.sessions.standing().order_by("day", "from_time"))
    marks = Attendance.objects.standing().filter(session__training_class=held)
    by_seat = {
        (row.session_id, row.enrolment_id): row for row in marks.only("session_id", "enrolment_id", "mark", "source")
    }
    people = hours_of(held)
    rows = [(one, [by_seat.get((session.pk, one.enrolment.pk)) for session in sessions]) for one in people]
    for session in sessions:
        session.there = sum(  # type: ignore[attr-defined]
            row.mark in Attendance.COUNTED for (pk, _), row in by_seat.items() if pk == session.pk
        )
    return {
        "training_class": held, "sessions": sessions, "rows": rows, "least_percent": least_percent(held),
        "planned": sum(session.hours for session in sessions), "n_reached": sum(one.is_reached for one in people),
        "n_lost": sum(one.is_out_of_reach for one in people), "n_people": len(people),
    }  # fmt: skip


@page_for(VIEWERS)
@require_safe
def class_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The register of a class."""
    held = class_seen(request, pk)
    may_plan = can_plan_sessions(member_of(request), held)
    context = {"here": "attendance", "may_plan": may_plan, "today": business_day()} | register_of(held)
    context["cancelled"] = held.sessions.filter(cancelled_on__isnull=False).order_by("day", "number")
    return render(request, "desk/training/class_attendance.html", context)


@page_for(Role.BASE_CLERK)
def new_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan sessions: a day, or every day of a span, at the same hours."""
    held, today = class_seen(request, pk), business_day()
    form = SessionForm.read(request) if request.method == "POST" else SessionForm.empty(held, today)
    if request.method == "POST" and (plans := form.plans()):
        try:
            made = add_sessions(actor=member_of(request), training_class=held, plans=plans, day=today)
            messages.success(request, f"已排好 {len(made)} 节，共 {sum(one.hours for one in made)} 学时。")
            return redirect("class_attendance", pk=pk)
        except FieldsInvalid as refusal:
            names = {"day": "first_day"}
            for problem in refusal.problems:
                form.errors.setdefault(names.get(problem.field, problem.field), problem.sentences)
        except RuleViolation as refusal:
            form.errors["whole"] = refusal.sentences
    context = {"here": "attendance", "training_class": held, "form": form}
    return render(request, "desk/training/new_sessions.html", context, status=422 if form.errors else 200)


@page_for(VIEWERS)
def session_page(request: HttpRequest, session_pk: int) -> HttpResponse:
    """The list of a session: everybody present, tap the exceptions, one save."""
    session, today, error = session_seen(request, session_pk), business_day(), ""
    typed: dict[int, str] = {}
    if request.method == "POST":
        typed = _marks_of(request)
        try:
            seen = request.POST.get("seen", "")
            taken = record_attendance(
                actor=member_of(request), session=session, marks=typed, day=today, reason=reason_of(request),
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else None,
            )  # fmt: skip
            _tell(request, taken)
            return redirect("class_session", session_pk=session_pk)
        except RuleViolation as refusal:
            error = refusal.sentences
    context = _list_of(request, session, typed, today) | {"error": error}
    return render(request, "desk/training/session.html", context, status=422 if error else 200)


def _marks_of(request: HttpRequest) -> dict[int, str]:
    """mark-<enrolment> = mark."""
    fields = ((name.removeprefix("mark-"), mark) for name, mark in request.POST.items() if name.startswith("mark-"))
    return {int(name): mark[:10] for name, mark in fields if name.isascii() and name.isdigit() and len(name) < 18}


def _tell(request: HttpRequest, taken: Taken) -> None:
    if taken.left:
        messages.warning(request, f"有 {len(taken.left)} 人在您打开页面后另有登记，没有覆盖，请核对下面的名单。")
    if taken.new or taken.corrected:
        corrected = f"，更正 {taken.corrected} 人" if taken.corrected else ""
        messages.success(request, f"已保存：新登记 {taken.new} 人{corrected}。")
    elif not taken.left:
        messages.info(request, "已保存过，没有变化。")


def _list_of(request: HttpRequest, session: ClassSession, typed: dict[int, str], today: date) -> dict[str, Any]:
    """People of the class with the mark that is chosen beside each, and the marks that were corrected."""
    rows = session.attendances.select_related("enrolment__worker", "recorded_by__user", "voided_by__user")
    standing = {row.enrolment_id: row for row in rows if row.voided_at is None}
    may_keep = can_keep_attendance(member_of(request), session.training_class)
    may_mark = may_keep and session.cancelled_on is None and session.day <= today
    may_plan, people = can_plan_sessions(member_of(request), session.training_class), []
    enrolments = session.training_class.enrolments.on_roster().select_related("worker").order_by("worker__name", "pk")
    for one in enrolments:
        mark = standing.get(one.pk)
        chosen = typed.get(one.pk) or (mark.mark if mark else Attendance.Mark.PRESENT if may_mark else "")
        people.append((one, mark, chosen))
    return {
        "here": "attendance", "session": session, "training_class": session.training_class, "people": people, "marks": MARKS,
        "may_mark": may_mark, "may_cancel": may_plan and not standing and session.cancelled_on is None,
        "corrected": [row for row in rows if row.voided_at is not None], "n_marked": len(standing),
        "seen": max((row.pk for row in rows), default=0), "asks_reason": bool(standing) and today > session.day,
        "today": today, "is_to_come": session.day > today, "typed_reason": request.POST.get("note", "")[:200],
    }  # fmt: skip


@page_for(Role.BASE_CLERK)
@require_POST
def cancel(request: HttpRequest, session_pk: int) -> HttpResponse:
    """Cancel a session in which nobody has been marked."""
    session = session_seen(request, session_pk)
    try:
        cancel_session(actor=member_of(request), session=session, reason=reason_of(request), day=business_day())
        messages.success(request, "已取消这一节。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("class_session", session_pk=session_pk)
    return redirect("class_attendance", pk=session.training_class_id)
