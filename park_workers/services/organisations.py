"""Bodies that are not in the bureau's directory of enterprises: training bases."""

from __future__ import annotations

from django.db import transaction

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Organisation, TrainingBase


@transaction.atomic
def ensure_training_base(*, actor: Actor, bureau: Organisation, name: str) -> TrainingBase:
    """The bureau's training base of that name, entered now if there is none; raises RuleViolation NAME_MISSING."""
    if not name.strip():
        raise RuleViolation("NAME_MISSING", "没有填写基地名称", "请填写基地名称，如“一号基地”")
    known = TrainingBase.objects.filter(organisation__name=name.strip(), bureau=bureau).first()
    if known is not None:
        return known
    organisation = Organisation.objects.create(kind=Organisation.Kind.TRAINING_BASE, name=name.strip()[:120])
    base = TrainingBase.objects.create(organisation=organisation, bureau=bureau)
    record_event(actor=actor, code="training_base.entered", subject=organisation, changes={"name": organisation.name})
    return base
