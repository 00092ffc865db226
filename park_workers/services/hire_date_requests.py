"""入职日期更正申请: the enterprise asks, a clerk looks at the papers and corrects, or says why not."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import Employment, HireDateRequest, Membership
from park_workers.permissions import check_can_ask_hire_date, check_can_decide_hire_date
from park_workers.services.employments import check_hire_date, correct_hire_date
from park_workers.services.reasons import stated_reason

LONGEST = 200


def waiting_request(employment: Employment) -> HireDateRequest | None:
    """The request that waits for this employment."""
    return HireDateRequest.objects.filter(employment=employment, status="waiting").first()


def ask_hire_date(
    *, actor: Membership, employment: Employment, hired_on: date, reason: str, day: date
) -> HireDateRequest:
    """Ask the bureau for another hire date; the same date again while it waits is the same request.

    Raises PermissionRefused; RuleViolation REASON_MISSING, SAME_DATE, LEAVE_BEFORE_HIRE, DATE_IN_FUTURE, REQUEST_WAITING.
    """
    check_can_ask_hire_date(actor, employment)
    reason = stated_reason(reason, "没有填写更正原因和依据", "请写明原因和依据材料，如“合同原件为 3 月 1 日”")
    if hired_on == employment.hired_on:
        raise RuleViolation("SAME_DATE", f"入职日期已是 {hired_on}", "请填写正确的入职日期")
    check_hire_date(employment=employment, hired_on=hired_on, day=day)
    try:
        with transaction.atomic():
            return _keep(actor, employment, hired_on, reason, day)
    except IntegrityError:
        known = waiting_request(employment)
        if known is None or known.hired_on != hired_on:
            raise RuleViolation(
                "REQUEST_WAITING", "该员工已有一项更正申请待区人社局核对", "请等待结果，或先撤回原申请"
            ) from None
        return known


def _keep(actor: Membership, employment: Employment, hired_on: date, reason: str, day: date) -> HireDateRequest:
    asked = HireDateRequest.objects.create(
        status=HireDateRequest.Status.WAITING, employment=employment, before=employment.hired_on, hired_on=hired_on,
        reason=reason[:LONGEST], asked_on=day, asked_by=actor.user, recorded_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, code="hire_date_request.asked", subject=asked, day=day, note=asked.reason, to_state=asked.status,
        changes={"hired_on": [str(asked.before), str(hired_on)]},
    )  # fmt: skip
    return asked


@transaction.atomic
def decide_hire_date(
    *, actor: Membership, asked: HireDateRequest, is_granted: bool, reason: str, day: date, seen_version: int | None = None
) -> HireDateRequest:  # fmt: skip
    """Correct the date as asked, or refuse with a reason; batches submitted stay as they were judged.

    Raises PermissionRefused; TransitionRefused when it was decided meanwhile; RuleViolation REASON_MISSING (a refusal says
    why), DATE_CHANGED (the recorded date is no longer the one that was asked about), and what correct_hire_date refuses.
    """
    check_can_decide_hire_date(actor, asked)
    action, note = "grant" if is_granted else "refuse", reason.strip()[:LONGEST]
    check_can_move(asked, action, actor=actor)
    if not is_granted and not note:
        raise RuleViolation("REASON_MISSING", "没有写明不同意的原因", "请选一条常用原因，或写几个字说明，企业会看到")
    fields = {"decided_on": day, "decided_by": actor.user, "decision_note": note}
    changes = {"hired_on": [str(asked.before), str(asked.hired_on)]}
    move(asked, action, actor=actor, day=day, note=note, seen_version=seen_version, with_fields=fields, changes=changes)
    if is_granted:
        _correct(actor, asked, day)
    return asked


def _correct(actor: Membership, asked: HireDateRequest, day: date) -> None:
    """The recorded date, if it still is the one that was asked about."""
    employment = Employment.objects.select_for_update().get(pk=asked.employment_id)
    if employment.hired_on not in (asked.before, asked.hired_on):
        raise RuleViolation(
            "DATE_CHANGED",
            f"登记的入职日期已是 {employment.hired_on}，与申请时的 {asked.before} 不同",
            "请不同意该申请并说明",
        )
    correct_hire_date(
        actor=actor,
        employment=employment,
        hired_on=asked.hired_on,
        reason=f"企业申请：{asked.reason}"[:LONGEST],
        day=day,
    )


@transaction.atomic
def withdraw_hire_date_request(
    *, actor: Membership, asked: HireDateRequest, day: date, seen_version: int | None = None
) -> HireDateRequest:
    """The enterprise takes it back before it is decided.  Raises PermissionRefused, TransitionRefused."""
    check_can_ask_hire_date(actor, asked.employment)
    move(asked, "withdraw", actor=actor, day=day, note="企业撤回", seen_version=seen_version)
    return asked
