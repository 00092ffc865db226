"""For probes and monitors: is it alive, is it ready, how much is waiting.  No names, no numbers of persons, no log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from park_workers.foundation.vital_signs import CHECKS, metrics_text

#: Headers a proxy adds: a request that carries one did not begin on this machine.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"live": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations, broker and workers are all well; else 503 with the one that is not."""
    found = {name: _answer(check) for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _answer(check: Callable[[], str]) -> str:
    # Why it fails stands in the log, not in a public answer.
    try:
        return check()
    except Exception as error:
        return f"failed ({type(error).__name__})"


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine itself or for the bearer of YXT_METRICS_TOKEN; to others it does not exist."""
    if not (_is_local(request.META) or _bears_token(request)):
        raise Http404
    return HttpResponse(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(meta: dict[str, Any]) -> bool:
    return meta.get("REMOTE_ADDR") in LOOPBACK and not any(name in meta for name in FORWARDED)


def _bears_token(request: HttpRequest) -> bool:
    wanted = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(wanted) and constant_time_compare(given.encode(), wanted.encode())
