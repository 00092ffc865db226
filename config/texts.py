"""What no text that people type can hold, taken out once for every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

#: no keyboard makes it and PostgreSQL keeps it in no text; it comes of broken pastes and of people who look for holes
HOLE = "\0"
#: the sign for a sign that is none; no row is called by it
NOTHING = "\ufffd"


class TextsWithoutHoles:
    """Fields, questions and cookies lose the character NUL before anybody reads them; an address with one leads nowhere.

    The API names a field with one as wrong instead, so its bodies and questions are left to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Address, cookies and question, before sessions are looked for."""
        if HOLE in request.path_info:
            request.path, request.path_info = (
                text.replace(HOLE, NOTHING) for text in (request.path, request.path_info)
            )
        if any(HOLE in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value.replace(HOLE, "") for name, value in request.COOKIES.items()}
        if not _is_api(request):
            request.GET = _filled(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """The form, which is read for its token by now."""
        if request.method == "POST" and not _is_api(request):
            request.POST = _filled(request.POST)  # type: ignore[assignment]


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _filled(fields: QueryDict) -> QueryDict:
    if not any(HOLE in text for name, texts in fields.lists() for text in (name, *texts)):
        return fields
    clean = QueryDict(mutable=True)
    for name, texts in fields.lists():
        clean.setlist(name.replace(HOLE, ""), [str(text).replace(HOLE, "") for text in texts])
    clean._mutable = False
    return clean
