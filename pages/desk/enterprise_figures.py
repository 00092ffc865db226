"""People and money of enterprises: employed now, front-line, paid in a year, still owed; a fixed number of queries a page."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum

from park_workers.foundation.identifiers import clean_credit_code
from park_workers.models import Employment, Enterprise, PayeeAccount
from park_workers.services.headcount import NOBODY
from park_workers.services.kept_headcounts import headcounts_of, total_headcount
from subsidies.models import Claim, Disbursement, DisbursementLine, LineDecision

#: states of a batch in which its sum is approved and not all of it has arrived
APPROVED_UNPAID = ("approved", "in_notice", "notice_ended", "sent_to_city", "answered", "paying")
ONLY = {
    "no_account": "没有在用账户", "account": "有在用账户", "owed": "有待拨付", "employing": "有在职人员", "outside": "未入园",
}  # fmt: skip


def owed_by(keys: Any) -> dict[int, int]:
    """Fen approved and not arrived, by enterprise of these (keys or a query of them); those owed nothing are absent.

    What their claims come to, less what arrived, less lines taken out that had not: no line on the straight road is looked at.
    """
    live = {"status__in": APPROVED_UNPAID, "is_trial": False}
    claims = Claim.objects.filter(calculation=F("batch__current"), organisation__in=keys, **_of("batch", live))
    arrived = Disbursement.objects.filter(status="paid", organisation__in=keys, **_of("payment_file__batch", live))
    has_arrived = DisbursementLine.objects.filter(line=OuterRef("line"), is_live=True, disbursement__status="paid")
    out = LineDecision.objects.filter(
        ~Exists(has_arrived), is_standing=True, excludes=True, line__is_eligible=True, line__claim__organisation__in=keys,
        line__calculation=F("line__calculation__batch__current"), **_of("line__calculation__batch", live),
    )  # fmt: skip
    owed = Counter(_sums(claims, "organisation"))
    owed.subtract(_sums(arrived, "organisation"))
    owed.subtract(_sums(out, "line__claim__organisation", "line__amount_fen"))
    return {key: fen for key, fen in owed.items() if fen}


def _of(path: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {f"{path}__{name}": value for name, value in fields.items()}


def _paid(year: int) -> Any:
    return Disbursement.objects.filter(status="paid", traded_on__year=year)


def payment_years(today: date) -> list[int]:
    """Years in which anything was paid, the newest first; this year when there is none."""
    days = Disbursement.objects.filter(status="paid").dates("traded_on", "year", order="DESC")
    return [day.year for day in days] or [today.year]


def narrowed(rows: Any, parameters: Any, today: date) -> tuple[Any, dict[str, Any]]:
    """Enterprises narrowed by words, kind and one condition of the address, and what the filter bar shows."""
    q = " ".join(parameters.get("q", "").split())[:80]
    kind, only = parameters.get("kind", ""), parameters.get("only", "")
    kind, only = (kind if kind in Enterprise.Kind.values else ""), (only if only in ONLY else "")
    if q:
        rows = rows.filter(
            Q(organisation__name__icontains=q) | Q(organisation__credit_code__startswith=clean_credit_code(q))
        )
    if kind:
        rows = rows.filter(kind=kind)
    account = Exists(PayeeAccount.objects.in_force_on(today).filter(organisation=OuterRef("pk")))
    conditions: dict[str, Any] = {
        "account": lambda: account, "no_account": lambda: ~account,
        "owed": lambda: Q(pk__in=list(owed_by(Enterprise.objects.order_by().values("pk")))),
        "employing": lambda: Exists(Employment.objects.employed_on(today).filter(enterprise=OuterRef("pk"))),
        "outside": lambda: Q(admitted_on__isnull=True) | Q(admitted_on__gt=today),
    }  # fmt: skip
    if only:
        rows = rows.filter(conditions[only]())
    return rows, {"q": q, "kind": kind, "only": only, "kinds": Enterprise.Kind.choices, "conditions": ONLY}


def with_figures(enterprises: list[Any], today: date, year: int) -> None:
    """Give each enterprise of a page its figures; money in fen."""
    keys = [enterprise.pk for enterprise in enterprises]
    people = headcounts_of(day=today, enterprises=keys)
    paid = _sums(_paid(year).filter(organisation__in=keys), "organisation")
    owed = owed_by(keys)
    with_account = set(
        PayeeAccount.objects.in_force_on(today).filter(organisation__in=keys).values_list("organisation", flat=True)
    )
    for enterprise in enterprises:
        heads, fronts = people.get(enterprise.pk, NOBODY)
        enterprise.heads, enterprise.fronts = heads, fronts
        enterprise.share = round(fronts * 100 / heads) if heads else None
        enterprise.paid_fen, enterprise.owed_fen = paid.get(enterprise.pk, 0), owed.get(enterprise.pk, 0)
        enterprise.has_account = enterprise.pk in with_account


def _sums(rows: Any, by: str, amount: str = "amount_fen") -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(fen=Sum(amount)))


def totals_of(rows: Any, today: date, year: int) -> dict[str, int]:
    """The same figures for every enterprise of a filter."""
    keys = rows.order_by().values("pk")
    people = total_headcount(day=today, enterprises=rows)
    return {
        "heads": people.heads,
        "fronts": people.front_line,
        "share": round(people.front_line * 100 / people.heads) if people.heads else 0,
        "paid_fen": _paid(year).filter(organisation__in=keys).aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "owed_fen": sum(owed_by(keys).values()),
    }
