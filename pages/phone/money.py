"""Money on the phone: what each policy gives now, soon or not, with the reason for every person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages import why
from pages.acting import member_of, own_enterprise, page_for
from pages.desk.tabs import numbered_page
from pages.phone.claims import claims_of, shown_claims
from pages.phone.confirming import waiting_claims
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, Enterprise, Role, Worker
from park_workers.services.accounts import account_in_force
from subsidies.models import Disbursement, LineItem, PolicyVersion
from subsidies.rules.facts import FACTS_BY_NAME
from subsidies.rules.projection import ASSUMPTION
from subsidies.rules.words import day_text
from subsidies.services.outlook import (
    CLAIMED,
    NOW,
    PAID,
    REFUSED,
    SOON,
    Outlook,
    outlook_of,
    versions_in_force,
    why_no_outlook,
)

TITLES = {NOW: "现在符合", SOON: "30天内将符合", CLAIMED: "办理中", PAID: "已到账", REFUSED: "暂不符合"}
PAGE_SIZE = 50


@dataclass(frozen=True)
class PolicyCard:
    """One policy as the enterprise sees it: the outlook, or why there is none."""

    version: PolicyVersion
    outlook: Outlook | None
    no_outlook: str = ""

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each group with count, sum and address, in the order of the page."""
        found, outlook = [], self.outlook
        for key, title in TITLES.items() if outlook else ():
            assert outlook is not None
            href = f"{reverse('phone_money_people')}?policy={self.version.policy.code}&group={key}"
            fen = outlook.fen(key) if key != REFUSED else None
            first = outlook.first_ripe_on if key == SOON else None
            found.append(
                {"key": key, "title": title, "n": outlook.count(key), "fen": fen, "href": href, "first": first}
            )
        return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def money_page(request: HttpRequest) -> HttpResponse:
    """Claims to confirm, a card for each policy in force, claims with their state, the account."""
    member = member_of(request)
    enterprise, today = own_enterprise(request), business_day()
    cards = []
    for version in versions_in_force(enterprise=enterprise, day=today):
        reason = why_no_outlook(version)
        outlook = None if reason else outlook_of(enterprise=enterprise, version=version, day=today)
        cards.append(PolicyCard(version, outlook, reason))
    paid = Disbursement.objects.filter(organisation_id=member.organisation_id, status="paid")
    context = {
        "today": today, "cards": cards, "assumption": ASSUMPTION, "waiting": waiting_claims(member),
        "claims": shown_claims(member),
        "paid_fen": paid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "account": account_in_force(organisation=enterprise.organisation, day=today),
    }  # fmt: skip
    return render(request, "phone/money.html", context)


def _outlook(request: HttpRequest, enterprise: Enterprise) -> Outlook:
    """The outlook of the policy named in the address (or of the first); 404 for one not in force or not to be foretold."""
    today, code = business_day(), request.GET.get("policy", "")
    for version in versions_in_force(enterprise=enterprise, day=today):
        if code in ("", version.policy.code) and not why_no_outlook(version):
            return outlook_of(enterprise=enterprise, version=version, day=today)
    raise Http404


@page_for(Role.ENTERPRISE_HR)
@require_safe
def money_people(request: HttpRequest) -> HttpResponse:
    """The people of one group, each with the date or the reasons in a few words."""
    outlook = _outlook(request, own_enterprise(request))
    group = request.GET.get("group", NOW)
    group = group if group in TITLES else NOW
    rows, bits = outlook.of_group(group), why.bits_of(outlook.terms)
    reasons = [
        (code, why.short_words(outlook.terms, code), rows.filter(_fails(bit)).height) for bit, code in enumerate(bits)
    ]
    chosen = request.GET.get("reason", "")
    if group == REFUSED and chosen in bits:
        rows = rows.filter(_fails(bits.index(chosen)))
    else:
        chosen = ""
    if group == SOON:
        rows = rows.sort("ripe_on", "person_key")
    found = numbered_page(request, rows.select("worker_id", "employment_id").rows(named=True), PAGE_SIZE)
    context = found | {
        "outlook": outlook, "group": group, "title": TITLES[group], "n": rows.height, "policy": outlook.version.policy,
        "people": _shown(outlook, rows, [row["employment_id"] for row in found["page"]]), "chosen": chosen,
        "reasons": [r for r in reasons if r[2]] if group == REFUSED else [], "assumption": ASSUMPTION,
        "fen": int(rows["amount_fen"].sum() or 0) if group != REFUSED else None,
    }  # fmt: skip
    return render(request, "phone/money_people.html", context)


def _fails(bit: int) -> pl.Expr:
    return pl.col("fail_mask") // (1 << bit) % 2 == 1


def _shown(outlook: Outlook, rows: pl.DataFrame, keys: list[int]) -> list[dict[str, Any]]:
    """The rows of one page with the person and the failing conditions in short words."""
    mine = {row["employment_id"]: row for row in rows.filter(pl.col("employment_id").is_in(keys)).iter_rows(named=True)}
    workers = Worker.objects.in_bulk([row["worker_id"] for row in mine.values()])
    return [
        mine[key] | {
            "worker": workers[mine[key]["worker_id"]],
            "reasons": [words for _, words in why.reasons_of(mine[key]["fail_mask"], outlook.terms)],
        }
        for key in keys
    ]  # fmt: skip


@page_for(Role.ENTERPRISE_HR)
@require_safe
def money_person(request: HttpRequest, employment_pk: int) -> HttpResponse:
    """Why one person is eligible now, later or not: every condition with the value used, its clause, and who can help."""
    seen = Employment.objects.visible_to(member_of(request))
    employment = get_object_or_404(seen.select_related("worker"), pk=employment_pk)
    outlook = _outlook(request, own_enterprise(request))
    rows = outlook.people.filter(pl.col("employment_id") == employment.pk).to_dicts()
    if not rows:
        raise Http404
    row, group = rows[0], rows[0]["group"]
    line = LineItem.objects.filter(pk=row["line_id"]).select_related("claim__batch__policy").first()
    context = {
        "employment": employment, "policy": outlook.version.policy, "outlook": outlook, "row": row, "group": group,
        "why": _why(outlook, row), "assumption": ASSUMPTION, "title": TITLES[group], "line": line,
        "claim": claims_of(member_of(request)).filter(reference=row["claim"] or "").first(),
    }  # fmt: skip
    return render(request, "phone/money_person.html", context)


def _why(outlook: Outlook, row: dict[str, Any]) -> why.Why:
    items = why.explained_reasons(
        outlook.terms,
        {name: row.get(name) for name in FACTS_BY_NAME},
        row["fail_mask"],
        row["judged_on"],
        bureau_id=outlook.version.policy.bureau_id,
    )
    failing = sum(not item.passed for item in items)
    sentence = f"{len(items)} 项条件中有 {failing} 项不符合" if failing else f"{len(items)} 项条件全部符合"
    if row["group"] == SOON:
        return why.Why(f"{day_text(row['ripe_on'])}起符合", "wait", row["amount_fen"], "若参保、在职不中断", items)
    role = "good" if row["group"] == NOW else "bad"
    return why.Why(TITLES[row["group"]], role, row["amount_fen"] if role == "good" else 0, sentence, items)
