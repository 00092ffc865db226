"""认定机构 at the desk: the list of filings, one filing, entering one, confirming it by another person; and the parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.choices import choose
from pages.desk.tabs import numbered_page
from pages.desk.training.sitting_forms import LEVELS, padded, rows_in, whole_number
from pages.field_errors import errors_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Organisation, Role
from park_workers.services.employments import FieldsInvalid
from training.models import AssessorOrganisation
from training.permissions import READERS, can_confirm_assessor, can_end_assessor, can_keep_assessors
from training.services import assessors as service
from training.services.assessor_codes import codes_and_filings

STATES = AssessorOrganisation.Status.choices
FIELDS = ("organisation", "kind", "assessor_code", "filing_number", "valid_from", "valid_to")
PHRASES = ("备案材料与文件不符", "机构代码有误", "范围或有效期有误", "机构申请终止", "违反认定工作规定")
NAMED = (Organisation.Kind.ENTERPRISE, Organisation.Kind.TRAINING_BASE, Organisation.Kind.AGENCY)
DONE = {"confirm": "已确认，备案生效。", "refuse": "已退回。", "end": "已终止，今日之后不能再认定。"}


@page_for(READERS)
@require_safe
def assessor_list(request: HttpRequest) -> HttpResponse:
    """Filings by state; what waits for a second person first."""
    member, today = member_of(request), business_day()
    seen = AssessorOrganisation.objects.visible_to(member)
    text = request.GET.get("q", "").strip()[:80]
    seen = seen.search(text) if text else seen
    chosen = request.GET.get("state", "confirmed")
    chosen = chosen if chosen in dict(STATES) else "confirmed"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    rows = (
        seen.filter(status=chosen).select_related("organisation").prefetch_related("scopes").order_by("valid_to", "pk")
    )
    found = numbered_page(request, rows)
    for row in found["page"]:
        row.scope_words = service.scope_words(row.scopes.all())
        row.is_over = row.last_day < today
    context = {
        "here": "assessors",
        "chosen": chosen,
        "counts": counts,
        "q": text,
        "may_keep": can_keep_assessors(member),
    }
    return render(request, "desk/training/assessors.html", context | found)


@page_for(READERS)
@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """The first signs of certificates' numbers with both records side by side: filings, and codes given at bases."""
    today, found = business_day(), codes_and_filings(member_of(request))
    for one in found:
        for filing in one.filings:
            filing.scope_words = service.scope_words(filing.scopes.all())  # type: ignore[attr-defined]
            filing.is_over = filing.last_day < today  # type: ignore[attr-defined]
    return render(request, "desk/training/assessor_codes.html", {"here": "assessor_codes", "found": found})


@page_for(READERS)
@require_safe
def assessor_page(request: HttpRequest, assessor_pk: int) -> HttpResponse:
    """One filing with its scope, who entered and who confirmed it."""
    return _show(request, _assessor(request, assessor_pk))


def _assessor(request: HttpRequest, pk: int) -> AssessorOrganisation:
    seen = AssessorOrganisation.objects.visible_to(member_of(request)).select_related(
        "organisation", "proposed_by", "confirmed_by"
    )
    found: AssessorOrganisation = get_object_or_404(seen, pk=pk)
    return found


def _show(request: HttpRequest, found: AssessorOrganisation, error: str = "") -> HttpResponse:
    member = member_of(request)
    others = (
        AssessorOrganisation.objects.filter(organisation=found.organisation_id).exclude(pk=found.pk).order_by("-pk")
    )
    context = {
        "here": "assessors", "found": found, "scopes": service.scope_words(found.scopes.all()),
        "application": getattr(found, "application", None), "others": others, "error": error, "phrases": PHRASES,
        "may_decide": found.status == "proposed" and can_confirm_assessor(member, found),
        "is_own": found.status == "proposed" and found.proposed_by_id == member.user_id,
        "may_end": found.status == "confirmed" and can_end_assessor(member, found),
        "sittings": found.sittings.count(), "may_keep": can_keep_assessors(member),
    }  # fmt: skip
    return render(request, "desk/training/assessor.html", context, status=422 if error else 200)


@page_for(frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER}))
@require_POST
@freshly_confirmed(lambda request, **address: address["action"] != "refuse")
def decide_assessor(request: HttpRequest, assessor_pk: int, action: str) -> HttpResponse:
    """Confirm or send back what another person entered, or end a filing."""
    found, member, today = _assessor(request, assessor_pk), member_of(request), business_day()
    try:
        if action == "confirm":
            service.confirm_assessor(actor=member, assessor=found, day=today)
        elif action == "refuse":
            service.refuse_assessor(actor=member, assessor=found, reason=reason_of(request), day=today)
        elif action == "end":
            service.end_assessor(actor=member, assessor=found, reason=reason_of(request), day=today)
        else:
            raise Http404
    except RuleViolation as refusal:
        return _show(request, found, refusal.sentences)
    messages.success(request, DONE[action])
    return redirect("assessor", assessor_pk=assessor_pk)


def scope_rows(rows: list[dict[str, str]]) -> tuple[service.ScopeLine, ...]:
    """Scope lines of a form; a level that was not chosen is 0, which no filing has."""
    return tuple(
        service.ScopeLine(
            row["scope_trade"], whole_number(row["scope_lowest"]) or 0, whole_number(row["scope_highest"]) or 0
        )
        for row in rows
    )


@page_for(Role.CLERK)
def new_assessor(request: HttpRequest) -> HttpResponse:
    """Enter a filing; another person confirms it."""
    typed = {key: (request.POST.get(key) or request.GET.get(key) or "").strip()[:80] for key in FIELDS}
    rows, errors = rows_in(request, "scope_trade", "scope_lowest", "scope_highest"), dict[str, str]()
    rows = [row for row in rows if row["scope_trade"]]
    given = request.POST if request.method == "POST" else request.GET
    choice = choose(Organisation.objects.filter(kind__in=NAMED).order_by("kind", "name"), given, "organisation")
    chosen = choice.chosen
    if request.method == "POST":
        days: dict[str, date | None] = {}
        for key in ("valid_from", "valid_to"):
            days[key], wrong = read_day(typed[key], "")
            if wrong and typed[key]:
                errors[key] = wrong
        facts = service.FilingFacts(
            typed["kind"], typed["assessor_code"], typed["filing_number"], days["valid_from"], days["valid_to"],
            scope_rows(rows),
        )  # fmt: skip
        try:
            problems = service.judge_filing(facts, chosen)
            if problems or errors or chosen is None:
                raise FieldsInvalid(problems)
            found = service.propose_assessor(
                actor=member_of(request), organisation=chosen, facts=facts, day=business_day()
            )
        except RuleViolation as refusal:
            errors = errors_of(refusal) | errors | ({"organisation": choice.problem} if choice.problem else {})
        else:
            messages.success(request, "已登记，等待另一人确认后生效。")
            return redirect("assessor", assessor_pk=found.pk)
    blank = {"scope_trade": "", "scope_lowest": "5", "scope_highest": "3"}
    context: dict[str, Any] = {
        "here": "assessors", "typed": typed, "errors": errors, "rows": padded(rows, blank), "levels": LEVELS, "choice": choice,
        "kinds": AssessorOrganisation.Kind.choices,
    }  # fmt: skip
    return render(request, "desk/training/assessor_form.html", context, status=422 if errors else 200)
