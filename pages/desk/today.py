"""Today: what waits for me."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.acting import page_for
from pages.desk.acts import Act, acts_for
from pages.desk.batches import batches_seen_by, totals_of, with_standing_totals
from pages.desk.navigation import groups_for
from pages.desk.steps import notice_note
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership, Role
from subsidies.models import Appropriation, Batch, PublicNotice


@dataclass(frozen=True)
class Waiting:
    """One batch on my desk, and what I may do with it."""

    batch: Batch
    acts: list[Act]
    note: str = ""


@page_for()
def home(request: HttpRequest) -> HttpResponse:
    """The work queue of bureau staff; others are shown to their own door."""
    member: Membership = request.membership  # type: ignore[attr-defined]
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
    notices = {n.batch_id: n for n in PublicNotice.objects.filter(batch__in=alive, status="open")}
    for batch in alive:
        notice = notices.get(batch.pk)
        note = f"公示{notice_note(notice, today)}" if notice else ""
        acts = [act for act in acts_for(batch, member) if act.is_task]
        (waiting if acts else elsewhere).append(Waiting(batch, acts, note))
    return {
        "here": "today", "waiting": waiting, "elsewhere": elsewhere, "today": today,
        "totals": totals_of(official),
        "closed_totals": totals_of(closed),
        "counts": {"all": len(official), "closed": len(closed), "alive": len(waiting) + len(elsewhere)},
        "funds": [] if member.role == Role.CITY_REVIEWER else _funds(),
    }  # fmt: skip


def _funds() -> list[Appropriation]:
    found = list(Appropriation.objects.order_by("-year", "source"))
    for fund in found:
        fund.left_fen = fund.amount_fen - fund.committed_fen  # type: ignore[attr-defined]
        fund.committed_yuan = fund.committed_fen // 100  # type: ignore[attr-defined]
        fund.amount_yuan = fund.amount_fen // 100  # type: ignore[attr-defined]
    return found
