"""One person on the enterprise's roster: what is held, masked, what is missing, and everything that was put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.events import change_words, words_of
from pages.phone.roster import enterprise_of
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, Enterprise, HireDateRequest, InsuredMonth, Role
from park_workers.permissions import can_correct_name
from park_workers.services.gaps import gaps_of, with_gaps

HISTORY_SHOWN = 50
#: what the history of an employment is about
SUBJECTS = ("employment", "contract", "post", "worker")
#: changes that say nothing to a person
UNSPOKEN = ("request_digest", "warnings")


@dataclass(frozen=True)
class Step:
    """One dated step of the history."""

    day: date
    what: str
    who: str
    note: str
    changes: list[tuple[str, str]]


def employment_of(request: HttpRequest, reference: str) -> Employment:
    """One employment at this enterprise; 404 for any other."""
    member = member_of(request)
    seen = Employment.objects.visible_to(member).select_related("worker", "enterprise__organisation", "upload__file")
    found: Employment = get_object_or_404(seen, reference=reference)
    return found


@page_for(Role.ENTERPRISE_HR)
@require_safe
def person(request: HttpRequest, employment: str) -> HttpResponse:
    """The person with contract, post, insured months here, what is missing, and the history."""
    member = member_of(request)
    found, today, enterprise = employment_of(request, employment), business_day(), enterprise_of(member)
    posts = sorted(found.posts.all(), key=lambda post: post.starts_on)
    others = Employment.objects.visible_to(member).filter(worker=found.worker_id).exclude(pk=found.pk)
    steps = history_of(found)
    context: dict[str, Any] = {
        "employment": found, "worker": found.worker, "today": today, "posts": posts[::-1],
        "post": posts[-1] if posts else None, "contracts": list(found.contracts.order_by("-starts_on")),
        "gaps": _gaps(found, enterprise, today), "insured": insured_here(found), "steps": steps,
        "asked": HireDateRequest.objects.filter(employment=found).order_by("-pk").first(),
        "others": others.order_by("-hired_on"), "may_rename": can_correct_name(member, found),
        "may_undo_at_once": found.left_on is not None and _was_just_recorded(found, today),
    }  # fmt: skip
    return render(request, "phone/person.html", context)


def _gaps(employment: Employment, enterprise: Enterprise, today: date) -> list[Any]:
    if employment.left_on is not None:
        return []
    return gaps_of(with_gaps(Employment.objects.filter(pk=employment.pk), enterprise=enterprise, day=today).get())


def insured_here(employment: Employment) -> dict[str, Any]:
    """Months this enterprise paid pension insurance for the person: how many, and the newest."""
    code = employment.enterprise.organisation.credit_code
    rows = InsuredMonth.objects.filter(
        worker=employment.worker_id, credit_code=code, voided_at__isnull=True, kind=InsuredMonth.Kind.PENSION
    )
    months = sorted(rows.values_list("month", flat=True))
    return {"count": len(months), "first": months[0] if months else None, "last": months[-1] if months else None}


def history_of(employment: Employment) -> list[Step]:
    """What was recorded and put right about this employment, the newest first."""
    asked = HireDateRequest.objects.filter(employment=employment).values("pk")
    own = Q(*(("code__startswith", f"{subject}.") for subject in SUBJECTS), _connector=Q.OR)
    events = AuditEvent.objects.filter(
        own & Q(subject_kind=employment._meta.label, subject_id=employment.pk)
        | Q(subject_kind=HireDateRequest._meta.label, subject_id__in=asked)
    )  # fmt: skip
    return [
        Step(
            event.business_day or event.recorded_at.date(), words_of(event.code), event.actor_label.partition("（")[0], event.note,
            change_words({key: value for key, value in event.changes.items() if key not in UNSPOKEN}),
        )
        for event in events.order_by("-pk")[:HISTORY_SHOWN]
    ]  # fmt: skip


def _was_just_recorded(employment: Employment, today: date) -> bool:
    """Whether the leaving was recorded today, so that one tap takes it back."""
    last = AuditEvent.objects.filter(
        subject_kind=employment._meta.label, subject_id=employment.pk, code="employment.left"
    ).order_by("-pk")  # fmt: skip
    newest = last.first()
    return newest is not None and newest.business_day == today
