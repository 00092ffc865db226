"""Classes: the list by state, and the page of one class with its dated steps and sections."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from pages.desk.training.class_acts_offered import acts_offered
from pages.desk.training.class_steps import class_steps
from pages.desk.training.sections import SECTIONS, sections_of
from pages.typed_forms import key_of
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership, Organisation, Role, TrainingBase
from training.models import TrainingClass
from training.pass_list.reader import LEVEL_NAMES
from training.permissions import READERS, can_open_class, can_write_class
from training.services.filing_checks import filing_problems
from training.services.standing import passed_now

CLASS_READERS = READERS | {Role.BASE_CLERK}
#: groups of states as the list offers them
GROUPS: dict[str, tuple[str, Q]] = {
    "": ("全部", Q()),
    "written": ("草稿与退回", Q(status__in=("draft", "returned"))),
    "filed": ("待受理", Q(status="filed")),
    "accepted": ("已备案", Q(status="accepted")),
    "running": ("开班中", Q(status="running")),
    "completed": ("已结业", Q(status="completed", is_reported=False)),
    "reported": ("补报", Q(is_reported=True)),
    "cancelled": ("已取消", Q(status="cancelled")),
}


def class_seen(request: HttpRequest, pk: int) -> TrainingClass:
    """One class this role may see; 404 otherwise."""
    seen = TrainingClass.objects.visible_to(member_of(request))
    found: TrainingClass = get_object_or_404(
        seen.select_related("base__organisation", "demand__enterprise__organisation", "filed_by", "decided_by"), pk=pk
    )
    return found


@page_for(CLASS_READERS)
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """By state, with seats and results; a base sees its own."""
    member = member_of(request)
    seen = TrainingClass.objects.visible_to(member)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in GROUPS else ""
    filters, rows = _filtered(request, member, seen)
    counts = [(key, name, rows.filter(where).count()) for key, (name, where) in GROUPS.items()]
    found = numbered_page(request, _with_counts(rows.filter(GROUPS[chosen][1])).order_by("-starts_on", "-pk"))
    for row in found["page"]:
        row.level_name = LEVEL_NAMES[row.level]
    context = {
        "here": "training_classes", "chosen": chosen, "counts": [c for c in counts if c[2] or c[0] == chosen],
        "may_open": can_open_class(member), "is_base": member.role == Role.BASE_CLERK,
    }  # fmt: skip
    return render(request, "desk/training/classes.html", context | filters | found)


def _filtered(request: HttpRequest, member: Membership, rows: Any) -> tuple[dict[str, Any], Any]:
    """By number, trade or base as typed."""
    q, base = request.GET.get("q", "").strip()[:60], request.GET.get("base", "")
    bases = [] if member.role == Role.BASE_CLERK else list(TrainingBase.objects.select_related("organisation"))
    if q:
        named = Organisation.objects.search(q).values("pk")
        rows = rows.filter(Q(number__icontains=q) | Q(trade__icontains=q) | Q(base_id__in=named))
    if base in {str(one.pk) for one in bases}:
        rows = rows.filter(base_id=int(base))
    return {"q": q, "base": base, "bases": bases}, rows


def _with_counts(rows: Any) -> Any:
    on_roster = Q(enrolments__withdrawn_on__isnull=True)
    return rows.select_related("base__organisation", "demand__enterprise__organisation").annotate(
        seats=Count("enrolments", filter=on_roster),
        passed=Count("enrolments", filter=on_roster & passed_now("enrolments__assessment")),
    )


@page_for(CLASS_READERS)
@require_safe
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """State as dated steps, what may be done now, and the sections."""
    return render_class(request, class_seen(request, pk))


def render_class(
    request: HttpRequest, training_class: TrainingClass, *, tab: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a class; `more` are errors and what was typed, shown again in the section they belong to."""
    member = member_of(request)
    tab = tab or request.GET.get("tab", "")
    shown = sections_of(training_class)
    section = next((one for one, _ in shown if one.key == tab), SECTIONS[0])
    may_write = can_write_class(member, training_class)
    context = {
        "here": "training_classes", "found": training_class, "level_name": LEVEL_NAMES[training_class.level],
        "steps": class_steps(training_class), "sections": shown, "section": section, "key": key_of(request),
        "acts": acts_offered(member, training_class, business_day()), "may_write": may_write,
        "missing": filing_problems(training_class=training_class, day=business_day()) if may_write else [],
    }  # fmt: skip
    context |= section.context(request, training_class) | more
    return render(request, "desk/training/class.html", context, status=status)
