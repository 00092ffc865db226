"""同日两地考勤 for the bureau: who was at two places on one day, each with both records."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.acting import page_for
from pages.days import day_asked
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from training.permissions import READERS
from training.services.two_places import KINDS, people_at_two_places

USUAL_DAYS = 90


@page_for(READERS)
@require_safe
def two_places(request: HttpRequest) -> HttpResponse:
    """Pairs of a span of days by kind; the last ninety days unless another span is asked for."""
    today = business_day()
    last = day_asked(request.GET.get("to", "")) or today
    first = min(day_asked(request.GET.get("from", "")) or last - timedelta(days=USUAL_DAYS), last)
    every = people_at_two_places(first_day=first, last_day=last)
    counts = [(key, word, sum(one.kind == key for one in every)) for key, word in KINDS.items()]
    chosen = request.GET.get("kind", "")
    shown = [one for one in every if one.kind == chosen] if chosen in KINDS else every
    context = {
        "here": "two_places", "first": first, "last": last, "counts": counts, "chosen": chosen, "n": len(every),
        "people": len({one.worker.pk for one in every}),
    } | numbered_page(request, shown)  # fmt: skip
    return render(request, "desk/training/two_places.html", context)
