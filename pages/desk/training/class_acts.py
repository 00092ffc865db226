"""Steps of a class, seats of its roster, and requests to change it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pages.acting import member_of, page_for
from pages.desk.training.class_acts_offered import ACTS
from pages.desk.training.classes import class_seen, render_class
from pages.typed_forms import key_of, number_in, reason_of, say, typed_texts
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Role
from training.models import TrainingClass
from training.services.class_changes import ask_change, decide_change, withdraw_change
from training.services.classes import cancel_class, complete_class, decide_filing, file_class, start_class
from training.services.enrolments import enrol_person, remove_person

DONE = {
    "file": ("filed", "已提交备案，等待区人社局受理。名册已固定。"), "accept": ("accepted", "已受理备案。"),
    "return": ("returned", "已退回，基地会看到原因。"), "start": ("running", "已开班。"), "complete": ("completed", "已结业。"),
    "cancel": ("cancelled", "已取消班次。"),
}  # fmt: skip


def _page(pk: int, tab: str = "") -> str:
    return reverse("training_class", args=[pk]) + (f"?tab={tab}" if tab else "")


@page_for(Role.BASE_CLERK, Role.CLERK)
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One step; what stands against it is named on the page, and a second tap finds it done."""
    if action not in {one.key for one in ACTS}:
        raise Http404
    found, (state, words) = class_seen(request, pk), DONE[action]
    if found.status == state:
        messages.info(request, "已办理，无需重复操作。")
        return redirect(_page(pk))
    errors: dict[str, str] = {}
    try:
        _take(request, found, action)
    except RuleViolation as refusal:
        say(errors, refusal)
        return render_class(request, class_seen(request, pk), status=422, errors=errors, refused_act=action,
                            note=request.POST.get("note", "")[:200])  # fmt: skip
    messages.success(request, words)
    return redirect(_page(pk))


def _take(request: HttpRequest, found: TrainingClass, action: str) -> None:
    member, day = member_of(request), business_day()
    version = number_in(request.POST.get("version", "")) or None
    steps: dict[str, Callable[[], object]] = {
        "file": lambda: file_class(actor=member, training_class=found, day=day, seen_version=version),
        "accept": lambda: decide_filing(
            actor=member, training_class=found, is_accepted=True, day=day, seen_version=version
        ),
        "return": lambda: decide_filing(
            actor=member,
            training_class=found,
            is_accepted=False,
            reason=reason_of(request),
            day=day,
            seen_version=version,
        ),
        "start": lambda: start_class(actor=member, training_class=found, day=day, seen_version=version),
        "complete": lambda: complete_class(actor=member, training_class=found, day=day, seen_version=version),
        "cancel": lambda: cancel_class(
            actor=member, training_class=found, day=day, reason=reason_of(request), seen_version=version
        ),
    }
    steps[action]()


@page_for(Role.BASE_CLERK)
@require_POST
@sensitive_post_parameters("id_number", "phone")
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """One person more on a roster that is still being written."""
    found, errors = class_seen(request, pk), dict[str, str]()
    typed = typed_texts(request, ("name", "id_number", "phone"), 80)
    try:
        done = enrol_person(actor=member_of(request), training_class=found, day=business_day(), **typed)
    except RuleViolation as refusal:
        say(errors, refusal)
        return render_class(request, found, tab="roster", status=422, errors=errors, typed=typed)
    words = "此前已在名册上，没有重复报名" if done.is_repeat else "已报名"
    messages.success(request, f"{words}：{done.enrolment.worker}。")
    for warning in done.warnings:
        messages.warning(request, warning.sentences)
    return redirect(_page(pk, "roster"))


@page_for(Role.BASE_CLERK)
@require_POST
def remove(request: HttpRequest, pk: int, enrolment_pk: int) -> HttpResponse:
    """One person off a roster that is still being written."""
    found = class_seen(request, pk)
    seat = found.enrolments.select_related("worker").filter(pk=enrolment_pk).first()
    if seat is None:
        messages.info(request, "该学员已不在名册上。")
        return redirect(_page(pk, "roster"))
    try:
        remove_person(actor=member_of(request), enrolment=seat, day=business_day())
        messages.success(request, f"已移出名册：{seat.worker}。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect(_page(pk, "roster"))


@page_for(Role.BASE_CLERK)
@require_POST
@sensitive_post_parameters("id_number", "phone")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a change of a roster that stands."""
    found, errors = class_seen(request, pk), dict[str, str]()
    typed = typed_texts(request, ("kind", "enrolment", "name", "id_number", "phone"), 80)
    seat = found.enrolments.filter(pk=number_in(typed["enrolment"])).first()
    try:
        ask_change(
            actor=member_of(request), training_class=found, kind=typed["kind"], reason=reason_of(request), day=business_day(),
            request_id=key_of(request), enrolment=seat if typed["kind"] != "add" else None, id_number=typed["id_number"],
            name=typed["name"], phone=typed["phone"],
        )  # fmt: skip
    except RuleViolation as refusal:
        say(errors, refusal)
        return render_class(request, found, tab="changes", status=422, errors=errors, typed=typed,
                            note=request.POST.get("note", "")[:200], chosen_phrase=request.POST.get("phrase", ""))  # fmt: skip
    messages.success(request, "已提交变更申请，等待区人社局决定。")
    return redirect(_page(pk, "changes"))


@page_for(Role.BASE_CLERK, Role.CLERK)
@require_POST
def decide(request: HttpRequest, pk: int, change_pk: int, action: str) -> HttpResponse:
    """Grant, refuse or withdraw a change; a second tap finds it done."""
    found, member = class_seen(request, pk), member_of(request)
    change = get_object_or_404(
        found.changes.select_related("training_class__base", "enrolment", "worker"), pk=change_pk
    )
    done = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn"}
    if action not in done:
        raise Http404
    if change.status == done[action]:
        messages.info(request, "已办理，无需重复操作。")
        return redirect(_page(pk, "changes"))
    try:
        if action == "withdraw":
            withdraw_change(actor=member, change=change, day=business_day())
        else:
            decide_change(
                actor=member, change=change, is_granted=action == "grant", reason=reason_of(request), day=business_day()
            )
        messages.success(
            request, {"grant": "已同意，名册已变更。", "refuse": "已决定不同意。", "withdraw": "已撤回申请。"}[action]
        )
    except RuleViolation as refusal:
        errors: dict[str, str] = {}
        say(errors, refusal)
        for words in errors.values():
            messages.error(request, words)
    return redirect(_page(pk, "changes"))
