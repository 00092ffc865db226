"""职业技能等级证书 as bases report them: the list, one certificate with its life, asking for a correction or revocation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.days import given_day
from pages.desk.keyset import keyset_page
from pages.desk.training.parts import (
    LEVELS,
    bases_of,
    number_in,
    person_found,
    tabs_for,
    typed_number,
)
from pages.desk.training.results import steps_of
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from training.models import Amendment, Certificate
from training.pass_list.certificate_numbers import judge_number
from training.pass_list.recorded import Recorded
from training.permissions import CERTIFICATE_READERS, can_propose_amendment
from training.services import amendments as service
from training.services.assessor_codes import filings_by_code
from training.services.pass_rules import assessor_codes
from training.services.standing import result_now, with_present

STATES = {"valid": "有效", "revoked": "已作废", "corrected": "已更正", "waiting": "待确认"}
CORRECT_PHRASES = ("编号录入有误", "发证日期录入有误", "评价机构更正了编号")
RESTORE_PHRASES = ("作废有误", "评价机构换发了新编号")
REVOKE_PHRASES = ("评价机构已作废该证书", "考核成绩有误", "冒名顶替", "重复发证")
SHOWN = ("worker__merged_into", "assessment__enrolment__training_class__base__organisation")


def certificates_seen(member: Membership) -> Any:
    """Certificates that somebody may see, with what holds of each now."""
    return with_present(Certificate.objects.visible_to(member)).select_related(*SHOWN)


@page_for(CERTIFICATE_READERS)
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """By name, pinyin, last four or number; by base, trade, level and state; the newest first."""
    member, q = member_of(request), " ".join(request.GET.get("q", "").split())[:60]
    rows, number = certificates_seen(member), typed_number(q)
    if number:
        rows = rows.filter(Q(number__startswith=number) | Q(amendments__number__startswith=number)).distinct()
    elif q:
        rows = rows.filter(person_found(q))
    chosen = {key: request.GET.get(key, "")[:40] for key in ("trade", "level", "state")}
    if base := number_in(request, "base"):
        rows = rows.filter(assessment__enrolment__training_class__base_id=base)
    if chosen["trade"]:
        rows = rows.filter(trade=chosen["trade"])
    if chosen["level"] in dict(LEVELS):
        rows = rows.filter(level=int(chosen["level"]))
    rows = _in_state(rows, chosen["state"])
    trades = Certificate.objects.visible_to(member).order_by("trade").values_list("trade", flat=True).distinct()
    context = {
        "here": "certificates", "tabs": tabs_for(member, "certificates"), "page": keyset_page(request, rows), "q": q,
        "bases": bases_of(member), "base": base, "trades": list(trades), "levels": LEVELS, "states": STATES,
        "is_filtered": bool(q or base or any(chosen.values())),
    } | chosen  # fmt: skip
    return render(request, "desk/training/certificates.html", context)


def _in_state(rows: Any, state: str) -> Any:
    if state == "valid":
        return rows.filter(revoked_on=None)
    if state == "revoked":
        return rows.filter(revoked_on__isnull=False)
    if state == "corrected":
        return rows.filter(is_corrected=True, revoked_on=None)
    return rows.filter(is_waiting=True) if state == "waiting" else rows


def _certificate(request: HttpRequest, pk: int) -> Any:
    wanted = certificates_seen(member_of(request)).select_related(
        "assessment__enrolment__upload__confirmed_by__user", "assessment__enrolment__training_class__base__bureau",
        "recorded_by__user",
    )  # fmt: skip
    return get_object_or_404(wanted, pk=pk)


@page_for(CERTIFICATE_READERS)
@require_safe
def certificate_page(request: HttpRequest, certificate: int) -> HttpResponse:
    """What was reported, what holds now, and how it came so."""
    member, found = member_of(request), _certificate(request, certificate)
    seat = found.assessment.enrolment
    the_class = seat.training_class
    changes = list(found.assessment.amendments.select_related("proposed_by", "decided_by").order_by("-pk"))
    context = {
        "here": "certificates", "found": found, "seat": seat, "the_class": the_class, "result": result_now(found.assessment),
        "changes": changes, "steps": steps_of(found.assessment, changes, issued_on=found.issued_now), "doubts": _doubts(found),
        "waiting": next((one for one in changes if one.status == "proposed"), None),
        "may_propose": can_propose_amendment(member, the_class.base_id), "completion": _completion(seat),
    }  # fmt: skip
    return render(request, "desk/training/certificate.html", context)


def _completion(seat: Any) -> Any:
    return seat.completions.filter(status="valid").first()


def _doubts(found: Any) -> list[str]:
    """What the number itself says against the row, as the pass list said it."""
    the_class = found.assessment.enrolment.training_class
    own, foreign = assessor_codes(the_class.base_id, the_class.base.bureau, business_day())
    filings = filings_by_code(the_class.base.bureau)
    recorded = Recorded(base_id=the_class.base_id, assessors=own, foreign_assessors=foreign, filings=filings)
    said = judge_number(
        found.number_now, trade=the_class.trade, level=found.level, ends_on=the_class.ends_on, issued_on=found.issued_now,
        row=0, recorded=recorded,
    )  # fmt: skip
    return [one.sentences for one in said]


def _proposing(
    request: HttpRequest, found: Certificate, template: str, act: Any, phrases: tuple[str, ...], **more: Any
) -> HttpResponse:
    """Show the form, or take it: what was asked already is opened instead of asked twice; mistakes are named at their fields."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = act()
            messages.success(request, "已提出，由第二人确认后生效。")
            return redirect("amendment", amendment=made.pk)
        except FieldsInvalid as refusal:
            errors = {one.field: one.sentences for one in refusal.problems}
        except RuleViolation as refusal:
            open_one = found.assessment.amendments.filter(status="proposed", kind=more["kind"]).first()
            if refusal.code == "AMENDMENT_EXISTS" and open_one is not None:
                messages.info(request, "同样的申请已经提出，正等待确认。")
                return redirect("amendment", amendment=open_one.pk)
            errors = {"whole": refusal.sentences}
    context = {
        "here": "certificates", "found": found, "phrases": phrases, "errors": errors, "error": errors.get("whole", ""),
        "note": request.POST.get("note", ""), "typed": request.POST,
    } | more  # fmt: skip
    return render(request, template, context, status=422 if errors else 200)


def _may_act(request: HttpRequest, pk: int) -> tuple[Membership, Any]:
    member, found = member_of(request), _certificate(request, pk)
    return member, found


@page_for(CERTIFICATE_READERS)
def revoke_certificate(request: HttpRequest, certificate: int) -> HttpResponse:
    """Ask that it be revoked."""
    member, found = _may_act(request, certificate)

    def act() -> Amendment:
        reason = reason_of(request)
        return service.propose_revocation(actor=member, certificate=found, reason=reason, day=business_day())

    return _proposing(request, found, "desk/training/revoke.html", act, REVOKE_PHRASES, kind="revocation")


@page_for(CERTIFICATE_READERS)
def correct_certificate(request: HttpRequest, certificate: int) -> HttpResponse:
    """Ask that its number or day read otherwise."""
    member, found = _may_act(request, certificate)

    def act() -> Amendment:
        return service.propose_certificate_correction(
            actor=member, certificate=found, number=request.POST.get("number", "")[:80],
            issued_on=given_day(request.POST.get("issued_on", ""), "发证日期"), reason=reason_of(request), day=business_day(),
        )  # fmt: skip

    phrases = RESTORE_PHRASES if found.revoked_on else CORRECT_PHRASES
    return _proposing(request, found, "desk/training/correct.html", act, phrases, kind="certificate")
