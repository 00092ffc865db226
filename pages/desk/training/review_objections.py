"""Objections to results of a review at the desk: read, decided by a reviewer with reasons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.training.review_rounds import round_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from training.models import ReviewObjection
from training.permissions import READERS, can_decide_review_objection
from training.services.review_notices import decide_review_objection, reveal_review_contact


def _looks(request: HttpRequest, **where: Any) -> bool:
    return request.POST.get("action") == "contact"


@page_for(READERS)
@freshly_confirmed(when=_looks)
def objection_page(request: HttpRequest, round_pk: int, objection_pk: int) -> HttpResponse:
    """One objection; upheld keeps the grade from being given."""
    member = member_of(request)
    round_, error = round_of(request, round_pk), ""
    seen = ReviewObjection.objects.visible_to(member).filter(notice__round=round_)
    wanted = seen.select_related(
        "application__worker", "application__enterprise__organisation", "notice__round", "decided_by"
    )
    objection = get_object_or_404(wanted, pk=objection_pk)
    telephone = ""
    if request.POST.get("action") == "contact":
        telephone = reveal_review_contact(actor=member, objection=objection, day=business_day())
    elif request.method == "POST":
        version, verdict = request.POST.get("version", ""), request.POST.get("verdict", "")
        seen_version = int(version) if version.isdigit() and len(version) < 9 else None
        try:
            if verdict not in ("uphold", "reject"):
                raise RuleViolation("VERDICT_MISSING", "没有选择异议是否成立", "请选择成立或不成立")
            decide_review_objection(
                actor=member, objection=objection, is_upheld=verdict == "uphold", note=request.POST.get("note", ""),
                day=business_day(), seen_version=seen_version,
            )  # fmt: skip
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, "异议已处理。")
            return redirect("review_round", round_pk=round_pk)
    context = {
        "here": "review_rounds", "round": round_, "objection": objection, "error": error, "note": request.POST.get("note", ""),
        "may_decide": objection.status == "received" and can_decide_review_objection(member, objection),
        "telephone": telephone,
    }  # fmt: skip
    return render(request, "desk/training/reviews/objection.html", context, status=422 if error else 200)
