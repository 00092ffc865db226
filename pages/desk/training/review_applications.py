"""评审申报 at the desk: one application with its pictures, taken in or not; the clerk may apply for an enterprise."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.training.review_rounds import round_of
from pages.reviews import evidence_response, read_pictures, said
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.models import Employment, Membership, Role
from training.models import ReviewApplication, ReviewEvidence
from training.permissions import READERS, can_apply, can_decide_application
from training.services import review_applications as service

PHRASES = ("佐证材料不清楚", "工种与本批评审不符", "不符合申报条件")
FOUND = 20


def _application(request: HttpRequest, round_pk: int, pk: int) -> ReviewApplication:
    seen = ReviewApplication.objects.visible_to(member_of(request)).filter(round_id=round_pk)
    wanted = seen.select_related("round", "worker", "enterprise__organisation", "recorded_by__user")
    found: ReviewApplication = get_object_or_404(wanted, pk=pk)
    return found


@page_for(READERS)
def application_page(request: HttpRequest, round_pk: int, application_pk: int) -> HttpResponse:
    """One application: who, from where, the pictures; accepted with a tick at each picture that shows nobody, or refused."""
    member, application, error = member_of(request), _application(request, round_pk, application_pk), ""
    if request.method == "POST":
        try:
            messages.success(request, _decide(request, member, application))
            return redirect("review_round", round_pk=round_pk)
        except RuleViolation as refusal:
            error = refusal.sentences
            application.refresh_from_db()
    may = can_decide_application(member, application) and application.round.status in ("open", "closed")
    context = {
        "here": "review_rounds", "round": application.round, "application": application, "evidence": application.evidence.order_by("pk"),
        "may_decide": may, "phrases": PHRASES, "error": error, "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/training/reviews/application.html", context, status=422 if error else 200)


def _decide(request: HttpRequest, member: Membership, application: ReviewApplication) -> str:
    version = request.POST.get("version", "")
    known = {"day": business_day(), "seen_version": int(version) if version.isdigit() and len(version) < 9 else None}
    action = request.POST.get("action", "")
    if action == "accept":
        blind = request.POST.getlist("blind")
        service.accept_application(actor=member, application=application, blind=blind, **known)  # type: ignore[arg-type]
        return f"已受理 {application.worker.name} 的申报。"
    if action == "refuse":
        service.refuse_application(actor=member, application=application, reason=reason_of(request), **known)  # type: ignore[arg-type]
        return f"已不予受理 {application.worker.name} 的申报，企业可看到原因。"
    raise Http404


@page_for(READERS)
@require_safe
def evidence_picture(request: HttpRequest, round_pk: int, application_pk: int, evidence_pk: int) -> HttpResponse:
    """One picture, or one PDF as a download, watermarked with who looks and when."""
    application = _application(request, round_pk, application_pk)
    found: ReviewEvidence = get_object_or_404(application.evidence.select_related("picture"), pk=evidence_pk)
    return evidence_response(request, found, f"{application.reference[:6]}-{found.reference[:6]}")


@page_for(Role.CLERK)
def apply_at_desk(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The clerk applies for an enterprise that cannot: find the person, add pictures."""
    member, round_ = member_of(request), round_of(request, round_pk)
    text = " ".join(request.GET.get("q", "").split())[:40]
    found: list[Employment] = []
    if text:
        rows = Employment.objects.visible_to(member).search(text).employed_on(business_day())
        found = list(rows.select_related("worker", "enterprise__organisation").order_by("pk")[:FOUND])
    context: dict[str, Any] = {
        "here": "review_rounds", "round": round_, "q": text, "found": found, "kinds": ReviewEvidence.Kind.choices, "errors": {},
        "key": str(uuid.uuid4()), "slots": range(1, service.MOST_PICTURES + 1), "chosen": "",
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "desk/training/reviews/apply.html", context)
    chosen = request.POST.get("employment", "")
    rows = Employment.objects.visible_to(member).filter(pk=int(chosen) if chosen.isdigit() and len(chosen) < 18 else 0)
    employment = rows.select_related("worker", "enterprise").first()
    errors = {} if employment and can_apply(member, employment.enterprise) else {"employment": "请先查找并选择申报人。"}
    if employment is not None and not errors:
        try:
            service.apply_for_review(
                actor=member, round_=round_, enterprise=employment.enterprise, worker=employment.worker,
                pictures=read_pictures(request), day=business_day(), request_id=request.POST.get("key", "")[:80] or context["key"],
            )  # fmt: skip
        except (RuleViolation, FileRefused) as refusal:
            errors = said(refusal)
        else:
            messages.success(request, f"已为 {employment.worker.name} 申报。")
            return redirect("review_round", round_pk=round_pk)
    context |= {"errors": errors, "chosen": chosen}
    return render(request, "desk/training/reviews/apply.html", context, status=422)
