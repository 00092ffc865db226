"""Accounts that change: the approver's queue, old and new side by side, and proposing one at the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.days import read_day
from pages.desk.bureaus import of_own_bureau, own_bureaus
from pages.desk.choices import Choice, choose
from pages.desk.money.funds import BOOK_READERS
from pages.desk.tabs import numbered_page
from pages.typed_forms import reason_of
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, Membership, PayeeAccount, Role
from park_workers.permissions import can_decide_account_change, can_propose_account_changes
from park_workers.services.accounts import (
    account_in_force,
    approve_account_change,
    propose_account_change,
    refuse_account_change,
)

STATES = {"proposed": "待审批", "approved": "已批准", "refused": "已退回"}
PHRASES = ("依据材料不全", "账户名称与企业不一致", "须企业法定代表人确认")
#: the field at which a refusal is said
FIELD_OF = {"DAY_TOO_EARLY": "effective_on", "DAY_TOO_LATE": "effective_on", "ACCOUNT_CHANGE_PENDING": "organisation"}
FIELDS = ("organisation", "account", "bank_name", "effective_on", "reason", "evidence")


def changes_seen_by(member: Membership) -> QuerySet[PayeeAccount]:
    """Proposed and decided changes of the own bureau's firms; what came with the directory is no change."""
    rows = PayeeAccount.objects.filter(is_from_directory=False, organisation__isnull=False)
    return of_own_bureau(rows, member, "organisation__enterprise__bureau")


@page_for(BOOK_READERS)
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """By state, waiting ones first and oldest first."""
    member = member_of(request)
    seen = changes_seen_by(member)
    chosen = request.GET.get("state", "proposed")
    chosen = chosen if chosen in STATES else "proposed"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES.items()]
    order = ("proposed_on", "pk") if chosen == "proposed" else ("-proposed_on", "-pk")
    rows = seen.filter(status=chosen).select_related("organisation", "proposed_by", "approved_by").order_by(*order)
    found = numbered_page(request, rows)
    _with_old(list(found["page"]))
    context = {
        "here": "account_changes",
        "chosen": chosen,
        "counts": counts,
        "may_propose": can_propose_account_changes(member),
    }
    return render(request, "desk/money/account_changes.html", context | found)


def _with_old(changes: list[PayeeAccount]) -> None:
    """The account each change replaces: the approved one that began last before it."""
    firms = {change.organisation_id for change in changes}
    approved = PayeeAccount.objects.filter(organisation__in=firms, status="approved").order_by("valid_from", "pk")
    by_firm: dict[int | None, list[PayeeAccount]] = {}
    for account in approved:
        by_firm.setdefault(account.organisation_id, []).append(account)
    for change in changes:
        earlier = [
            one for one in by_firm.get(change.organisation_id, [])
            if one.pk != change.pk and one.valid_from <= change.valid_from
        ]  # fmt: skip
        change.old = earlier[-1] if earlier else None  # type: ignore[attr-defined]


def _change(request: HttpRequest, pk: int) -> PayeeAccount:
    wanted = changes_seen_by(member_of(request)).select_related(
        "organisation__enterprise", "proposed_by", "approved_by", "upload__file"
    )
    found: PayeeAccount = get_object_or_404(wanted, pk=pk)
    return found


@page_for(BOOK_READERS)
@require_safe
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Old and new side by side, why, by what paper, who proposed it."""
    return _show(request, _change(request, pk))


def _show(request: HttpRequest, change: PayeeAccount, error: str = "") -> HttpResponse:
    member = member_of(request)
    _with_old([change])
    decided = AuditEvent.objects.filter(
        subject_kind=change._meta.label, subject_id=change.pk, code="payee_account.refuse"
    )
    context = {
        "here": "account_changes", "change": change, "error": error, "phrases": PHRASES,
        "refusal": decided.order_by("-pk").first(), "note": request.POST.get("note", ""),
        "may_decide": change.status == "proposed" and can_decide_account_change(member, change),
        "is_own": change.proposed_by_id == member.user_id,
    }  # fmt: skip
    return render(request, "desk/money/account_change.html", context, status=422 if error else 200)


@page_for(Role.APPROVER)
@require_POST
@freshly_confirmed()
def decide_change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Approve, or refuse with a reason; a second tap finds it done."""
    if action not in ("approve", "refuse"):
        raise Http404
    change = _change(request, pk)
    member = member_of(request)
    if change.status != "proposed":
        messages.info(request, f"该变更已是“{change.status_label()}”，无需重复操作。")
        return redirect("account_change", pk=pk)
    today = business_day()
    note = reason_of(request)
    if action == "refuse" and not note:
        return _show(request, change, "请说明退回原因：选择一条常用原因，或填写具体情况。")
    try:
        if action == "approve":
            approve_account_change(actor=member, account=change, day=today)
            messages.success(request, f"已批准，自 {change.valid_from} 起使用新账号。")
        else:
            refuse_account_change(actor=member, account=change, day=today, reason=note)
            messages.success(request, "已退回，原账号继续使用。")
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    return redirect("account_change", pk=pk)


@page_for(Role.CLERK)
@sensitive_post_parameters("account")
def new_change(request: HttpRequest) -> HttpResponse:
    """Propose another account for a firm; what was typed is kept, an approver decides."""
    member = member_of(request)
    firms = Enterprise.objects.filter(bureau__in=own_bureaus(member)).select_related("organisation")
    today, errors = business_day(), dict[str, str]()
    typed = {key: (request.POST.get(key) or request.GET.get(key) or "").strip()[:200] for key in FIELDS}
    typed["effective_on"] = typed["effective_on"] or today.isoformat()
    given = request.POST if request.method == "POST" else request.GET
    choice = choose(firms.in_directory_order(), given, "organisation")
    chosen = choice.chosen
    if request.method == "POST":
        errors, begins = _missing(typed, choice)
        if not errors and chosen is not None and begins is not None:
            try:
                made = propose_account_change(
                    actor=member, organisation=chosen.organisation, account=typed["account"],
                    bank_name=typed["bank_name"], effective_on=begins, reason=typed["reason"],
                    evidence=typed["evidence"], day=today,
                )  # fmt: skip
            except RuleViolation as refusal:
                errors[FIELD_OF.get(refusal.code, "account")] = refusal.sentences
            else:
                messages.success(request, "已提交，等待审批人办理；批准前仍使用原账号。")
                return redirect("account_change", pk=made.pk)
    now = account_in_force(organisation=chosen.organisation, day=today) if chosen else None
    context: dict[str, Any] = {
        "here": "account_changes",
        "choice": choice,
        "typed": typed,
        "errors": errors,
        "now": now,
    }
    return render(request, "desk/money/new_account_change.html", context, status=422 if errors else 200)


def _missing(typed: dict[str, str], choice: Choice) -> tuple[dict[str, str], date | None]:
    """What is missing, by field, and the day."""
    words = {"account": "请填写新账号。", "bank_name": "请填写新账号的开户行。", "reason": "请填写变更原因。",
             "evidence": "请写明依据材料，如“开户许可证 2026-0012”。"}  # fmt: skip
    errors = {key: text for key, text in words.items() if not typed[key]}
    if choice.chosen is None:
        errors["organisation"] = choice.problem or "请选择企业。"
    begins, wrong = read_day(typed["effective_on"], "请填写生效日期，如 2026-12-01。")
    if wrong:
        errors["effective_on"] = wrong
    return errors, begins
