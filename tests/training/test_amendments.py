"""Corrections and revocations: rows of their own that two persons make; what was recorded stays, what holds is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import FieldsInvalid
from tests.conftest import Cast
from tests.park_workers.files import findings
from tests.standing import standing
from tests.training.certificates import LATER, Taught, teach_a_class
from tests.training.lists import certificate, give_pass_list, passed
from training.models import Amendment, Certificate, CompletionCertificate
from training.services.amendments import (
    confirm_amendment,
    propose_certificate_correction,
    propose_completion_revocation,
    propose_result_correction,
    propose_revocation,
    refuse_amendment,
    withdraw_amendment,
)
from training.services.figures import training_figures
from training.services.standing import certificate_now, result_now
from training.services.verification import verify_by_number

pytestmark = pytest.mark.django_db


@standing
def taught(cast: Cast) -> Taught:
    return teach_a_class(cast)


def revocation(taught: Taught, **more: Any) -> Amendment:
    wanted = {
        "actor": taught.cast.base_clerk,
        "certificate": taught.first,
        "reason": "评价机构已作废",
        "day": LATER,
    } | more
    return propose_revocation(**wanted)


def correction(taught: Taught, **more: Any) -> Amendment:
    said = {"number": certificate(77), "issued_on": None, "reason": "编号录入有误", "day": LATER}
    return propose_certificate_correction(actor=taught.cast.base_clerk, certificate=taught.first, **said | more)


def result(taught: Taught, **more: Any) -> Amendment:
    said: dict[str, Any] = {"attended_hours": 40, "theory_score": 90, "practice_score": 82, "verdict": "合格"}
    about = {"assessment": taught.first.assessment, "reason": "成绩录入有误", "day": LATER}
    return propose_result_correction(actor=taught.cast.base_clerk, **said | about | more)


def confirm(taught: Taught, amendment: Amendment) -> Amendment:
    return confirm_amendment(actor=taught.cast.clerk, amendment=amendment, day=LATER)


def test_a_revoked_certificate_counts_from_that_day_on_no_more_and_its_row_stays(taught: Taught) -> None:
    before = list(Certificate.objects.order_by("pk").values())
    waiting = revocation(taught)
    assert training_figures()["certificates"] == 2
    confirm(taught, waiting)
    figures = training_figures()
    assert (figures["certificates"], figures["passed"]) == (1, 3)
    standing = Certificate.objects.standing_on
    assert (standing(LATER).count(), standing(LATER - timedelta(days=1)).count()) == (1, 2)
    assert list(Certificate.objects.order_by("pk").values()) == before


def test_a_corrected_number_holds_and_the_old_one_is_told_as_corrected(taught: Taught) -> None:
    confirm(taught, correction(taught))
    assert (certificate_now(taught.first.pk).number_now, taught.first.number) == (certificate(77), certificate(1))
    new, old = (verify_by_number(certificate(n), "学员乙") for n in (77, 1))
    assert new is not None and old is not None and (new.state, old.state) == ("valid", "corrected")
    assert training_figures()["certificates"] == 2


def test_a_corrected_result_is_what_is_counted_and_what_a_list_given_again_is_compared_with(taught: Taught) -> None:
    confirm(taught, result(taught))
    assert result_now(taught.first.assessment).theory_score == 90 and taught.first.assessment.theory_score == 80
    assert findings(give_pass_list(taught.cast, [passed(1, 理论成绩=90)], day=LATER)) == []
    wrong = findings(give_pass_list(taught.cast, [passed(1)], day=LATER))
    assert [code for _, _, code, _ in wrong] == ["RESULT_CONTRADICTS_RECORD"]


def test_who_holds_a_standing_certificate_cannot_have_failed_until_it_is_revoked(taught: Taught) -> None:
    not_passed = {"theory_score": 41, "verdict": "不合格"}
    with pytest.raises(RuleViolation, match="先作废"):
        result(taught, **not_passed)
    confirm(taught, revocation(taught))
    confirm(taught, result(taught, **not_passed))
    figures = training_figures()
    assert (figures["passed"], figures["failed"], figures["certificates"]) == (2, 2, 1)


def test_every_wrong_field_of_a_corrected_result_is_named_at_once(taught: Taught) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        result(taught, theory_score=101, verdict="优秀")
    assert {one.field for one in refusal.value.problems} == {"theory_score", "verdict"}


@pytest.mark.parametrize("propose", [revocation, correction, result])
def test_neither_the_proposer_nor_a_colleague_of_the_base_confirms_what_the_bureau_counts(
    taught: Taught, propose: Callable[..., Amendment]
) -> None:
    waiting = propose(taught)
    for actor in (taught.cast.base_clerk, taught.colleague, taught.cast.auditor, taught.cast.hr):
        with pytest.raises(PermissionRefused):
            confirm_amendment(actor=actor, amendment=waiting, day=LATER)
    mine = propose_revocation(
        actor=taught.cast.clerk, certificate=Certificate.objects.order_by("pk")[1], reason="重复发证", day=LATER
    )
    with pytest.raises(PermissionRefused, match="提出人以外"):
        confirm_amendment(actor=taught.cast.clerk, amendment=mine, day=LATER)


def test_the_bases_own_paper_is_revoked_by_a_colleague_and_issued_anew(taught: Taught) -> None:
    paper, *_ = taught.papers()
    waiting = propose_completion_revocation(
        actor=taught.cast.base_clerk, completion=paper, reason="姓名有误", day=LATER
    )
    confirm_amendment(actor=taught.colleague, amendment=waiting, day=LATER)
    paper.refresh_from_db()
    (again,) = taught.papers()
    assert (paper.status, paper.revoked_on, again.replaces, again.enrolment) == (
        "revoked",
        LATER,
        paper,
        paper.enrolment,
    )


def test_one_waits_at_a_time_and_a_revoked_one_is_not_revoked_again(taught: Taught) -> None:
    waiting = revocation(taught)
    with pytest.raises(RuleViolation, match="已有同样的申请"):
        revocation(taught)
    confirm(taught, waiting)
    with pytest.raises(RuleViolation, match="已有同样的申请"):
        revocation(taught)


def restoration(taught: Taught, number: str = "") -> Amendment:
    return propose_certificate_correction(
        actor=taught.cast.base_clerk,
        certificate=taught.first,
        number=number,
        issued_on=None,
        reason="误作废",
        day=LATER,
    )


def test_a_certificate_wrongly_revoked_stands_again_as_it_was_and_may_be_revoked_once_more(taught: Taught) -> None:
    before = training_figures()["certificates"]
    for _ in range(2):
        ended = revocation(taught)
        confirm(taught, ended)
        assert training_figures()["certificates"] == before - 1
        confirm(taught, restoration(taught))
        ended.refresh_from_db()
        now = certificate_now(taught.first.pk)
        assert (ended.status, now.revoked_on, now.number_now) == ("withdrawn", None, taught.first.number)
        assert training_figures()["certificates"] == before


def test_a_certificate_issued_anew_for_the_same_examination_stands_under_its_new_number(taught: Taught) -> None:
    confirm(taught, revocation(taught))
    confirm(taught, restoration(taught, certificate(9)))
    old, new = (verify_by_number(number, "学员乙") for number in (taught.first.number, certificate(9)))
    assert old is not None and new is not None and (old.state, new.state) == ("corrected", "valid")


def test_who_has_not_passed_gets_no_certificate_back(taught: Taught) -> None:
    confirm(taught, revocation(taught))
    waiting = restoration(taught)
    confirm(taught, result(taught, theory_score=41, verdict="不合格"))
    with pytest.raises(RuleViolation, match="不是合格"):
        confirm(taught, waiting)


def test_only_a_revocation_in_force_is_ever_taken_back(taught: Taught) -> None:
    for settled in (correction(taught), result(taught)):
        confirm(taught, settled)
        lift = "UPDATE training_amendment SET status = 'withdrawn' WHERE id = %s"
        with (
            pytest.raises(IntegrityError, match="amendment_stays"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(lift, [settled.pk])


def test_a_refused_or_withdrawn_one_changes_nothing_and_may_be_asked_again(taught: Taught) -> None:
    refuse_amendment(actor=taught.cast.clerk, amendment=revocation(taught), reason="请补充书面材料", day=LATER)
    withdraw_amendment(actor=taught.colleague, amendment=revocation(taught), day=LATER)
    assert training_figures()["certificates"] == 2
    waiting = revocation(taught)
    with pytest.raises(PermissionRefused):
        withdraw_amendment(actor=taught.cast.clerk, amendment=waiting, day=LATER)
    confirm(taught, waiting)
    with pytest.raises(TransitionRefused):
        withdraw_amendment(actor=taught.colleague, amendment=waiting, day=LATER)


def test_a_number_belongs_to_one_certificate_also_when_it_came_by_a_correction(taught: Taught) -> None:
    with pytest.raises(RuleViolation, match="另一本证书"):
        correction(taught, number=certificate(2))
    correction(taught)
    wrong = findings(give_pass_list(taught.cast, [passed(5, 证书编号=certificate(77))], day=LATER))
    assert [code for _, _, code, _ in wrong] == ["CERT_DUPLICATE"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE training_amendment SET decided_by_id = proposed_by_id, status = 'confirmed', decided_on = proposed_on",
        "UPDATE training_amendment SET reason = '改写'",
        "DELETE FROM training_amendment",
        "UPDATE training_certificate SET issued_on = '2020-01-01'",
        "DELETE FROM training_certificate",
        "UPDATE training_completioncertificate SET holder_name = '别人'",
        "UPDATE training_completioncertificate SET status = 'valid', revoked_on = NULL WHERE status = 'revoked'",
    ],
)
def test_the_database_itself_refuses_to_rewrite(taught: Taught, statement: str) -> None:
    paper, *_ = taught.papers()
    confirm(taught, propose_completion_revocation(actor=taught.colleague, completion=paper, reason="遗失", day=LATER))
    revocation(taught)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CompletionCertificate.objects.filter(status="revoked").count() == 1
