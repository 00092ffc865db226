"""A grade that should not have been given: one proposes, another confirms, the row stays and counts for nothing."""

from __future__ import annotations

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import FieldsInvalid
from tests.attacks.threads import database_refuses
from tests.conftest import Cast
from tests.standing import standing
from tests.training.reviews import Day, set_review, take_review_to
from training.models import GradeRevocation, ReviewGrade
from training.services import grade_revocations as service
from training.services.review_notices import results_of

pytestmark = pytest.mark.django_db


@standing
def grade(cast: Cast) -> ReviewGrade:
    """One that was given on the last day."""
    take_review_to(set_review(cast, candidates=1, experts=3, size=3), "finished")
    return ReviewGrade.objects.get()


def ask(cast: Cast, grade: ReviewGrade, **more: str) -> GradeRevocation:
    about = {"cause": "forged", "reason": "照片为他人作品"} | more
    return service.propose_grade_revocation(actor=cast.clerk, grade=grade, day=Day.FINISHED, **about)


def test_a_grade_counts_until_a_second_person_confirms(cast: Cast, grade: ReviewGrade) -> None:
    asked = ask(cast, grade)
    present = ReviewGrade.objects.with_present().get()  # type: ignore[attr-defined]
    assert (present.revoked_on, present.is_waiting) == (None, True)
    service.confirm_grade_revocation(actor=cast.reviewer, revocation=asked, day=Day.FINISHED)
    present = ReviewGrade.objects.with_present().get()  # type: ignore[attr-defined]
    assert (present.revoked_on, present.is_waiting, present.grade) == (Day.FINISHED, False, grade.grade)
    (result,) = results_of(grade.result.application.round)
    assert result.revoked_on == Day.FINISHED  # type: ignore[attr-defined]
    with pytest.raises(RuleViolation, match="已撤销"):
        ask(cast, grade)


def test_what_is_missing_is_named_together(cast: Cast, grade: ReviewGrade) -> None:
    with pytest.raises(FieldsInvalid) as wrong:
        ask(cast, grade, cause="", reason=" ")
    assert [(p.field, p.code) for p in wrong.value.problems] == [
        ("cause", "CAUSE_MISSING"),
        ("reason", "REASON_MISSING"),
    ]


def test_only_a_clerk_asks_and_only_a_reviewer_or_approver_decides(cast: Cast, grade: ReviewGrade) -> None:
    for somebody in (cast.hr, cast.reviewer, cast.auditor):
        with pytest.raises(PermissionRefused):
            service.propose_grade_revocation(actor=somebody, grade=grade, cause="other", reason="误", day=Day.FINISHED)
    asked = ask(cast, grade)
    for somebody in (cast.clerk, cast.clerk_2, cast.finance):
        with pytest.raises(PermissionRefused):
            service.confirm_grade_revocation(actor=somebody, revocation=asked, day=Day.FINISHED)
    with pytest.raises(RuleViolation, match="没有写明原因"):
        service.refuse_grade_revocation(actor=cast.approver_1, revocation=asked, reason=" ", day=Day.FINISHED)
    service.refuse_grade_revocation(actor=cast.approver_1, revocation=asked, reason="证据不足", day=Day.FINISHED)
    with pytest.raises(TransitionRefused):
        service.confirm_grade_revocation(actor=cast.reviewer, revocation=asked, day=Day.FINISHED)
    again = service.withdraw_grade_revocation(actor=cast.clerk_2, revocation=ask(cast, grade), day=Day.FINISHED)
    assert again.status == "withdrawn" and not ReviewGrade.objects.with_present().get().is_waiting  # type: ignore[attr-defined]


def test_the_database_keeps_both_persons_and_what_was_decided(cast: Cast, grade: ReviewGrade) -> None:
    asked = ask(cast, grade)
    alone = "UPDATE training_graderevocation SET status = 'confirmed', decided_on = '2023-05-25', decided_by_id = proposed_by_id"
    database_refuses("grade_revoked_by_two", alone)
    database_refuses("grade_revocation_frozen", "UPDATE training_graderevocation SET reason = 'x'")
    service.confirm_grade_revocation(actor=cast.reviewer, revocation=asked, day=Day.FINISHED)
    database_refuses("grade_revocation_", "UPDATE training_graderevocation SET status = 'proposed'")
    database_refuses("grade_revocation_kept", "DELETE FROM training_graderevocation")
    database_refuses("review_grade_frozen", "DELETE FROM training_reviewgrade")
