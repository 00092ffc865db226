"""开户申请 at the desk: the queue, one request with its licence, agreeing, confirming by a second clerk, sending back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pages.accounts.codes import said
from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.desk.tabs import numbered_page
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import AccountRequest, Enterprise, OwnerHandover, Role
from park_workers.permissions import can_decide_account_request, can_open_account
from park_workers.services import account_requests as service
from park_workers.services.colleagues import offer_ownership, people_of

READERS = (Role.CLERK, Role.AUDITOR)
STATES = AccountRequest.Status.choices
PHRASES = ("照片不清楚，请重新拍照", "信用代码与执照不一致", "企业不在本局管理范围", "请由贵企业主账号邀请")


def _request(request: HttpRequest, reference: str) -> AccountRequest:
    seen = AccountRequest.objects.visible_to(member_of(request)).select_related(
        "membership__user", "agreed_by", "opened_by", "licence"
    )
    found: AccountRequest = get_object_or_404(seen, reference=reference)
    return found


@page_for(READERS)
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """By state; what waits, oldest first."""
    seen = AccountRequest.objects.visible_to(member_of(request))
    chosen = request.GET.get("state", "waiting")
    chosen = chosen if chosen in dict(STATES) else "waiting"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    rows = seen.filter(status=chosen).order_by(*(("pk",) if chosen in ("waiting", "agreed") else ("-pk",)))
    found = numbered_page(request, rows)
    for row in found["page"]:
        row.firm = service.firm_named(row.credit_code)
    return render(
        request, "desk/account_requests.html", {"here": "account_requests", "chosen": chosen, "counts": counts} | found
    )


@page_for(READERS)
@require_safe
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: what was stated, what the directory says, and what can be done."""
    member, found = member_of(request), _request(request, reference)
    firm = service.firm_named(found.credit_code)
    phone = found.open_phone()  # type: ignore[attr-defined]
    context = {
        "here": "account_requests", "found": found, "firm": firm, "telephone": mask_phone(phone) if phone else "已删除",
        "people": people_of(firm) if firm else [], "may_decide": can_decide_account_request(member),
        "may_open": can_open_account(member, found), "phrases": PHRASES,
    }  # fmt: skip
    return render(request, "desk/account_request.html", context)


@page_for(Role.CLERK)
@require_POST
@freshly_confirmed()
def licence(request: HttpRequest, reference: str) -> HttpResponse:
    """The picture, with the viewer's name and the time across it."""
    found = _request(request, reference)
    try:
        picture = service.reveal_licence(actor=member_of(request), request=found, now=timezone.localtime())
    except RuleViolation as refusal:
        messages.error(request, said(refusal))
        return redirect("account_request", reference=reference)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="licence.jpg"'
    return response


@page_for(Role.CLERK)
@require_POST
@freshly_confirmed()
def decide(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Agree, confirm what another clerk agreed to, or send back."""
    found, member, day, now = _request(request, reference), member_of(request), business_day(), timezone.now()
    try:
        if action == "agree":
            service.agree_to_account(actor=member, request=found, day=day, now=now)
            messages.success(request, "已同意，等待另一位经办确认后开通。")
        elif action == "open":
            service.open_account(actor=member, request=found, day=day, now=now)
            messages.success(request, "已开通，申请人会收到短信。")
        elif action == "refuse":
            service.refuse_account_request(actor=member, request=found, reason=reason_of(request), day=day, now=now)
            messages.success(request, "已退回，申请人会收到短信。")
        else:
            raise Http404
    except RuleViolation as refusal:
        messages.error(request, said(refusal))
    return redirect("account_request", reference=reference)


@page_for(Role.CLERK)
@freshly_confirmed(when=lambda request, **kwargs: request.method == "POST")
def firm_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for an enterprise; when its owner has left, a colleague is asked to be the owner."""
    member = member_of(request)
    seen = Enterprise.objects.visible_to(member).select_related("organisation")
    enterprise = get_object_or_404(seen, pk=pk)
    people = people_of(enterprise.organisation)
    if request.method == "POST":
        chosen = people.filter(pk=_number(request.POST.get("membership", ""))).first()
        try:
            if chosen is None:
                raise RuleViolation("NOT_A_COLLEAGUE", "没有选择接任人", "请选择一位在用人员")
            offer_ownership(actor=member, to=chosen, reason=request.POST.get("reason", ""), day=business_day())
            messages.success(request, f"已请{chosen.user.display_name}接任主账号，对方登录接受后生效。")
        except RuleViolation as refusal:
            messages.error(request, said(refusal))
        return redirect("enterprise_people", pk=pk)
    offer = OwnerHandover.objects.filter(organisation_id=pk, status="offered").select_related("to__user").first()
    context = {"here": "enterprises", "enterprise": enterprise, "people": people, "offer": offer}
    return render(request, "desk/enterprise_people.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
