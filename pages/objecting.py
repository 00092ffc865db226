"""Taking in an objection, the same at the counter and on the public page: every wrong field named at once, one objection per words."""

from __future__ import annotations

from django.http import HttpRequest

from park_workers.foundation.actors import Actor
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from subsidies.models import LineItem, Objection, PublicNotice
from subsidies.services.objections import receive_objection

LONGEST = {"name": 80, "contact": 60, "text": 2000}
MISSING = {
    "name": "请填写姓名或单位名称。",
    "contact": "请填写联系电话，便于核实。",
    "text": "请写明对谁、对什么有异议，以及事实和理由。",
}


def typed_in(request: HttpRequest, longest: dict[str, int]) -> dict[str, str]:
    """What was typed, field by field, no longer than the field."""
    return {key: request.POST.get(key, "").strip()[:most] for key, most in longest.items()}


def take(
    *, actor: Actor, notice: PublicNotice, typed: dict[str, str], errors: dict[str, str], line: LineItem | None = None
) -> Objection | None:
    """The objection, or None with the errors by field; the same words of the same person are one objection."""
    errors.update({key: words for key, words in MISSING.items() if not typed[key]})
    if errors:
        return None
    same: Objection | None = notice.objections.filter(objector_name=typed["name"], text=typed["text"]).first()
    try:
        return same or receive_objection(
            actor=actor, notice=notice, objector_name=typed["name"], contact=typed["contact"], text=typed["text"],
            day=business_day(), line=line,
        )  # fmt: skip
    except RuleViolation as refusal:
        errors["whole"] = refusal.sentences
        return None
