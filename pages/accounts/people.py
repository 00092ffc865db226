"""Pages of the security administrator: people, their roles, proposing, confirming and revoking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Organisation, Role, User
from park_workers.permissions import can_confirm_membership, can_look_after_people
from park_workers.services import invitations
from park_workers.services.memberships import (
    ROLES_BY_KIND,
    confirm_membership,
    end_membership,
    organisations_looked_after_by,
    propose_membership,
)

ADMINS = (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)


def _person(request: HttpRequest, pk: int) -> User:
    found: User = get_object_or_404(invitations.people_looked_after_by(member_of(request)), pk=pk)
    return found


def _number(request: HttpRequest, key: str) -> int:
    text = request.POST.get(key, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


@page_for(ADMINS)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and what waits for a second person."""
    member = member_of(request)
    ours = organisations_looked_after_by(member)
    waiting = (
        Membership.objects.waiting().filter(organisation__in=ours).select_related("user", "organisation", "granted_by")
    )
    name = request.GET.get("q", "").strip()[:80]
    everybody = invitations.people_looked_after_by(member)
    if name:
        everybody = everybody.filter(Q(username__icontains=name) | Q(display_name__icontains=name))
    shown = numbered_page(request, everybody)
    held: dict[int, list[Membership]] = {}
    roles = Membership.objects.filter(valid_to__isnull=True, organisation__in=ours, user__in=list(shown["page"]))
    for one in roles.select_related("organisation"):
        held.setdefault(one.user_id, []).append(one)
    context = {
        "here": "people", "waiting": [(one, can_confirm_membership(member, one)) for one in waiting], "q": name,
        "people": [(user, held.get(user.pk, [])) for user in shown["page"]], "may_change": can_look_after_people(member),
    } | shown  # fmt: skip
    return render(request, "accounts/people.html", context)


@page_for(Role.SECURITY_ADMIN)
@freshly_confirmed()
def invite(request: HttpRequest) -> HttpResponse:
    """A new person: name and log-in name; the link is shown once."""
    typed = {key: request.POST.get(key, "").strip()[:80] for key in ("username", "display_name")}
    error = ""
    if request.method == "POST":
        try:
            user, link = invitations.invite_person(actor=member_of(request), now=timezone.now(), **typed)
        except RuleViolation as refusal:
            error = refusal.sentences
        else:
            return _show_link(request, user, link)
    context = {"here": "people", "typed": typed, "error": error}
    return render(request, "accounts/invite.html", context, status=422 if error else 200)


def _show_link(request: HttpRequest, user: User, link: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accept_invitation", args=[link]))
    hours = int(invitations.VALID_FOR.total_seconds() // 3600)
    return render(request, "accounts/link.html", {"here": "people", "person": user, "address": address, "hours": hours})


@page_for(ADMINS)
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles now and before, and what can be done."""
    return _page(request, _person(request, pk))


def _page(request: HttpRequest, user: User, error: str = "") -> HttpResponse:
    member = member_of(request)
    ours = organisations_looked_after_by(member)
    memberships = user.memberships.filter(organisation__in=ours).select_related(
        "organisation", "granted_by", "confirmed_by"
    )
    is_other = user.pk != member.user_id
    context = {
        "here": "people", "person": user, "error": error, "organisations": ours.order_by("kind", "name"), "roles": Role.choices,
        "memberships": [(one, one.is_waiting and can_confirm_membership(member, one)) for one in memberships.order_by("-pk")],
        "may_change": can_look_after_people(member) and is_other, "typed": request.POST,
    }  # fmt: skip
    return render(request, "accounts/person.html", context, status=422 if error else 200)


@page_for(Role.SECURITY_ADMIN)
@require_POST
@freshly_confirmed()
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a role for a person."""
    user, member = _person(request, pk), member_of(request)
    organisation = Organisation.objects.filter(pk=_number(request, "organisation")).first()
    role = request.POST.get("role", "")
    if organisation is None or role not in Role.values:
        return _page(request, user, "请选择单位和岗位。")
    fitting = ROLES_BY_KIND.get(organisation.kind, frozenset())
    if Role(role) not in fitting:
        names = "、".join(sorted(one.label for one in fitting))
        return _page(request, user, f"“{organisation.get_kind_display()}”可选的岗位：{names}。")
    try:
        propose_membership(actor=member, user=user, organisation=organisation, role=Role(role), day=business_day())
    except RuleViolation as refusal:
        return _page(request, user, refusal.sentences)
    messages.success(request, "已提出，等待另一位管理员确认后生效。")
    return redirect("person", pk=pk)


@page_for(ADMINS)
@require_POST
@freshly_confirmed()
def decide(request: HttpRequest, pk: int, membership_pk: int, action: str) -> HttpResponse:
    """Confirm a role that waits; refuse or revoke one."""
    user, member = _person(request, pk), member_of(request)
    membership = get_object_or_404(user.memberships.select_related("user", "organisation"), pk=membership_pk)
    days: dict[str, Any] = {"day": business_day(), "now": timezone.now()}
    try:
        if action == "confirm":
            confirm_membership(actor=member, membership=membership, **days)
            messages.success(request, "岗位已确认生效，该用户需重新登录。")
        elif action == "end":
            end_membership(actor=member, membership=membership, reason=request.POST.get("reason", "")[:300], **days)
            messages.success(request, "岗位已撤销，该用户的登录均已退出。")
        else:
            raise Http404
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("person", pk=pk)


@page_for(Role.SECURITY_ADMIN)
@require_POST
@freshly_confirmed()
def change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A new link, another phone, closing or opening the account."""
    user, member, now = _person(request, pk), member_of(request), timezone.now()
    reason = request.POST.get("reason", "")[:300]
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "close": (lambda: invitations.set_active(actor=member, user=user, is_active=False, reason=reason, now=now),
                  "账号已停用，该用户的登录均已退出。"),
        "open": (lambda: invitations.set_active(actor=member, user=user, is_active=True, reason=reason, now=now),
                 "账号已启用。"),
        "reset-code": (lambda: invitations.reset_second_factor(actor=member, user=user),
                       "动态验证码已重置，该用户下次登录时重新绑定。"),
    }  # fmt: skip
    try:
        if action == "link":
            return _show_link(request, user, invitations.renew_invitation(actor=member, user=user, now=now))
        if action not in steps:
            raise Http404
        run, done = steps[action]
        run()
        messages.success(request, done)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("person", pk=pk)
