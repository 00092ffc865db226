"""The link of an invitation: it opens once, sets the password, and leads to the door."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pages.public.visits import limited
from park_workers.foundation.errors import RuleViolation
from park_workers.services.acting import PersonActor
from park_workers.services.invitations import accept_invitation, invitation_of


@login_not_required
@never_cache
@sensitive_post_parameters("new", "again")
@limited("log_in", methods=("POST",))
def accept(request: HttpRequest, link: str) -> HttpResponse:
    """Set the password; a link that no longer opens says so and nothing else."""
    try:
        user = invitation_of(link, now=timezone.now()).user
    except RuleViolation as refusal:
        return render(request, "accounts/no_invitation.html", {"refusal": refusal}, status=410)
    error = ""
    if request.method == "POST":
        new, again = request.POST.get("new", "")[:200], request.POST.get("again", "")[:200]
        try:
            if new != again:
                error = "两次输入的密码不一致。"
            else:
                accept_invitation(actor=PersonActor(user), link=link, password=new, now=timezone.now())
        except RuleViolation as refusal:
            error = f"{refusal.message} {refusal.fix}。"
        if not error:
            logout(request)
            messages.success(request, "密码已设置，请用新密码登录。")
            return redirect("log_in")
    context = {"invited": user, "error": error, "hints": password_validators_help_texts()}
    response = render(request, "accounts/invitation.html", context, status=422 if error else 200)
    response["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return response
