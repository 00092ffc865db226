"""Who acts on a page: the signed-in person's one chosen role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from park_workers.models import Enterprise, Membership
from park_workers.services import acting as acting_roles
from park_workers.services.acting import SESSION_KEY
from park_workers.services.sessions import act_as

__all__ = ["act_as", "acting", "live_memberships", "member_of", "own_enterprise", "page_for"]

View = Callable[..., HttpResponse]


def live_memberships(request: HttpRequest) -> list[Membership]:
    """Roles the person may act in today."""
    return acting_roles.live_memberships(request.user) if request.user.is_authenticated else []


def acting(request: HttpRequest) -> Membership | None:
    """The chosen role, or the only one; None when there is a choice to make or nothing to choose."""
    found = live_memberships(request)
    current = acting_roles.chosen_membership(found, request.session.get(SESSION_KEY))
    request.membership = current  # type: ignore[attr-defined]
    request.other_memberships = [m for m in found if m != current]  # type: ignore[attr-defined]
    return current


def member_of(request: HttpRequest) -> Membership:
    """Who acts on a page behind `page_for`."""
    found: Membership = request.membership  # type: ignore[attr-defined]
    return found


def own_enterprise(request: HttpRequest) -> Enterprise:
    """The enterprise whose HR acts."""
    seen = Enterprise.objects.visible_to(member_of(request)).select_related("organisation")
    found: Enterprise = get_object_or_404(seen)
    return found


def page_for(*roles: str | Iterable[str]) -> Callable[[View], View]:
    """A page for people of these roles: anybody else is told so, and nothing of it is kept by browser or proxy."""
    allowed = {role for item in roles for role in ([item] if isinstance(item, str) else item)}

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            membership = acting(request)
            if membership is None:
                return redirect("choose_role")
            if allowed and membership.role not in allowed:
                raise PermissionDenied(f"您当前的岗位是“{membership.get_role_display()}”，不能查看此页面。")
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
            patch_vary_headers(response, ["HX-Request"])
            return response

        return wrapped

    return decorate
