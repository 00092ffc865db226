"""评审批 at the desk: the list, a new round, and the round's page with its steps, candidates, panel, scores and results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.history import Happening
from pages.desk.tabs import numbered_page
from pages.desk.training.review_acts import acts_for
from pages.desk.training.review_steps import review_steps
from pages.desk.training.rubrics import whole
from pages.events import words_of
from pages.field_errors import errors_of
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from park_workers.permissions import can_export_lists
from park_workers.services.employments import FieldsInvalid
from training.models import PanelSeat, ReviewApplication, ReviewObjection, ReviewRound, RubricVersion
from training.permissions import READERS, can_decline_seat, can_keep_rounds, can_note_outlier
from training.services.review_notices import results_of
from training.services.review_results import score_table
from training.services.review_rounds import judged_plan, plan_round
from training.services.score_sheets import missing_sheets, sealed_by_seat

TABS = (("applications", "申报"), ("panel", "评委"), ("scores", "评分"), ("results", "结果与公示"), ("history", "经过"))
#: tab that opens by itself
FIRST = {
    "drawn": "panel", "scoring": "scores", "opened": "scores", "decided": "results", "in_notice": "results", "finished": "results",
}  # fmt: skip
DATES = (("apply_from", "申报开始日期"), ("apply_to", "申报截止日期"), ("review_day", "评审日期"))


def rounds_seen_by(member: Membership) -> QuerySet[ReviewRound]:
    """Rounds with what every page of them shows."""
    return ReviewRound.objects.visible_to(member).select_related(
        "rubric_version__rubric", "bureau", "drawn_by", "draw", "notice"
    )


def round_of(request: HttpRequest, pk: int) -> ReviewRound:
    """The round of an address; another bureau's is none."""
    found: ReviewRound = get_object_or_404(rounds_seen_by(member_of(request)), pk=pk)
    return found


@page_for(READERS)
@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds, the newest first, with how many apply and how many are accepted."""
    member = member_of(request)
    rows = rounds_seen_by(member).annotate(
        applied=Count("applications", filter=Q(applications__status__in=("submitted", "accepted"))),
        accepted=Count("applications", filter=Q(applications__status="accepted")),
    )  # fmt: skip
    context = {"here": "review_rounds", "may_plan": can_keep_rounds(member)} | numbered_page(
        request, rows.order_by("-pk")
    )
    return render(request, "desk/training/reviews/rounds.html", context)


@page_for(Role.CLERK)
def new_round(request: HttpRequest) -> HttpResponse:
    """Plan a round; every wrong field at once, what was typed is kept."""
    member = member_of(request)
    rubrics = RubricVersion.objects.filter(rubric__bureau=member.organisation_id, status="published").select_related(
        "rubric"
    )
    names = ("title", "rubric", "apply_from", "apply_to", "review_day", "panel_size", "notice_days")
    typed = {key: request.POST.get(key, "").strip()[:80] for key in names}
    errors: dict[str, str] = {}
    if request.method == "POST":
        days: dict[str, date | None] = {}
        for key, label in DATES:
            days[key], errors[key] = read_day(typed[key], f"请填写{label}。")
        chosen = next((one for one in rubrics if str(one.pk) == typed["rubric"]), None)
        errors["rubric"] = "" if chosen else "请选择评分标准。"
        plan = {
            "title": typed["title"],
            "panel_size": whole(typed["panel_size"]),
            "notice_days": whole(typed["notice_days"]),
        }
        wrong = judged_plan(**plan, **days)  # type: ignore[arg-type]
        errors = errors_of(FieldsInvalid(wrong)) | {key: words for key, words in errors.items() if words}
        if not errors and chosen is not None:
            try:
                made = plan_round(actor=member, rubric_version=chosen, day=business_day(), **plan, **days)  # type: ignore[arg-type]
            except RuleViolation as refusal:
                errors = errors_of(refusal)
            else:
                messages.success(request, "评审批已建立，请核对后开始申报。")
                return redirect("review_round", round_pk=made.pk)
    else:
        typed |= {"panel_size": "5", "notice_days": "5"}
    context = {"here": "review_rounds", "rubrics": rubrics, "typed": typed, "errors": errors}
    return render(request, "desk/training/reviews/new_round.html", context, status=422 if errors else 200)


@page_for(READERS)
@require_safe
def round_page(request: HttpRequest, round_pk: int) -> HttpResponse:
    """One round: steps, figures, and one tab of what it holds."""
    round_, member = round_of(request, round_pk), member_of(request)
    tab = request.GET.get("tab", FIRST.get(round_.status, "applications"))
    tab = tab if tab in dict(TABS) else "applications"
    counts = dict(round_.applications.values_list("status").annotate(n=Count("pk")))
    seated = round_.seats.filter(status=PanelSeat.Status.SEATED).count()
    context: dict[str, Any] = {
        "here": "review_rounds", "round": round_, "acts": acts_for(round_, member), "steps": review_steps(round_), "tab": tab,
        "tabs": TABS, "seated": seated, "waiting": counts.get("submitted", 0), "accepted": counts.get("accepted", 0),
        "sheets": seated * counts.get("accepted", 0), "today": business_day(), "may_keep": can_keep_rounds(member, round_.bureau_id),
        "may_export": can_export_lists(member),
    }  # fmt: skip
    context["sealed"] = context["sheets"] - missing_sheets(round_)
    return render(request, "desk/training/reviews/round.html", context | SHOWN[tab](round_, member))


def _applications(round_: ReviewRound, member: Membership) -> dict[str, Any]:
    rows = round_.applications.select_related("worker", "enterprise__organisation").annotate(pictures=Count("evidence"))
    order = {"submitted": 0, "accepted": 1}
    return {"rows": sorted(rows.order_by("pk"), key=lambda one: (order.get(one.status, 2), one.blind_number or 0))}


def _panel(round_: ReviewRound, member: Membership) -> dict[str, Any]:
    seats = round_.seats.select_related("expert__membership__user", "replaces", "round").order_by("place")
    sealed = sealed_by_seat(round_)
    rows = [
        {"seat": seat, "sealed": sealed.get(seat.pk, 0), "may_replace": can_decline_seat(member, seat)}
        for seat in seats
    ]
    return {"rows": rows, "draw": getattr(round_, "draw", None)}


def _scores(round_: ReviewRound, member: Membership) -> dict[str, Any]:
    if not round_.is_opened:
        return _panel(round_, member) | {"table": None}
    table = score_table(reader=member, round_=round_)
    odd = [(row, mark) for row in table for mark in row.marks if mark.is_outlier]
    return {
        "table": table,
        "odd": odd,
        "may_note": can_note_outlier(member, round_),
        "allowance": round_.rubric_version.outlier_allowance,
    }


def _results(round_: ReviewRound, member: Membership) -> dict[str, Any]:
    objections = ReviewObjection.objects.filter(notice__round=round_).select_related("application").order_by("-pk")
    return {"results": results_of(round_), "objections": objections, "notice": getattr(round_, "notice", None)}


def _history(round_: ReviewRound, member: Membership) -> dict[str, Any]:
    """Events of the round, its seats and its applications, newest first; sealing tells who and when, never what."""
    about = Q(subject_kind=round_._meta.label, subject_id=round_.pk)
    for model in (PanelSeat, ReviewApplication):
        keys = model.objects.filter(round=round_).values("pk")
        about |= Q(subject_kind=model._meta.label, subject_id__in=keys)
    events = AuditEvent.objects.filter(about).order_by("-pk")[:300]
    found = [Happening(e.recorded_at, words_of(e.code), e.actor_label, e.note, e.business_day) for e in events]
    return {"events": found}


SHOWN: dict[str, Callable[[ReviewRound, Membership], dict[str, Any]]] = {
    "applications": _applications, "panel": _panel, "scores": _scores, "results": _results, "history": _history,
}  # fmt: skip
