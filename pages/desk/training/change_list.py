"""Requests to change rosters, over all classes: what waits, oldest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from pages.desk.training.classes import CLASS_READERS
from training.models import ClassChangeRequest

STATES = ClassChangeRequest.Status.choices


@page_for(CLASS_READERS)
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """By state; each leads to its class."""
    member = member_of(request)
    seen = ClassChangeRequest.objects.visible_to(member)
    chosen = request.GET.get("state", "waiting")
    chosen = chosen if chosen in dict(STATES) else "waiting"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    rows = seen.filter(status=chosen).select_related(
        "training_class__base__organisation", "enrolment__worker", "worker", "asked_by"
    )
    found = numbered_page(request, rows.order_by(*(("pk",) if chosen == "waiting" else ("-pk",))))
    context = {"here": "training_classes", "chosen": chosen, "counts": counts}
    return render(request, "desk/training/class_changes.html", context | found)
