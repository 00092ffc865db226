"""What is put right about a person: name and phone; what stood before stays in the log, numbers masked."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_phone, clean_name, clean_phone
from park_workers.foundation.masking import mask_phone
from park_workers.models import Employment, Membership, Worker
from park_workers.permissions import check_can_correct_contact, check_can_correct_name
from park_workers.services.people import phone_hash, rename_people
from park_workers.services.reasons import stated_reason


@transaction.atomic
def correct_phone(*, actor: Membership, employment: Employment, phone: str, day: date) -> Worker:
    """Another phone number of whoever holds this employment; the same number again changes nothing.

    Raises PermissionRefused; RuleViolation for what is no mobile number.
    """
    check_can_correct_contact(actor, employment)
    number = clean_phone(phone)
    try:
        check_phone(number)
    except IdentifierProblem as wrong:
        raise RuleViolation(wrong.code, wrong.message, wrong.fix) from wrong
    worker = Worker.objects.select_for_update().get(pk=employment.worker_id)
    if worker.phone_hash == phone_hash(number):
        return worker
    before = worker.open_phone()  # type: ignore[attr-defined]
    worker.seal_phone(number)  # type: ignore[attr-defined]
    worker.phone_hash = phone_hash(number)
    worker.save(update_fields=["phone", "phone_hash"])
    record_event(
        actor=actor, code="worker.phone_corrected", subject=employment, day=day,
        changes={"phone": [mask_phone(before) if before else None, mask_phone(number)]},
    )  # fmt: skip
    return worker


@transaction.atomic
def correct_name(*, actor: Membership, employment: Employment, name: str, reason: str, day: date) -> Worker:
    """Another name of whoever holds this employment, as the document says, with a reason.

    Raises PermissionRefused (HR where another enterprise knows the person too); RuleViolation without a name or a reason.
    """
    check_can_correct_name(actor, employment)
    cleaned = clean_name(name)[:80]
    if not cleaned:
        raise RuleViolation("NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名")
    reason = stated_reason(reason, "请填写更正原因", "用几个字写明原因，将记入日志")
    worker = Worker.objects.select_for_update().get(pk=employment.worker_id)
    if worker.name == cleaned:
        return worker
    before = worker.name
    rename_people({worker.pk: cleaned})
    record_event(
        actor=actor, code="worker.name_corrected", subject=employment, day=day, note=reason[:200],
        changes={"name": [before, cleaned]},
    )  # fmt: skip
    worker.refresh_from_db()
    return worker
