"""Cards of the enterprise's workers: who has one, one card with its picture, revoked or issued anew."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.desk.tabs import numbered_page
from pages.downloads import file_response
from pages.public.visits import limited_person
from pages.typed_forms import reason_of
from park_workers.foundation.addresses import public_address
from park_workers.foundation.business_day import business_day
from park_workers.foundation.documents import missing_signs
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pictures import DEFAULT_LIMITS
from park_workers.models import CardPrint, Employment, Role, Worker, WorkerCard
from park_workers.services import card_faces, cards, photos

PHRASES = ("工牌遗失", "工牌损坏", "姓名或照片有变", "怀疑被人冒用")


def _worker(request: HttpRequest, reference: str) -> Worker:
    """Somebody who works or worked at this enterprise."""
    seen = Worker.objects.visible_to(member_of(request)).select_related("merged_into")
    found: Worker = get_object_or_404(seen, reference=reference)
    return found


def _canonical(person: Worker) -> Worker:
    """The record that stands for the person; cards show its photo."""
    return person.merged_into or person


@page_for(Role.ENTERPRISE_HR)
@require_safe
def card_list(request: HttpRequest) -> HttpResponse:
    """People employed today with their cards, looked for by name, initials or last four; and the latest prints."""
    enterprise, member = own_enterprise(request), member_of(request)
    typed = " ".join(request.GET.get("q", "").split())[:60]
    work = Employment.objects.visible_to(member).employed_on(business_day()).select_related("worker")
    if typed:
        work = work.search(typed)
    found = numbered_page(request, work.order_by("-hired_on", "-pk"), 50)
    people = [one.worker.canonical_id for one in found["page"]]
    standing = WorkerCard.objects.standing().filter(enterprise=enterprise, worker__in=people)
    having = {card.worker_id: card for card in standing}
    for one in found["page"]:
        one.card = having.get(one.worker.canonical_id)
    prints = CardPrint.objects.visible_to(member).select_related("job").order_by("-pk")[:3]
    return render(request, "phone/cards.html", {"q": typed, "prints": prints} | found)


@page_for(Role.ENTERPRISE_HR)
def card(request: HttpRequest, worker: str) -> HttpResponse:
    """One person's card; posting issues the first."""
    enterprise, person = own_enterprise(request), _worker(request, worker)
    member = member_of(request)
    if request.method == "POST":
        try:
            cards.issue_card(actor=member, worker=person, enterprise=enterprise, day=business_day())
            messages.success(request, "工牌已发。")
        except RuleViolation as refusal:
            messages.error(request, refusal.sentences)
        return redirect("worker_card", worker=worker)
    standing = cards.standing_card(person, enterprise)
    probe = standing or WorkerCard(worker=person, enterprise=enterprise)
    gone = WorkerCard.objects.visible_to(member).filter(worker__in=(person.pk, person.canonical_id), status="revoked")
    context: dict[str, Any] = {
        "worker": person, "card": standing, "gone": gone.order_by("-revoked_at")[:10], "today": business_day(),
        "says": cards.standing_on(standing, business_day()) if standing else None,
        "is_employed": probe.employments().employed_on(business_day()).exists(),
        "lacking": missing_signs(person.name), "photo": _canonical(person).photo_id,
        "scans": f"{public_address(request)}/c/{standing.signed_reference}/" if standing else "",
    }  # fmt: skip
    return render(request, "phone/card.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_POST
@limited_person("card")
def card_photo(request: HttpRequest, worker: str) -> HttpResponse:
    """The photo on the card: taken or chosen, or deleted."""
    enterprise, person = own_enterprise(request), _worker(request, worker)
    member = member_of(request)
    given = request.FILES.get("photo")
    try:
        if request.POST.get("then") == "forget":
            photos.forget_photo(actor=member, worker=person, enterprise=enterprise, day=business_day())
            messages.success(request, "照片已删除。")
        elif given is None:
            messages.error(request, "没有收到照片。请点“拍照或选照片”后再试。")
        else:
            content = given.read(DEFAULT_LIMITS.bytes + 1)
            photos.keep_photo(actor=member, worker=person, enterprise=enterprise, content=content, day=business_day())
            messages.success(request, "照片已放上工牌。")
    except (RuleViolation, FileRefused) as refusal:
        messages.error(request, refusal.sentences)
    return redirect("worker_card", worker=worker)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def card_picture(request: HttpRequest, worker: str, form: str) -> HttpResponse:
    """The standing card as a picture: on the page (view) or to keep (png)."""
    enterprise, person = own_enterprise(request), _worker(request, worker)
    standing = cards.standing_card(person, enterprise)
    found = get_object_or_404(
        WorkerCard.objects.select_related("worker__photo", "enterprise__organisation"),
        pk=standing.pk if standing else None,
    )
    (face,) = card_faces.faces_of([found], day=business_day(), address=public_address(request))
    picture = card_faces.phone_card(face)
    if form == "view":
        return HttpResponse(picture, content_type="image/png")
    return file_response(picture, f"工牌-{person.name}.png", content_type="image/png")


@page_for(Role.ENTERPRISE_HR)
def withdraw_card(request: HttpRequest, worker: str) -> HttpResponse:
    """Replace or revoke a card, with the reason."""
    enterprise, person = own_enterprise(request), _worker(request, worker)
    standing, member = cards.standing_card(person, enterprise), member_of(request)
    if standing is None:
        messages.info(request, "现在没有有效的工牌，无需作废。")
        return redirect("worker_card", worker=worker)
    error = ""
    if request.method == "POST":
        try:
            reason = reason_of(request)
            if request.POST.get("then") == "revoke":
                cards.revoke_card(actor=member, card=standing, reason=reason)
                messages.success(request, "工牌已作废，扫码会显示“已作废”。")
            else:
                cards.replace_card(actor=member, card=standing, reason=reason, day=business_day())
                messages.success(request, "已换发新工牌，旧工牌扫码会显示“已作废”。")
            return redirect("worker_card", worker=worker)
        except RuleViolation as refusal:
            error = refusal.sentences
    context = {
        "title": f"换发或作废{person.name}的工牌", "back": reverse("worker_card", args=[worker]), "what": "工牌",
        "phrases": PHRASES, "error": error, "typed": request.POST, "warning": "作废后，旧工牌扫码立即显示“已作废”。",
    }  # fmt: skip
    return render(request, "phone/withdraw.html", context, status=422 if error else 200)
