"""The address under which people outside reach the service: printed codes lead there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def public_address(request: HttpRequest) -> str:
    """YXT_PUBLIC_ADDRESS, or where this was asked for; no slash at its end."""
    return settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
