"""Three lists of one batch beside one another, line by line: the district's, the city's answer, the bank's receipt."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.desk.batches import batch_of
from pages.desk.line_filters import filtered
from pages.desk.tabs import lines_of, numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, CityAnswerLine, DisbursementLine, LineDecision, LineItem
from subsidies.permissions import can_propose_clawback
from subsidies.services.payable_lines import noticed_lines

#: what can differ, the most urgent first; 0 = all three agree
DIFFERENCES = {
    1: ("bounced", "退票待重付"), 2: ("returned", "市局退回"), 3: ("unanswered", "市局未批复"), 4: ("unpaid", "未列入付款文件"),
    5: ("pending", "银行未回盘"), 6: ("written_off", "不再补付"), 7: ("clawed_back", "已追回"), 8: ("taken_out", "已移出名单"),
    0: ("same", "三方一致"),
}  # fmt: skip
BY_KEY = {key: rank for rank, (key, _) in DIFFERENCES.items()}


def _newest(rows: QuerySet[Any], field: str) -> Subquery:
    return Subquery(rows.order_by("-pk").values(field)[:1])


def matched_lines(batch: Batch) -> QuerySet[LineItem]:
    """The noticed list with the newest answer of the city and of the bank to each line, and how they differ."""
    notice = batch.notices.order_by("-edition").first()
    lines = noticed_lines(batch, notice) if notice else lines_of(batch).included()  # type: ignore[attr-defined]
    answers = CityAnswerLine.objects.filter(line=OuterRef("pk"))
    payments = DisbursementLine.objects.filter(line=OuterRef("pk"))
    standing = LineDecision.objects.filter(line=OuterRef("pk"), is_standing=True)
    lines = lines.annotate(
        city=_newest(answers, "is_accepted"), city_reason=_newest(answers, "reason"),
        bank=_newest(payments, "disbursement__status"), bank_day=_newest(payments, "disbursement__traded_on"),
        bank_reason=_newest(payments, "disbursement__failure_reason"),
        file=_newest(payments, "disbursement__payment_file__number"), file_pk=_newest(payments, "disbursement__payment_file"),
        payment_line=_newest(payments, "disbursement__line_number"), decision=_newest(standing, "kind"),
        decision_reason=_newest(standing, "reason"), is_out=Coalesce(_newest(standing, "excludes"), False),
    )  # fmt: skip
    rank = Case(
        When(decision="written_off", then=6), When(decision="clawed_back", then=7), When(is_out=True, then=8),
        When(bank="bounced", then=1), When(bank="paid", then=0), When(bank="pending", then=5), When(city=False, then=2),
        When(city__isnull=True, then=3), default=Value(4), output_field=IntegerField(),
    )  # fmt: skip
    return lines.annotate(difference=rank)


@page_for(BUREAU_ROLES)
@require_safe
def match_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Differences on top; counts of each kind of difference lead to its lines."""
    batch = batch_of(request, pk)
    every = matched_lines(batch)
    counts = {
        row["difference"]: (row["n"], row["fen"] or 0)
        for row in every.order_by().values("difference").annotate(n=Count("pk"), fen=Sum("amount_fen"))
    }
    lines, shown = filtered(request, batch, every)
    chosen = request.GET.get("difference", "")
    if chosen in BY_KEY:
        lines = lines.filter(difference=BY_KEY[chosen])
    else:
        chosen = ""
    order = Case(When(difference=0, then=99), default=F("difference"), output_field=IntegerField())
    rows = lines.select_related("worker", "claim__organisation", "claim__worker").order_by(order, "position", "pk")
    found = numbered_page(request, rows)
    for row in found["page"]:
        row.difference_key, row.difference_word = DIFFERENCES[row.difference]
    context = {
        "here": "payments", "batch": batch, "chosen": chosen, "today": business_day(), "sums": _sums(every),
        "kinds": [(key, label, *counts[rank]) for rank, (key, label) in DIFFERENCES.items() if rank in counts],
        "sum_fen": lines.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "may_claw_back": can_propose_clawback(member_of(request), batch),
        "files": list(batch.payment_files.order_by("pk")),
    }  # fmt: skip
    return render(request, "desk/money/match.html", context | shown | found)


def _sums(lines: QuerySet[LineItem]) -> dict[str, Any]:
    """Lines and fen on each of the three lists."""

    def side(name: str, where: Q) -> dict[str, Any]:
        return {f"{name}_n": Count("pk", filter=where), f"{name}_fen": Coalesce(Sum("amount_fen", filter=where), 0)}

    paid = Q(bank="paid") & ~Q(difference=7)
    found: dict[str, Any] = lines.order_by().aggregate(
        **side("district", Q()), **side("city", Q(city=True)), **side("bank", paid), **side("same", Q(difference=0))
    )
    return found
