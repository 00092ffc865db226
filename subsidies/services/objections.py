"""Objections (异议) to a public notice: received in writing within the term, decided by a reviewer with reasons."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.actors import Actor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from subsidies.models import LineDecision, LineItem, Objection, PublicNotice
from subsidies.permissions import check_can_decide_objection, check_can_reveal_contact
from subsidies.services.dispositions import write_decisions
from subsidies.services.entitlements import release_reservations
from subsidies.services.included_lines import included_lines
from subsidies.services.notices import CLOCK, end_batch_notice
from subsidies.services.reviews import made_or_edited


@transaction.atomic
def receive_objection(
    *,
    actor: Actor,
    notice: PublicNotice,
    objector_name: str,
    contact: str,
    text: str,
    day: date,
    line: LineItem | None = None,
) -> Objection:
    """Take an objection from the public (a named job acts then) or over the counter; within the term only."""
    notice.refresh_from_db()
    if notice.status != PublicNotice.Status.OPEN or not notice.published_on <= day <= notice.last_day:
        raise RuleViolation("NOTICE_NOT_OPEN", f"公示期为 {notice.published_on} 至 {notice.last_day}，现已不受理异议",
                            "请向人社局窗口另行反映")  # fmt: skip
    if not objector_name.strip() or not contact.strip() or not text.strip():
        raise RuleViolation("OBJECTION_INCOMPLETE", "异议须写明姓名、联系方式和内容", "请补全后提交")
    if line is not None and not included_lines(notice.batch).filter(pk=line.pk).exists():
        raise RuleViolation("LINE_NOT_NOTICED", "该明细不在公示名单中", "请核对公示名单")
    objection = Objection(
        status=Objection.Status.RECEIVED, notice=notice, line=line, objector_name=objector_name.strip()[:80],
        text=text.strip(), received_on=day, recorded_by_id=actor.actor_id,
    )  # fmt: skip
    objection.seal_contact(contact.strip())  # type: ignore[attr-defined]
    objection.save()
    record_event(actor=actor, code="objection.received", subject=objection, day=day, to_state=objection.status,
                 changes={"notice": notice.reference, "line": line.pk if line else None})  # fmt: skip
    return objection


@transaction.atomic
def decide_objection(
    *, actor: Membership, objection: Objection, is_upheld: bool, note: str, day: date, line: LineItem | None = None
) -> Objection:
    """Decide with reasons; upheld takes the line (the objection's, or the one named now) off the list.

    Its person and its money are free again.  A batch whose notice has run goes on with its last objection decided.
    """
    objection.refresh_from_db()
    action = "uphold" if is_upheld else "reject"
    check_can_decide_objection(actor, objection)
    batch = objection.notice.batch
    if made_or_edited(person_id=actor.person_id, batch=batch, besides=[LineDecision.Kind.OBJECTED]):
        raise PermissionRefused(
            "MAKER_MAY_NOT_DECIDE", "您测算、提交或处理过本批次，不能处理对它的异议", "请由未经手本批次的复核人员办理"
        )
    if not note.strip():
        raise RuleViolation("NOTE_MISSING", "须写明处理意见", "请填写核实情况和理由")
    line = line or objection.line
    if is_upheld and line is None:
        raise RuleViolation("LINE_MISSING", "异议成立须指明移除哪一条明细", "请选择明细")
    move(
        objection, action, actor=actor, note=note.strip(), day=day,
        with_fields={
            "decided_on": day, "decided_by_id": actor.person_id, "decision_note": note.strip()[:300],
            "line_id": line.pk if line else None,
        },
    )  # fmt: skip
    if is_upheld and line is not None:
        if not included_lines(batch).filter(pk=line.pk).exists():
            raise RuleViolation("LINE_NOT_NOTICED", "该明细已不在应拨付名单中", "请刷新页面核对")
        write_decisions(
            actor=actor, batch=batch, reasons={line.pk: note.strip()}, kind=LineDecision.Kind.OBJECTED, day=day
        )
        release_reservations(
            actor=actor, batch=batch, reason="异议成立", day=day, lines=LineItem.objects.filter(pk=line.pk)
        )
    end_batch_notice(actor=CLOCK, batch=batch, day=day)
    return objection


@transaction.atomic
def reveal_contact(*, actor: Membership, objection: Objection, day: date) -> str:
    """How to reach the objector, in plain, for the reviewer who looks into the matter; leaves an event."""
    check_can_reveal_contact(actor, objection)
    record_event(actor=actor, code="objection.contact_revealed", subject=objection, day=day)
    return str(objection.open_contact())  # type: ignore[attr-defined]
