"""扫码登记, the enterprise's side: HR confirms what was entered, which registers the worker, or refuses it with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import check_can_move, move
from park_workers.models import ContractSpan, Employment, Membership, ScanEntry, WorkerRegistration
from park_workers.permissions import check_can_decide_scan_entry
from park_workers.services.cards import issue_card
from park_workers.services.employments import Registration, register_employment
from park_workers.services.registrations import register_worker
from park_workers.services.rosters.hire import Problem

#: reasons one tap away
REFUSALS = ("证件号码与本人证件不符", "姓名与证件不符", "尚未录用", "请本人携带身份证到企业人事处当面办理")
SHORTEST_REASON, LONGEST_REASON = 2, 200


@dataclass(frozen=True)
class HireTerms:
    """What only the enterprise knows of a hire: its day and contract."""

    hired_on: date | None
    contract_starts_on: date | None
    contract_ends_on: date | None = None
    is_open_ended: bool = False
    form: str = ContractSpan.Form.CONTRACT


@dataclass(frozen=True)
class Confirmed:
    """A confirmed entry and the warnings about the hire, which stop nothing."""

    entry: ScanEntry
    warnings: list[Problem] = field(default_factory=list)


@transaction.atomic
def confirm_entry(
    *,
    actor: Membership,
    entry: ScanEntry,
    day: date,
    trade: str = "",
    is_front_line: bool | None = None,
    hire: HireTerms | None = None,
    seen_version: int | None = None,
) -> Confirmed:
    """Register the worker with the consent they gave, and when its terms are stated their hire with a card; the entry is confirmed.

    Raises PermissionRefused; TransitionRefused when it was decided meanwhile; FieldsInvalid naming every wrong term; what
    register_employment refuses.  Then nothing of it is written.
    """
    entry = ScanEntry.objects.select_for_update().select_related("enterprise__organisation").get(pk=entry.pk)
    check_can_decide_scan_entry(actor, entry)
    check_can_move(entry, "confirm", actor=actor)
    number, phone = entry.open_id_number(), entry.open_phone()  # type: ignore[attr-defined]
    registered = register_worker(
        actor=actor, enterprise=entry.enterprise, name=entry.name, id_number=number, phone=phone, trade=trade,
        is_front_line=is_front_line, registered_on=day, day=day, method=WorkerRegistration.Method.QR,
        consent_version=entry.consent_version, consented_at=entry.consented_at,
    )  # fmt: skip
    done = _hire(actor, entry, hire, day, trade, is_front_line) if hire is not None else None
    move(
        entry, "confirm", actor=actor, day=day, seen_version=seen_version,
        with_fields={
            "decided_by_id": actor.person_id, "decided_at": timezone.now(), "ended_on": day,
            "registration_id": registered.registration.pk, "employment_id": done.employment.pk if done else None,
        },
    )  # fmt: skip
    return Confirmed(entry, done.warnings if done else [])


def _hire(
    actor: Membership, entry: ScanEntry, terms: HireTerms, day: date, trade: str, is_front_line: bool | None
) -> Registration:
    """The hire on its stated terms, and its card."""
    done = register_employment(
        actor=actor, enterprise=entry.enterprise, name=entry.name, trade=trade, is_front_line=bool(is_front_line),
        id_number=entry.open_id_number(), phone=entry.open_phone(),  # type: ignore[attr-defined]
        hired_on=terms.hired_on, contract_starts_on=terms.contract_starts_on, contract_ends_on=terms.contract_ends_on,
        is_open_ended=terms.is_open_ended, form=terms.form, day=day, request_id=f"scan:{entry.reference}",
        source=Employment.Source.QR,
    )  # fmt: skip
    issue_card(actor=actor, worker=done.employment.worker, enterprise=entry.enterprise, day=day)
    return done


@transaction.atomic
def refuse_entry(
    *, actor: Membership, entry: ScanEntry, reason: str, day: date, seen_version: int | None = None
) -> ScanEntry:
    """Refuse with a reason, which the worker reads on the receipt; they may enter again.

    Raises PermissionRefused; RuleViolation REASON_MISSING; TransitionRefused when it was decided meanwhile.
    """
    check_can_decide_scan_entry(actor, entry)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise RuleViolation("REASON_MISSING", "没有写明退回原因", "请选一条常用原因，或写几个字说明，工人会看到")
    move(
        entry, "refuse", actor=actor, note=reason, day=day, seen_version=seen_version,
        with_fields={
            "decided_by_id": actor.person_id, "decided_at": timezone.now(), "ended_on": day, "refusal_reason": reason,
        },
    )  # fmt: skip
    return entry
