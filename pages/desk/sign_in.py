"""Log in, choose a role, log out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pages.accounts.door import begin_sign_in
from pages.acting import act_as, live_memberships
from pages.public.visits import limited
from park_workers.services.sessions import cleaned_username, person_with_password, sign_out

#: unknown and known users answer alike
WRONG = "登录名或密码不正确，请检查大小写后重新输入。"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@limited("log_in", methods=("POST",))
def log_in(request: HttpRequest) -> HttpResponse:
    """Name and password; a wrong try keeps the name."""
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = ""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward or "home")
    username, error = "", ""
    if request.method == "POST":
        username = cleaned_username(request.POST.get("username", ""))
        password = request.POST.get("password", "")
        if not username or not password:
            error = "请填写登录名和密码。"
        else:
            user = person_with_password(request, username=username, password=password)
            if user is not None:
                return begin_sign_in(request, user, onward)
            error = WRONG
    return render(
        request,
        "desk/log_in.html",
        {"username": username, "error": error, "next": onward},
        status=422 if error else 200,
    )


@never_cache
def choose_role(request: HttpRequest) -> HttpResponse:
    """One person acts in one role at a time."""
    found = live_memberships(request)
    if request.method == "POST":
        chosen = next((m for m in found if str(m.pk) == request.POST.get("membership")), None)
        if chosen is None:
            messages.error(request, "您没有这个岗位，或岗位已失效，请重新选择。")
        else:
            act_as(request, chosen)
            return redirect("home")
    return render(request, "desk/choose_role.html", {"memberships": found})


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session ends on the server."""
    sign_out(request)
    messages.success(request, "您已安全退出。")
    return redirect("log_in")
