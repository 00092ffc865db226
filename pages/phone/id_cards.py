"""Pictures for the form of a hire: the identity card to be read, and the introducer's card whose code is looked up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.public.visits import limited_person
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pictures import DEFAULT_LIMITS, read_codes
from park_workers.models import Employment, Enterprise, IdCardPicture, Role
from park_workers.services.id_cards import reading_of, receive_card_picture, state_of


def _given(request: HttpRequest, *names: str) -> bytes | None:
    """The picture sent under one of these names; of one that is too large only so much that it is refused."""
    for name in names:
        given: Any = request.FILES.get(name)
        if given is not None:
            return bytes(given.read(DEFAULT_LIMITS.bytes + 1))
    return None


@page_for(Role.ENTERPRISE_HR)
@require_POST
@limited_person("card")
def take_card(request: HttpRequest) -> HttpResponse:
    """One picture of an identity card; the answer says where to ask for what was read."""
    member = member_of(request)
    content = _given(request, "card", "card_album")
    try:
        found = receive_card_picture(actor=member, enterprise=own_enterprise(request), content=content or b"")
    except FileRefused as refusal:
        return JsonResponse({"code": refusal.code, "message": refusal.sentences}, status=422)
    state = "reading" if found.job_id else "kept"
    where = reverse("hire_card", args=[found.reference])
    return JsonResponse({"reference": found.reference, "state": state, "address": where}, status=201)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def card_reading(request: HttpRequest, picture: str) -> HttpResponse:
    """What was read on a picture, for the person who took it: reading, read with its fields, or failed."""
    member = member_of(request)
    mine = IdCardPicture.objects.visible_to(member).filter(recorded_by=member).select_related("job")
    found = get_object_or_404(mine, reference=picture)
    fields = reading_of(found)
    if fields is not None:
        said = {name: vars(one) for name, one in vars(fields).items()}
        return JsonResponse({"state": "read", "fields": said})
    return JsonResponse({"state": "reading" if state_of(found) == "reading" else "failed"})


@page_for(Role.ENTERPRISE_HR)
@require_POST
@limited_person("card")
def scan_code(request: HttpRequest) -> HttpResponse:
    """The text of the QR code on a picture of the introducer's card; who that is, the check of the form says."""
    try:
        found = read_codes(_given(request, "code") or b"")
    except FileRefused as refusal:
        return JsonResponse({"message": refusal.sentences}, status=422)
    if not found:
        return JsonResponse({"message": "照片上没有找到工牌二维码。请对准二维码重拍，或填写手机号码。"}, status=422)
    return JsonResponse({"code": found[0][:300]})


def take_along(request: HttpRequest, enterprise: Enterprise) -> tuple[IdCardPicture | None, str]:
    """The picture of a form: the one taken before, or one sent with the form itself; or why that is refused."""
    member = member_of(request)
    before = IdCardPicture.objects.visible_to(member).filter(reference=request.POST.get("card_picture", "")[:20])
    found = before.filter(recorded_by=member, forgotten_at=None).first()
    content = _given(request, "card", "card_album")
    if found is not None or content is None:
        return found, ""
    try:
        return receive_card_picture(actor=member, enterprise=enterprise, content=content), ""
    except FileRefused as refusal:
        return None, refusal.sentences


def card_of(employment: Employment) -> IdCardPicture | None:
    """The picture kept with a hire, while there is one."""
    return employment.id_card_pictures.filter(forgotten_at=None).first()
