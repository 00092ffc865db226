"""Funds by source and year: received, reserved, paid, left; the rows behind each number; booking and reversing receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.bureaus import of_own_bureau
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import AmountInvalid, format_fen, parse_yuan
from park_workers.models import Role
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Appropriation, LineFunding, Receipt
from subsidies.permissions import can_receive_appropriation
from subsidies.services.funds import receive_appropriation, reverse_receipt

#: the city has no business with the district's books
BOOK_READERS = BUREAU_ROLES - {Role.CITY_REVIEWER}
VIEWS = {"receipts": "到位记录", "batches": "按批次占用", "movements": "流水"}


@dataclass(frozen=True)
class Movement:
    """One change of a fund; `fen` is signed as it changes what is left."""

    day: date | None
    what: str
    fen: int
    role: str
    batch_id: int | None = None
    note: str = ""


def with_left(funds: list[Appropriation]) -> list[Appropriation]:
    """Give each fund what is left to reserve, and its share for the bar."""
    for fund in funds:
        fund.left_fen = fund.amount_fen - fund.committed_fen  # type: ignore[attr-defined]
        fund.waiting_fen = fund.committed_fen - fund.paid_fen  # type: ignore[attr-defined]
        fund.committed_yuan = fund.committed_fen // 100  # type: ignore[attr-defined]
        fund.amount_yuan = max(fund.amount_fen // 100, 1)  # type: ignore[attr-defined]
    return funds


@page_for(BOOK_READERS)
@require_safe
def fund_list(request: HttpRequest) -> HttpResponse:
    """Every fund of the bureau, newest year first."""
    member = member_of(request)
    funds = of_own_bureau(Appropriation.objects.order_by("-year", "source"), member)
    years = list(funds.order_by("-year").values_list("year", flat=True).distinct())
    year = request.GET.get("year", "")
    if year in map(str, years):
        funds = funds.filter(year=int(year))
    rows = with_left(list(funds))
    sums = {key: sum(getattr(row, key) for row in rows)
            for key in ("amount_fen", "committed_fen", "paid_fen", "waiting_fen", "left_fen")}  # fmt: skip
    context = {"here": "funds", "funds": rows, "sums": sums, "years": years, "year": year, "today": business_day(),
               "may_receive": can_receive_appropriation(member)}  # fmt: skip
    return render(request, "desk/money/funds.html", context)


def _fund(request: HttpRequest, pk: int) -> Appropriation:
    member = member_of(request)
    found: Appropriation = get_object_or_404(of_own_bureau(Appropriation.objects.all(), member), pk=pk)
    return with_left([found])[0]


def _by_batch(fund: Appropriation) -> QuerySet[LineFunding, Any]:
    """Live reservations by batch, with what of them has arrived."""
    live = LineFunding.objects.filter(appropriation=fund, released_at__isnull=True).order_by()
    batch = "line__calculation__batch"
    return (
        live.values(pk=F(f"{batch}_id"), name=F(f"{batch}__name"), title=F(f"{batch}__policy__title"),
                    cutoff_on=F(f"{batch}__cutoff_on"), day=F(f"{batch}__submitted_on"), state=F(f"{batch}__status"))
        .annotate(fen=Sum("amount_fen")).order_by("-day", "-pk")
    )  # fmt: skip


def _paid(fund: Appropriation) -> QuerySet[LineFunding, Any]:
    """What has arrived, by payment file and day."""
    way = "line__disbursements__disbursement"
    arrived = LineFunding.objects.filter(
        appropriation=fund, released_at__isnull=True, line__disbursements__is_live=True, **{f"{way}__status": "paid"}
    ).order_by()
    return arrived.values(
        batch_id=F("line__calculation__batch_id"), number=F(f"{way}__payment_file__number"), day=F(f"{way}__traded_on")
    ).annotate(fen=Sum("amount_fen"))


def movements(fund: Appropriation) -> list[Movement]:
    """Receipts, reservations, releases and payments, newest first; payments use what was reserved before."""
    found = [
        Movement(one.received_on, "冲销到位" if one.reverses_id else "到位", one.amount_fen, "in", note=one.note)
        for one in fund.receipts.all()
    ]
    for row in _by_batch(fund):
        found.append(Movement(row["day"], f"占用：{row['title']} {row['name']}", -row["fen"], "out", row["pk"]))
    released = (
        LineFunding.objects.filter(appropriation=fund, released_at__isnull=False).order_by()
        .annotate(day=TruncDate("released_at")).values("day", pk=F("line__calculation__batch_id"),
                                                       name=F("line__calculation__batch__name"))
        .annotate(fen=Sum("amount_fen"))
    )  # fmt: skip
    for row in released:
        found.append(Movement(row["day"], f"占用后又释放：{row['name']}", 0, "back", row["pk"], format_fen(row["fen"])))
    for row in _paid(fund):
        note = f"{format_fen(row['fen'])}，由已占用转为已支付"
        found.append(Movement(row["day"], f"支付：付款文件 {row['number']}", 0, "paid", row["batch_id"], note))
    return sorted(found, key=lambda one: (one.day or date.min, one.what), reverse=True)


@page_for(BOOK_READERS)
@require_safe
def fund_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One fund: its receipts, what batches reserve and have been paid of it, its movements."""
    fund = _fund(request, pk)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "receipts"
    context: dict[str, Any] = {"here": "funds", "fund": fund, "view": view, "views": VIEWS.items(),
                               "today": business_day(),
                               "may_receive": can_receive_appropriation(member_of(request))}  # fmt: skip
    if view == "receipts":
        rows: Any = fund.receipts.select_related("recorded_by__user", "reversed_by").order_by("-received_on", "-pk")
        context["sum_fen"] = fund.amount_fen
    elif view == "batches":
        paid: dict[int, int] = {}
        for row in _paid(fund):
            paid[row["batch_id"]] = paid.get(row["batch_id"], 0) + row["fen"]
        rows = [row | {"paid_fen": paid.get(row["pk"], 0)} for row in _by_batch(fund)]
        context["sum_fen"] = fund.committed_fen
    else:
        rows = movements(fund)
    return render(request, "desk/money/fund.html", context | numbered_page(request, rows))


def _is_sent(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST"


@page_for(Role.FINANCE)
@freshly_confirmed(when=_is_sent)
def new_receipt(request: HttpRequest) -> HttpResponse:
    """Book money that came in; the same day, amount and note twice is one receipt."""
    member = member_of(request)
    today = business_day()
    typed = {key: (request.POST.get(key) or request.GET.get(key) or "").strip()[:200]
             for key in ("source", "year", "amount", "note")}  # fmt: skip
    typed["year"] = typed["year"] or str(today.year)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, fields = _read(typed)
        if not errors:
            before = Receipt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            try:
                fund = receive_appropriation(actor=member, day=today, **fields)
            except RuleViolation as refusal:
                errors["amount"] = refusal.sentences
            else:
                is_new = fund.receipts.filter(pk__gt=before).exists()
                messages.success(request, "已登记到位资金。") if is_new else messages.info(
                    request, "同一天、同金额、同备注的到位记录已有，没有重复登记；确有两笔的，请在备注写明凭证号。"
                )
                return redirect("fund", pk=fund.pk)
    sources = of_own_bureau(Appropriation.objects.all(), member).order_by("source").values_list("source", flat=True)
    context = {"here": "funds", "typed": typed, "errors": errors, "sources": list(sources.distinct())}
    return render(request, "desk/money/new_receipt.html", context, status=422 if errors else 200)


def _read(typed: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong, by field, and what the service wants."""
    errors, fields = dict[str, str](), dict[str, Any]()
    if not typed["source"] or len(typed["source"]) > 80:
        errors["source"] = "请填写资金来源，如“市级就业专项资金”，不超过 80 字。"
    if not (typed["year"].isascii() and typed["year"].isdigit() and 2000 <= int(typed["year"][:5]) <= 2100):
        errors["year"] = "请填写年度，如 2026。"
    try:
        fields["amount_fen"] = parse_yuan(typed["amount"] or None)
    except AmountInvalid as error:
        errors["amount"] = f"{error}。请按元填写，如 100,000.00。"
    if not errors:
        fields |= {"source": typed["source"], "year": int(typed["year"]), "note": typed["note"]}
    return errors, fields


@page_for(Role.FINANCE)
@freshly_confirmed(when=_is_sent)
def reverse(request: HttpRequest, pk: int, receipt_pk: int) -> HttpResponse:
    """Take a mistaken receipt back, with a reason."""
    fund = _fund(request, pk)
    receipt = get_object_or_404(fund.receipts.select_related("recorded_by__user"), pk=receipt_pk)
    error, note = "", request.POST.get("note", "").strip()[:200]
    if request.method == "POST":
        try:
            reverse_receipt(actor=member_of(request), receipt=receipt, reason=note, day=business_day())
        except RuleViolation as refusal:
            if refusal.code == "RECEIPT_REVERSED":
                messages.info(request, "该到位记录已经冲销，无需重复操作。")
                return redirect("fund", pk=pk)
            error = refusal.sentences
        else:
            messages.success(request, "已冲销。如金额或来源有误，请重新登记正确的到位资金。")
            return redirect("fund", pk=pk)
    context = {"here": "funds", "fund": fund, "receipt": receipt, "error": error, "note": note,
               "phrases": ("金额录入有误", "资金来源录入有误", "重复登记")}  # fmt: skip
    return render(request, "desk/money/reverse.html", context, status=422 if error else 200)
