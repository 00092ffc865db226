"""Objecting to a public notice: no log-in, no cookie; the receipt is a number to keep."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from pages import objecting
from pages.public.terms import is_sent_by_a_person
from pages.public.visits import limited
from park_workers.foundation.actors import SystemActor
from park_workers.foundation.business_day import business_day
from subsidies.models import Objection, PublicNotice

PUBLIC = SystemActor("公众异议受理")


# No cookie, so there is no session that a foreign page could ride on, and no token to compare.
@csrf_exempt
@login_not_required
@never_cache
@limited("objection", methods=("POST",))
@limited("reading", methods=("GET", "HEAD"))
def objection_form(request: HttpRequest, reference: str) -> HttpResponse:
    """The form and its taking in; a form sent back says at each field what is missing and keeps what was typed."""
    notice = get_object_or_404(
        PublicNotice.objects.select_related("batch__policy", "batch__bureau"), reference=reference
    )
    typed, errors = objecting.typed_in(request, objecting.LONGEST), dict[str, str]()
    if is_sent_by_a_person(request):
        taken = objecting.take(actor=PUBLIC, notice=notice, typed=typed, errors=errors)
        if taken is not None:
            return redirect(reverse("objection_receipt", args=[reference, taken.reference]))
    is_open = notice.status == "open" and notice.published_on <= business_day() <= notice.last_day
    context = {"notice": notice, "batch": notice.batch, "typed": typed, "errors": errors, "is_open": is_open}
    return render(request, "public/objection.html", context, status=422 if errors else 200)


@login_not_required
@never_cache
@limited("reading", methods=("GET", "HEAD"))
def objection_receipt(request: HttpRequest, reference: str, objection: str) -> HttpResponse:
    """Received, and under which number; nothing of what was written is shown again."""
    found = get_object_or_404(
        Objection.objects.select_related("notice__batch__policy"), notice__reference=reference, reference=objection
    )
    return render(request, "public/objection_receipt.html", {"objection": found, "notice": found.notice})
