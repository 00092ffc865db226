"""结业证: issued by the base for who passed a class, one or all at once; a photo added; what stands on the paper is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.files import forget_file, store_file
from park_workers.foundation.pictures import clean_picture
from park_workers.models import Membership, TrainingBase
from training.models import CompletionCertificate, Enrolment, TrainingClass
from training.pass_list.reader import LEVEL_NAMES, PASSED
from training.permissions import check_can_issue_completions
from training.services.standing import verdict_now

#: certificates of one class at once
MOST = 2_000
SERIAL_DIGITS = 5


def passed_without(training_class: TrainingClass) -> QuerySet[Any]:
    """Who passed the class, as results hold now, and bears no standing certificate of it."""
    standing = CompletionCertificate.objects.filter(enrolment=OuterRef("pk"), status="valid")
    seats = Enrolment.objects.filter(training_class=training_class).annotate(verdict_now=verdict_now())
    rows = seats.filter(~Exists(standing), verdict_now=PASSED).select_related("worker__merged_into")
    return rows.order_by("worker__name_pinyin", "pk")


@transaction.atomic
def issue_completions(
    *, actor: Membership, training_class: TrainingClass, enrolments: Collection[int] | None = None, day: date
) -> list[CompletionCertificate]:
    """Issue certificates to everybody of the class who passed and has none, or to the chosen of them; again, nothing is new.

    A certificate issued after an earlier one was revoked takes its place.  One event with count and digest.
    Raises PermissionRefused, RuleViolation CLASS_NOT_ENDED, TOO_MANY_CERTIFICATES.
    """
    check_can_issue_completions(actor, training_class.base_id)
    if day < training_class.ends_on:
        raise RuleViolation("CLASS_NOT_ENDED", f"该班次 {training_class.ends_on} 结业", "请在结业后发证")
    base = TrainingBase.objects.select_for_update().select_related("organisation").get(pk=training_class.base_id)
    seats = passed_without(training_class)
    chosen = list(seats if enrolments is None else seats.filter(pk__in=list(enrolments)))
    if len(chosen) > MOST:
        raise RuleViolation(
            "TOO_MANY_CERTIFICATES", f"共 {len(chosen)} 人，一次最多 {MOST} 人", "请勾选一部分学员分次发证"
        )
    made = _written(actor, base, training_class, chosen, day)
    if made:
        digest = hashlib.sha256(",".join(one.reference for one in made).encode()).hexdigest()
        record_event(actor=actor, code="completion.issued", subject=training_class, day=day,
                     changes={"count": len(made), "digest": digest})  # fmt: skip
    return made


def _written(
    actor: Membership, base: TrainingBase, of: TrainingClass, seats: Sequence[Enrolment], day: date
) -> list[CompletionCertificate]:
    earlier = CompletionCertificate.objects.filter(enrolment__in=[seat.pk for seat in seats], status="revoked")
    before = {row.enrolment_id: row.pk for row in earlier.order_by("pk")}
    stem = f"JY{day.year}{base.pk:03d}"
    last = CompletionCertificate.objects.filter(base=base, number__startswith=stem).order_by("-number").first()
    first = int(last.number[len(stem) :]) + 1 if last is not None else 1
    rows = [
        CompletionCertificate(
            status=CompletionCertificate.Status.VALID, number=f"{stem}{serial:0{SERIAL_DIGITS}d}", base=base, enrolment=seat,
            worker_id=seat.worker.canonical_id, holder_name=(seat.worker.merged_into or seat.worker).name,
            project=f"{of.trade}（{LEVEL_NAMES[of.level]}）", institution=base.organisation.name, class_number=of.number,
            hours=of.planned_hours, starts_on=of.starts_on, ends_on=of.ends_on, issued_on=day,
            replaces_id=before.get(seat.pk), recorded_by=actor,
        )
        for serial, seat in enumerate(seats, first)
    ]  # fmt: skip
    CompletionCertificate.objects.bulk_create(rows, batch_size=500)
    return rows


@transaction.atomic
def add_photo(*, actor: Membership, completion: CompletionCertificate, content: bytes) -> CompletionCertificate:
    """A photo for the paper, drawn anew and encrypted; a later one takes the place of the first, which is deleted.

    Raises PermissionRefused; RuleViolation ALREADY_REVOKED; FileRefused for what is no ordinary picture.
    """
    check_can_issue_completions(actor, completion.base_id)
    if completion.status != CompletionCertificate.Status.VALID:
        raise RuleViolation("ALREADY_REVOKED", "该结业证已作废，不能再加照片", "请为新的结业证上传照片")
    clean = clean_picture(content, watermark="结业证")
    before = completion.photo
    stored = store_file(content=clean.plain, name="学员照片.jpg")
    CompletionCertificate.objects.filter(pk=completion.pk).update(photo=stored)
    if before is not None:
        forget_file(before)
    record_event(actor=actor, code="completion.photo_added", subject=completion)
    completion.refresh_from_db()
    return completion
