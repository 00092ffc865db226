"""Headers that no view should have to remember."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Pages go compressed to slow phones; machines ask the API over short wires and measure what they get."""

    def __call__(self, request: HttpRequest) -> Any:
        """The framework's own way for pages, none for the API."""
        return self.get_response(request) if request.path.startswith("/api/") else super().__call__(request)


class ContentPolicy:
    """Every answer has the content policy of the settings, put together once; what somebody gave us goes out under a stricter one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response, self.policy = get_response, build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """After the view."""
        response = self.get_response(request)
        response.setdefault(HEADER, self.policy)
        return response


class AnswersAreNotStored:
    """What the API or a signed-in person's page answers is kept by no browser and no proxy, unless the view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """After the view."""
        response = self.get_response(request)
        is_personal = request.path.startswith("/api/") or settings.SESSION_COOKIE_NAME in request.COOKIES
        is_static = request.path.startswith(settings.STATIC_URL)
        if is_personal and not is_static and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response
