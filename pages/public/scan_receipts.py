"""The receipt of an entry by scan: its number, its state as it is now, what to do; the link is all the worker has."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pages.public.visits import limited, nothing_there
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import TransitionRefused
from park_workers.models import Poster, ScanEntry
from park_workers.services.cards import standing_card
from park_workers.services.scan_entries import SCANNER, earlier_refusal, receipt_of, withdraw_entry


@login_not_required
@never_cache
@require_safe
@limited("receipt", methods=("GET", "HEAD"))
def scan_receipt(request: HttpRequest, signed: str) -> HttpResponse:
    """The whole page, or with ?seen=<version> only what changed since (204: nothing)."""
    entry = receipt_of(signed)
    if entry is None:
        return nothing_there(request, "scan/no_receipt.html")
    if request.GET.get("seen") == str(entry.version):
        return HttpResponse(status=204)
    is_part = "seen" in request.GET
    return render(request, "scan/_state.html" if is_part else "scan/receipt.html", _shown(request, entry))


def _steps(entry: ScanEntry) -> list[dict[str, Any]]:
    """The entry's way: written, looked at by HR, registered."""
    written = {"name": "提交登记", "state": "done", "day": entry.entered_on}
    if entry.status == "waiting":
        return [written, {"name": "人事确认", "state": "now"}, {"name": "登记成立", "state": "next"}]
    if entry.status == "confirmed":
        confirmed = {"name": "人事确认", "state": "done", "day": entry.ended_on}
        return [written, confirmed, {"name": "登记成立", "state": "done", "day": entry.ended_on}]
    return [written, {"name": entry.status_label(), "state": "stopped", "day": entry.ended_on}]


def _card_of(entry: ScanEntry) -> str:
    """Address of the card that the person bears here now; empty when there is none."""
    if entry.status != "confirmed" or entry.registration is None:
        return ""
    card = standing_card(entry.registration.worker, entry.enterprise)
    return reverse("scanned_card", args=[card.signed_reference]) if card else ""


def _shown(request: HttpRequest, entry: ScanEntry) -> dict[str, Any]:
    return {
        "steps": _steps(entry), "card_href": _card_of(entry),
        "entry": entry, "enterprise": entry.enterprise, "is_again": request.GET.get("again") == "1",
        "here": reverse("scan_receipt", args=[entry.signed_reference]),
        "before": earlier_refusal(entry) if entry.status == "waiting" else None,
        "may_scan_again": entry.poster.status == Poster.Status.VALID,
    }  # fmt: skip


# Whoever knows the link holds it: there is no session that a foreign page could ride on.
@csrf_exempt
@login_not_required
@never_cache
@require_POST
@limited("scan", methods=("POST",))
def withdraw_scan(request: HttpRequest, signed: str) -> HttpResponse:
    """The worker takes back what still waits; decided meanwhile, the receipt says how."""
    entry = receipt_of(signed)
    if entry is None:
        return nothing_there(request, "scan/no_receipt.html")
    try:
        withdraw_entry(actor=SCANNER, entry=entry, day=business_day(), note="本人撤回")
    except TransitionRefused:
        pass
    return redirect("scan_receipt", signed=signed)
