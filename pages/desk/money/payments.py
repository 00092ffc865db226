"""Payment files over all batches, one file with its payments, and paying again what bounced."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.bureaus import of_own_bureau
from pages.desk.money.funds import BOOK_READERS
from pages.desk.tabs import numbered_page
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from park_workers.models.users import BUREAU_ROLES
from subsidies.models import Batch, Clawback, Disbursement, DisbursementLine, PaymentFile, WriteOff
from subsidies.permissions import can_pay
from subsidies.services.payments import make_payment_file, next_file_number

STATES = {"": "全部", "made": "待送银行", "sent": "待回盘", "returned": "已回盘", "bounced": "有退票待处理"}


def files_seen_by(member: Membership) -> QuerySet[PaymentFile]:
    """Payment files of the own bureau, of batches this person may see."""
    seen = PaymentFile.objects.filter(batch__in=Batch.objects.visible_to(member))
    return of_own_bureau(seen, member)


def open_bounces() -> QuerySet[Disbursement]:
    """Bounced payments that are neither paid again nor given up (nor about to be)."""
    live = DisbursementLine.objects.filter(is_live=True).values("disbursement")
    given_up = WriteOff.objects.exclude(status=WriteOff.Status.REFUSED).values("disbursement")
    return Disbursement.objects.filter(status="bounced", pk__in=live).exclude(pk__in=given_up)


def _with_sums(files: QuerySet[PaymentFile]) -> QuerySet[PaymentFile]:
    def fen(**where: Any) -> Any:
        only = {f"disbursements__{key}": value for key, value in where.items()}
        return Coalesce(Sum("disbursements__amount_fen", filter=Q(**only)), 0)

    return files.annotate(
        paid_fen=fen(status="paid"), bounced_fen=fen(status="bounced"),
        bounced=Count("disbursements", filter=Q(disbursements__status="bounced")),
    )  # fmt: skip


@page_for(BUREAU_ROLES)
@require_safe
def payment_list(request: HttpRequest) -> HttpResponse:
    """Payment files, newest first, with what arrived and what bounced."""
    member = member_of(request)
    seen = files_seen_by(member)
    with_bounces = open_bounces().values("payment_file")
    groups = {
        "": seen, "made": seen.filter(status="made"), "sent": seen.filter(status="sent"),
        "returned": seen.filter(status="returned"), "bounced": seen.filter(pk__in=with_bounces),
    }  # fmt: skip
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in groups else ""
    rows = groups[chosen]
    sums = Disbursement.objects.filter(payment_file__in=rows).aggregate(
        fen=Coalesce(Sum("amount_fen"), 0), paid=Coalesce(Sum("amount_fen", filter=Q(status="paid")), 0),
        bounced=Coalesce(Sum("amount_fen", filter=Q(status="bounced")), 0),
    )  # fmt: skip
    shown = _with_sums(rows).select_related("batch__policy", "repeats").order_by("-made_on", "-pk")
    waiting = _waiting_decisions(member)
    context = {
        "here": "payments", "chosen": chosen, "groups": [(key, STATES[key], found.count()) for key, found in groups.items()],
        "sums": sums, "today": business_day(), "waiting": waiting,
        "ready": _ready_to_pay(member), "sees_books": member.role in BOOK_READERS,
    } | numbered_page(request, shown)  # fmt: skip
    return render(request, "desk/money/payments.html", context)


def _waiting_decisions(member: Membership) -> int:
    clawbacks = of_own_bureau(Clawback.objects.filter(status="proposed"), member, "line__calculation__batch__bureau")
    write_offs = of_own_bureau(WriteOff.objects.filter(status="proposed"), member, "disbursement__payment_file__bureau")
    return clawbacks.count() + write_offs.count()


def _ready_to_pay(member: Membership) -> list[Batch]:
    """Answered batches that wait for their payment file."""
    found = Batch.objects.filter(status="answered", is_trial=False).select_related("policy")
    return [one for one in of_own_bureau(found, member).order_by("answered_on", "pk") if can_pay(member, one)]


def file_of(request: HttpRequest, pk: int) -> PaymentFile:
    """One payment file this person may see; 404 otherwise."""
    wanted = _with_sums(files_seen_by(member_of(request))).select_related("batch__policy", "repeats", "file")
    found: PaymentFile = get_object_or_404(wanted, pk=pk)
    return found


@page_for(BUREAU_ROLES)
@require_safe
def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The file's steps and payments; bounced ones first, each with what became of it."""
    payment_file = file_of(request, pk)
    member = member_of(request)
    chosen = request.GET.get("state", "")
    rows = payment_file.disbursements.select_related("organisation", "worker")
    if chosen in Disbursement.Status.values:
        rows = rows.filter(status=chosen)
    else:
        chosen = ""
    found = numbered_page(request, rows.order_by("line_number"))
    is_finance = can_pay(member, payment_file.batch)
    _with_outcome(list(found["page"]))
    mine = open_bounces().filter(payment_file=payment_file)
    context = {
        "here": "payments", "file": payment_file, "batch": payment_file.batch, "chosen": chosen, "is_finance": is_finance,
        "sees_books": member.role in BOOK_READERS,
        "may_repeat": is_finance and payment_file.batch.status == "paying" and mine.exists(),
        "repeats": list(payment_file.repeated_by.order_by("pk")),
        "states": [(key, label) for key, label in Disbursement.Status.choices],
    }  # fmt: skip
    return render(request, "desk/money/payment_file.html", context | found)


def _with_outcome(rows: list[Disbursement]) -> None:
    """Give each payment what became of it: paid again by which file, given up or about to be."""
    keys = [row.pk for row in rows if row.status == "bounced"]
    later = DisbursementLine.objects.filter(line__disbursements__disbursement__in=keys, is_live=True).values_list(
        "line__disbursements__disbursement", "disbursement__payment_file__number", "disbursement_id"
    )
    repeated = {old: number for old, number, new in later if new != old}
    write_offs = {one.disbursement_id: one for one in WriteOff.objects.filter(disbursement__in=keys).order_by("pk")}
    for row in rows:
        row.repeated_by = repeated.get(row.pk, "")  # type: ignore[attr-defined]
        row.write_off = write_offs.get(row.pk)  # type: ignore[attr-defined]
        given_up = row.write_off is not None and row.write_off.status != "refused"  # type: ignore[attr-defined]
        row.is_open = row.status == "bounced" and not row.repeated_by and not given_up  # type: ignore[attr-defined]


def _is_sent(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST"


@page_for(Role.FINANCE)
@freshly_confirmed(when=_is_sent)
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay what bounced again, to the accounts in force today; a second tap finds the file that was made."""
    payment_file = file_of(request, pk)
    mine = open_bounces().filter(payment_file=payment_file).order_by("line_number")
    if request.method == "POST":
        try:
            made = make_payment_file(
                actor=member_of(request), batch=payment_file.batch, number=next_file_number(payment_file.batch),
                day=business_day(), repeats=payment_file,
            )  # fmt: skip
        except RuleViolation as refusal:
            newest = payment_file.repeated_by.order_by("-pk").first()
            if refusal.code == "NOTHING_TO_REPAY" and newest is not None:
                messages.info(request, f"已生成重付的付款文件 {newest.number}，无需重复操作。")
                return redirect("payment", pk=newest.pk)
            messages.error(request, refusal.sentences)
            return redirect("payment", pk=pk)
        messages.success(request, f"已生成重付的付款文件 {made.number}，请核对后送银行。")
        return redirect("payment", pk=made.pk)
    if not mine.exists():
        messages.info(request, "没有待重付的退票。")
        return redirect("payment", pk=pk)
    context = {
        "here": "payments",
        "file": payment_file,
        "rows": list(mine),
        "sum_fen": sum(one.amount_fen for one in mine),
    }
    return render(request, "desk/money/repeat.html", context)
