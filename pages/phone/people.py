"""The enterprise's people: the owner asks colleagues in, ends their access, hands the owner's place over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pages.accounts import codes
from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import ColleagueInvitation, OwnerHandover, Role
from park_workers.permissions import can_look_after_colleagues
from park_workers.services import colleagues


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("phone")
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for the enterprise, who was asked in; the owner asks in another one."""
    member, error = member_of(request), ""
    typed = {key: request.POST.get(key, "").strip()[:60] for key in ("name", "phone")}
    if request.method == "POST":
        try:
            colleagues.invite_colleague(actor=member, now=timezone.now(), **typed)
        except RuleViolation as refusal:
            error = codes.said(refusal)
        else:
            messages.success(request, "邀请已发出，72 小时内有效。也可以把链接转发给同事。")
            return redirect("colleagues")
    now, may_change = timezone.now(), can_look_after_colleagues(member)
    sent = ColleagueInvitation.objects.filter(organisation=member.organisation, status="sent", expires_at__gt=now)
    offer = OwnerHandover.objects.filter(organisation=member.organisation, status="offered").first()
    context: dict[str, Any] = {
        "people": colleagues.people_of(member.organisation), "may_change": may_change, "typed": typed, "error": error,
        "sent": [_shown(request, one) for one in sent.order_by("-pk")] if may_change else [], "offer": offer,
    }  # fmt: skip
    return render(request, "phone/people.html", context, status=422 if error else 200)


def _shown(request: HttpRequest, invitation: ColleagueInvitation) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("invited", args=[invitation.reference]))
    phone = mask_phone(invitation.open_phone())  # type: ignore[attr-defined]
    return {"row": invitation, "telephone": phone, "address": address}


@page_for(Role.ENTERPRISE_HR)
@require_POST
@freshly_confirmed()
def decide(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """End a colleague's access, or offer the owner's place."""
    member = member_of(request)
    colleague = get_object_or_404(colleagues.people_of(member.organisation), pk=pk)
    day, reason = business_day(), request.POST.get("reason", "")[:200]
    try:
        if action == "end":
            colleagues.end_colleague(actor=member, membership=colleague, reason=reason, day=day, now=timezone.now())
            messages.success(request, f"{colleague.user.display_name}的权限已停用，登录均已退出。")
        elif action == "offer":
            colleagues.offer_ownership(actor=member, to=colleague, day=day)
            messages.success(request, f"已请{colleague.user.display_name}接任主账号，对方接受后生效。")
        else:
            raise Http404
    except RuleViolation as refusal:
        messages.error(request, codes.said(refusal))
    return redirect("colleagues")


@page_for(Role.ENTERPRISE_HR)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    member = member_of(request)
    invitation = get_object_or_404(ColleagueInvitation.objects.filter(organisation=member.organisation), pk=pk)
    try:
        colleagues.withdraw_colleague(actor=member, invitation=invitation)
        messages.success(request, "邀请已撤回。")
    except RuleViolation as refusal:
        messages.error(request, codes.said(refusal))
    return redirect("colleagues")


@page_for(Role.ENTERPRISE_HR)
@require_POST
@freshly_confirmed()
def answer(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take the owner's place over, or not."""
    member, day = member_of(request), business_day()
    offer = get_object_or_404(OwnerHandover.objects.filter(to=member).select_related("offered_by"), pk=pk)
    try:
        if action == "take":
            colleagues.take_ownership(actor=member, offer=offer, day=day)
            messages.success(request, "您现在是贵企业的主账号，可以管理企业人员。")
        elif action == "decline":
            colleagues.decline_ownership(actor=member, offer=offer, day=day)
            messages.success(request, "已回复不接任。")
        else:
            raise Http404
    except RuleViolation as refusal:
        messages.error(request, codes.said(refusal))
    return redirect("me")
