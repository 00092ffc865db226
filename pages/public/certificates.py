"""Certificates verified by anybody: by the code on the paper, or by number and name; no log-in, no cookie."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from pages.public.scans import not_ours
from pages.public.visits import limited
from park_workers.foundation.business_day import business_day
from training.models import CompletionCertificate
from training.services.verification import REVOKED, verify_by_code, verify_by_number

LONGEST = {"number": 40, "name": 80}
UNKNOWN = "没有查到编号与姓名都相符的证书。请对照证书逐字核对；仍查不到的，请联系发证的培训基地。"


@login_not_required
@never_cache
@require_safe
@limited("scanning", methods=("GET", "HEAD"))
def scanned_certificate(request: HttpRequest, signed: str) -> HttpResponse:
    """What the code on a 结业证 stands for today: looked up each time, so a revocation shows at once."""
    found = verify_by_code(signed)
    if found is None:
        return not_ours(request, signed, CompletionCertificate.PURPOSE)
    context = {"found": found, "today": business_day()}
    return render(request, "public/certificate.html", context, status=410 if found.state == REVOKED else 200)


# No cookie, so there is no session that a foreign page could ride on, and no token to compare.
@csrf_exempt
@login_not_required
@never_cache
@limited("verify", methods=("POST",))
@limited("reading", methods=("GET", "HEAD"))
@sensitive_post_parameters("name", "number")
def verify(request: HttpRequest) -> HttpResponse:
    """By number and name; a wrong number and a wrong name are answered alike.  Sent by POST: a name stands in no address."""
    typed = {key: request.POST.get(key, "").strip()[:most] for key, most in LONGEST.items()}
    if request.method != "POST":
        return render(request, "public/verify.html", {"typed": typed})
    errors = {
        key: words for key, words in (("number", "请填写证书编号。"), ("name", "请填写持证人姓名。")) if not typed[key]
    }
    found = None if errors else verify_by_number(typed["number"], typed["name"])
    if found is not None:
        return render(request, "public/certificate.html", {"found": found, "today": business_day(), "is_asked": True})
    context = {"typed": typed, "errors": errors, "unknown": "" if errors else UNKNOWN}
    return render(request, "public/verify.html", context, status=422 if errors else 404)
