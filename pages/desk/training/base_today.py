"""Today of a base: classes by state, and what waits for its clerk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.todo import Todo
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership, Role, Upload
from training.models import Enrolment, LabourDemand, Referral, TrainingClass
from training.models.placements import WAITS
from training.services.standing import passed_now

SOON_DAYS = 14


@page_for(Role.BASE_CLERK)
@require_safe
def base_today(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; classes that are on or soon begin; open demand nobody has opened a class for."""
    member = member_of(request)
    today = business_day()
    classes = TrainingClass.objects.visible_to(member)
    counts = dict(classes.filter(is_reported=False).order_by().values_list("status").annotate(n=Count("pk")))
    trained = Enrolment.objects.trained().filter(training_class__base_id=member.organisation_id)
    near = classes.filter(status__in=("accepted", "running", "filed"), starts_on__lte=today + timedelta(days=SOON_DAYS))
    wanted = LabourDemand.objects.visible_to(member).filter(status="open", needed_by__gte=today, classes__isnull=True)
    context = {
        "here": "base_today", "today": today, "counts": counts, "todos": waiting_for(member, today),
        "near": near.order_by("starts_on", "pk")[:20], "trained": trained.count(),
        "passed": trained.filter(passed_now()).count(),
        "wanted": wanted.select_related("enterprise__organisation").distinct().order_by("needed_by", "pk")[:10],
    }  # fmt: skip
    return render(request, "desk/training/base_today.html", context)


def waiting_for(member: Membership, today: date) -> list[Todo]:
    """Each kind of work that waits for the base, with the oldest day."""
    classes = TrainingClass.objects.visible_to(member)
    page = reverse("training_classes")
    found = [
        _todo("备案被退回，待修改", classes.filter(status="returned"), "decided_on", f"{page}?state=written", "arrow-back-up"),
        _todo("草稿待提交备案", classes.filter(status="draft"), "", f"{page}?state=written", "edit"),
        _todo("到开班日，待开班", classes.filter(status="accepted", starts_on__lte=today), "starts_on",
              f"{page}?state=accepted", "calendar-event"),
        _todo("已到结业日，待办结业", classes.filter(status="running", ends_on__lte=today), "ends_on",
              f"{page}?state=running", "calendar-check"),
        _todo("上传已检查，待确认", Upload.objects.visible_to(member).filter(status="checked", accepted__gt=0), "business_day",
              reverse("uploads"), "upload"),
        *(_todo(f"推荐{label}", Referral.objects.visible_to(member).waits_for(key, today), "referred_on",
                f"{reverse('referrals')}?waits={key}", "send") for key, label in WAITS),
    ]  # fmt: skip
    return sorted((todo for todo in found if todo.n), key=lambda todo: todo.since or date.max)


def _todo(label: str, rows: QuerySet[Any], day: str, href: str, icon: str) -> Todo:
    since = rows.order_by(day).values_list(day, flat=True).first() if day else None
    return Todo(label, rows.count(), since, href, icon)
