"""Who reads which part of the audit log, verifying its chain in the background, and handing it out as one file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.audit_bundle import write_bundle
from park_workers.foundation.audit_chain import seal_events, verify_chain
from park_workers.foundation.jobs import Job, JobRun, enqueue, job_kind
from park_workers.models import Membership, Role
from park_workers.permissions import check_can_export_audit_log, check_can_read_audit_log

VERIFY = "audit.verify"
#: ways in, accounts and the installation: what the log administrator looks after
ACCESS = (
    "sign_in.", "second_factor.", "password.", "person.", "invitation.", "membership.", "client_key.", "bureau.",
    "installation.", "audit.",
)  # fmt: skip
#: looks at personal data and takings away of files: that somebody looked is access, what they saw is not told
LOOKS = (
    "worker.revealed",
    "objection.contact_revealed",
    "payment_file.downloaded",
    "upload.marked_copy_downloaded",
    "list.exported",
    "list_export.fetched",
)
FINDINGS_KEPT = 100


def events_visible_to(member: Membership, rows: Any = None) -> Any:
    """The auditor reads every event; the log administrator what concerns access; nobody else any."""
    rows = AuditEvent.objects.all() if rows is None else rows
    if member.role == Role.AUDITOR:
        return rows
    if member.role != Role.LOG_ADMIN:
        return rows.none()
    about_access = Q(code__in=LOOKS)
    for prefix in ACCESS:
        about_access |= Q(code__startswith=prefix)
    return rows.filter(about_access)


@transaction.atomic
def ask_for_verification(*, actor: Membership) -> Job:
    """Verify the whole chain in the background; one that is under way is the one asked for."""
    check_can_read_audit_log(actor)
    under_way = Job.objects.filter(kind=VERIFY, status__in=Job.LIVE).first()
    if under_way is not None:
        return under_way
    record_event(actor=actor, code="audit.verification_asked", subject=None)
    return enqueue(actor=actor, kind=VERIFY)


@job_kind(VERIFY)
def verify_in_background(run: JobRun) -> dict[str, Any]:
    """Walk the chain; the result says what was seen and what was found."""
    report = verify_chain()
    findings = [{"code": one.code, "message": one.message} for one in report.findings[:FINDINGS_KEPT]]
    return {
        "sealed": report.sealed, "unsealed": report.unsealed, "heads": report.heads, "is_intact": report.is_intact,
        "found": len(report.findings), "findings": findings,
    }  # fmt: skip


def last_verification() -> Job | None:
    """The newest verification asked for, under way or ended."""
    return Job.objects.filter(kind=VERIFY).order_by("-pk").first()


def export_audit_log(*, actor: Membership, path: Path, now: datetime) -> dict[str, Any]:
    """Write the whole log with its seals into one file that can be verified without this installation; its manifest.

    The export itself is an event: it stands before the copy is taken, so that the file names its own making.
    """
    check_can_export_audit_log(actor)
    with transaction.atomic():
        record_event(actor=actor, code="audit.exported", subject=None, changes={"events": AuditEvent.objects.count()})
    seal_events()
    return write_bundle(path, made_by=actor.actor_label, made_at=now)
