"""What waits for an enterprise: each kind of work adds its own line, and the home page shows those that have something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from pages.phone.account import bounced_todo
from pages.phone.confirming import claims_todo
from pages.phone.corrections import corrections_todo
from pages.phone.waiting import Todo
from park_workers.models import Membership, OwnerHandover, ScanEntry

__all__ = ["SOURCES", "Todo", "todo_list"]


#: a source answers None, or a line with n = 0, when nothing waits
Source = Callable[[Membership, date], Todo | None]


def owner_places_offered(member: Membership, today: date) -> Todo | None:
    """The owner's place, offered to this person."""
    n = OwnerHandover.objects.filter(to=member, status="offered").count()
    return Todo("请您接任主账号", n, reverse("me"), "user-check") if n else None


def scanned_entries(member: Membership, today: date) -> Todo | None:
    """Workers who registered themselves and wait for a yes or no."""
    waiting = ScanEntry.objects.visible_to(member).waiting()
    found = waiting.aggregate(n=Count("pk"), first=Min("entered_on"))
    note = f"最早 {found['first'].month}月{found['first'].day}日提交" if found["n"] else ""
    return Todo("扫码登记待确认", found["n"], reverse("scan_entries"), "qrcode", note=note)


#: in the order of the page
SOURCES: tuple[Source, ...] = (owner_places_offered, scanned_entries, claims_todo, corrections_todo, bounced_todo)


def todo_list(member: Membership, today: date) -> list[Todo]:
    """Everything that waits for this enterprise, what ends first on top."""
    found = [todo for source in SOURCES if (todo := source(member, today)) is not None and todo.n]
    return sorted(found, key=lambda todo: todo.until or date.max)
