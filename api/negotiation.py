"""In which form an answer goes out: ours have one, so that most requests need no comparing."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class OneForm(DefaultContentNegotiation):
    """As the framework does; who asks for anything, or for just what there is, gets it at once."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        only = renderers[0] if len(renderers) == 1 else None
        is_plain = not format_suffix and not request.META.get("QUERY_STRING")
        if only is not None and is_plain and request.headers.get("Accept", "*/*") in ("*/*", only.media_type):
            return only, only.media_type
        return super().select_renderer(request, renderers, format_suffix)
