"""Who brought a new colleague (引工人): named by phone, by the code of their card, or by document number."""

from __future__ import annotations

import re

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import (
    check_id_number,
    check_phone,
    clean_id_number,
    clean_phone,
    clean_text,
)
from park_workers.foundation.links import REFERENCE_LENGTH, SIGNATURE_LENGTH, open_reference
from park_workers.foundation.masking import mask_name
from park_workers.models import Worker, WorkerCard
from park_workers.services.people import find_worker, phone_hash

SIGNED = re.compile(rf"(?:^|/)([a-z2-7]{{{REFERENCE_LENGTH + SIGNATURE_LENGTH}}})/?(?:[?#].*)?$", re.IGNORECASE)


def find_introducer(stated: str) -> Worker:
    """The person somebody means: a mobile number, what a card's QR code holds (address or code), or a document number.

    Raises RuleViolation INTRODUCER_UNKNOWN, INTRODUCER_NOT_UNIQUE, CARD_NOT_VALID; IdentifierProblem for a malformed number.
    """
    text = clean_text(stated)
    signed = SIGNED.search(text)
    if signed is not None:
        return _by_card(signed.group(1))
    if len(clean_id_number(text)) >= 15:
        number = check_id_number(text).number
        worker = find_worker(number)
        if worker is None:
            raise _unknown("没有找到持该证件号码的员工")
        return worker
    return _by_phone(check_phone(text))


def shown(worker: Worker) -> str:
    """Enough to know somebody again, and no more: 张*."""
    return mask_name(worker.name) if worker.name else "已登记人员"


def _by_card(signed: str) -> Worker:
    reference = open_reference(signed, purpose=WorkerCard.PURPOSE)
    card = WorkerCard.objects.standing().select_related("worker__merged_into").filter(reference=reference or "").first()
    if card is None:
        raise RuleViolation("CARD_NOT_VALID", "这不是有效的工牌码", "请扫描引工人现在的工牌，或改填其手机号码")
    found: Worker = card.worker.merged_into or card.worker
    return found


def _by_phone(phone: str) -> Worker:
    rows = Worker.objects.filter(phone_hash=phone_hash(clean_phone(phone))).select_related("merged_into")[:20]
    people = {(row.merged_into or row).pk: row.merged_into or row for row in rows}
    if not people:
        raise _unknown("没有找到用该手机号码登记的员工")
    if len(people) > 1:
        raise RuleViolation("INTRODUCER_NOT_UNIQUE", f"该手机号码下有 {len(people)} 位员工", "请改为扫描引工人的工牌")
    return next(iter(people.values()))


def _unknown(message: str) -> RuleViolation:
    return RuleViolation("INTRODUCER_UNKNOWN", message, "请核对号码，或扫描其工牌；没有引工人就留空")
