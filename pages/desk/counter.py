"""Over the counter: a clerk takes down a visitor's objection to a notice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from pages import objecting
from pages.acting import member_of, page_for
from pages.desk import tabs
from park_workers.foundation.business_day import business_day
from park_workers.models import Role, Worker
from park_workers.models.named import of_people
from subsidies.models import PublicNotice

LONGEST = objecting.LONGEST | {"line": 18, "find": 40}
LINES_OFFERED = 20


@page_for(Role.CLERK)
@sensitive_post_parameters("contact")
def new_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """The form and its taking in; every missing field at once; the same words of the same person are one objection."""
    from pages.desk.batches import batch_of

    batch, today = batch_of(request, pk), business_day()
    notice: PublicNotice | None = batch.notices.filter(status="open").first()
    if notice is None or today > notice.last_day:
        messages.info(request, "本批次不在公示期内，不受理异议。请告知来访人可另行反映情况。")
        return redirect(reverse("batch", args=[pk]) + "?tab=objections")
    member = member_of(request)
    typed = objecting.typed_in(request, LONGEST)
    noticed = tabs.lines_of(batch).included()  # type: ignore[attr-defined]
    errors: dict[str, str] = {}
    if request.method == "POST" and "look" not in request.POST:
        line = noticed.filter(pk=int(typed["line"])).first() if _is_number(typed["line"]) else None
        if typed["line"] and line is None:
            errors["find"] = "该明细不在公示名单中，请重新选择。"
        taken = objecting.take(actor=member, notice=notice, typed=typed, errors=errors, line=line)
        if taken is not None:
            messages.success(request, f"已登记异议，受理编号 {taken.reference}，请告知来访人。由复核人核实处理。")
            return redirect("objection", pk=pk, objection_pk=taken.pk)
    found = noticed.filter(of_people(Worker.objects.named_like(typed["find"]))) if typed["find"] else noticed.none()
    if _is_number(typed["line"]):
        found = noticed.filter(pk=int(typed["line"])) | found
    context = {
        "here": "batches", "batch": batch, "notice": notice, "typed": typed, "errors": errors,
        "lines": list(found[:LINES_OFFERED]),
    }  # fmt: skip
    return render(request, "desk/new_objection.html", context, status=422 if errors else 200)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
