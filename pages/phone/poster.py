"""The enterprise's QR poster: look, fetch as PDF or picture, replace, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.acting import member_of, own_enterprise, page_for
from pages.downloads import file_response
from pages.typed_forms import reason_of
from park_workers.foundation.addresses import public_address
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Poster, Role
from park_workers.permissions import can_keep_poster
from park_workers.services import card_faces, posters

PHRASES = ("海报遗失", "海报破损", "企业名称有变", "怀疑被人冒用", "暂停招工")


@page_for(Role.ENTERPRISE_HR)
def poster(request: HttpRequest) -> HttpResponse:
    """The poster that stands, or the button that makes the first; earlier ones with what became of them."""
    enterprise = own_enterprise(request)
    member = member_of(request)
    if request.method == "POST":
        posters.issue_poster(actor=member, enterprise=enterprise, day=business_day())
        messages.success(request, "海报已生成，打印张贴或发到招工群即可。")
        return redirect("poster")
    gone = Poster.objects.visible_to(member).filter(enterprise=enterprise, status=Poster.Status.REVOKED)
    context = {
        "enterprise": enterprise, "poster": posters.standing_poster(enterprise),
        "gone": gone.order_by("-revoked_at")[:10], "may": can_keep_poster(member, enterprise),
    }  # fmt: skip
    return render(request, "phone/poster.html", context)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def poster_file(request: HttpRequest, form: str) -> HttpResponse:
    """The standing poster to print (pdf), to send round (png) or to look at on the page (view)."""
    enterprise = own_enterprise(request)
    standing = posters.standing_poster(enterprise)
    if standing is None or form not in ("pdf", "png", "view"):
        raise Http404
    address = public_address(request)
    if form == "view":
        return HttpResponse(card_faces.poster_png(standing, address), content_type="image/png")
    name = f"{enterprise.name}登记海报-{standing.issued_on:%Y%m%d}.{form}"
    if form == "pdf":
        return file_response(card_faces.poster_pdf(standing, address), name, content_type="application/pdf")
    return file_response(card_faces.poster_png(standing, address), name, content_type="image/png")


@page_for(Role.ENTERPRISE_HR)
def withdraw_poster(request: HttpRequest) -> HttpResponse:
    """Replace or revoke the standing poster, with the reason."""
    enterprise = own_enterprise(request)
    standing = posters.standing_poster(enterprise)
    if standing is None:
        messages.info(request, "现在没有有效的海报，无需作废。")
        return redirect("poster")
    error, member = "", member_of(request)
    if request.method == "POST":
        try:
            reason = reason_of(request)
            if request.POST.get("then") == "revoke":
                posters.revoke_poster(actor=member, poster=standing, reason=reason)
                messages.success(request, "海报已作废，旧海报上的二维码不能再登记。")
            else:
                posters.replace_poster(actor=member, poster=standing, reason=reason, day=business_day())
                messages.success(request, "已换发新海报，请撤下旧海报。旧二维码会提示扫新海报。")
            return redirect("poster")
        except RuleViolation as refusal:
            error = refusal.sentences
    context = {
        "title": "更换或作废海报", "back": reverse("poster"), "what": "海报", "phrases": PHRASES, "error": error, "typed": request.POST,
        "warning": "作废后，已张贴和转发的海报立即不能登记。",
    }  # fmt: skip
    return render(request, "phone/withdraw.html", context, status=422 if error else 200)
