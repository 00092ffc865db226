"""What a session must keep to on every request, whichever door it uses: its length, its second factor, a fresh password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from park_workers.foundation.problems import problem_response
from park_workers.services.sessions import FACTOR_KEY, MUST_CHANGE_KEY, SEEN_KEY, SINCE_KEY

#: the session is written at most this often only to say that it was used
SEEN_EVERY_SECONDS = 60
#: where a person with an expired password may still go
OPEN_PATHS = ("/account/password/", "/log-out/", "/api/v1/session/password/")


class LogInFirst(LoginRequiredMiddleware):
    """Who is not signed in is sent to the door, and from there back to the page on which they were, never to where a form went."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """After a form the page that held it; some addresses take nothing but forms."""
        came_from = urlsplit(request.headers.get("Referer", ""))
        if request.method == "POST" and came_from.netloc == request.get_host():
            page = urlunsplit(("", "", came_from.path, came_from.query, ""))
            return redirect_to_login(page, self.get_login_url(view_func), self.get_redirect_field_name(view_func))
        return super().handle_no_permission(request, view_func)


class SessionRules:
    """Ends sessions that are too old, idle, or without the second factor; sends expired passwords to be changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Before the view."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if self._is_over(request):
                logout(request)
            elif request.session.get(MUST_CHANGE_KEY) and request.path not in OPEN_PATHS:
                return self._change_first(request)
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = int(timezone.now().timestamp()), request.session
        since, seen = session.get(SINCE_KEY), session.get(SEEN_KEY)
        if since is None or seen is None:  # opened elsewhere than at the door: its time begins now
            session[SINCE_KEY] = session[SEEN_KEY] = since = seen = now
        if now - since > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
            return True
        # A page that looks by itself for what is new is nobody at the keys.
        if now - seen > SEEN_EVERY_SECONDS and "X-Unattended" not in request.headers:
            session[SEEN_KEY] = now
        return bool(settings.REQUIRE_SECOND_FACTOR) and FACTOR_KEY not in session

    def _change_first(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            fix = "请先用 POST /api/v1/session/password/ 或在网页“我的账号”中更改密码"
            return problem_response(403, "PASSWORD_EXPIRED", "密码已到期，须先更改", fix)
        return redirect("change_password")
