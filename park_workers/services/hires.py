"""A hire with what belongs to it in one transaction: the park's register, consent, introducer, the picture of the identity card."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.identifiers import IdentifierProblem, clean_id_number, clean_name, clean_phone
from park_workers.foundation.pictures import CleanPicture, clean_picture
from park_workers.foundation.search_hash import person_key
from park_workers.models import Enterprise, IdCardPicture, Membership
from park_workers.permissions import check_can_register_employment
from park_workers.services import consents
from park_workers.services.employments import FieldsInvalid, Registration, judge_form, register_employment
from park_workers.services.id_cards import WATERMARK, keep_with_hire, store_with_hire
from park_workers.services.introducers import find_introducer
from park_workers.services.registrations import register_worker
from park_workers.services.rosters.hire import Hire, Problem

CARD_GONE = Problem(
    "id_card_picture", "PICTURE_NOT_FREE", "照片已删除，或已用于另一次登记", "请重新上传证件照片，或不带照片登记"
)


def register_hire(
    *, actor: Membership, enterprise: Enterprise, day: date, request_id: str, consent_version: str, introducer: str = "",
    card: IdCardPicture | None = None, **stated: Any,
) -> Registration:  # fmt: skip
    """Register a hire (`stated` as `register_employment` takes it) and enter the person in the park's register (采集登记).

    `consent_version` is the wording the person agreed to; `introducer` a phone, a card's code or a document number.
    Raises what `register_employment` raises; FieldsInvalid names every wrong field, consent and introducer among them.
    """
    problems: list[Problem] = []
    if not consents.is_current(consent_version):
        fix = "请向本人出示并征得同意后勾选"
        problems.append(Problem("consent", "CONSENT_MISSING", "尚未确认本人已同意知情同意书", fix))
    if introducer.strip():
        stated["introducer_id_number"] = _number_of(introducer, problems)
    try:
        if problems:
            raise FieldsInvalid(judge_form(hire_of(**stated), day))
        with transaction.atomic():
            found = register_employment(actor=actor, enterprise=enterprise, day=day, request_id=request_id, **stated)
            register_worker(
                actor=actor, enterprise=enterprise, name=stated["name"], id_number=stated["id_number"],
                phone=stated.get("phone", ""), trade=stated.get("trade", ""), is_front_line=stated.get("is_front_line"),
                registered_on=day, day=day, consent_version=consent_version,
            )  # fmt: skip
            if card is not None:
                keep_with_hire(actor=actor, picture=card, employment=found.employment)
            return found
    except FieldsInvalid as refusal:
        # The introducer's number came from their own record: what is wrong with it is said where they were named.
        again = [Problem("introducer", p.code, p.message, p.fix) if p.field == "introducer_id_number" and introducer else p
                 for p in refusal.problems]  # fmt: skip
        raise FieldsInvalid([*again, *problems]) from refusal


def register_with_card(
    *, actor: Membership, enterprise: Enterprise, day: date, request_id: str, card: IdCardPicture | None = None,
    content: bytes | None = None, **stated: Any,
) -> tuple[Registration, IdCardPicture | None]:  # fmt: skip
    """Register a hire (`stated` as `register_employment` takes it) and keep the picture of the identity card with it.

    `card` is a picture given before, `content` one sent along; it is drawn anew, marked, encrypted and deleted at its term.
    Raises what `register_employment` raises; FieldsInvalid names the picture beside every other wrong field.
    """
    check_can_register_employment(actor, enterprise)
    problems: list[Problem] = []
    clean = _clean(content, problems) if content is not None else None
    if card is not None and not _is_free(card, request_id):
        problems.append(CARD_GONE)
    if problems:
        raise FieldsInvalid([*judge_form(hire_of(**stated), day), *problems])
    with transaction.atomic():
        found = register_employment(actor=actor, enterprise=enterprise, day=day, request_id=request_id, **stated)
        if card is not None and not keep_with_hire(actor=actor, picture=card, employment=found.employment):
            raise FieldsInvalid([CARD_GONE])
        if clean is not None and not found.is_repeat:
            card = store_with_hire(actor=actor, picture=clean, employment=found.employment)
        return found, card or found.employment.id_card_pictures.order_by("-pk").first()


def _clean(content: bytes, problems: list[Problem]) -> CleanPicture | None:
    try:
        return clean_picture(content, watermark=WATERMARK)
    except FileRefused as refusal:
        problems.append(Problem("id_card", refusal.code, refusal.message, refusal.fix))
        return None


def _is_free(card: IdCardPicture, request_id: str) -> bool:
    """Kept still, and of no other hire; the same request sent again finds its own."""
    is_own = card.employment is None or card.employment.request_id == request_id
    return card.forgotten_at is None and is_own


def _number_of(introducer: str, problems: list[Problem]) -> str:
    try:
        return str(find_introducer(introducer).open_id_number())  # type: ignore[attr-defined]
    except (RuleViolation, IdentifierProblem) as wrong:
        problems.append(Problem("introducer", wrong.code, wrong.message, wrong.fix))
        return ""


def hire_of(**stated: Any) -> Hire:
    """A stated hire as the rules look at it."""
    number = clean_id_number(stated["id_number"])
    return Hire(
        id_number=number, key=person_key(number), name=clean_name(stated["name"]), left_on=None,
        hired_on=stated.get("hired_on"), contract_starts_on=stated.get("contract_starts_on"),
        contract_ends_on=stated.get("contract_ends_on"), is_open_ended=bool(stated.get("is_open_ended")),
        form=stated.get("form", ""), trade=stated.get("trade", ""), is_front_line=bool(stated.get("is_front_line")),
        phone=clean_phone(stated.get("phone", "")),
        introducer_id_number=clean_id_number(stated.get("introducer_id_number", "")),
    )  # fmt: skip
