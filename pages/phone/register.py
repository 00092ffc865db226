"""An enterprise registers one hire on the phone or the PC."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from pages import hires
from pages.acting import page_for
from park_workers.models import Employment, Enterprise, Membership, Role


@page_for(Role.ENTERPRISE_HR)
@sensitive_post_parameters("id_number", "phone", "introducer_id_number")
def register_hire(request: HttpRequest) -> HttpResponse:
    """The form for the enterprise's own staff."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    enterprise = get_object_or_404(Enterprise.objects.visible_to(member).select_related("organisation"))
    form = hires.read(request, member, enterprise) if request.method == "POST" else hires.blank(enterprise)
    if form.registration is not None:
        request.session["hire_warnings"] = [f"{w.message}。{w.fix}。" for w in form.registration.warnings]
        return redirect("hire_registered", reference=form.registration.employment.reference)
    context = {"form": form, "enterprise": enterprise, "trades": hires.TRADES}
    return render(request, "phone/register_hire.html", context, status=422 if form.errors else 200)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def hire_registered(request: HttpRequest, reference: str) -> HttpResponse:
    """Done: the number, and what happens next."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    employment = get_object_or_404(
        Employment.objects.visible_to(member).select_related("worker", "enterprise__organisation"), reference=reference
    )
    warnings = request.session.pop("hire_warnings", [])
    return render(request, "phone/hire_registered.html", {"employment": employment, "warnings": warnings})
