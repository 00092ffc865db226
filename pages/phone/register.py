"""An enterprise registers one hire on the phone or the PC."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages import hires
from pages.acting import member_of, own_enterprise, page_for
from pages.phone.id_cards import card_of, take_along
from pages.public.visits import limited_person
from park_workers.foundation.business_day import business_day
from park_workers.foundation.identifiers import add_months
from park_workers.foundation.text_reading import is_reader_installed
from park_workers.models import Employment, Enterprise, Membership, PostSpan, Role
from park_workers.services import consents
from park_workers.services.hire_checks import look_at_hire
from park_workers.services.hires import register_hire as register
from training.models import Referral
from training.services.placement_links import link_hires

#: trades that are not at the machines, for the choice of the post
OFFICE_TRADES = frozenset({"跟单", "保安", "文员", "会计", "人事", "厨师", "保洁", "司机"})
TRADES_SHOWN = 12
CHECKED = ("name", "id_number", "phone", "introducer")


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("id_number", "phone", "introducer", "introducer_id_number")
def register_hire(request: HttpRequest) -> HttpResponse:
    """The form for the enterprise's own staff."""
    member = member_of(request)
    enterprise = own_enterprise(request)
    is_script = request.headers.get("X-Sent-By") == "script"
    if request.method == "POST":
        form, card = _read(request, member, enterprise)
    else:
        form, card = with_defaults(hires.blank(enterprise)), ""
    if form.registration is not None:
        request.session["hire_warnings"] = [w.sentences for w in form.registration.warnings]
        done = reverse("hire_registered", args=[form.registration.employment.reference])
        return JsonResponse({"location": done}) if is_script else redirect(done)
    context = form_context(form, enterprise, card, is_blank=request.method != "POST")
    return render(request, "phone/register_hire.html", context, status=422 if form.errors else 200)


def form_context(form: hires.HireForm, enterprise: Enterprise, card: str, *, is_blank: bool) -> dict[str, Any]:
    """What the page of the form shows; a blank one may be filled from a draft kept on the phone."""
    return {
        "form": form, "enterprise": enterprise, "trades": trades_of(enterprise), "card": card,
        "has_reader": is_reader_installed(), "consent": consents.CURRENT, "is_blank": is_blank,
        "card_days": settings.CARD_PICTURE_DAYS,
    }  # fmt: skip


def _read(request: HttpRequest, member: Membership, enterprise: Enterprise) -> tuple[hires.HireForm, str]:
    """The form as sent, and the picture that belongs to it: taken before, or sent along."""
    card, refusal = take_along(request, enterprise)
    post = request.POST
    asked = partial(
        register, consent_version=post.get("consent", ""), introducer=post.get("introducer", "")[:300], card=card
    )
    form = hires.read(request, member, enterprise, asked)
    if refusal and form.registration is None:
        form.errors["card"] = refusal
    return form, card.reference if card else ""


def with_defaults(form: hires.HireForm) -> hires.HireForm:
    """Hired today, under a contract from today on for twelve months."""
    today = business_day()
    form.typed |= {
        "hired_on": today.isoformat(), "contract_starts_on": today.isoformat(),
        "contract_ends_on": (add_months(today, 12) - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return form


def trades_of(enterprise: Enterprise) -> list[dict[str, Any]]:
    """Trades to choose from: those this enterprise has most, then those frequent in the park; each says if it is front-line."""
    posts = PostSpan.objects.filter(employment__enterprise=enterprise).exclude(trade="")
    rows = posts.values_list("trade").annotate(n=Count("pk")).order_by("-n", "trade")[: TRADES_SHOWN // 2]
    names = list(dict.fromkeys([trade for trade, _ in rows] + list(hires.TRADES)))[:TRADES_SHOWN]
    return [{"name": name, "front": "0" if name in OFFICE_TRADES else "1"} for name in names]


@page_for(Role.ENTERPRISE_HR)
@require_POST
@limited_person("hire_check")
@sensitive_post_parameters(*CHECKED)
def check_hire(request: HttpRequest) -> HttpResponse:
    """Answers beside the fields while somebody types; numbers come in the body only."""
    member = member_of(request)
    stated = {name: request.POST.get(name, "")[:300] for name in CHECKED}
    answers = look_at_hire(actor=member, enterprise=own_enterprise(request), day=business_day(), **stated)
    said = {name: [vars(remark) for remark in remarks] for name, remarks in answers.items()}
    return JsonResponse(said)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def hire_registered(request: HttpRequest, reference: str) -> HttpResponse:
    """Done: the number, what happens next, the worker's card."""
    member = member_of(request)
    employment = get_object_or_404(
        Employment.objects.visible_to(member).select_related("worker", "enterprise__organisation"), reference=reference
    )
    link_hires(day=business_day(), enterprise_id=employment.enterprise_id)
    context = {
        "referral": Referral.objects.filter(hire__employment=employment).select_related("base__organisation").first(),
        "employment": employment, "warnings": request.session.pop("hire_warnings", []),
        "card_page": reverse("worker_card", args=[employment.worker.reference]), "picture": card_of(employment),
    }  # fmt: skip
    return render(request, "phone/hire_registered.html", context)
