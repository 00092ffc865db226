"""等次撤销: proposed by a clerk with a reason, in force when a reviewer or approver confirms it; what was given stays recorded."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.proposals import decide_proposal, record_proposal
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import GradeRevocation, ReviewGrade
from training.permissions import (
    check_can_decide_grade_revocation,
    check_can_propose_grade_revocation,
    check_can_withdraw_grade_revocation,
)


@transaction.atomic
def propose_grade_revocation(
    *, actor: Membership, grade: ReviewGrade, cause: str, reason: str, day: date
) -> GradeRevocation:
    """Ask that a grade be revoked; it counts until a second person confirms.

    Raises PermissionRefused, FieldsInvalid with every wrong field, RuleViolation REVOCATION_EXISTS.
    """
    check_can_propose_grade_revocation(actor, grade)
    problems = []
    if cause not in GradeRevocation.Cause.values:
        problems.append(Problem("cause", "CAUSE_MISSING", "没有选择撤销情形", "请选择一种情形"))
    if not reason.strip():
        problems.append(Problem("reason", "REASON_MISSING", "没有写明原因", "请写明查实的情况和依据"))
    if problems:
        raise FieldsInvalid(problems)
    made = GradeRevocation(
        status=GradeRevocation.Status.PROPOSED, grade=grade, cause=cause, reason=reason.strip()[:300]
    )
    changes = {"kind": made.get_cause_display()}
    try:
        record_proposal(actor=actor, proposal=made, code="grade_revocation.proposed", day=day, changes=changes)
    except IntegrityError as error:
        fix = "请查看该等次的撤销记录"
        raise RuleViolation("REVOCATION_EXISTS", "该等次已有撤销申请待确认，或已撤销", fix) from error
    return made


@transaction.atomic
def confirm_grade_revocation(
    *, actor: Membership, revocation: GradeRevocation, day: date, seen_version: int | None = None
) -> GradeRevocation:
    """The second person agrees: the grade is a fact for no computation made from now on, whatever its cut-off date.

    Raises PermissionRefused (other roles, the proposer), TransitionRefused.
    """
    check_can_decide_grade_revocation(actor, revocation)
    decide_proposal(
        actor=actor, proposal=revocation, action="confirm", day=day, seen_version=seen_version, note=revocation.reason,
        changes={"kind": revocation.get_cause_display()},
    )  # fmt: skip
    return revocation


@transaction.atomic
def refuse_grade_revocation(
    *, actor: Membership, revocation: GradeRevocation, reason: str, day: date, seen_version: int | None = None
) -> GradeRevocation:
    """The second person does not agree, and says why.  Raises as `confirm_grade_revocation`, RuleViolation REASON_MISSING."""
    check_can_decide_grade_revocation(actor, revocation)
    stated = stated_reason(reason, "没有写明原因", "请写明不同意的理由")
    decide_proposal(
        actor=actor, proposal=revocation, action="refuse", day=day, seen_version=seen_version, note=stated,
        decision_note=stated,
    )  # fmt: skip
    return revocation


@transaction.atomic
def withdraw_grade_revocation(
    *, actor: Membership, revocation: GradeRevocation, day: date, seen_version: int | None = None
) -> GradeRevocation:
    """Take the proposal back before anybody has confirmed.  Raises PermissionRefused, TransitionRefused."""
    check_can_withdraw_grade_revocation(actor, revocation)
    decide_proposal(actor=actor, proposal=revocation, action="withdraw", day=day, seen_version=seen_version)
    return revocation
