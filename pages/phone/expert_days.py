"""Days on which an expert cannot come: entered and taken back on the phone, with what the draw makes of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from pages.acting import member_of, page_for
from pages.days import read_day
from pages.field_errors import errors_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from training.models import Expert
from training.permissions import can_enter_absence
from training.services import expert_absences as service

LABELS = {"starts_on": "请填写从哪天起不能参评。", "ends_on": "请填写到哪天为止不能参评。"}


@page_for(Role.EXPERT)
def days_away(request: HttpRequest) -> HttpResponse:
    """The form and the spans that stand; a form sent back names every wrong field and keeps what was typed."""
    member = member_of(request)
    expert = Expert.objects.visible_to(member).filter(membership=member).first()
    typed = {name: request.POST.get(name, "").strip()[:80] for name in (*LABELS, "note")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if expert is None:
            raise Http404
        try:
            if request.POST.get("action") == "withdraw":
                _withdraw(request, member, expert)
                return redirect("expert_days")
            errors = _enter(request, member, expert, typed)
        except RuleViolation as refusal:
            errors = errors_of(refusal)
        if not errors:
            messages.success(request, "已登记，这些日期不会抽取您为评委。")
            return redirect("expert_days")
    context = {
        "expert": expert, "absences": service.absences_of(expert) if expert else [], "typed": typed, "errors": errors,
        "may_enter": expert is not None and can_enter_absence(member, expert), "today": business_day(),
    }  # fmt: skip
    return render(request, "phone/expert/days.html", context, status=422 if errors else 200)


def _enter(request: HttpRequest, member: Membership, expert: Expert, typed: dict[str, str]) -> dict[str, str]:
    read = {name: read_day(typed[name], words) for name, words in LABELS.items()}
    first, last = read["starts_on"][0], read["ends_on"][0]
    if first is None or last is None:
        return {name: wrong for name, (_, wrong) in read.items() if wrong}
    service.enter_absence(
        actor=member, expert=expert, starts_on=first, ends_on=last, note=typed["note"], day=business_day()
    )
    return {}


def _withdraw(request: HttpRequest, member: Membership, expert: Expert) -> None:
    absence = get_object_or_404(
        expert.absences.select_related("expert"), reference=request.POST.get("absence", "")[:20]
    )
    service.withdraw_absence(actor=member, absence=absence, day=business_day())
    messages.success(request, "已撤回，这些日期可以抽取您为评委。")
