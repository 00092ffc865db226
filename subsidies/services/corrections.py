"""请企业更正: a clerk asks, the enterprise mends and answers, the clerk closes, asks on or withdraws."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Employment, Enterprise, Membership, Worker
from park_workers.services.reasons import stated_reason
from subsidies.models import CorrectionRequest, LineItem
from subsidies.permissions import (
    check_can_answer_correction,
    check_can_ask_correction,
    check_can_settle_correction,
)


@transaction.atomic
def ask_correction(
    *, actor: Membership, enterprise: Enterprise, about: str, text: str, until: date, day: date,
    worker: Worker | None = None, employment: Employment | None = None, line: LineItem | None = None,
) -> CorrectionRequest:  # fmt: skip
    """Ask an enterprise to correct something, perhaps about one person, employment or line, until a day.

    The same open question is the same request.  Raises PermissionRefused, RuleViolation (TEXT_MISSING, ABOUT_UNKNOWN,
    DAY_TOO_EARLY, NOT_OF_ENTERPRISE).
    """
    check_can_ask_correction(actor, enterprise)
    text = text.strip()[:300]
    if not text:
        raise RuleViolation("TEXT_MISSING", "没有写明请企业更正什么", "请选择或填写更正要求")
    if about not in CorrectionRequest.About.values:
        raise RuleViolation("ABOUT_UNKNOWN", "没有选择更正事项", "请选择更正事项")
    if until < day:
        raise RuleViolation("DAY_TOO_EARLY", f"办理期限 {until} 早于今日", "请填写今日或以后的日期")
    if line is not None:
        employment = line.employment
    if employment is not None:
        if employment.enterprise_id != enterprise.pk:
            raise RuleViolation("NOT_OF_ENTERPRISE", "该就业记录不属于所选企业", "请核对企业")
        worker = employment.worker
    subject = {"enterprise": enterprise, "worker": worker, "employment": employment, "line": line}
    known = CorrectionRequest.objects.filter(status="open", about=about, text=text, until=until, **subject).first()
    if known is not None:
        return known
    made = CorrectionRequest.objects.create(
        status=CorrectionRequest.Status.OPEN, about=about, text=text, asked_on=day, asked_by=actor.user, until=until,
        recorded_by=actor, **subject,
    )  # fmt: skip
    changes = {"firm": enterprise.name, "about": made.get_about_display(), "due_on": until.isoformat()}
    record_event(
        actor=actor, code="correction.asked", subject=made, day=day, note=text, to_state=made.status, changes=changes
    )
    return made


@transaction.atomic
def answer_correction(*, actor: Membership, correction: CorrectionRequest, answer: str, day: date) -> CorrectionRequest:
    """The enterprise says what it has mended, or why nothing is to be mended.

    Raises PermissionRefused, TransitionRefused, RuleViolation ANSWER_MISSING.
    """
    check_can_answer_correction(actor, correction)
    answer = answer.strip()[:300]
    if not answer:
        raise RuleViolation("ANSWER_MISSING", "没有填写答复", "请写明已更正的内容，或说明无须更正的原因")
    fields = {"answer": answer, "answered_on": day, "answered_by": actor.user}
    move(correction, "answer", actor=actor, day=day, note=answer, with_fields=fields)
    return correction


@transaction.atomic
def close_correction(*, actor: Membership, correction: CorrectionRequest, day: date) -> CorrectionRequest:
    """The clerk has looked and is content.  Raises PermissionRefused, TransitionRefused."""
    check_can_settle_correction(actor, correction, "close")
    move(correction, "close", actor=actor, day=day, with_fields={"closed_on": day})
    return correction


@transaction.atomic
def reopen_correction(
    *, actor: Membership, correction: CorrectionRequest, text: str, until: date, day: date
) -> CorrectionRequest:  # fmt: skip
    """Not mended yet: say what is still missing and until when; the answer before stays in the log.

    Raises PermissionRefused, TransitionRefused, RuleViolation (TEXT_MISSING, DAY_TOO_EARLY).
    """
    check_can_settle_correction(actor, correction, "reopen")
    if not text.strip():
        raise RuleViolation("TEXT_MISSING", "没有写明还须更正什么", "请写明还须更正的内容")
    if until < day:
        raise RuleViolation("DAY_TOO_EARLY", f"办理期限 {until} 早于今日", "请填写今日或以后的日期")
    asked = text.strip()[:300]
    fields, changes = {"text": asked, "until": until}, {"due_on": until.isoformat()}
    move(correction, "reopen", actor=actor, day=day, note=asked, with_fields=fields, changes=changes)
    return correction


@transaction.atomic
def withdraw_correction(
    *, actor: Membership, correction: CorrectionRequest, reason: str, day: date
) -> CorrectionRequest:  # fmt: skip
    """The clerk takes the question back, with a reason.  Raises PermissionRefused, TransitionRefused, RuleViolation."""
    check_can_settle_correction(actor, correction, "withdraw")
    reason = stated_reason(reason, "没有写明撤回原因", "请用几个字写明原因")
    move(correction, "withdraw", actor=actor, day=day, note=reason, with_fields={"closed_on": day})
    return correction
