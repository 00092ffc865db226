"""大字版: larger type on every phone page and at the door, kept in a cookie that says nothing else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.public.visits import limited

COOKIE, LARGE = "text_size", "large"
YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
@never_cache
@require_safe
@limited("reading", methods=("GET", "HEAD"))
def choose(request: HttpRequest) -> HttpResponse:
    """Larger or ordinary type, then back to the page; works without a script, and a link does no harm."""
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    response = redirect(onward)
    if request.GET.get("size") == LARGE:
        response.set_cookie(
            COOKIE, LARGE, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
