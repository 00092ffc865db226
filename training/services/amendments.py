"""更正与作废: proposed by the base or a clerk with a reason, in force when a second person confirms; what was recorded stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.services.employments import FieldsInvalid
from park_workers.services.proposals import decide_proposal, record_proposal
from park_workers.services.reasons import stated_reason
from park_workers.services.rosters.hire import Problem
from training.models import Amendment, Assessment, Certificate, CompletionCertificate
from training.pass_list.findings import ERROR
from training.pass_list.marks import Result, judge_hours, judge_marks
from training.pass_list.reader import PASSED
from training.permissions import (
    check_can_decide_amendment,
    check_can_propose_amendment,
    check_can_withdraw_amendment,
)
from training.services.pass_rules import limits_on
from training.services.standing import certificate_now, result_now

Kind = Amendment.Kind


def _stated(reason: str) -> str:
    return stated_reason(reason, "没有写明原因", "请用几个字写明为什么要更正或作废")


def _propose(actor: Membership, kind: str, assessment: Assessment, reason: str, day: date, **fields: Any) -> Amendment:
    """One row that waits for its second person; the database refuses a second one of its kind while it waits."""
    made = Amendment(
        status=Amendment.Status.PROPOSED, kind=kind, base_id=assessment.enrolment.training_class.base_id,
        assessment=assessment, reason=reason, **fields,
    )  # fmt: skip
    changes = {"kind": made.get_kind_display()}
    try:
        record_proposal(actor=actor, proposal=made, code="amendment.proposed", day=day, changes=changes)
    except IntegrityError as error:
        if "corrected_number" in str(error):
            raise RuleViolation(
                "CERT_DUPLICATE", "该证书编号已登记在另一本证书上", "一个编号只属于一本证书，请对照证书核对"
            ) from error
        raise RuleViolation(
            "AMENDMENT_EXISTS", "已有同样的申请待确认或已生效", "请查看该证书的更正与作废记录"
        ) from error
    return made


@transaction.atomic
def propose_result_correction(
    *, actor: Membership, assessment: Assessment, attended_hours: int, theory_score: int | None,
    practice_score: int | None, verdict: str, reason: str, day: date,
) -> Amendment:  # fmt: skip
    """Ask that a result read otherwise: hours present, marks out of 100, verdict, all of them as they should be.

    Raises PermissionRefused, FieldsInvalid with every wrong field, RuleViolation REASON_MISSING, NOTHING_CHANGES,
    CERTIFICATE_STANDS, AMENDMENT_EXISTS.
    """
    the_class = assessment.enrolment.training_class
    check_can_propose_amendment(actor, the_class.base_id)
    said = Result(the_class.planned_hours, attended_hours, theory_score, practice_score, verdict)
    limits = limits_on(the_class.base.bureau, day)
    found = [*judge_hours(said, 0, limits), *judge_marks(said, 0, limits)]
    problems = [Problem(f.column, f.code, f.message, f.fix) for f in found if f.severity == ERROR]
    if verdict not in Assessment.Verdict.values:
        problems.append(Problem("verdict", "VERDICT_UNKNOWN", "没有选择结论", "请选择合格、不合格或缺考"))
    if problems:
        raise FieldsInvalid(problems)
    stated, now = _stated(reason), result_now(assessment)
    if (now.attended_hours, now.theory_score, now.practice_score, now.verdict) == (
        attended_hours, theory_score, practice_score, verdict,
    ):  # fmt: skip
        raise RuleViolation("NOTHING_CHANGES", "与现在的成绩完全相同", "请填写更正后的成绩")
    _check_nothing_stands(assessment, verdict, day)
    return _propose(
        actor, Kind.RESULT, assessment, stated, day, attended_hours=attended_hours, theory_score=theory_score,
        practice_score=practice_score, verdict=verdict,
    )  # fmt: skip


def _check_nothing_stands(assessment: Assessment, verdict: str, day: date) -> None:
    """Who has not passed holds no certificate: it is revoked first."""
    if verdict == PASSED:
        return
    stands = Certificate.objects.filter(assessment=assessment).standing_on(day).exists()
    if stands or CompletionCertificate.objects.filter(enrolment=assessment.enrolment_id, status="valid").exists():
        raise RuleViolation("CERTIFICATE_STANDS", "该学员还持有有效的证书，成绩不能改为不合格", "请先作废其证书")


def _check_passed(assessment: Assessment) -> None:
    """A certificate is restored to who has passed."""
    if result_now(assessment).verdict != PASSED:
        raise RuleViolation("RESULT_NOT_PASSED", "该学员的成绩不是合格，证书不能恢复", "请先更正成绩")


@transaction.atomic
def propose_certificate_correction(
    *, actor: Membership, certificate: Certificate, number: str, issued_on: date | None, reason: str, day: date
) -> Amendment:
    """Ask that a certificate's number or day of issue read otherwise; blank = unchanged.

    Of a revoked one: that it stands again, as it was or under the number it was issued anew with.  Raises PermissionRefused,
    RuleViolation REASON_MISSING, NOTHING_CHANGES, DATE_IN_FUTURE, TEXT_TOO_LONG, RESULT_NOT_PASSED, CERT_DUPLICATE,
    AMENDMENT_EXISTS.
    """
    assessment = certificate.assessment
    check_can_propose_amendment(actor, assessment.enrolment.training_class.base_id)
    stated, now = _stated(reason), certificate_now(certificate.pk)
    if now.revoked_on is not None:
        _check_passed(assessment)
    wanted = "".join(clean_text(number).split()).upper()
    if len(wanted) > 30:
        raise RuleViolation("TEXT_TOO_LONG", f"证书编号有 {len(wanted)} 个字，超过 30 个字", "请对照证书核对编号")
    if issued_on is not None and issued_on > day:
        raise RuleViolation("DATE_IN_FUTURE", f"发证日期 {issued_on} 晚于今天", "请核对年份")
    wanted = "" if wanted == now.number_now else wanted
    changed_day = None if issued_on == now.issued_now else issued_on
    if not wanted and changed_day is None:
        if now.revoked_on is None:
            raise RuleViolation("NOTHING_CHANGES", "与现在登记的编号和日期完全相同", "请填写更正后的编号或发证日期")
        changed_day = now.issued_now
    return _propose(actor, Kind.CERTIFICATE, assessment, stated, day, certificate=certificate, number=wanted,
                    issued_on=changed_day)  # fmt: skip


@transaction.atomic
def propose_revocation(*, actor: Membership, certificate: Certificate, reason: str, day: date) -> Amendment:
    """Ask that a certificate be revoked.  Raises PermissionRefused, RuleViolation REASON_MISSING, AMENDMENT_EXISTS."""
    assessment = certificate.assessment
    check_can_propose_amendment(actor, assessment.enrolment.training_class.base_id)
    return _propose(actor, Kind.REVOCATION, assessment, _stated(reason), day, certificate=certificate)


@transaction.atomic
def propose_completion_revocation(
    *, actor: Membership, completion: CompletionCertificate, reason: str, day: date
) -> Amendment:
    """Ask that the base's own certificate be revoked.

    Raises PermissionRefused, RuleViolation REASON_MISSING, ALREADY_REVOKED, AMENDMENT_EXISTS.
    """
    check_can_propose_amendment(actor, completion.base_id)
    if completion.status != CompletionCertificate.Status.VALID:
        raise RuleViolation("ALREADY_REVOKED", "该结业证已作废", "无需重复办理")
    assessment = Assessment.objects.get(enrolment=completion.enrolment_id)
    return _propose(actor, Kind.COMPLETION, assessment, _stated(reason), day, completion=completion)


@transaction.atomic
def confirm_amendment(
    *, actor: Membership, amendment: Amendment, day: date, seen_version: int | None = None
) -> Amendment:
    """The second person agrees: from this day on it holds; of a revoked certificate the correction takes the revocation back.

    Raises PermissionRefused (other roles, the proposer), TransitionRefused, RuleViolation CERTIFICATE_STANDS, RESULT_NOT_PASSED.
    """
    check_can_decide_amendment(actor, amendment)
    if amendment.kind == Kind.RESULT:
        _check_nothing_stands(amendment.assessment, amendment.verdict, day)
    decide_proposal(
        actor=actor, proposal=amendment, action="confirm", day=day, seen_version=seen_version,
        changes={"kind": amendment.get_kind_display()},
    )  # fmt: skip
    if amendment.kind == Kind.CERTIFICATE:
        _lift_revocation(actor, amendment, day)
    if amendment.completion is not None:
        move(
            amendment.completion, "revoke", actor=actor, day=day, note=amendment.reason, with_fields={"revoked_on": day}
        )
    return amendment


def _lift_revocation(actor: Membership, correction: Amendment, day: date) -> None:
    """The certificate stands again; the revocation stays as a row that was withdrawn."""
    in_force = Amendment.objects.filter(kind=Kind.REVOCATION, status=Amendment.Status.CONFIRMED)
    ended = in_force.filter(certificate=correction.certificate_id).first()
    if ended is not None:
        _check_passed(correction.assessment)
        move(ended, "lift", actor=actor, day=day, note=correction.reason)


@transaction.atomic
def refuse_amendment(
    *, actor: Membership, amendment: Amendment, reason: str, day: date, seen_version: int | None = None
) -> Amendment:
    """The second person does not agree, and says why.  Raises as `confirm_amendment`, RuleViolation REASON_MISSING."""
    check_can_decide_amendment(actor, amendment)
    stated = _stated(reason)
    decide_proposal(
        actor=actor, proposal=amendment, action="refuse", day=day, seen_version=seen_version, note=stated,
        decision_note=stated,
    )  # fmt: skip
    return amendment


@transaction.atomic
def withdraw_amendment(
    *, actor: Membership, amendment: Amendment, day: date, seen_version: int | None = None
) -> Amendment:
    """Taken back by the place that proposed it, before anybody confirmed.  Raises PermissionRefused, TransitionRefused."""
    check_can_withdraw_amendment(actor, amendment)
    decide_proposal(actor=actor, proposal=amendment, action="withdraw", day=day, seen_version=seen_version)
    return amendment
