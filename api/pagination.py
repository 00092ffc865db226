"""Lists in pages by key: a page stays where it is while rows are added before it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from api.errors import Refused


class ByKey(CursorPagination):
    """`next` and `previous` are addresses to follow; `limit` is the page's length, 500 at most."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "limit"
    ordering = "-pk"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        ordering = getattr(view, "list_order", ("-pk",))
        return tuple(ordering)

    def decode_cursor(self, request: Request) -> Any:
        """The place a cursor names; no row is called by the character NUL, which PostgreSQL does not even compare."""
        cursor = super().decode_cursor(request)
        if cursor is not None and "\0" in str(cursor.position):
            raise NotFound
        return cursor

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """A page; raises Refused for a cursor that does not name a place in this list."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError, OverflowError, ValidationError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise Refused(400, "CURSOR_INVALID", "分页位置无效", "请用上一页应答中的 next 或 previous 地址") from error
