"""A worker's photo, shown on the card: drawn anew, encrypted; a later one takes the place of the first."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.files import forget_file, store_file
from park_workers.foundation.pictures import clean_picture
from park_workers.models import Enterprise, Membership, Worker
from park_workers.permissions import check_can_keep_cards
from park_workers.services.cards import check_employed


@transaction.atomic
def keep_photo(*, actor: Membership, worker: Worker, enterprise: Enterprise, content: bytes, day: date) -> Worker:
    """Keep a photo of somebody employed at the enterprise on `day`; the one before is deleted for good.

    `content` is a picture as a phone takes it; what is kept holds none of its bytes (no place, no camera).
    Raises PermissionRefused; RuleViolation NOT_EMPLOYED; FileRefused for what is no ordinary picture.
    """
    check_can_keep_cards(actor, enterprise)
    person = Worker.objects.select_for_update().get(pk=worker.canonical_id)
    check_employed(person, enterprise, day)
    clean = clean_picture(content, watermark="工牌照片")
    before = person.photo
    person.photo = store_file(content=clean.plain, name="照片.jpg")
    person.save(update_fields=["photo"])
    if before is not None:
        forget_file(before)
    record_event(actor=actor, code="worker.photo_kept", subject=person, changes={"enterprise": enterprise.pk}, day=day)
    return person


def read_photo(*, actor: Membership, worker: Worker, enterprise: Enterprise, day: date) -> bytes:
    """The photo of somebody employed at the enterprise on `day`, as a JPEG.

    Raises PermissionRefused; RuleViolation NOT_EMPLOYED or NO_PHOTO.
    """
    check_can_keep_cards(actor, enterprise)
    person = Worker.objects.select_related("photo").get(pk=worker.canonical_id)
    check_employed(person, enterprise, day)
    if person.photo is None:
        raise RuleViolation("NO_PHOTO", "工牌上还没有照片", "请先放上照片")
    return person.photo.read()


@transaction.atomic
def forget_photo(*, actor: Membership, worker: Worker, enterprise: Enterprise, day: date) -> None:
    """Delete the photo for good; cards show an outline again.

    Raises PermissionRefused; RuleViolation NOT_EMPLOYED or NO_PHOTO.
    """
    check_can_keep_cards(actor, enterprise)
    person = Worker.objects.select_for_update().get(pk=worker.canonical_id)
    check_employed(person, enterprise, day)
    before = person.photo
    if before is None:
        raise RuleViolation("NO_PHOTO", "没有照片可删除", "请刷新页面")
    person.photo = None
    person.save(update_fields=["photo"])
    forget_file(before)
    record_event(
        actor=actor, code="worker.photo_forgotten", subject=person, changes={"enterprise": enterprise.pk}, day=day
    )
