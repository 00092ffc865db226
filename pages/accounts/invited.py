"""A colleague's invitation: the link opens with a code to the telephone it was sent to, and leads straight in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pages.accounts import codes
from pages.accounts.door import begin_sign_in
from pages.public.visits import limited
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import ColleagueInvitation
from park_workers.services.colleagues import accept_colleague, invitation_with
from park_workers.services.phone_codes import Purpose
from park_workers.services.sessions import PHONE_CODE


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@limited("log_in", methods=("POST",))
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Who invites to what; a code; in."""
    now = timezone.now()
    try:
        invitation = invitation_with(reference, now=now)
    except RuleViolation as refusal:
        return render(request, "accounts/not_invited.html", {"refusal": refusal}, status=410)
    phone, error = invitation.open_phone(), ""  # type: ignore[attr-defined]
    if "send" in request.POST or "again" in request.POST:
        error = codes.send(request, Purpose.COLLEAGUE, phone)
    elif request.method == "POST":
        answer = _enter(request, invitation)
        if isinstance(answer, HttpResponse):
            return answer
        error = answer
    row = codes.asked_for(request, Purpose.COLLEAGUE)
    context = {
        "invitation": invitation, "telephone": mask_phone(phone), "error": error,
        "is_sent": row is not None and row.phone_hash == invitation.phone_hash,
        "is_again": "again" in request.POST and not error,
    }  # fmt: skip
    return render(request, "accounts/invited.html", context, status=422 if error else 200)


def _enter(request: HttpRequest, invitation: ColleagueInvitation) -> HttpResponse | str:
    try:
        user = accept_colleague(
            reference=invitation.reference, code_reference=codes.reference_of(request, Purpose.COLLEAGUE),
            code=request.POST.get("code", "")[:20], day=business_day(), now=timezone.now(),
        )  # fmt: skip
    except RuleViolation as refusal:
        return codes.said(refusal)
    return begin_sign_in(request, user, "", factor=PHONE_CODE)
