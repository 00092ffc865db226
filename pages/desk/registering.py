"""Registering by hand at the desk: a hire, and a person for the park's register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from pages import hires
from pages.acting import member_of, page_for
from pages.desk.choices import Choice, choose
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem
from park_workers.foundation.spreadsheets.cleaning import parse_date
from park_workers.models import Enterprise, Membership, Role
from park_workers.services.employments import FieldsInvalid
from park_workers.services.registrations import register_worker


def _choice(request: HttpRequest) -> Choice:
    """The enterprise of the form: as sent, or as the address names it."""
    member = member_of(request)
    rows = Enterprise.objects.visible_to(member).select_related("organisation").in_directory_order()
    return choose(rows, request.POST if request.method == "POST" else request.GET)


@page_for(Role.CLERK)
@sensitive_post_parameters("id_number", "phone", "introducer_id_number")
def register_hire(request: HttpRequest) -> HttpResponse:
    """A hire in an enterprise's name."""
    member = member_of(request)
    choice = _choice(request)
    if request.method == "POST":
        form = hires.read(request, member, choice.chosen)
        if choice.problem:
            form.errors["enterprise"] = choice.problem
    else:
        form = hires.blank(choice.chosen)
    if form.registration is not None:
        say_registered(request, form)
        return redirect("worker", pk=form.registration.employment.worker.canonical_id)
    context = {"here": "workers", "form": form, "choice": choice, "trades": hires.TRADES}
    return render(request, "desk/register_hire.html", context, status=422 if form.errors else 200)


def say_registered(request: HttpRequest, form: hires.HireForm) -> None:
    """The number of the registration, and what is worth a look."""
    done = form.registration
    assert done is not None
    words = "此前已登记，没有重复写入" if done.is_repeat else "已登记入职"
    messages.success(request, f"{words}：{done.employment.worker}，受理编号 {done.employment.reference}。")
    for warning in done.warnings:
        messages.warning(request, warning.sentences)


REGISTER_FIELDS = ("name", "id_number", "phone", "trade", "front_line", "enterprise", "registered_on")


@page_for(Role.CLERK)
@sensitive_post_parameters("id_number", "phone")
def register_person(request: HttpRequest) -> HttpResponse:
    """A person for the park's register (采集登记), employed or not."""
    member = member_of(request)
    choice, today = _choice(request), business_day()
    typed = {key: request.POST.get(key, "").strip()[:120] for key in REGISTER_FIELDS}
    typed["registered_on"] = typed["registered_on"] or today.isoformat()
    errors: dict[str, str] = {}
    if request.method == "POST":
        done = _register_person(member, typed, choice.chosen, errors)
        if choice.problem:
            errors["enterprise"] = choice.problem
        if done is not None:
            words = "此前已采集登记，没有重复写入" if done.is_repeat else "已采集登记"
            messages.success(request, f"{words}：{done.registration.worker}。")
            return redirect("worker", pk=done.registration.worker.canonical_id)
    context = {
        "here": "workers", "choice": choice, "typed": typed, "errors": errors, "trades": hires.TRADES, "today": today,
    }  # fmt: skip
    return render(request, "desk/register_worker.html", context, status=422 if errors else 200)


def _register_person(
    member: Membership, typed: dict[str, str], enterprise: Enterprise | None, errors: dict[str, str]
) -> Any:
    """The registration, or None with the errors by field."""
    day = None
    try:
        day = parse_date(typed["registered_on"])
    except IdentifierProblem as wrong:
        errors["registered_on"] = wrong.sentences
    try:
        return register_worker(
            actor=member, enterprise=enterprise, name=typed["name"], id_number=typed["id_number"], phone=typed["phone"],
            trade=typed["trade"], is_front_line={"yes": True, "no": False}.get(typed["front_line"]),
            registered_on=day, day=business_day(),
        )  # fmt: skip
    except FieldsInvalid as refusal:
        for problem in refusal.problems:
            errors.setdefault(problem.field, problem.sentences)
    except RuleViolation as refusal:
        errors["whole"] = refusal.sentences
    return None
