"""The audit log: read, narrowed, its chain verified, handed out as one file."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.keyset import keyset_page
from pages.events import SUBJECTS, change_words, words_of
from park_workers.foundation.audit import AuditSeal
from park_workers.models import Employment, Role
from park_workers.permissions import can_export_audit_log
from park_workers.services.audit_log import (
    ACCESS,
    ask_for_verification,
    events_visible_to,
    export_audit_log,
    last_verification,
)

LOG_ROLES = frozenset({Role.AUDITOR, Role.LOG_ADMIN})
ACCESS_NOUNS = [prefix.rstrip(".") for prefix in ACCESS]
ONE_DAY = timedelta(days=1)


@page_for(LOG_ROLES)
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Events, the newest first, with the state of the chain above."""
    member = member_of(request)
    rows, shown = _narrowed(events_visible_to(member), request.GET)
    page = keyset_page(request, rows)
    is_auditor = can_export_audit_log(member)
    ways = _ways(page.rows) if is_auditor else {}
    for event in page.rows:
        event.words, event.what = words_of(event.code), change_words(event.changes)
        event.subject = _subject_words(event)
        event.href = ways.get((event.subject_kind, event.subject_id), "")
    nouns = SUBJECTS if is_auditor else {noun: SUBJECTS[noun] for noun in (*ACCESS_NOUNS, "worker")}
    context = {
        "here": "audit", "page": page, "nouns": nouns, "is_auditor": is_auditor, "verification": last_verification(),
        "head": AuditSeal.objects.order_by("-position").first(), "is_filtered": any(shown.values()),
    }  # fmt: skip
    return render(request, "desk/audit.html", context | shown)


def _narrowed(rows: Any, parameters: Any) -> tuple[Any, dict[str, str]]:
    """Events narrowed by who, what, object and days of the address."""
    shown = {key: " ".join(parameters.get(key, "").split())[:60] for key in ("who", "noun", "since", "until", "object")}
    if shown["who"]:
        rows = rows.filter(actor_label__icontains=shown["who"])
    if shown["noun"] in SUBJECTS:
        rows = rows.filter(code__startswith=f"{shown['noun']}.")
    kind, _, key = shown["object"].partition(":")
    if key.isascii() and key.isdigit() and len(key) < 18:
        rows = rows.filter(subject_kind=kind, subject_id=int(key))
    since, until = read_day(shown["since"], "")[0], read_day(shown["until"], "")[0]
    if since:
        rows = rows.filter(recorded_at__gte=_begin_of(since))
    if until:
        rows = rows.filter(recorded_at__lt=_begin_of(until + ONE_DAY))
    return rows, shown


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _subject_words(event: Any) -> str:
    if not event.subject_kind:
        return ""
    try:
        name = str(apps.get_model(event.subject_kind)._meta.verbose_name)
    except LookupError:
        name = event.subject_kind
    return f"{name} {event.subject_id}"


def _ways(events: list[Any]) -> dict[tuple[str, int], str]:
    """Where the objects of these events are looked at, for those that have a page; one query."""
    names = {"subsidies.Batch": "batch", "park_workers.Worker": "worker", "park_workers.Enterprise": "enterprise"}
    found = {
        (event.subject_kind, event.subject_id): reverse(names[event.subject_kind], args=[event.subject_id])
        for event in events
        if event.subject_kind in names
    }
    label = Employment._meta.label
    keys = [event.subject_id for event in events if event.subject_kind == label]
    for pk, worker in Employment.objects.filter(pk__in=keys).values_list("pk", "worker"):
        found[label, pk] = reverse("worker", args=[worker])
    return found


@page_for(LOG_ROLES)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification; the page tells how far it is and what it found."""
    ask_for_verification(actor=member_of(request))
    return redirect("audit")


@page_for(LOG_ROLES)
@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """How far the verification is, for the page that waits for it."""
    return render(request, "desk/_verification.html", {"verification": last_verification()})


@page_for(Role.AUDITOR)
@require_POST
@freshly_confirmed()  # type: ignore[arg-type]  # a file is an answer of its own kind
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The audit bundle, named after whoever takes it and when."""
    member = member_of(request)
    now = timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audit.zip"
        export_audit_log(actor=member, path=path, now=now)
        kept = path.open("rb")  # stays readable after the folder has gone; the answer closes it
    name = f"审计包-{timezone.localtime(now):%Y%m%d-%H%M%S}-{member.user.display_name}.zip"
    response = FileResponse(kept, content_type="application/zip")
    response["Content-Disposition"] = f"attachment; filename=\"audit.zip\"; filename*=UTF-8''{quote(name, safe='')}"
    return response
