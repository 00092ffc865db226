"""考核成绩: every result with what holds of it now, and asking that one reads otherwise, with a certificate or without."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.steps import Step
from pages.desk.training.parts import (
    bases_of,
    classes_seen,
    number_in,
    person_found,
    tabs_for,
    whole_number,
)
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import Amendment, Assessment
from training.permissions import CERTIFICATE_READERS, can_propose_amendment
from training.services.amendments import propose_result_correction
from training.services.standing import PresentResult, amended_results, result_now, verdict_now

PHRASES = ("成绩录入有误", "复核后改分", "出勤登记有误")
PAPERS = {"without": "没有证书", "with": "有证书"}
SHOWN = ("enrolment__worker", "enrolment__training_class__base__organisation", "certificate")
WAITING = Amendment.objects.filter(kind=Amendment.Kind.RESULT, status=Amendment.Status.PROPOSED)


@page_for(CERTIFICATE_READERS)
@require_safe
def result_list(request: HttpRequest) -> HttpResponse:
    """By name, pinyin or last four; by base, class, verdict and whether a certificate was reported; the newest first."""
    member, q = member_of(request), " ".join(request.GET.get("q", "").split())[:60]
    rows = Assessment.objects.visible_to(member).select_related(*SHOWN).annotate(
        says=verdict_now(""), is_waiting=Exists(WAITING.filter(assessment=OuterRef("pk")))
    )  # fmt: skip
    rows = rows.filter(person_found(q, to="enrolment__worker__")) if q else rows
    verdict, papers, base = request.GET.get("verdict", ""), request.GET.get("papers", ""), number_in(request, "base")
    of = classes_seen(member).filter(pk=number_in(request, "class")).first()
    rows = rows.filter(says=verdict) if verdict in Assessment.Verdict.values else rows
    rows = rows.filter(certificate__isnull=papers == "without") if papers in PAPERS else rows
    rows = rows.filter(enrolment__training_class__base_id=base) if base else rows
    rows = rows.filter(enrolment__training_class=of) if of else rows
    page = keyset_page(request, rows)
    amended = amended_results([row.pk for row in page.rows])
    for row in page.rows:
        row.now = amended.get(row.pk) or row
        row.hours = getattr(row.now, "attended_hours", None) or row.enrolment.attended_hours
        row.is_corrected = row.pk in amended
    context = {
        "here": "certificates", "tabs": tabs_for(member, "results"), "page": page, "q": q, "bases": bases_of(member),
        "base": base, "of": of, "verdict": verdict, "verdicts": Assessment.Verdict.values, "papers": papers,
        "paper_words": PAPERS, "is_filtered": bool(q or verdict or papers or base or of),
    }  # fmt: skip
    return render(request, "desk/training/results.html", context)


def _result(request: HttpRequest, pk: int) -> Any:
    wanted = Assessment.objects.visible_to(member_of(request)).select_related(
        *SHOWN, "enrolment__upload__confirmed_by__user", "enrolment__training_class__base__bureau"
    )
    return get_object_or_404(wanted, pk=pk)


@page_for(CERTIFICATE_READERS)
@require_safe
def result_page(request: HttpRequest, assessment: int) -> HttpResponse:
    """What was reported, what holds now, and how it came so."""
    member, found = member_of(request), _result(request, assessment)
    seat = found.enrolment
    changes = list(found.amendments.select_related("proposed_by", "decided_by").order_by("-pk"))
    context = {
        "here": "certificates", "found": found, "seat": seat, "the_class": seat.training_class, "result": result_now(found),
        "changes": changes, "steps": steps_of(found, changes), "completion": seat.completions.filter(status="valid").first(),
        "waiting": next((one for one in changes if one.status == "proposed"), None),
        "may_propose": can_propose_amendment(member, seat.training_class.base_id),
    }  # fmt: skip
    return render(request, "desk/training/result.html", context)


def steps_of(assessment: Assessment, changes: list[Amendment], *, issued_on: date | None = None) -> list[Step]:
    """Class, examination, list, the certificate when there is one, and what was changed since."""
    seat = assessment.enrolment
    upload = seat.upload
    by = upload.confirmed_by.user.display_name if upload is not None and upload.confirmed_by else ""
    steps = [
        Step("结业", "done", seat.training_class.ends_on, seat.training_class.number),
        Step("考核", "done", None, assessment.verdict),
        Step("名单确认", "done", upload.business_day if upload is not None else None, by),
    ]
    if issued_on is not None:
        steps.append(Step("发证", "done", issued_on))
    for one in sorted(changes, key=lambda one: one.pk):
        if one.status == "confirmed" and one.kind in ("certificate", "result"):
            steps.append(Step(one.get_kind_display(), "done", one.decided_on, str(one.decided_by)))
        elif one.status == "proposed":
            steps.append(Step(one.get_kind_display(), "now", None, "待第二人确认", f"{one.proposed_by}提出"))
    ended = next((one for one in changes if one.kind == "revocation" and one.status == "confirmed"), None)
    if ended is not None:
        steps.append(Step("已作废", "stopped", ended.decided_on, str(ended.decided_by)))
    return steps


@page_for(CERTIFICATE_READERS)
def correct_result(request: HttpRequest, assessment: int) -> HttpResponse:
    """Ask that it reads otherwise; a second tap opens what was asked already, mistakes are named at their fields."""
    member, found = member_of(request), _result(request, assessment)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _proposed(request, member, found)
            messages.success(request, "已提出，由第二人确认后生效。")
            return redirect("amendment", amendment=made.pk)
        except FieldsInvalid as refusal:
            errors = {one.field: one.sentences for one in refusal.problems}
        except RuleViolation as refusal:
            open_one = WAITING.filter(assessment=found).first()
            if refusal.code == "AMENDMENT_EXISTS" and open_one is not None:
                messages.info(request, "同样的申请已经提出，正等待确认。")
                return redirect("amendment", amendment=open_one.pk)
            errors = {"whole": refusal.sentences}
    context = _form_of(request, result_now(found), errors) | {
        "here": "certificates", "found": found, "the_class": found.enrolment.training_class, "phrases": PHRASES,
        "errors": errors, "error": errors.get("whole", ""), "note": request.POST.get("note", ""),
    }  # fmt: skip
    return render(request, "desk/training/correct_result.html", context, status=422 if errors else 200)


def _form_of(request: HttpRequest, now: PresentResult, errors: dict[str, str]) -> dict[str, Any]:
    """Fields with what was typed, or with what holds, and what is wrong with them."""
    marks = [("theory_score", "理论成绩（满分 100，缺考留空）", now.theory_score),
             ("practice_score", "实操成绩（满分 100，缺考留空）", now.practice_score)]  # fmt: skip
    fields = [("attended_hours", "实到学时", now.attended_hours), *marks]
    held = [(key, label, "" if value is None else value) for key, label, value in fields]
    return {
        "fields": [(key, label, request.POST.get(key, value), errors.get(key, "")) for key, label, value in held],
        "verdict": request.POST.get("verdict", now.verdict), "verdicts": Assessment.Verdict.values,
    }  # fmt: skip


def _proposed(request: HttpRequest, member: Membership, found: Assessment) -> Amendment:
    typed = {key: request.POST.get(key, "").strip() for key in ("attended_hours", "theory_score", "practice_score")}
    said = {key: whole_number(text) for key, text in typed.items()}
    unread = [key for key, text in typed.items() if said[key] is None and (text or key == "attended_hours")]
    if unread:
        raise FieldsInvalid([Problem(key, "NOT_A_NUMBER", "这里不是整数", "请填写整数，例如 80") for key in unread])
    return propose_result_correction(
        actor=member, assessment=found, attended_hours=said["attended_hours"] or 0, theory_score=said["theory_score"],
        practice_score=said["practice_score"], verdict=request.POST.get("verdict", "")[:4],
        reason=reason_of(request), day=business_day(),
    )  # fmt: skip
