"""Sheets of cards: choose whom, watch the progress, fetch the PDF."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.downloads import file_response
from park_workers.foundation.addresses import public_address
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets.cleaning import parse_date
from park_workers.models import CardPrint, Employment, Enterprise, Role
from park_workers.services.card_prints import employed_people, fetch_card_print, order_card_print

#: people offered one by one, the newest first
OFFERED = 300


@page_for(Role.ENTERPRISE_HR)
def new_print(request: HttpRequest) -> HttpResponse:
    """Everybody employed, those hired from a day on, or a selection; posting orders the sheets."""
    enterprise, today, error = own_enterprise(request), business_day(), ""
    typed: dict[str, Any] = {"whom": "all", "since": "", "chosen": set(), "key": str(uuid.uuid4())}
    if request.method == "POST":
        typed = {
            "whom": request.POST.get("whom", "all"), "since": request.POST.get("since", "").strip()[:20],
            "chosen": {int(pk) for pk in request.POST.getlist("one")[:OFFERED] if pk.isdecimal() and len(pk) < 16},
            "key": request.POST.get("key", "")[:64] or str(uuid.uuid4()),
        }  # fmt: skip
        try:
            workers, choice = _people(enterprise, today, typed)
            made = order_card_print(
                actor=member_of(request), enterprise=enterprise, workers=workers, choice=choice, day=today,
                address=public_address(request), request_id=typed["key"],
            )  # fmt: skip
            return redirect("card_print", sheet=made.reference)
        except (RuleViolation, IdentifierProblem) as refusal:
            error = refusal.sentences
    work = Employment.objects.visible_to(member_of(request)).employed_on(today)
    people = list(work.select_related("worker").order_by("-hired_on", "-pk")[: OFFERED + 1])
    context = {
        "typed": typed, "error": error, "n": len(employed_people(enterprise, today)), "people": people[:OFFERED],
        "is_cut": len(people) > OFFERED, "offered": OFFERED,
    }  # fmt: skip
    return render(request, "phone/new_card_print.html", context, status=422 if error else 200)


def _people(enterprise: Enterprise, today: date, typed: dict[str, Any]) -> tuple[list[int], str]:
    """Whom the form means, and that in words."""
    if typed["whom"] == "since":
        if not typed["since"]:
            raise RuleViolation("DATE_MISSING", "没有填写入职日期", "请填写从哪一天起入职的员工")
        since = parse_date(typed["since"])
        return employed_people(enterprise, today, since=since), f"{since.isoformat()} 起入职的在职员工"
    if typed["whom"] == "some":
        if not typed["chosen"]:
            raise RuleViolation("NOBODY_CHOSEN", "没有勾选员工", "请在下面的名单中勾选要打印的员工")
        return employed_people(enterprise, today, chosen=typed["chosen"]), "选定的在职员工"
    return employed_people(enterprise, today), "全部在职员工"


def _print_seen(request: HttpRequest, reference: str) -> CardPrint:
    seen = CardPrint.objects.visible_to(member_of(request)).select_related("job", "file", "enterprise")
    found: CardPrint = get_object_or_404(seen, reference=reference)
    return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def card_print(request: HttpRequest, sheet: str) -> HttpResponse:
    """How far it is, then the PDF; htmx asks for the changing part alone."""
    made = _print_seen(request, sheet)
    is_live = made.job is not None and made.job.is_live
    context = {
        "print": made, "job": made.job, "is_live": is_live, "days": settings.CARD_PRINT_DAYS,
        "lacking": made.job.result.get("lacking", 0) if made.job else 0,
        "pages": made.job.result.get("pages", 0) if made.job else 0,
    }  # fmt: skip
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "phone/parts/card_print.html" if is_part else "phone/card_print.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def card_print_file(request: HttpRequest, sheet: str) -> HttpResponse:
    """The PDF."""
    made = _print_seen(request, sheet)
    try:
        content = fetch_card_print(actor=member_of(request), card_print=made)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("card_print", sheet=sheet)
    name = f"工牌-{made.enterprise.name}-{made.day:%Y%m%d}-{made.cards}人.pdf"
    return file_response(content, name, content_type="application/pdf")
