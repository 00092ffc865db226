"""认定参数 at the desk: what holds, what waits for a second person, and entering another set."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.training.sitting_forms import whole_number
from pages.field_errors import errors_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import AssessmentTerms
from training.permissions import READERS, can_confirm_terms, can_propose_terms
from training.services.assessment_terms import FIELDS, UNCONFIRMED, confirm_terms, propose_terms, terms_on

UNITS = {
    "days_before": "天", "least_examiners": "名", "pass_mark": "分", "most_per_examiner": "人", "most_sittings": "场",
    "span_days": "天",
}  # fmt: skip


@page_for(READERS)
def terms_page(request: HttpRequest) -> HttpResponse:
    """The parameters in force, those that wait, and the form for another set (clerks)."""
    member, today = member_of(request), business_day()
    bureau = member.organisation
    now = terms_on(bureau_id=bureau.pk, day=today)
    typed = {name: request.POST.get(name, str(getattr(now, name))).strip()[:20] for name in FIELDS}
    typed |= {key: request.POST.get(key, "").strip()[:200] for key in ("effective_from", "basis")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        day, wrong = read_day(typed["effective_from"], "请填写生效日期，如 2027-01-01。")
        if wrong:
            errors["effective_from"] = wrong
        numbers = {name: whole_number(typed[name]) for name in FIELDS}
        errors |= {name: f"请填写{FIELDS[name][0]}，须为整数。" for name, value in numbers.items() if value is None}
        if not errors and day is not None:
            values = {name: value for name, value in numbers.items() if value is not None}
            try:
                propose_terms(
                    actor=member, bureau=bureau, effective_from=day, values=values, basis=typed["basis"], day=today
                )
            except RuleViolation as refusal:
                errors = errors_of(refusal)
            else:
                messages.success(request, "已登记，等待另一人确认。")
                return redirect("assessment_terms")
    rows = (
        AssessmentTerms.objects.visible_to(member).filter(bureau=bureau).select_related("proposed_by", "confirmed_by")
    )
    listed = list(rows.order_by("-effective_from", "-pk")[:50])
    for row in listed:
        row.may_confirm = row.confirmed_by_id is None and can_confirm_terms(member, row)  # type: ignore[attr-defined]
        row.values = [(word, getattr(row, name)) for name, (word, *_) in FIELDS.items()]  # type: ignore[attr-defined]
    context = {
        "here": "assessors", "now": now, "facts": [(word, getattr(now, name), UNITS[name]) for name, (word, *_) in FIELDS.items()],
        "fields": [(name, word, typed[name], UNITS[name], errors.get(name, "")) for name, (word, *_) in FIELDS.items()],
        "typed": typed, "errors": errors, "listed": listed, "may_propose": can_propose_terms(member),
        "is_unconfirmed": now.basis == UNCONFIRMED, "heads": [word for word, *_ in FIELDS.values()],
    }  # fmt: skip
    return render(request, "desk/training/assessment_terms.html", context, status=422 if errors else 200)


@page_for(frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER}))
@require_POST
@freshly_confirmed()
def confirm(request: HttpRequest, terms_pk: int) -> HttpResponse:
    """Another person confirms a set."""
    member = member_of(request)
    rows = AssessmentTerms.objects.visible_to(member).filter(bureau_id=member.organisation_id)
    try:
        found = confirm_terms(actor=member, terms=get_object_or_404(rows, pk=terms_pk), day=business_day())
        messages.success(request, f"已确认，自 {found.effective_from} 起执行。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("assessment_terms")
