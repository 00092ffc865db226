"""评分标准 at the desk: versions by trade, a new draft, publishing by a second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.field_errors import said_in_one
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from training.models import RubricVersion
from training.panel_scores import points_text
from training.permissions import READERS, can_draft_rubrics, can_publish_rubric, can_retire_rubric
from training.services import rubrics as service
from training.services.experts import SHORTAGE_TRADES

ITEM_LINES, GRADE_LINES = 6, 4


def _versions(member: Membership) -> Any:
    seen = RubricVersion.objects.visible_to(member)
    return seen.select_related("rubric", "drafted_by", "published_by")


@page_for(READERS)
@require_safe
def rubric_list(request: HttpRequest) -> HttpResponse:
    """Versions by trade, the newest first."""
    member = member_of(request)
    rows = _versions(member).order_by("rubric__trade", "-number")
    context = {"here": "rubrics", "rows": rows, "may_draft": can_draft_rubrics(member)}
    return render(request, "desk/training/reviews/rubrics.html", context)


def whole(text: str) -> int:
    """A whole number as typed; anything else is 0, which every rule refuses."""
    cleaned = text.strip().rstrip("%")
    return int(cleaned) if cleaned.isascii() and cleaned.isdigit() and len(cleaned) < 6 else 0


def hundredths(text: str) -> int:
    """85 or 85.5 or 85.25 points in hundredths; anything else is 0."""
    first, dot, rest = text.strip().partition(".")
    if (
        not first.isascii()
        or not first.isdigit()
        or len(first) > 3
        or (dot and not (rest.isdigit() and len(rest) <= 2))
    ):
        return 0
    return int(first) * 100 + int(rest.ljust(2, "0") or 0)


def _lines(request: HttpRequest, names: tuple[str, ...], lines: int) -> list[dict[str, str]]:
    typed = [{name: request.POST.get(f"{name}-{n}", "").strip()[:40] for name in names} for n in range(1, lines + 1)]
    return [line | {"n": str(n)} for n, line in enumerate(typed, start=1)]


@page_for(Role.CLERK)
def new_rubric(request: HttpRequest) -> HttpResponse:
    """A draft; with ?from=<version> its numbers are filled in.  What was typed is kept."""
    member = member_of(request)
    items, grades = (
        _lines(request, ("label", "max", "weight"), ITEM_LINES),
        _lines(request, ("grade", "line"), GRADE_LINES),
    )
    typed = {key: request.POST.get(key, "").strip()[:200] for key in ("trade", "basis", "mean_kind", "allowance")}
    error = ""
    if request.method == "POST":
        try:
            made = service.draft_rubric_version(
                actor=member, trade=typed["trade"], basis=typed["basis"], mean_kind=typed["mean_kind"], day=business_day(),
                items=[{"label": one["label"], "max_marks": whole(one["max"]), "weight": whole(one["weight"])}
                       for one in items if any((one["label"], one["max"], one["weight"]))],
                grades=[{"name": one["grade"], "pass_line": hundredths(one["line"])} for one in grades if any((one["grade"], one["line"]))],
                outlier_allowance=hundredths(typed["allowance"]),
            )  # fmt: skip
        except RuleViolation as refusal:
            error = said_in_one(refusal)
        else:
            messages.success(request, "草稿已保存，请另一位复核或审批人员发布。")
            return redirect("rubric", rubric_pk=made.pk)
    else:
        typed |= {"mean_kind": "trimmed", "allowance": "15"}
        _fill(request, member, typed, items, grades)
    context = {
        "here": "rubrics", "typed": typed, "items": items, "grades": grades, "error": error, "trades": SHORTAGE_TRADES,
        "means": RubricVersion.Mean.choices,
    }  # fmt: skip
    return render(request, "desk/training/reviews/new_rubric.html", context, status=422 if error else 200)


def _fill(
    request: HttpRequest,
    member: Membership,
    typed: dict[str, str],
    items: list[dict[str, str]],
    grades: list[dict[str, str]],
) -> None:
    number = request.GET.get("from", "")
    version = _versions(member).filter(pk=int(number)).first() if number.isdigit() and len(number) < 18 else None
    if version is None:
        return
    typed |= {"trade": version.rubric.trade, "basis": version.basis, "mean_kind": version.mean_kind}
    typed["allowance"] = points_text(version.outlier_allowance)
    for line, item in zip(items, version.items, strict=False):
        line |= {"label": item["label"], "max": str(item["max_marks"]), "weight": str(item["weight"])}
    for line, grade in zip(grades, version.grades, strict=False):
        line |= {"grade": grade["name"], "line": points_text(grade["pass_line"])}


def _publishes(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST" and request.POST.get("action") == "publish"


@page_for(READERS)
@freshly_confirmed(when=_publishes)
def rubric_page(request: HttpRequest, rubric_pk: int) -> HttpResponse:
    """One version, whole; published or retired by a second person."""
    member = member_of(request)
    version: RubricVersion = get_object_or_404(_versions(member), pk=rubric_pk)
    if request.method == "POST":
        acts = {
            "publish": (service.publish_rubric, "已发布，此后不能更改。"),
            "retire": (service.retire_rubric, "已停用，新的评审批不再使用。"),
        }
        act, done = acts.get(request.POST.get("action", ""), (None, ""))
        if act is None:
            raise Http404
        try:
            act(actor=member, version=version, day=business_day())
            messages.success(request, done)
        except RuleViolation as refusal:
            messages.error(request, refusal.sentences)
        return redirect("rubric", rubric_pk=rubric_pk)
    context = {
        "here": "rubrics", "version": version, "may_publish": can_publish_rubric(member, version),
        "may_retire": can_retire_rubric(member, version), "may_draft": can_draft_rubrics(member), "rounds": version.rounds.count(),
    }  # fmt: skip
    return render(request, "desk/training/reviews/rubric.html", context)
