"""Public notices: anybody may read them, without log-in and without a cookie."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pages.desk.tabs import numbered_page
from pages.public.terms import days_left
from pages.public.visits import limited
from park_workers.foundation.business_day import business_day
from subsidies.models import LineDecision, LineItem, PublicNotice

#: as many lines on one page as anybody prints
PRINTED = 1_000
LISTED = 100


@login_not_required
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices, the open ones first."""
    notices = (
        PublicNotice.objects.exclude(status="superseded")
        .select_related("batch__policy", "batch__bureau")
        .order_by("-published_on", "-pk")[:LISTED]
    )
    today = business_day()
    open_now, past = [], []
    for notice in notices:
        notice.days_left = days_left(notice, today, is_open=True)  # type: ignore[attr-defined]
        (open_now if notice.status == "open" else past).append(notice)
    return render(request, "public/notices.html", {"open_now": open_now, "past": past})


def noticed_lines(notice: PublicNotice) -> QuerySet[LineItem]:
    """The lines a notice shows: eligible and neither held nor removed before it; later dispositions do not rewrite it."""
    kept_off = LineDecision.objects.filter(line=OuterRef("pk"), is_standing=True, kind__in=("held", "removed"))
    return (
        LineItem.objects.filter(~Exists(kept_off), calculation_id=notice.batch.current_id, is_eligible=True)
        .select_related("worker", "claim__organisation", "claim__worker")
        .order_by("position", "pk")
    )


@login_not_required
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def notice_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice: who gets how much, masked; until when; how to object."""
    notice = get_object_or_404(
        PublicNotice.objects.select_related("batch__policy", "batch__policy_version", "batch__bureau"),
        reference=reference,
    )
    payee = " ".join(request.GET.get("payee", "").split())[:60]
    lines = noticed_lines(notice)
    if payee:
        lines = lines.filter(claim__organisation__name__icontains=payee)
    newer = notice.batch.notices.filter(edition__gt=notice.edition).order_by("-edition").first()
    context: dict[str, Any] = {
        "notice": notice, "batch": notice.batch, "payee": payee, "newer": newer,
        "days_left": days_left(notice, business_day(), is_open=notice.status == "open"),
        "basis": notice.batch.policy_version.terms.get("basis", ""),
    } | numbered_page(request, lines, PRINTED if request.GET.get("all") == "1" else 100)  # fmt: skip
    return render(request, "public/notice.html", context)
