"""结业证: who has one, issuing to a class, one paper with its photo, the file of a class."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.steps import Step
from pages.desk.training.parts import (
    bases_of,
    classes_seen,
    number_in,
    person_found,
    tabs_for,
    typed_number,
)
from pages.downloads import file_response
from pages.typed_forms import reason_of
from pages.uploads import shows_others
from park_workers.foundation.addresses import public_address
from park_workers.foundation.business_day import business_day
from park_workers.foundation.documents import missing_signs
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from training.models import CompletionCertificate, CompletionPrint, TrainingClass
from training.permissions import CERTIFICATE_READERS, can_issue_completions, can_propose_amendment
from training.services import amendments, completion_prints, completions
from training.services.standing import passed_now

REVOKE_PHRASES = ("姓名或照片有误", "成绩有误", "重复发证", "证书遗失，另发新证")
STATES = {"valid": "有效", "revoked": "已作废"}
SHOWN = ("base__organisation", "worker", "enrolment__training_class")
PHOTO_BYTES = 12 << 20


@page_for(CERTIFICATE_READERS)
@require_safe
def completion_list(request: HttpRequest) -> HttpResponse:
    """Issued papers, the newest first, and the classes in which somebody who passed has none."""
    member, q = member_of(request), " ".join(request.GET.get("q", "").split())[:60]
    rows, number = CompletionCertificate.objects.visible_to(member).select_related(*SHOWN), typed_number(q)
    if q:
        rows = rows.filter(Q(number__startswith=number) if number else person_found(q))
    state, base, of = request.GET.get("state", ""), number_in(request, "base"), number_in(request, "class")
    rows = rows.filter(status=state) if state in STATES else rows
    rows = rows.filter(base_id=base) if base else rows
    rows = rows.filter(enrolment__training_class_id=of) if of else rows
    context = {
        "here": "certificates", "tabs": tabs_for(member, "completions"), "page": keyset_page(request, rows), "q": q,
        "states": STATES, "state": state, "bases": bases_of(member), "base": base, "class_pk": of,
        "is_filtered": bool(q or state or base or of), "lacking": _lacking(member),
    }  # fmt: skip
    return render(request, "desk/training/completions.html", context)


def _lacking(member: Any) -> list[Any]:
    """The newest classes with passed trainees, and how many have their paper."""
    passed = Count("enrolments", filter=passed_now("enrolments__assessment"), distinct=True)
    issued = Count("enrolments__completions", filter=Q(enrolments__completions__status="valid"), distinct=True)
    rows = classes_seen(member).annotate(passed=passed, issued=issued).filter(passed__gt=0)
    return [one for one in rows.order_by("-ends_on", "-pk")[:60] if one.passed > one.issued][:20]


def _class(request: HttpRequest, pk: int) -> TrainingClass:
    found: TrainingClass = get_object_or_404(classes_seen(member_of(request)), pk=pk)
    return found


@page_for(CERTIFICATE_READERS)
def class_completions(request: HttpRequest, class_pk: int) -> HttpResponse:
    """Who of a class passed and has a paper or none; posting issues to the chosen, or to all and makes one file."""
    member, of, today, error = member_of(request), _class(request, class_pk), business_day(), ""
    if request.method == "POST":
        try:
            return _issued(request, of)
        except RuleViolation as refusal:
            error = refusal.sentences
    issued = (
        CompletionCertificate.objects.filter(enrolment__training_class=of).select_related("worker").order_by("-number")
    )
    context = {
        "here": "certificates", "of": of, "lacking": list(completions.passed_without(of)[:500]), "issued": issued[:500],
        "prints": CompletionPrint.objects.filter(training_class=of).select_related("job").order_by("-pk")[:3],
        "may_issue": can_issue_completions(member, of.base_id), "error": error, "today": today,
        "key": request.POST.get("key", "")[:64] or str(uuid.uuid4()),
    }  # fmt: skip
    return render(request, "desk/training/class_completions.html", context, status=422 if error else 200)


def _issued(request: HttpRequest, of: TrainingClass) -> HttpResponse:
    member, today = member_of(request), business_day()
    if request.POST.get("action") == "print":
        key = request.POST.get("key", "")[:64] or str(uuid.uuid4())
        made = completion_prints.order_completion_print(
            actor=member, training_class=of, day=today, address=public_address(request), request_id=key
        )
        return redirect("completion_print", sheet=made.reference)
    chosen = {int(pk) for pk in request.POST.getlist("seat")[:500] if pk.isascii() and pk.isdigit() and len(pk) < 18}
    if not chosen:
        raise RuleViolation("NOBODY_CHOSEN", "没有勾选学员", "请在名单中勾选要发证的学员")
    rows = completions.issue_completions(actor=member, training_class=of, enrolments=chosen, day=today)
    messages.success(request, f"已发 {len(rows)} 本结业证。" if rows else "所选学员已经有结业证，没有重复发证。")
    return redirect("class_completions", class_pk=of.pk)


def _completion(request: HttpRequest, pk: int) -> CompletionCertificate:
    wanted = CompletionCertificate.objects.visible_to(member_of(request)).select_related(
        *SHOWN, "worker__photo", "photo", "replaces", "recorded_by__user"
    )
    found: CompletionCertificate = get_object_or_404(wanted, pk=pk)
    return found


@page_for(CERTIFICATE_READERS)
@require_safe
def completion_page(request: HttpRequest, completion: int) -> HttpResponse:
    """What stands on the paper, whether it stands, its photo."""
    member, found = member_of(request), _completion(request, completion)
    waiting = found.amendments.filter(status="proposed").first()
    changes = found.amendments.select_related("proposed_by", "decided_by").order_by("-pk")
    steps = [
        Step("结业", "done", found.ends_on, found.class_number),
        Step("发证", "done", found.issued_on, str(found.recorded_by.user) if found.recorded_by else ""),
    ]
    if waiting is not None:
        steps.append(Step("作废", "now", None, "待第二人确认", f"{waiting.proposed_by}提出"))
    if found.status == "revoked":
        steps.append(Step("已作废", "stopped", found.revoked_on))
    context = {
        "here": "certificates", "found": found, "steps": steps, "waiting": waiting, "changes": changes,
        "may_issue": can_issue_completions(member, found.base_id), "may_revoke": can_propose_amendment(member, found.base_id),
        "lacking_signs": missing_signs(found.holder_name), "scans": f"{public_address(request)}/v/{found.signed_reference}/",
        "has_photo": bool(found.photo_id or found.worker.photo_id),
    }  # fmt: skip
    return render(request, "desk/training/completion.html", context)


@page_for(CERTIFICATE_READERS)
@require_POST
@freshly_confirmed(shows_others)
def completion_file(request: HttpRequest, completion: int) -> HttpResponse:
    """The paper as a PDF under its Chinese name."""
    found = _completion(request, completion)
    try:
        content = completion_prints.fetch_completion(
            actor=member_of(request), completion=found, address=public_address(request)
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("completion", completion=completion)
    name = f"结业证-{found.holder_name}-{found.number}.pdf"
    return file_response(content, name, content_type="application/pdf")


@page_for(CERTIFICATE_READERS)
@require_POST
def completion_photo(request: HttpRequest, completion: int) -> HttpResponse:
    """A photo for the paper."""
    found, given = _completion(request, completion), request.FILES.get("photo")
    try:
        if given is None or given.size is None or given.size > PHOTO_BYTES:
            raise RuleViolation("PHOTO_MISSING", "没有选择照片，或照片超过 12 MB", "请选择一张近期免冠照片")
        completions.add_photo(actor=member_of(request), completion=found, content=given.read())
        messages.success(request, "照片已加上，打印时会印在证书上。")
    except (RuleViolation, FileRefused) as refusal:
        messages.error(request, refusal.sentences)
    return redirect("completion", completion=completion)


@page_for(CERTIFICATE_READERS)
def revoke_completion(request: HttpRequest, completion: int) -> HttpResponse:
    """Ask that it be revoked."""
    found, error = _completion(request, completion), ""
    if request.method == "POST":
        try:
            made = amendments.propose_completion_revocation(
                actor=member_of(request), completion=found, reason=reason_of(request), day=business_day()
            )
            messages.success(request, "已提出，由第二人确认后作废。")
            return redirect("amendment", amendment=made.pk)
        except RuleViolation as refusal:
            open_one = found.amendments.filter(status="proposed").first()
            if refusal.code == "AMENDMENT_EXISTS" and open_one is not None:
                messages.info(request, "同样的申请已经提出，正等待确认。")
                return redirect("amendment", amendment=open_one.pk)
            error = refusal.sentences
    context = {"here": "certificates", "completion": found, "phrases": REVOKE_PHRASES, "error": error,
               "note": request.POST.get("note", "")}  # fmt: skip
    return render(request, "desk/training/revoke.html", context, status=422 if error else 200)


def _print(request: HttpRequest, reference: str) -> CompletionPrint:
    seen = CompletionPrint.objects.visible_to(member_of(request)).select_related("job", "file", "training_class")
    found: CompletionPrint = get_object_or_404(seen, reference=reference)
    return found


@page_for(CERTIFICATE_READERS)
@require_safe
def completion_print(request: HttpRequest, sheet: str) -> HttpResponse:
    """How far the file is, then the file; htmx asks for the changing part alone."""
    made = _print(request, sheet)
    is_live = made.job is not None and made.job.is_live
    context = {"here": "certificates", "print": made, "job": made.job, "is_live": is_live, "days": settings.CARD_PRINT_DAYS,
               "lacking": made.job.result.get("lacking", 0) if made.job else 0}  # fmt: skip
    is_part = request.headers.get("HX-Request") == "true"
    name = "_completion_print" if is_part else "completion_print"
    return render(request, f"desk/training/{name}.html", context)


@page_for(CERTIFICATE_READERS)
@require_POST
@freshly_confirmed(shows_others)
def completion_print_file(request: HttpRequest, sheet: str) -> HttpResponse:
    """The PDF of the class."""
    made = _print(request, sheet)
    try:
        content = completion_prints.fetch_completion_print(actor=member_of(request), completion_print=made)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
        return redirect("completion_print", sheet=sheet)
    name = f"结业证-{made.training_class.number}-{made.certificates}人.pdf"
    return file_response(content, name, content_type="application/pdf")
