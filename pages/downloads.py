"""Files handed to people: a plain download under its Chinese name."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """A workbook."""
    return file_response(content, name, content_type=XLSX)


def file_response(content: bytes, name: str, *, content_type: str) -> HttpResponse:
    """A file by its content; WeChat's browser drops blob links, so this is an ordinary answer with filename*."""
    response = HttpResponse(content, content_type=content_type)
    plain = f"download.{name.rpartition('.')[2]}"
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
