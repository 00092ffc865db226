"""企业认定申报 on the phone: begin, fill in, photograph the material, send, see where it stands, mend what is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.desk.training.assessors import scope_rows
from pages.desk.training.sitting_forms import LEVELS, padded, rows_in, whole_number
from pages.field_errors import WHOLE, errors_of
from pages.filing_materials import shown_material
from pages.filing_steps import filing_steps
from pages.phone.waiting import Todo
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.models import Membership, Role
from training.models import AssessorOrganisation, EnterpriseAssessmentFiling, FilingMaterial
from training.models.assessment_filings import OPEN
from training.services import assessment_filings as service
from training.services.assessors import scope_words
from training.services.filing_contents import DUTIES, FilingContent, PlaceLine, StaffLine, save_filing, what_is_missing
from training.services.filing_materials import KINDS, add_material, remove_material, reveal_material

TEXTS = ("contact_name", "contact_phone", "statement")
BLANK = {
    "scope": {"scope_trade": "", "scope_lowest": "5", "scope_highest": "3"},
    "staff": {"staff_name": "", "staff_duty": DUTIES[0], "staff_card": ""},
    "place": {"place_name": "", "place_seats": ""},
}
LARGEST = 12 * 1024 * 1024


def _own(request: HttpRequest) -> QuerySet[EnterpriseAssessmentFiling]:
    rows = EnterpriseAssessmentFiling.objects.visible_to(member_of(request))
    return rows.select_related("enterprise__organisation", "accepted_by", "decided_by")


def _filing(request: HttpRequest, reference: str) -> EnterpriseAssessmentFiling:
    found: EnterpriseAssessmentFiling = get_object_or_404(_own(request), reference=reference)
    return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def filing_list(request: HttpRequest) -> HttpResponse:
    """The open application, those decided, and the filing in force with its way to the sittings."""
    member, today = member_of(request), business_day()
    filings = list(_own(request).order_by("-pk")[:20])
    assessor = AssessorOrganisation.objects.visible_to(member).filter(status="confirmed", valid_to__gte=today).first()
    context = {
        "filings": filings, "open_one": next((one for one in filings if one.status in OPEN), None),
        "assessor": assessor, "scopes": scope_words(assessor.scopes.all()) if assessor else [], "today": today,
    }  # fmt: skip
    return render(request, "phone/assessment_filings.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A draft, or the application that is open already."""
    found = service.begin_filing(actor=member_of(request), enterprise=own_enterprise(request), day=business_day())
    to = "phone_edit_assessment_filing" if found.is_open_to_enterprise else "phone_assessment_filing"
    return redirect(to, filing=found.reference)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def filing_page(request: HttpRequest, filing: str) -> HttpResponse:
    """Where it stands, what is asked for, and what was written."""
    return _show(request, _filing(request, filing))


def _show(
    request: HttpRequest, found: EnterpriseAssessmentFiling, errors: dict[str, str] | None = None
) -> HttpResponse:
    is_open = found.is_open_to_enterprise
    missing = what_is_missing(found, day=business_day()) if is_open else []
    context = {
        "found": found, "steps": filing_steps(found), "missing": missing, "errors": errors or {}, "is_open": is_open,
        "scopes": scope_words(list(found.scopes.order_by("pk"))),
        "staff": found.staff.order_by("pk"), "places": found.places.order_by("pk"),
        "materials": found.materials.select_related("picture").order_by("pk"), "kinds": KINDS,
        "phone": found.open_contact_phone() if found.contact_phone else "",  # type: ignore[attr-defined]
        "may_withdraw": found.status in OPEN, "lacks_materials_only": [one.field for one in missing] == ["materials"],
    }  # fmt: skip
    return render(request, "phone/assessment_filing.html", context, status=422 if errors else 200)


def _typed(request: HttpRequest) -> dict[str, Any]:
    rows = {
        "scope": rows_in(request, "scope_trade", "scope_lowest", "scope_highest"),
        "staff": rows_in(request, "staff_name", "staff_duty", "staff_card"),
        "place": rows_in(request, "place_name", "place_seats"),
    }
    rows["scope"] = [row for row in rows["scope"] if row["scope_trade"]]
    return {key: request.POST.get(key, "").strip()[:500] for key in TEXTS} | rows


def _kept(found: EnterpriseAssessmentFiling) -> dict[str, Any]:
    """The form of what was written; the phone is kept unless another is typed."""
    return {
        "contact_name": found.contact_name, "contact_phone": "", "statement": found.statement,
        "scope": [{"scope_trade": s.trade, "scope_lowest": str(s.lowest), "scope_highest": str(s.highest)}
                  for s in found.scopes.order_by("pk")],
        "staff": [{"staff_name": s.name, "staff_duty": s.duty, "staff_card": s.card_number}
                  for s in found.staff.order_by("pk")],
        "place": [{"place_name": p.name, "place_seats": str(p.seats)} for p in found.places.order_by("pk")],
    }  # fmt: skip


def _content(typed: dict[str, Any], found: EnterpriseAssessmentFiling) -> FilingContent:
    phone = typed["contact_phone"] or (found.open_contact_phone() if found.contact_phone else "")  # type: ignore[attr-defined]
    return FilingContent(
        typed["contact_name"], phone, typed["statement"], scope_rows(typed["scope"]),
        tuple(StaffLine(row["staff_name"], row["staff_duty"], row["staff_card"]) for row in typed["staff"]),
        tuple(PlaceLine(row["place_name"], whole_number(row["place_seats"]) or 0) for row in typed["place"]),
    )  # fmt: skip


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("contact_phone")
def edit(request: HttpRequest, filing: str) -> HttpResponse:
    """Fill in or mend; a draft may be unfinished, what is wrong is named beside its rows."""
    found = _filing(request, filing)
    if not found.is_open_to_enterprise:
        messages.info(request, f"当前为“{found.status_label()}”，不能修改。")
        return redirect("phone_assessment_filing", filing=filing)
    errors: dict[str, str] = {}
    typed = _typed(request) if request.method == "POST" else _kept(found)
    if request.method == "POST":
        try:
            save_filing(actor=member_of(request), filing=found, content=_content(typed, found), day=business_day())
        except RuleViolation as refusal:
            errors = errors_of(refusal)
        else:
            if request.POST.get("then") == "more":
                return redirect(f"{request.path}?more=1")
            messages.success(request, "已保存。")
            return redirect("phone_assessment_filing", filing=filing)
    context = {
        "found": found, "typed": typed, "errors": errors, "levels": LEVELS, "duties": DUTIES,
        "phone": found.open_contact_phone() if found.contact_phone else "",  # type: ignore[attr-defined]
        "rows": padded(typed["scope"], BLANK["scope"], 2), "staff": padded(typed["staff"], BLANK["staff"], 3),
        "places": padded(typed["place"], BLANK["place"], 1),
    }  # fmt: skip
    return render(request, "phone/assessment_filing_form.html", context, status=422 if errors else 200)


@page_for(Role.ENTERPRISE_HR)
@require_POST
def add(request: HttpRequest, filing: str) -> HttpResponse:
    """One photograph or PDF of the material."""
    found = _filing(request, filing)
    given: Any = request.FILES.get("picture")
    try:
        if given is None:
            raise FileRefused("FILE_MISSING", "没有选择文件", "请拍照，或选择照片、PDF")
        if given.size > LARGEST:
            raise FileRefused("FILE_TOO_LARGE", "文件超过 12 MB", "请调低相机分辨率后重拍，或减少 PDF 页数")
        kind = request.POST.get("kind", "")[:40]
        add_material(actor=member_of(request), filing=found, kind=kind, content=given.read(), day=business_day())
    except (RuleViolation, FileRefused) as refusal:
        return _show(request, found, {"materials": refusal.sentences})
    messages.success(request, "已上传。")
    return redirect("phone_assessment_filing", filing=filing)


@page_for(Role.ENTERPRISE_HR)
def material(request: HttpRequest, filing: str, material_pk: int) -> HttpResponse:
    """One photograph with viewer and time across it, or one PDF; by POST it is deleted."""
    found = get_object_or_404(FilingMaterial.objects.select_related("filing__enterprise", "picture"),
                              filing=_filing(request, filing), pk=material_pk)  # fmt: skip
    if request.method == "POST":
        try:
            remove_material(actor=member_of(request), material=found, day=business_day())
        except RuleViolation as refusal:
            messages.error(request, refusal.sentences)
        else:
            messages.success(request, "已删除。")
        return redirect("phone_assessment_filing", filing=filing)
    picture = reveal_material(actor=member_of(request), material=found, now=timezone.localtime())
    return shown_material(found, picture)


@page_for(Role.ENTERPRISE_HR)
@require_POST
def act(request: HttpRequest, filing: str, action: str) -> HttpResponse:
    """Send it, or take it back with a reason; a second tap finds it done."""
    found, member, today = _filing(request, filing), member_of(request), business_day()
    if action not in ("submit", "withdraw"):
        raise Http404
    try:
        if action == "submit" and found.status == "submitted":
            messages.info(request, "已提交，无需重复操作。")
        elif action == "submit":
            service.submit_filing(actor=member, filing=found, day=today)
            messages.success(request, "已提交，等待区人社局受理。")
        else:
            reason = request.POST.get("reason", "").strip()
            service.withdraw_filing(actor=member, filing=found, reason=reason, day=today)
            messages.success(request, "已撤回。")
    except RuleViolation as refusal:
        errors = errors_of(refusal)
        return _show(request, found, errors if WHOLE in errors else {WHOLE: "还不能提交，请先补齐下面列出的内容。"})
    return redirect("phone_assessment_filing", filing=filing)


def filings_todo(member: Membership, today: date) -> Todo | None:
    """An application that was returned for completion."""
    found = EnterpriseAssessmentFiling.objects.visible_to(member).filter(status="returned").first()
    if found is None:
        return None
    href = reverse("phone_assessment_filing", args=[found.reference])
    note = f"共 {len(found.to_mend)} 条，补齐后重新提交。"
    return Todo("认定申报待补正", 1, href, "clipboard-list", note=note)
