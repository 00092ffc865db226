"""Entries by scan at the enterprise: what waits shows by itself, is confirmed with the hire's terms or refused with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.phone.entry_form import EntryForm, read_form
from pages.phone.todo import todo_list
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import age_on, birth_date_of, sex_of
from park_workers.models import Membership, Role, ScanEntry
from park_workers.services.scan_decisions import REFUSALS, refuse_entry
from park_workers.services.scan_entries import standing_here

DECIDED = 100


def entries_of(member: Membership) -> QuerySet[ScanEntry]:
    """Entries at this enterprise."""
    return ScanEntry.objects.visible_to(member).select_related("enterprise__organisation")


def stamp_of(member: Membership) -> str:
    """Changes whenever an entry comes to wait here or waits no longer; one small query."""
    found = ScanEntry.objects.visible_to(member).waiting().aggregate(n=Count("pk"), newest=Max("pk"))
    return f"{found['n']}-{found['newest'] or 0}"


@page_for(Role.ENTERPRISE_HR)
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    """What waits, the longest wait first, then what was decided; with ?seen=<stamp> only what changed (204: nothing)."""
    member = member_of(request)
    stamp = stamp_of(member)
    if request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    rows = entries_of(member)
    waiting = list(rows.waiting().order_by("pk"))  # type: ignore[attr-defined]
    decided = list(rows.exclude(status="waiting").order_by("-ended_on", "-pk")[:DECIDED])
    context = {"stamp": stamp, "waiting": waiting, "decided": decided, "today": business_day()}
    is_part = "seen" in request.GET
    return render(request, "phone/entries/_list.html" if is_part else "phone/entries/list.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def fresh_todos(request: HttpRequest) -> HttpResponse:
    """The home page's list of what waits, again when an entry by scan has come or gone (204: nothing)."""
    member = member_of(request)
    stamp = stamp_of(member)
    if request.GET.get("seen") == stamp:
        return HttpResponse(status=204)
    context = {"todos": todo_list(member, business_day()), "stamp": stamp}
    return render(request, "phone/parts/todos.html", context)


def _entry(request: HttpRequest, reference: str) -> ScanEntry:
    member = member_of(request)
    found: ScanEntry = get_object_or_404(
        entries_of(member).select_related("employment", "decided_by", "registration__worker"), reference=reference
    )
    return found


def _facts(entry: ScanEntry, today: date) -> dict[str, Any]:
    """What the number says, and whether the person is known here; nothing for an entry that has been emptied."""
    if not entry.person_key:
        return {}
    number = entry.open_id_number()  # type: ignore[attr-defined]
    born = birth_date_of(number)
    known = standing_here(entry.enterprise, entry.person_key, today) if entry.status == "waiting" else None
    twins = ScanEntry.objects.filter(enterprise_id=entry.enterprise_id, person_key=entry.person_key, status="waiting")
    return {
        "born": born, "age": age_on(born, today), "sex": sex_of(number), "known": known,
        "has_other": entry.status == "waiting" and twins.exclude(pk=entry.pk).exists(),
    }  # fmt: skip


@page_for(Role.ENTERPRISE_HR)
def entry_page(request: HttpRequest, entry: str) -> HttpResponse:
    """One entry: what the worker wrote; the form that confirms it while it waits."""
    found, today = _entry(request, entry), business_day()
    form = EntryForm.for_entry(found, today)
    if request.method == "POST":
        form = read_form(request, found, today)
        if form.confirmed is not None:
            messages.success(request, f"已确认：{found.name}。")
            for warning in form.confirmed.warnings:
                messages.warning(request, warning.sentences)
            return redirect("scan_entry", entry=entry)
    context = {"entry": found, "form": form, "today": today, "next": _next(request, found)} | _facts(found, today)
    return render(request, "phone/entries/entry.html", context, status=422 if form.errors else 200)


def _next(request: HttpRequest, entry: ScanEntry) -> ScanEntry | None:
    """Another one that waits."""
    member = member_of(request)
    return ScanEntry.objects.visible_to(member).waiting().exclude(pk=entry.pk).order_by("pk").first()


@page_for(Role.ENTERPRISE_HR)
def refuse(request: HttpRequest, entry: str) -> HttpResponse:
    """Refuse with a reason that the worker reads."""
    member = member_of(request)
    found, error = _entry(request, entry), ""
    phrase, note = request.POST.get("phrase", "")[:100], request.POST.get("note", "").strip()[:200]
    if request.method == "POST":
        reason = "；".join(part for part in (phrase if phrase in REFUSALS else "", note) if part)
        try:
            refuse_entry(actor=member, entry=found, reason=reason, day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, f"已退回：{found.name}。工人凭回执可看到原因，可以重新填写。")
            return redirect("scan_entries")
    context = {"entry": found, "phrases": REFUSALS, "chosen_phrase": phrase, "note": note, "error": error}
    return render(request, "phone/entries/refuse.html", context, status=422 if error else 200)
