"""How values look: money, dates, masked numbers, icons, states."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pages.desk.navigation import Entry, family_of, groups_for
from park_workers.foundation import business_day
from park_workers.foundation.masking import mask_id_number, mask_id_number_for_public, mask_name, mask_phone
from park_workers.foundation.money import capital_amount, format_fen
from training.panel_scores import points_text
from training.pass_list.reader import LEVEL_NAMES

register = template.Library()
ICONS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "tabler-icons"

#: colour role of each state; the word always stands beside it
STATE_ROLES = {
    "draft": "calm", "computed": "calm", "submitted": "wait", "reviewed": "wait", "approved": "wait", "in_notice": "brand",
    "notice_ended": "wait", "sent_to_city": "wait", "answered": "wait", "paying": "brand", "closed": "good",
    "cancelled": "bad", "open": "brand", "superseded": "calm", "made": "wait", "sent": "wait", "returned": "bad",
    "queued": "wait", "failed": "bad",
    "pending": "wait", "paid": "good", "bounced": "bad", "published": "good", "retired": "calm", "held": "wait",
    "released": "good", "removed": "bad", "objected": "bad", "resubmitted": "wait", "rejected": "bad", "repaid": "good",
    "clawed_back": "bad", "received": "wait", "upheld": "bad",
    "uploaded": "wait", "checked": "wait", "confirmed": "brand", "applied": "good",
    "refused": "bad", "withdrawn": "calm", "proposed": "wait", "written_off": "bad",
    "valid": "good", "revoked": "bad",
    "waiting": "wait", "agreed": "wait", "opened": "good", "accepted": "good", "offered": "wait", "taken": "good", "declined": "calm",
    "ended": "calm", "planned": "calm", "results_entered": "wait",
    "expired": "calm", "done": "good",
    "filed": "wait", "running": "brand", "completed": "good", "filled": "good", "granted": "good",
    "drawn": "wait", "scoring": "brand", "decided": "wait", "finished": "good", "seated": "good",
    "referred": "wait", "interview_agreed": "brand", "interviewed": "wait", "hired": "good",
}  # fmt: skip


@register.filter
def money(fen: int | str | None) -> str:
    """¥1,330,000.00 from fen; a dash for nothing known."""
    if fen is None or fen == "":
        return "—"
    return format_fen(int(fen))


@register.filter
def money_words(fen: int | str | None) -> str:
    """人民币壹佰叁拾叁万元整 from fen."""
    return "" if fen is None or fen == "" else capital_amount(int(fen))


@register.filter
def cn_date(day: date | None) -> str:
    """2026年11月23日, for text."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


@register.filter
def points(hundredths: int | None) -> str:
    """86.50 from 8650 hundredths of a point."""
    return "—" if hundredths is None else points_text(int(hundredths))


@register.filter
def iso(day: date | None) -> str:
    """2026-11-23, for tables."""
    return f"{day:%Y-%m-%d}" if day else "—"


@register.filter
def month(day: date | None) -> str:
    """2026-11, for insured months."""
    return f"{day:%Y-%m}" if day else "—"


@register.filter
def level(number: int | None) -> str:
    """五级 of 5."""
    return LEVEL_NAMES.get(number or 0, "—")


@register.filter
def masked_id(number: str | None) -> str:
    """441802********0013: first six and last four of an identity number."""
    return mask_id_number(number) if number else "—"


@register.filter
def public_id(number: str | None) -> str:
    """An identity number as a public notice shows it."""
    return mask_id_number_for_public(number) if number else "—"


@register.filter
def public_name(name: str | None) -> str:
    """A name as a public notice shows it."""
    return mask_name(name) if name else "—"


@register.filter
def masked_phone(number: str | None) -> str:
    """138****5678: first three and last four of a phone number."""
    return mask_phone(number) if number else "—"


@register.filter
def masked_account(last_four: str | None) -> str:
    """Account by its last four."""
    return f"**** {last_four}" if last_four else "—"


@register.filter
def level_name(level: int | None) -> str:
    """五级 … 一级 from 5 … 1."""
    return LEVEL_NAMES.get(level or 0, "—")


@lru_cache(maxsize=64)
def _icon(name: str) -> str:
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    start = text.index('class="')
    end = text.index('"', start + 7) + 1
    return " ".join((text[:start] + 'class="icon" aria-hidden="true" focusable="false"' + text[end:]).split())


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline icon of the vendored set; decoration only, so hidden from screen readers."""
    return mark_safe(_icon(name))  # noqa: S308 - a committed file, no user's text


@register.simple_tag
def state(status: str, label: str) -> SafeString:
    """A state: its word, in the colour of its role."""
    return format_html('<span class="state state-{}">{}</span>', STATE_ROLES.get(status, "calm"), label)


@register.simple_tag
def new_key() -> str:
    """A key of one form on one page: the same form sent twice has one effect."""
    return str(uuid.uuid4())


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some values changed; an empty value leaves, the page number restarts."""
    request = context.get("request")
    params: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for place in ("line", "page", "before", "after"):
        params.pop(place, None)
    for name, value in changes.items():
        params.pop(name, None)
        if value not in ("", None):
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.filter
def timesince_short(later: datetime, earlier: datetime) -> str:
    """How long something took, in whole seconds or minutes."""
    seconds = int((later - earlier).total_seconds())
    return f"{seconds} 秒" if seconds < 120 else f"{seconds // 60} 分钟"


@register.filter
def status_word(subject: Any) -> str:
    """Chinese word of a stateful object's state."""
    return str(type(subject).Status(subject.status).label)


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[tuple[str, list[Entry]]]:
    """The menu of whoever acts on the page, by heading."""
    return groups_for(getattr(context.get("request"), "membership", None))


@register.simple_tag(takes_context=True)
def family(context: template.Context) -> list[Entry]:
    """Entries that stand beside the open page's own, see `family_of`."""
    return family_of(str(context.get("here", "")), getattr(context.get("request"), "membership", None))


@register.filter
def trial_word(batch: Any) -> str:
    """State of a trial batch, which pays nothing."""
    return f"试算 · {status_word(batch)}"


@register.simple_tag
def practice_day() -> date | None:
    """The day of a practice installation, None on a real one."""
    return business_day.practice_day()
