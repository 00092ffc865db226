"""The enterprise's account for subsidies: which one is in force, and proposing another one; the bureau approves."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from pages.acting import member_of, own_enterprise, page_for
from pages.phone.waiting import Todo
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.money import format_fen
from park_workers.models import Membership, PayeeAccount, Role
from park_workers.services.accounts import account_in_force, propose_account_change
from subsidies.models import Disbursement

FIELDS = {
    "account": "请填写新账号。", "bank_name": "请填写开户行，如“示例银行示例支行”。", "reason": "请填写变更原因，如“原账户已销户”。",
    "evidence": "请写明依据材料，如“开户许可证 2026-0012”。",
}  # fmt: skip


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("account")
def account_page(request: HttpRequest) -> HttpResponse:
    """The account in force, the change that waits, and the form for another one; what was typed is kept, but for the number."""
    member = member_of(request)
    organisation, today = own_enterprise(request).organisation, business_day()
    typed = {key: request.POST.get(key, "").strip()[:200] for key in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = {key: text for key, text in FIELDS.items() if not typed[key]}
        if not errors:
            try:
                propose_account_change(actor=member, organisation=organisation, effective_on=today, day=today, **typed)
            except RuleViolation as refusal:
                errors["whole" if refusal.code == "ACCOUNT_CHANGE_PENDING" else "account"] = refusal.sentences
            else:
                messages.success(request, "已提交，等待区人社局审批；批准前仍使用原账户。")
                return redirect("phone_account")
    changes = PayeeAccount.objects.filter(organisation=organisation, is_from_directory=False).order_by("-pk")
    context = {
        "now": account_in_force(organisation=organisation, day=today), "typed": typed, "errors": errors,
        "waiting": changes.filter(status="proposed").first(), "changes": changes[:10], "today": today,
    }  # fmt: skip
    return render(request, "phone/account.html", context, status=422 if errors else 200)


def bounced_todo(member: Membership, today: date) -> Todo | None:
    """退票: money that came back, until it is paid again or given up."""
    rows = Disbursement.objects.filter(
        organisation_id=member.organisation_id, status="bounced", paid_lines__is_live=True
    ).distinct()
    found = Disbursement.objects.filter(pk__in=rows.values("pk")).aggregate(fen=Sum("amount_fen"))
    n = rows.count()
    if not n:
        return None
    note = f"共 {format_fen(found['fen'])}，账户有误的请申请变更"
    return Todo("银行退票，请核对账户", n, reverse("phone_account"), "alert-triangle", note=note)
