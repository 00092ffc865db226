"""技术评审 for an enterprise on the phone: what is open, applying for an own worker, the state and the result of each application."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.phone.waiting import Todo
from pages.reviews import read_pictures, said
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.models import Employment, Membership, Role
from training.models import GradeRevocation, ReviewApplication, ReviewEvidence, ReviewGrade, ReviewRound
from training.services import review_applications as service

FOUND = 20
SHOWN = 100
PHRASES = ("本人放弃", "人员已离职", "材料需重新准备")


def _taking(member: Membership, today: date) -> QuerySet[ReviewRound]:
    rounds = ReviewRound.objects.visible_to(member).filter(status="open", apply_from__lte=today, apply_to__gte=today)
    return rounds.order_by("apply_to", "pk")


def reviews_todo(member: Membership, today: date) -> Todo | None:
    """Rounds that take applications now and in which the enterprise has none yet; until the first of them closes."""
    own = ReviewApplication.objects.visible_to(member).values("round_id")
    rounds = list(_taking(member, today).exclude(pk__in=own).values_list("apply_to", flat=True))
    if not rounds:
        return None
    return Todo("技术评审可申报", len(rounds), reverse("phone_reviews"), "gavel", rounds[0], "为符合条件的员工申报。")


@page_for(Role.ENTERPRISE_HR)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Rounds that take applications, and the own applications with their state."""
    member, today = member_of(request), business_day()
    mine = ReviewApplication.objects.visible_to(member).select_related("round", "worker", "result").order_by("-pk")
    ended = GradeRevocation.objects.filter(grade__result__application=OuterRef("pk"), status="confirmed")
    mine = mine.annotate(revoked_on=Subquery(ended.values("decided_on")[:1]))
    context = {"rounds": _taking(member, today), "applications": mine[:SHOWN], "today": today}
    return render(request, "phone/reviews/list.html", context)


@page_for(Role.ENTERPRISE_HR)
def apply(request: HttpRequest, review: str) -> HttpResponse:
    """Find an own worker, add pictures, send; what was found and chosen is kept when something is wrong."""
    member, enterprise, today = member_of(request), own_enterprise(request), business_day()
    round_: ReviewRound = get_object_or_404(ReviewRound.objects.visible_to(member), reference=review)
    text = " ".join((request.POST.get("q") or request.GET.get("q", "")).split())[:40]
    employed = Employment.objects.visible_to(member).employed_on(today).select_related("worker")
    found = list(employed.search(text).order_by("pk")[:FOUND]) if text else []
    errors: dict[str, str] = {}
    key = request.POST.get("key", "")[:80] or str(uuid.uuid4())
    chosen = request.POST.get("employment", "")[:20]
    if request.method == "POST":
        employment = employed.filter(reference=chosen).first()
        if employment is None:
            errors["employment"] = "请先查找并选择一位员工。"
        else:
            try:
                made = service.apply_for_review(
                    actor=member, round_=round_, enterprise=enterprise, worker=employment.worker, pictures=read_pictures(request),
                    day=today, request_id=key,
                )  # fmt: skip
            except (RuleViolation, FileRefused) as refusal:
                errors = said(refusal)
            else:
                messages.success(request, f"已为 {employment.worker.name} 提交申报。")
                return redirect("phone_review_application", application=made.reference)
    context: dict[str, Any] = {
        "round": round_, "q": text, "found": found, "errors": errors, "key": key, "chosen": chosen,
        "kinds": ReviewEvidence.Kind.choices, "slots": range(1, service.MOST_PICTURES + 1),
    }  # fmt: skip
    return render(request, "phone/reviews/apply.html", context, status=422 if errors else 200)


@page_for(Role.ENTERPRISE_HR)
def application_page(request: HttpRequest, application: str) -> HttpResponse:
    """One application: where it is, its result, its grade; taken back before the panel is drawn."""
    member, error = member_of(request), ""
    seen = ReviewApplication.objects.visible_to(member).select_related("round", "worker", "result", "enterprise")
    found: ReviewApplication = get_object_or_404(seen, reference=application)
    if request.method == "POST":
        reason = reason_of(request)
        try:
            service.withdraw_application(actor=member, application=found, reason=reason, day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            messages.success(request, "申报已撤回。")
            return redirect("phone_reviews")
    context = {
        "application": found, "round": found.round, "evidence": found.evidence.order_by("pk"), "error": error, "phrases": PHRASES,
        "may_withdraw": found.status in ("submitted", "accepted") and found.round.status in ("open", "closed"),
        "result": getattr(found, "result", None), "grade": ReviewGrade.objects.filter(result__application=found).with_present().first(),
    }  # fmt: skip
    return render(request, "phone/reviews/application.html", context, status=422 if error else 200)
