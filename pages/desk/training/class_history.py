"""What happened to a class, in words."""

from __future__ import annotations

from django.db.models import Q

from pages.desk.history import Happening
from pages.events import words_of
from park_workers.foundation.audit import AuditEvent
from training.models import ClassChangeRequest, Enrolment, TrainingClass

EVENTS_SHOWN = 300


def history_of(training_class: TrainingClass) -> list[Happening]:
    """Events of the class, its changes and its seats, newest first."""
    about = Q(subject_kind=training_class._meta.label, subject_id=training_class.pk)
    for model in (ClassChangeRequest, Enrolment):
        keys = model.objects.filter(training_class=training_class).values("pk")
        about |= Q(subject_kind=model._meta.label, subject_id__in=keys)
    events = AuditEvent.objects.filter(about).order_by("-pk")[:EVENTS_SHOWN]
    return [Happening(e.recorded_at, words_of(e.code), e.actor_label, e.note, e.business_day) for e in events]
