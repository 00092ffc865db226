"""Papers fetched: one 结业证 at once, a class as one file drawn by a job and forgotten after some days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.documents import missing_signs
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.files import fetch_kept_file, forget_kept_files, store_file
from park_workers.foundation.jobs import JobRun, enqueue, job_kind, tick
from park_workers.models import Membership, TrainingBase
from training.models import CompletionCertificate, CompletionPrint, TrainingClass
from training.permissions import check_can_issue_completions
from training.services.completion_faces import completion_pdf, draw_completion, faces_of, new_paper
from training.services.completions import issue_completions

KIND = "completions.print"
PROGRESS_EVERY = 20
CLEANER = SystemActor("结业证打印清理")
SHOWN = ("worker__photo", "photo")


@transaction.atomic
def fetch_completion(*, actor: Membership, completion: CompletionCertificate, address: str) -> bytes:
    """The paper as a PDF, with the whole number of its bearer: each fetching leaves an event.

    Raises PermissionRefused; RuleViolation ALREADY_REVOKED.
    """
    check_can_issue_completions(actor, completion.base_id)
    if completion.status != CompletionCertificate.Status.VALID:
        raise RuleViolation("ALREADY_REVOKED", "该结业证已作废，不能再打印", "请打印新发的结业证")
    (face,) = faces_of([completion], address=address)
    record_event(actor=actor, code="completion.fetched", subject=completion, changes={"count": 1})
    return completion_pdf(face)


@transaction.atomic
def order_completion_print(
    *, actor: Membership, training_class: TrainingClass, day: date, address: str, request_id: str
) -> CompletionPrint:
    """Issue what is lacking and ask for one file with every standing certificate of the class; a job draws it.

    The same `request_id` again is the same order.  Raises PermissionRefused; RuleViolation NOBODY_PASSED, CLASS_NOT_ENDED,
    TOO_MANY_CERTIFICATES.
    """
    check_can_issue_completions(actor, training_class.base_id)
    base = TrainingBase.objects.select_for_update().get(pk=training_class.base_id)
    again: CompletionPrint | None = CompletionPrint.objects.filter(base=base, request_id=request_id).first()
    if again is not None:
        return again
    issue_completions(actor=actor, training_class=training_class, day=day)
    count = CompletionCertificate.objects.filter(enrolment__training_class=training_class, status="valid").count()
    if not count:
        raise RuleViolation("NOBODY_PASSED", "该班次没有考核合格的学员", "请先上传并确认合格名单")
    made = CompletionPrint.objects.create(
        base=base, training_class=training_class, day=day, certificates=count, recorded_by=actor, request_id=request_id
    )
    made.job = enqueue(actor=actor, kind=KIND, subject=made, parameters={"address": address})
    made.save(update_fields=["job"])
    changes = {"class": training_class.number, "count": count}
    record_event(actor=actor, code="completion_print.ordered", subject=made, changes=changes, day=day)
    return made


@job_kind(KIND)
def draw_completions(run: JobRun) -> None:
    """Body of the job: one sheet each, the file kept encrypted."""
    made = CompletionPrint.objects.select_related("training_class").get(pk=run.job.subject_id)
    standing = CompletionCertificate.objects.filter(enrolment__training_class=made.training_class, status="valid")
    rows = list(standing.select_related(*SHOWN).order_by("number"))
    paper, lacking = new_paper(f"结业证书 {made.training_class.number}"), 0
    for done, face in enumerate(faces_of(rows, address=run.parameters["address"]), 1):
        if done > 1:
            paper.next_page()
        draw_completion(paper, face)
        lacking += bool(missing_signs(face.name))
        if done % PROGRESS_EVERY == 0 or done == len(rows):
            run.progress(done, len(rows))
    content = paper.content()
    result: dict[str, Any] = {"certificates": len(rows), "lacking": lacking}
    with run.load(result):
        made.file = store_file(content=content, name=f"结业证-{made.reference}.pdf")
        made.save(update_fields=["file"])


@transaction.atomic
def fetch_completion_print(*, actor: Membership, completion_print: CompletionPrint) -> bytes:
    """The file; each fetching leaves an event.  Raises PermissionRefused; RuleViolation NOT_READY, FILE_FORGOTTEN."""
    check_can_issue_completions(actor, completion_print.base_id)
    return fetch_kept_file(
        actor=actor, kept=completion_print, code="completion_print.fetched",
        changes={"count": completion_print.certificates}, anew="请重新制作，已发的结业证不受影响",
    )  # fmt: skip


@tick("training.forget_prints")
def forget_old_prints() -> int:
    """Every hour: prints older than `YXT_CARD_PRINT_DAYS`, at the least a day."""
    return forget_kept_files(
        actor=CLEANER, kept=CompletionPrint, days=settings.CARD_PRINT_DAYS, code="completion_print.forgotten"
    )
