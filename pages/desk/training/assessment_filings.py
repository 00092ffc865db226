"""企业认定申报 at the desk: the queue, one application with its material, accepting, returning, deciding by another person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.tabs import numbered_page
from pages.events import words_of
from pages.field_errors import errors_of
from pages.filing_materials import shown_material
from pages.filing_steps import filing_steps
from pages.typed_forms import reason_of
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import EnterpriseAssessmentFiling, FilingMaterial
from training.permissions import READERS, can_decide_filing, can_receive_filing
from training.services import assessment_filings as service
from training.services.assessors import scope_words
from training.services.filing_materials import reveal_material

STATES = [one for one in EnterpriseAssessmentFiling.Status.choices if one[0] != "draft"]
RETURN_PHRASES = ("营业执照照片不清楚", "考评员证号与证件不符", "场地工位数须说明", "评价制度须加盖公章")
PHRASES = ("不具备相应技术工种", "考评员条件不足", "场地设备条件不足")
FIELDS = ("assessor_code", "filing_number", "valid_from", "valid_to")
DONE = {"accept": "已受理，等待复核或审批人办理。", "return": "已退回补正，企业会看到清单。", "approve": "已同意备案，企业可安排场次。",
        "refuse": "已办结：不予备案。"}  # fmt: skip


@page_for(READERS)
@require_safe
def filing_list(request: HttpRequest) -> HttpResponse:
    """By state; what waits, oldest first."""
    seen = EnterpriseAssessmentFiling.objects.visible_to(member_of(request))
    text = request.GET.get("q", "").strip()[:80]
    seen = seen.search(text) if text else seen
    chosen = request.GET.get("state", "submitted")
    chosen = chosen if chosen in dict(STATES) else "submitted"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    rows = seen.filter(status=chosen).select_related("enterprise__organisation").prefetch_related("scopes")
    order = ("sent_on", "pk") if chosen in ("submitted", "accepted") else ("-sent_on", "-pk")
    found = numbered_page(request, rows.order_by(*order))
    for row in found["page"]:
        row.scope_words = scope_words(row.scopes.all())
    context = {"here": "assessment_filings", "chosen": chosen, "counts": counts, "q": text}
    return render(request, "desk/training/assessment_filings.html", context | found)


def _filing(request: HttpRequest, reference: str) -> EnterpriseAssessmentFiling:
    seen = EnterpriseAssessmentFiling.objects.visible_to(member_of(request)).select_related(
        "enterprise__organisation", "accepted_by", "decided_by", "assessor"
    )
    found: EnterpriseAssessmentFiling = get_object_or_404(seen, reference=reference)
    return found


@page_for(READERS)
@require_safe
def filing_page(request: HttpRequest, filing: str) -> HttpResponse:
    """One application: steps, what is asked, who and where, the material, and what can be done."""
    return _show(request, _filing(request, filing))


def _show(
    request: HttpRequest, found: EnterpriseAssessmentFiling, errors: dict[str, str] | None = None
) -> HttpResponse:
    member, today = member_of(request), business_day()
    may_receive = found.status == "submitted" and can_receive_filing(member, found)
    may_decide = found.status == "accepted" and can_decide_filing(member, found)
    typed = {key: request.POST.get(key, "").strip()[:80] for key in FIELDS}
    typed["valid_from"] = typed["valid_from"] or today.isoformat()
    typed["valid_to"] = typed["valid_to"] or date(today.year + 3, today.month, 1).isoformat()
    events = AuditEvent.objects.filter(subject_kind=found._meta.label, subject_id=found.pk).order_by("-pk")[:30]
    context: dict[str, Any] = {
        "here": "assessment_filings", "found": found, "steps": filing_steps(found), "errors": errors or {}, "typed": typed,
        "scopes": scope_words(list(found.scopes.order_by("pk"))),
        "staff": found.staff.order_by("pk"), "places": found.places.order_by("pk"),
        "materials": found.materials.select_related("picture").order_by("pk"),
        "phone": found.open_contact_phone() if found.contact_phone else "",  # type: ignore[attr-defined]
        "may_receive": may_receive, "may_decide": may_decide, "mends": request.POST.get("mends", ""),
        "is_own": found.status == "accepted" and found.accepted_by_id == member.user_id,
        "return_phrases": RETURN_PHRASES, "phrases": PHRASES,
        "history": [(e.recorded_at, words_of(e.code), e.actor_label, e.note) for e in events],
    }  # fmt: skip
    return render(request, "desk/training/assessment_filing.html", context, status=422 if errors else 200)


@page_for(READERS)
@require_POST
@freshly_confirmed()
def material(request: HttpRequest, filing: str, material_pk: int) -> HttpResponse:
    """One photograph, with the viewer's name and the time across it, or one PDF as a download."""
    found = get_object_or_404(
        FilingMaterial.objects.select_related("picture"), filing=_filing(request, filing), pk=material_pk
    )
    picture = reveal_material(actor=member_of(request), material=found, now=timezone.localtime())
    return shown_material(found, picture)


@page_for(frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER}))
@require_POST
@freshly_confirmed(lambda request, **address: address["action"] in ("approve", "refuse"))
def decide_filing(request: HttpRequest, filing: str, action: str) -> HttpResponse:
    """Accept or return (clerk), approve or refuse (another person)."""
    found = _filing(request, filing)
    if action not in DONE:
        raise Http404
    try:
        _decide(request, found, action)
    except RuleViolation as refusal:
        return _show(request, found, errors_of(refusal))
    messages.success(request, DONE[action])
    return redirect("assessment_filing", filing=filing)


def _decide(request: HttpRequest, found: EnterpriseAssessmentFiling, action: str) -> None:
    member, today = member_of(request), business_day()
    if action == "accept":
        days = {key: read_day(request.POST.get(key, ""), "")[0] for key in ("valid_from", "valid_to")}
        texts = {key: request.POST.get(key, "").strip() for key in ("assessor_code", "filing_number")}
        service.accept_filing(
            actor=member, filing=found, assessor_code=texts["assessor_code"], filing_number=texts["filing_number"],
            valid_from=days["valid_from"], valid_to=days["valid_to"], day=today,
        )  # fmt: skip
    elif action == "return":
        mends = [*request.POST.getlist("phrase"), *request.POST.get("mends", "").splitlines()]
        service.return_filing(actor=member, filing=found, to_mend=mends, day=today)
    elif action == "approve":
        service.approve_filing(actor=member, filing=found, day=today)
    else:
        service.refuse_filing(actor=member, filing=found, reason=reason_of(request), day=today)
