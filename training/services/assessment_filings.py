"""企业认定申报备案: written by the enterprise, accepted or returned by a clerk, decided by another person; then an assessor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.jobs import tick
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Enterprise, Membership
from park_workers.services.employments import FieldsInvalid
from training.models import AssessorOrganisation, EnterpriseAssessmentFiling
from training.permissions import check_can_decide_filing, check_can_receive_filing, check_can_write_filing
from training.services.assessors import (
    FilingFacts,
    ScopeLine,
    confirm_assessor,
    enter_filing,
    judge_code_and_span,
    reason_given,
)
from training.services.filing_contents import what_is_missing

CLOCK = SystemActor("认定备案到期")
MOST_MENDS = 20


def current_filing(enterprise_id: int) -> EnterpriseAssessmentFiling | None:
    """The open application of an enterprise."""
    rows = EnterpriseAssessmentFiling.objects.filter(enterprise_id=enterprise_id)
    return rows.filter(status__in=("draft", "submitted", "returned", "accepted")).first()


@transaction.atomic
def begin_filing(*, actor: Membership, enterprise: Enterprise, day: date) -> EnterpriseAssessmentFiling:
    """A draft; an enterprise has one open application, and asking for another finds it.  Raises PermissionRefused."""
    check_can_write_filing(actor, enterprise.pk)
    known = current_filing(enterprise.pk)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            found = EnterpriseAssessmentFiling.objects.create(
                status=EnterpriseAssessmentFiling.Status.DRAFT, enterprise=enterprise, recorded_by=actor
            )
    except IntegrityError:  # a second tap
        return EnterpriseAssessmentFiling.objects.get(enterprise=enterprise, status="draft")
    record_event(actor=actor, code="assessment_filing.begun", subject=found, day=day, to_state=found.status)
    return found


@transaction.atomic
def submit_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """Send it to the bureau, for the first time or mended.  Raises PermissionRefused, TransitionRefused, FieldsInvalid."""
    check_can_write_filing(actor, filing.enterprise_id)
    check_can_move(filing, "submit", actor=actor)
    problems = what_is_missing(filing, day=day)
    if problems:
        raise FieldsInvalid(problems)
    fields = {"sent_on": day, "first_sent_on": filing.first_sent_on or day, "to_mend": []}
    move(filing, "submit", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return filing


@transaction.atomic
def withdraw_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, reason: str, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """The enterprise takes it back before it is decided.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_write_filing(actor, filing.enterprise_id)
    words = reason_given(reason)
    move(filing, "withdraw", actor=actor, day=day, note=words, seen_version=seen_version, with_fields={"reason": words})
    return filing


@transaction.atomic
def return_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, to_mend: Sequence[str], day: date,
    seen_version: int | None = None,
) -> EnterpriseAssessmentFiling:  # fmt: skip
    """退回补正, once with everything that is to be completed.  Raises PermissionRefused, TransitionRefused, MENDS_MISSING."""
    check_can_receive_filing(actor, filing)
    items = [line.strip()[:200] for line in to_mend if line.strip()][:MOST_MENDS]
    if not items:
        raise RuleViolation("MENDS_MISSING", "没有写明要补正的内容", "请逐条写明，一行一条")
    move(filing, "return", actor=actor, day=day, note="；".join(items), seen_version=seen_version,
         with_fields={"to_mend": items})  # fmt: skip
    return filing


@transaction.atomic
def accept_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, assessor_code: str, filing_number: str, valid_from: date | None,
    valid_to: date | None, day: date, seen_version: int | None = None,
) -> EnterpriseAssessmentFiling:  # fmt: skip
    """受理: complete, and to be filed under this code, number and span if another person agrees.

    Raises PermissionRefused, TransitionRefused, FieldsInvalid.
    """
    check_can_receive_filing(actor, filing)
    check_can_move(filing, "accept", actor=actor)
    code, number = clean_text(assessor_code), clean_text(filing_number)[:60]
    problems = judge_code_and_span(FilingFacts("Y", code, number, valid_from, valid_to, ()))
    if problems:
        raise FieldsInvalid(problems)
    fields = {
        "accepted_by": actor.user, "accepted_on": day, "assessor_code": code, "filing_number": number, "valid_from": valid_from,
        "valid_to": valid_to,
    }  # fmt: skip
    move(
        filing,
        "accept",
        actor=actor,
        day=day,
        changes={"number": number},
        seen_version=seen_version,
        with_fields=fields,
    )
    return filing


@transaction.atomic
def approve_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """同意备案: the enterprise is an assessor of kind Y from now on, with the scope it asked for.

    Raises PermissionRefused for who accepted it, TransitionRefused, RuleViolation (CODE_TAKEN, FILING_WAITS).
    """
    check_can_move(filing, "approve", actor=actor)
    check_can_decide_filing(actor, filing)
    assert filing.accepted_by is not None
    scopes = tuple(ScopeLine(s.trade, s.lowest, s.highest) for s in filing.scopes.order_by("pk"))
    facts = FilingFacts(
        AssessorOrganisation.Kind.EMPLOYER, filing.assessor_code, filing.filing_number, filing.valid_from,
        filing.valid_to, scopes,
    )  # fmt: skip
    organisation = filing.enterprise.organisation
    assessor = enter_filing(actor=actor, entered_by=filing.accepted_by, organisation=organisation, facts=facts, day=day)
    confirm_assessor(actor=actor, assessor=assessor, day=day)
    fields = {"assessor": assessor, "decided_by": actor.user, "decided_on": day}
    move(filing, "approve", actor=actor, day=day, seen_version=seen_version, with_fields=fields)
    return filing


@transaction.atomic
def refuse_filing(
    *, actor: Membership, filing: EnterpriseAssessmentFiling, reason: str, day: date, seen_version: int | None = None
) -> EnterpriseAssessmentFiling:
    """不予备案, with the reason.  Raises PermissionRefused for who accepted it, TransitionRefused, RuleViolation REASON_MISSING."""
    check_can_move(filing, "refuse", actor=actor)
    check_can_decide_filing(actor, filing)
    words = reason_given(reason)
    fields = {"decided_by": actor.user, "decided_on": day, "reason": words}
    move(filing, "refuse", actor=actor, day=day, note=words, seen_version=seen_version, with_fields=fields)
    return filing


def expire_filings(*, actor: SystemActor, day: date) -> int:
    """Approved applications whose span has ended by a day; how many."""
    ended = EnterpriseAssessmentFiling.objects.filter(status="approved", valid_to__lt=day)
    found = list(ended.order_by("pk")[:500])
    for filing in found:
        move(filing, "expire", actor=actor, day=day)
    return len(found)


@tick("training.expire_assessment_filings")
def expire_old_filings() -> int:
    """Every hour."""
    return expire_filings(actor=CLOCK, day=business_day())
