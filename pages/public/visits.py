"""How often one source may use the public pages: forms few times an hour, reading many times a minute.

Counted in the cache, as the API's rates are: in each web process, forgotten with it.  The source is the address the log-in
believes in, so an invented X-Forwarded-For makes no new visitor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from park_workers.services.sessions import client_address

View = Callable[..., HttpResponse]
SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86_400}


def limited(scope: str, *, methods: tuple[str, ...]) -> Callable[[View], View]:
    """A view that one source may ask for only so often by these methods; the rate is PAGE_RATES[scope]."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(request, scope) if request.method in methods else 0
            return too_often(request, wait) if wait else view(request, *args, **kwargs)

        wrapped.page_rates = getattr(view, "page_rates", {}) | dict.fromkeys(methods, scope)  # type: ignore[attr-defined]
        return wrapped

    return decorate


def limited_person(scope: str) -> Callable[[View], View]:
    """A view behind the log-in that one person may ask for only so often, by script; a factory shares one address."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(request, scope, who=f"person-{request.user.pk}")
            if not wait:
                return view(request, *args, **kwargs)
            answer = JsonResponse({"message": f"操作过于频繁，请 {wait} 秒后再试。"}, status=429)
            answer["Retry-After"] = str(wait)
            return answer

        return wrapped

    return decorate


def seconds_to_wait(request: HttpRequest, scope: str, *, who: str = "") -> int:
    """Count this request of its source (or of `who`); 0 when it may go on, else the seconds until the count begins anew."""
    count, _, unit = settings.PAGE_RATES[scope].partition("/")
    length = SECONDS[unit]
    now = int(time.time())
    window = now - now % length
    key = f"page-visits:{scope}:{window}:{who or client_address(request)}"
    cache.add(key, 0, timeout=length)
    try:
        found = cache.incr(key)
    except ValueError:  # the window ended in between
        return 0
    return 0 if found <= int(count) else window + length - now


def tries_within_the_hour(request: HttpRequest, what: str, *, is_another: bool) -> int:
    """How often this source has done `what` within this hour; `is_another` counts this time too."""
    hour = int(time.time()) // 3600
    key = f"page-tries:{what}:{hour}:{client_address(request)}"
    cache.add(key, 0, timeout=3600)
    try:
        return int(cache.incr(key) if is_another else cache.get(key, 0))
    except ValueError:  # the hour ended in between
        return int(is_another)


def nothing_there(request: HttpRequest, template: str) -> HttpResponse:
    """404 for a signed address that was not given out here; who guesses on is soon told to wait."""
    wait = seconds_to_wait(request, "guess")
    return too_often(request, wait) if wait else render(request, template, status=404)


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """429 in Chinese, with when to come back."""
    minutes = -(-wait // 60)
    response = render(request, "429.html", {"minutes": minutes, "is_form": request.method == "POST"}, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
