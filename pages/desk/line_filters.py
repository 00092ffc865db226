"""Narrowing the lines of a batch by name, payee and trade."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from park_workers.models import Employment, Organisation, PostSpan, Worker
from park_workers.models.named import narrowing
from park_workers.services.posts import trades_in_use
from subsidies.models import Batch, Claim, LineItem

#: more payees are not offered one by one: their name is typed
PAYEES_OFFERED = 300
#: lines of so many payees are counted one by one
CLAIMS_COUNTED = 40


def filtered(
    request: HttpRequest, batch: Batch, lines: QuerySet[LineItem]
) -> tuple[QuerySet[LineItem], dict[str, Any]]:
    """Lines narrowed by name, payee and trade of the query string, and what the filter bar shows.

    `are_few`: some filter leaves so few that they may be counted one by one.
    """
    name, firm = _typed(request, "name"), _typed(request, "firm")
    payee, payees, are_many = _payees(batch, request.GET.get("payee", ""))
    trades = trades_in_use() if batch.current_id else []
    trade = request.GET.get("trade", "")
    trade = trade if trade in trades else ""
    few = [bool(payee)]
    if payee:
        lines = lines.filter(claim_id=int(payee))
    if name:
        people, are_few = narrowing(Worker.objects.named_like(name), to="worker")
        lines, few = lines.filter(people), [*few, are_few]
    if firm:
        claims, are_few = narrowing(claims_named(batch, firm), to="claim", few=CLAIMS_COUNTED)
        lines, few = lines.filter(claims), [*few, are_few]
    if trade:
        work = Employment.objects.filter(Exists(PostSpan.objects.filter(employment=OuterRef("pk"), trade=trade)))
        with_trade, are_few = narrowing(work, to="employment")
        lines, few = lines.filter(with_trade), [*few, are_few]
    shown: dict[str, Any] = {"name": name, "payee": payee, "payees": payees, "trade": trade, "trades": trades}
    shown |= {"firm": firm, "are_payees_many": are_many, "are_few": any(few)}
    return lines, shown | {"is_filtered": bool(name or payee or trade or firm)}


def _typed(request: HttpRequest, key: str) -> str:
    return " ".join(request.GET.get(key, "").split())[:40]


def claims_of(batch: Batch) -> Any:
    """Claims of the computation in force, in order."""
    claims = Claim.objects.filter(calculation_id=batch.current_id)
    return claims.select_related("organisation", "worker").order_by("position", "pk")


def claims_named(batch: Batch, text: str) -> Any:
    """Those whose payee is found by a name, as firms and people are searched elsewhere."""
    firms, people = Organisation.objects.search(text).values("pk"), Worker.objects.search(text).values("pk")
    return claims_of(batch).filter(Q(organisation__in=firms) | Q(worker__in=people))


def _payees(batch: Batch, chosen: str) -> tuple[str, list[tuple[str, str]], bool]:
    """The payee chosen ("" if there is no such), those offered, and whether there are too many to offer all."""
    offered = [(str(claim.pk), claim.payee_name) for claim in claims_of(batch)[: PAYEES_OFFERED + 1]]
    are_many = len(offered) > PAYEES_OFFERED
    if are_many:
        asked = chosen.isascii() and chosen.isdigit() and len(chosen) < 18
        found = claims_of(batch).filter(pk=int(chosen)) if asked else []
        offered = [(str(claim.pk), claim.payee_name) for claim in found]
    return chosen if chosen in dict(offered) else "", offered, are_many
