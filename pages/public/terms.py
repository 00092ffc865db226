"""What public notices have in common, whatever they show: working days that are left, and a form that a person has sent."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.http import HttpRequest


class Noticed(Protocol):
    """Anything shown to the public for a term in working days."""

    counted_days: list[str]


def days_left(notice: Noticed, today: date, *, is_open: bool) -> list[str]:
    """Working days of the term that are still to come, today included; none of a notice that is no longer open."""
    return [day for day in notice.counted_days if day >= today.isoformat()] if is_open else []


def is_sent_by_a_person(request: HttpRequest) -> bool:
    """A form that was sent, without the field that people do not see and programs fill."""
    return request.method == "POST" and not request.POST.get("website")
