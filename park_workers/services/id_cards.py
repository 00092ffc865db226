"""Pictures of identity cards: taken when a hire is registered, read by the optional reader, deleted after their term."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor, SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.files import forget_file, store_file
from park_workers.foundation.jobs import JobRun, enqueue, job_kind, tick
from park_workers.foundation.pictures import CleanPicture, clean_picture
from park_workers.foundation.text_reading import QUEUE, is_reader_installed, read_lines
from park_workers.models import Employment, Enterprise, IdCardPicture, Membership
from park_workers.permissions import check_can_register_employment
from park_workers.services.id_card_reading import CardField, CardFields, read_card

WATERMARK = "仅用于园区工人登记"
FILE_NAME = "证件照片.jpg"
READ = "id_cards.read"
CLEANER = SystemActor("证件照片清理")
READING_STATES = ("reading", "read", "failed", "kept", "deleted")


def receive_card_picture(*, actor: Membership, enterprise: Enterprise, content: bytes) -> IdCardPicture:
    """Keep one picture of a card, drawn anew, watermarked and encrypted; have it read where the reader is installed.

    Raises PermissionRefused; FileRefused for what is no ordinary picture.  A hire that is not sent within
    `YXT_CARD_UNUSED_MINUTES` leaves nothing of it.
    """
    check_can_register_employment(actor, enterprise)
    clean = clean_picture(content, watermark=WATERMARK)
    with transaction.atomic():
        found = IdCardPicture(
            enterprise=enterprise, recorded_by=actor, picture=store_file(content=clean.marked, name=FILE_NAME),
            expires_at=timezone.now() + timedelta(minutes=settings.CARD_UNUSED_MINUTES),
        )  # fmt: skip
        if is_reader_installed():
            found.unread = store_file(content=clean.plain, name="待识别照片.jpg")
        found.save()
        record_event(actor=actor, code="id_card.taken", subject=found)
        if found.unread is not None:
            found.job = enqueue(actor=actor, kind=READ, subject=found)
            IdCardPicture.objects.filter(pk=found.pk).update(job=found.job)
    return found


@job_kind(READ, queue=QUEUE)
def read_card_picture(run: JobRun) -> None:
    """Read what stands on a card; only how many fields were found is kept with the job, the fields lie encrypted."""
    picture = IdCardPicture.objects.select_related("unread").filter(pk=run.job.subject_id).first()
    unread = picture.unread if picture is not None else None
    if picture is None or unread is None:
        return
    content = unread.read()
    fields = read_card(lambda turns: read_lines(content, quarter_turns=turns))
    with run.load({"fields": fields.found}):
        sealed = IdCardPicture._meta.get_field("reading").seal(json.dumps(asdict(fields)), owner=picture.reference)
        kept = IdCardPicture.objects.filter(pk=picture.pk, unread=unread)
        # Sent meanwhile, the hire has what a person typed: then nothing that was read is kept.
        if kept.filter(employment=None).update(unread=None, reading=sealed) or kept.update(unread=None):
            forget_file(unread)


def reading_of(picture: IdCardPicture) -> CardFields | None:
    """What was read on a card; None while it waits, when nothing could be read, or once it is gone."""
    if not picture.reading:
        return None
    values: dict[str, Any] = json.loads(picture.open_reading())  # type: ignore[attr-defined]
    return CardFields(**{name: CardField(**one) for name, one in values.items()})


def state_of(picture: IdCardPicture) -> str:
    """How far the reading is: kept is what has no reader here or belongs to a hire."""
    if picture.forgotten_at is not None:
        return "deleted"
    if picture.reading:
        return "read"
    if picture.job is None or picture.employment_id is not None:
        return "kept"
    return "reading" if picture.job.is_live else "failed"


@transaction.atomic
def keep_with_hire(*, actor: Membership, picture: IdCardPicture, employment: Employment) -> bool:
    """The picture belongs to a registered hire from now on, for `YXT_CARD_PICTURE_DAYS`; what was read on it is gone.

    A picture that is gone or belongs to another hire is left as it is: False.
    """
    check_can_register_employment(actor, employment.enterprise)
    ends = _term_with_hire()
    free = IdCardPicture.objects.filter(pk=picture.pk, employment=None, forgotten_at=None)
    if free.update(employment=employment, reading="", expires_at=ends):
        _record_kept(actor, employment, ends)
        return True
    return IdCardPicture.objects.filter(pk=picture.pk, employment=employment).exists()


@transaction.atomic
def store_with_hire(*, actor: Membership, picture: CleanPicture, employment: Employment) -> IdCardPicture:
    """Keep a picture that came together with a hire, marked and encrypted, for `YXT_CARD_PICTURE_DAYS`; nobody reads it."""
    check_can_register_employment(actor, employment.enterprise)
    ends = _term_with_hire()
    found = IdCardPicture.objects.create(
        enterprise=employment.enterprise, employment=employment, recorded_by=actor, expires_at=ends,
        picture=store_file(content=picture.marked, name=FILE_NAME),
    )  # fmt: skip
    record_event(actor=actor, code="id_card.taken", subject=found)
    _record_kept(actor, employment, ends)
    return found


def _term_with_hire() -> datetime:
    return timezone.now() + timedelta(days=settings.CARD_PICTURE_DAYS)


def _record_kept(actor: Membership, employment: Employment, ends: datetime) -> None:
    changes = {"until": timezone.localtime(ends).date().isoformat()}
    record_event(actor=actor, code="id_card.kept", subject=employment, changes=changes)


@transaction.atomic
def forget_card_pictures(*, actor: Actor, before: datetime) -> int:
    """Delete pictures whose term ended before an instant, and what was read on them; one event says how many."""
    count = 0
    ended = IdCardPicture.objects.filter(forgotten_at=None, expires_at__lt=before).select_related("picture", "unread")
    for one in ended.select_for_update(of=("self",)).order_by("pk")[:500]:
        _empty(one)
        count += 1
    if count:
        record_event(actor=actor, code="id_card.forgotten", subject=None, changes={"count": count})
    return count


@transaction.atomic
def forget_card_picture(*, actor: Membership, picture: IdCardPicture) -> None:
    """Delete one picture and what was read on it before their term; one that is gone stays gone.  Raises PermissionRefused."""
    check_can_register_employment(actor, picture.enterprise)
    rows = IdCardPicture.objects.select_for_update(of=("self",)).select_related("picture", "unread")
    found = rows.get(pk=picture.pk)
    if found.forgotten_at is None:
        _empty(found)
        record_event(actor=actor, code="id_card.forgotten", subject=found, changes={"count": 1})


def _empty(picture: IdCardPicture) -> None:
    files = [stored for stored in (picture.picture, picture.unread) if stored is not None]
    gone = {"picture": None, "unread": None, "reading": "", "forgotten_at": timezone.now()}
    IdCardPicture.objects.filter(pk=picture.pk).update(**gone)
    for stored in files:
        forget_file(stored)


@tick("park_workers.forget_pictures")
def forget_old_pictures() -> int:
    """Every hour."""
    return forget_card_pictures(actor=CLEANER, before=timezone.now())
