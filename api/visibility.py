"""What a membership may see, table by table; every list and every look-up of the API begins here.

Tables with `visible_to` say it themselves; the others are seen through the object they hang on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import F, Model, QuerySet

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import Job
from park_workers.models import (
    InsuredMonth,
    Membership,
    Organisation,
    PayeeAccount,
    Role,
    TrainingBase,
    WorkerRegistration,
)
from park_workers.models.users import ADMINISTRATORS, TENANT_ROLES
from park_workers.services.audit_log import events_visible_to
from subsidies.models import (
    Appropriation,
    Batch,
    Claim,
    Clawback,
    Disbursement,
    LineDecision,
    LineItem,
    Objection,
    PaymentFile,
    Policy,
    PolicyVersion,
    WriteOff,
)
from training.models import (
    Assessment,
    Attendance,
    Certificate,
    ClassSession,
    EarlierTraining,
    Enrolment,
    Expert,
    PanelSeat,
    ReviewEvidence,
    ReviewRound,
    RubricVersion,
    ScoreSheet,
    TrainingClass,
)

Seen = Callable[[Any, Membership], Any]
#: states in which a computation is still the bureau's own work
OWN_WORK = ("draft", "computed", "cancelled")
LOG_READERS = frozenset({Role.AUDITOR, Role.LOG_ADMIN})


def _bureau_only(rows: Any, membership: Membership) -> Any:
    return rows if membership.sees_business_of_all else rows.none()


def _by(path: str) -> Seen:
    """Bureau staff all, others the rows whose `path` is their organisation."""

    def seen(rows: Any, membership: Membership) -> Any:
        return rows if membership.sees_business_of_all else rows.filter(**{path: membership.organisation_id})

    return seen


def _standing(to_batch: str, to_calculation: str, to_firm: str) -> Seen:
    """Bureau staff all; a firm what is its own in computations that stand and that the bureau's clerk has signed."""

    def seen(rows: Any, membership: Membership) -> Any:
        if membership.sees_business_of_all:
            return rows
        own = {to_firm: membership.organisation_id, f"{to_batch}is_trial": False}
        rows = rows.filter(**own, **{to_calculation: F(f"{to_batch}current")})
        return rows.exclude(**{f"{to_batch}status__in": OWN_WORK})

    return seen


def _batches(rows: Any, membership: Membership) -> Any:
    rows = rows.filter(pk__in=Batch.objects.visible_to(membership).values("pk"))
    return rows if membership.sees_business_of_all else rows.filter(is_trial=False).exclude(status__in=OWN_WORK)


def _insured_months(rows: Any, membership: Membership) -> Any:
    if membership.sees_business_of_all:
        return rows
    return rows.filter(credit_code=membership.organisation.credit_code or "-")


def _published(path: str) -> Seen:
    """Bureau staff every version, organisations what has been published, administrators nothing."""

    def seen(rows: Any, membership: Membership) -> Any:
        if membership.sees_business_of_all:
            return rows
        if membership.role in ADMINISTRATORS:
            return rows.none()
        return rows.filter(**{path: ("published", "retired")}).distinct()

    return seen


def _jobs(rows: Any, membership: Membership) -> Any:
    return rows if membership.sees_business_of_all else rows.filter(actor_id=membership.pk)


def _log(rows: Any, membership: Membership) -> Any:
    return events_visible_to(membership, rows)


def _of_classes(rows: Any, membership: Membership) -> Any:
    return rows.filter(training_class__in=TrainingClass.objects.visible_to(membership).values("pk"))


def _organisations(rows: Any, membership: Membership) -> Any:
    return rows.filter(pk__in=Organisation.objects.visible_to(membership).values("pk"))


RULES: dict[type[Model], Seen] = {
    Organisation: _organisations,
    WorkerRegistration: _by("enterprise_id"),
    InsuredMonth: _insured_months,
    TrainingBase: _by("organisation_id"),
    Enrolment: _of_classes,
    ClassSession: _by("training_class__base_id"),
    Attendance: _by("session__training_class__base_id"),
    Assessment: _by("enrolment__training_class__base_id"),
    Certificate: _by("assessment__enrolment__training_class__base_id"),
    EarlierTraining: _bureau_only,
    PayeeAccount: _by("organisation_id"),
    Policy: _published("versions__status__in"),
    PolicyVersion: _published("status__in"),
    Batch: _batches,
    Claim: _standing("batch__", "calculation", "organisation_id"),
    LineItem: _standing("calculation__batch__", "calculation", "claim__organisation_id"),
    LineDecision: _standing("line__calculation__batch__", "line__calculation", "line__claim__organisation_id"),
    Clawback: _standing("line__calculation__batch__", "line__calculation", "line__claim__organisation_id"),
    Objection: _bureau_only,
    PaymentFile: _bureau_only,
    WriteOff: _bureau_only,
    Disbursement: _by("organisation_id"),
    Appropriation: _bureau_only,
    Job: _jobs,
    AuditEvent: _log,
}


#: tables that also staff without business of their own may look into, each by its own rule
OPEN_TO_STAFF = frozenset(
    {Organisation, Policy, PolicyVersion, Job, AuditEvent, ReviewRound, ScoreSheet, Expert, PanelSeat, ReviewEvidence, RubricVersion}
)  # fmt: skip


def visible(rows: QuerySet[Any], membership: Membership) -> Any:
    """The rows of a query that a membership may see; the city bureau sees what was sent up to it."""
    model = rows.model
    is_tenant = membership.sees_business_of_all or membership.role in TENANT_ROLES
    if not is_tenant and model not in OPEN_TO_STAFF:
        return rows.none()
    if membership.role == Role.CITY_REVIEWER and model in SENT_UP:
        sent = Batch.objects.visible_to(membership).values("pk")
        return rows.filter(**{f"{SENT_UP[model]}__in": sent})
    rule = RULES.get(model)
    return rule(rows, membership) if rule else rows.visible_to(membership)  # type: ignore[attr-defined]


#: how tables that hang on a batch name it
SENT_UP: dict[type[Model], str] = {
    Claim: "batch",
    LineItem: "calculation__batch",
    LineDecision: "line__calculation__batch",
    Clawback: "line__calculation__batch",
    Objection: "notice__batch",
    PaymentFile: "batch",
    WriteOff: "disbursement__payment_file__batch",
}
