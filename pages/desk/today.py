"""Today: what waits for me."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import member_of, page_for
from pages.desk.act_pages import Act
from pages.desk.acts import acts_for
from pages.desk.batches import batches_seen_by, totals_of, with_standing_totals
from pages.desk.bureaus import of_own_bureau
from pages.desk.money.funds import with_left
from pages.desk.navigation import groups_for
from pages.desk.steps import notice_note
from pages.desk.todo import todos_for
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership, Role
from subsidies.models import Appropriation, Batch, PublicNotice


@dataclass(frozen=True)
class Waiting:
    """One batch on my desk, and what I may do with it."""

    batch: Batch
    acts: list[Act]
    note: str = ""
    #: when it came to this step
    since: date | None = None


@page_for()
def home(request: HttpRequest) -> HttpResponse:
    """The work queue of bureau staff; others are shown to their own door."""
    member = member_of(request)
    if member.role == Role.ENTERPRISE_HR:
        return redirect("phone_home")
    if not member.sees_business_of_all:
        # Whoever has one kind of work only begins with it.
        entries = [entry for _, group in groups_for(member) for entry in group]
        return redirect(entries[0].url_name) if entries else render(request, "desk/no_business.html")
    return render(request, "desk/today.html", _today(member))


def _today(member: Membership) -> dict[str, Any]:
    seen = batches_seen_by(member)
    official = with_standing_totals(
        list(seen.filter(is_trial=False).exclude(status="cancelled").order_by("cutoff_on", "pk"))
    )
    closed = [batch for batch in official if batch.status == "closed"]
    alive = [batch for batch in official if batch.status != "closed"]
    today, waiting, elsewhere = business_day(), [], []
    notices = {
        n.batch_id: n
        for n in PublicNotice.objects.filter(batch__in=alive, status="open").select_related("batch__policy")
    }
    for batch in alive:
        notice = notices.get(batch.pk)
        note = f"公示{notice_note(notice, today)}" if notice else ""
        acts = [act for act in acts_for(batch, member) if act.is_task]
        (waiting if acts else elsewhere).append(Waiting(batch, acts, note, since_of(batch)))
    return {
        "here": "today", "waiting": sorted(waiting, key=lambda one: one.since or date.max), "elsewhere": elsewhere,
        "today": today, "todos": todos_for(member), "notices": _running(notices.values(), today),
        "totals": totals_of(official),
        "closed_totals": totals_of(closed),
        "counts": {"all": len(official), "closed": len(closed), "alive": len(waiting) + len(elsewhere)},
        "funds": [] if member.role == Role.CITY_REVIEWER else _funds(member),
    }  # fmt: skip


#: the day on which a batch came to its state
ARRIVED = {
    "computed": "computed_on", "submitted": "submitted_on", "reviewed": "reviewed_on", "approved": "approved_on",
    "in_notice": "published_on", "notice_ended": "notice_ended_on", "sent_to_city": "sent_on", "answered": "answered_on",
    "paying": "answered_on",
}  # fmt: skip


def since_of(batch: Batch) -> date | None:
    """Since when the batch waits where it is; a draft has no business day of its own."""
    day: date | None = getattr(batch, ARRIVED[batch.status]) if batch.status in ARRIVED else None
    return day


def _running(notices: Iterable[PublicNotice], today: date) -> list[tuple[PublicNotice, str]]:
    """Open notices, the one that ends first on top, with the working days left."""
    return [(one, notice_note(one, today)) for one in sorted(notices, key=lambda one: one.last_day)]


def _funds(member: Membership) -> list[Appropriation]:
    return with_left(list(of_own_bureau(Appropriation.objects.order_by("-year", "source"), member)))
