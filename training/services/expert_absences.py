"""Days on which an expert cannot come, entered and taken back by the expert: whoever is away on the review day is not drawn."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem
from training.models import Expert, ExpertAbsence, PanelSeat
from training.permissions import check_can_enter_absence

#: how far ahead, and for how long
MOST_AHEAD = timedelta(days=730)
CALLED = ("drawn", "scoring")


def absences_of(expert: Expert) -> list[ExpertAbsence]:
    """Those that stand, the next first."""
    return list(expert.absences.filter(withdrawn_on__isnull=True).order_by("starts_on", "pk"))


def _judged(expert: Expert, starts_on: date, ends_on: date, day: date) -> list[Problem]:
    found = []
    if ends_on < starts_on:
        found.append(Problem("ends_on", "SPAN_REVERSED", "终止日早于起始日", "请核对起止日期"))
    if starts_on < day:
        found.append(Problem("starts_on", "DATE_IN_PAST", f"起始日 {starts_on} 已过", "请填写今天或以后的日期"))
    if max(starts_on, ends_on) > day + MOST_AHEAD:
        found.append(Problem("ends_on", "DATE_TOO_FAR", "日期超过两年以后", "请核对年份"))
    mine = PanelSeat.objects.filter(expert=expert, status=PanelSeat.Status.SEATED, round__status__in=CALLED)
    called = mine.filter(round__review_day__range=(starts_on, ends_on)).select_related("round").first()
    if called is not None:
        message = f"{called.round.review_day} 您已被抽为“{called.round.title}”评委"
        found.append(Problem("starts_on", "CALLED_THAT_DAY", message, "不能参评的，请先在该评审中办理“不能参评”"))
    return found


@transaction.atomic
def enter_absence(
    *, actor: Membership, expert: Expert, starts_on: date, ends_on: date, note: str, day: date
) -> ExpertAbsence:
    """From–to days, both included, on which the expert cannot be drawn; the same span again is the same row.

    Holds at once: it can only keep the expert from being drawn.  Raises PermissionRefused (anybody but the expert),
    FieldsInvalid with every wrong field.
    """
    check_can_enter_absence(actor, expert)
    problems = _judged(expert, starts_on, ends_on, day)
    if problems:
        raise FieldsInvalid(problems)
    known = expert.absences.filter(withdrawn_on__isnull=True, starts_on=starts_on, ends_on=ends_on).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = ExpertAbsence.objects.create(
                expert=expert, starts_on=starts_on, ends_on=ends_on, note=note.strip()[:80], entered_on=day, recorded_by=actor
            )  # fmt: skip
    except IntegrityError:  # two taps at once
        return expert.absences.get(withdrawn_on__isnull=True, starts_on=starts_on, ends_on=ends_on)
    changes = {"starts_on": starts_on.isoformat(), "last_day": ends_on.isoformat()}
    record_event(actor=actor, code="expert.absence_entered", subject=expert, day=day, changes=changes)
    return made


@transaction.atomic
def withdraw_absence(*, actor: Membership, absence: ExpertAbsence, day: date) -> ExpertAbsence:
    """The expert can come after all.  Raises PermissionRefused, RuleViolation ABSENCE_WITHDRAWN."""
    check_can_enter_absence(actor, absence.expert)
    if not ExpertAbsence.objects.filter(pk=absence.pk, withdrawn_on__isnull=True).update(withdrawn_on=day):
        raise RuleViolation("ABSENCE_WITHDRAWN", "该登记已撤回", "请刷新页面查看最新情况")
    absence.refresh_from_db()
    changes = {"starts_on": absence.starts_on.isoformat(), "last_day": absence.ends_on.isoformat()}
    record_event(actor=actor, code="expert.absence_withdrawn", subject=absence.expert, day=day, changes=changes)
    return absence
