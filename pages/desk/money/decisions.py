"""What two persons decide about money: clawbacks of paid lines, bounced payments given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.batches import batch_of
from pages.desk.bureaus import of_own_bureau
from pages.desk.money.funds import BOOK_READERS
from pages.desk.tabs import lines_of, numbered_page
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Role
from subsidies.models import Clawback, Disbursement, WriteOff
from subsidies.permissions import can_decide_clawback, can_decide_write_off
from subsidies.services.clawbacks import approve_clawback, propose_clawback, refuse_clawback
from subsidies.services.write_offs import approve_write_off, propose_write_off, refuse_write_off

CLAW_BACK_PHRASES = ("重复享受", "经查不符合条件", "企业申请退回")
WRITE_OFF_PHRASES = ("企业已注销，无法取得有效账户", "收款人放弃领取", "多次退票，无法联系收款方")
REFUSE_PHRASES = ("理由不充分", "请先更正账户后重新拨付", "请补充书面材料")


@dataclass(frozen=True)
class Kind:
    """One kind of decision: its word, its rows, its services."""

    key: str
    label: str
    model: Any
    bureau: str
    related: tuple[str, ...]
    explains: str
    approve: Callable[..., Any]
    refuse: Callable[..., Any]
    argument: str
    may_decide: Callable[[Membership, Any], bool]


KINDS = {
    "clawbacks": Kind(
        "clawbacks", "追回", Clawback, "line__calculation__batch__bureau",
        ("line__worker", "line__claim__organisation", "line__claim__worker", "line__calculation__batch__policy",
         "proposed_by", "decided_by"),
        "批准后该明细不再计为已支付，资金退回可用额度，此人可在以后批次再享受。", approve_clawback, refuse_clawback, "clawback",
        can_decide_clawback,
    ),
    "write-offs": Kind(
        "write-offs", "不再补付", WriteOff, "disbursement__payment_file__bureau",
        ("disbursement__payment_file__batch__policy", "disbursement__organisation", "proposed_by", "decided_by"),
        "批准后该笔退票不再重付，占用的资金和人员资格释放；批次没有其他未结清的付款时随即办结。",
        approve_write_off, refuse_write_off, "write_off", can_decide_write_off,
    ),
}  # fmt: skip


def decisions_seen_by(member: Membership, kind: Kind) -> Any:
    """Rows of the own bureau with what every page of them shows."""
    return of_own_bureau(kind.model.objects.select_related(*kind.related), member, kind.bureau)


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise Http404
    return KINDS[key]


@page_for(BOOK_READERS)
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """Both kinds; waiting ones first."""
    member = member_of(request)
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in KINDS else next(
        (key for key, kind in KINDS.items() if decisions_seen_by(member, kind).filter(status="proposed").exists()),
        "clawbacks",
    )  # fmt: skip
    kind = KINDS[chosen]
    counts = [(key, one.label, decisions_seen_by(member, one).count()) for key, one in KINDS.items()]
    rows = decisions_seen_by(member, kind)
    waiting = rows.filter(status="proposed").count()
    found = numbered_page(
        request, rows.order_by("decided_on", "-pk") if waiting == 0 else rows.order_by("-status", "-pk")
    )
    context = {"here": "payments", "chosen": chosen, "kind": kind, "counts": counts, "waiting": waiting}
    return render(request, "desk/money/decisions.html", context | found)


def _subject(request: HttpRequest, kind: Kind, pk: int) -> Any:
    return get_object_or_404(decisions_seen_by(member_of(request), kind), pk=pk)


def _is_sent(request: HttpRequest, **where: Any) -> bool:
    return request.method == "POST"


@page_for(BOOK_READERS)
@freshly_confirmed(when=_is_sent)
def decision_page(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The proposal; an approver who did not make it decides here."""
    kind = _kind(key)
    subject, member = _subject(request, kind, pk), member_of(request)
    may_decide = kind.may_decide(member, subject)
    error, note = "", request.POST.get("note", "").strip()
    if request.method == "POST":
        if not may_decide:
            messages.info(request, f"该申请已是“{subject.status_label()}”，或您不能办理，无需重复操作。")
            return redirect("money_decision", key=key, pk=pk)
        error = _decide(request, kind, subject, note)
        if not error:
            return redirect("money_decision", key=key, pk=pk)
    context = {"here": "payments", "kind": kind, "subject": subject, "may_decide": may_decide, "error": error,
               "note": note, "phrases": REFUSE_PHRASES}  # fmt: skip
    return render(request, "desk/money/decision.html", context, status=422 if error else 200)


def _decide(request: HttpRequest, kind: Kind, subject: Any, note: str) -> str:
    """Take the decision; the reason why not, or ""."""
    action, today = request.POST.get("action", ""), business_day()
    whole = reason_of(request)
    if action not in ("approve", "refuse"):
        return "请选择批准或不批准。"
    try:
        if action == "approve":
            kind.approve(actor=member_of(request), day=today, **{kind.argument: subject})
        else:
            kind.refuse(actor=member_of(request), day=today, reason=whole, **{kind.argument: subject})
    except RuleViolation as refusal:
        return refusal.sentences
    messages.success(request, f"{kind.label}已{'批准' if action == 'approve' else '退回，原因已告知'}。")
    return ""


@page_for(Role.FINANCE)
def claw_back(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Ask one paid line's money back."""
    batch = batch_of(request, pk)
    line = get_object_or_404(lines_of(batch).select_related("calculation__batch"), pk=line_pk)
    return _propose(request, "clawbacks", batch, line, CLAW_BACK_PHRASES,
                    lambda reason: propose_clawback(actor=member_of(request), line=line, reason=reason,
                                                    day=business_day()))  # fmt: skip


@page_for(Role.FINANCE)
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that one bounced payment be given up."""
    seen = of_own_bureau(Disbursement.objects.all(), member_of(request), "payment_file__bureau")
    payment = get_object_or_404(seen.select_related("payment_file__batch__policy", "organisation", "worker"), pk=pk)
    return _propose(request, "write-offs", payment.payment_file.batch, payment, WRITE_OFF_PHRASES,
                    lambda reason: propose_write_off(actor=member_of(request), payment=payment, reason=reason,
                                                     day=business_day()))  # fmt: skip


def _propose(
    request: HttpRequest, key: str, batch: Any, subject: Any, phrases: tuple[str, ...], run: Callable[[str], Any]
) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            made = run(reason_of(request))
        except RuleViolation as refusal:
            if refusal.code in ("CLAWBACK_EXISTS", "WRITE_OFF_EXISTS"):
                messages.info(request, f"{refusal.message}，无需重复操作。")
                return redirect("money_decisions")
            error = refusal.sentences
        else:
            messages.success(request, "已提出，等待审批人决定。")
            return redirect("money_decision", key=key, pk=made.pk)
    context = {"here": "payments", "kind": KINDS[key], "batch": batch, "subject": subject, "phrases": phrases,
               "error": error, "note": request.POST.get("note", ""), "is_line": key == "clawbacks"}  # fmt: skip
    return render(request, "desk/money/propose.html", context, status=422 if error else 200)
