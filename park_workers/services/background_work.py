"""Who sees which background work, and doing again what failed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.jobs import Job, enqueue
from park_workers.models import Membership, Role, Upload
from park_workers.permissions import answers
from park_workers.services.audit_log import VERIFY
from park_workers.services.headcount import SNAPSHOT
from park_workers.services.headcount_reminders import REMIND

#: bureau staff see the bureau's work; the city bureau, bases and firms their own
SEES_ALL = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR})
CHECK, APPLY = "uploads.check", "uploads.apply"
#: Safe to do again as it was asked for: the body looks at its subject's state first and loads in one transaction.  What is
#: computed on a business day (batches, simulations) is asked for anew where it belongs, with the day of then.
SAFE_AGAIN = frozenset({CHECK, APPLY, SNAPSHOT, VERIFY, REMIND})


def jobs_visible_to(member: Membership) -> Any:
    """The bureau's staff see every job but those of the log; everybody else what they asked for themselves."""
    rows = Job.objects.all()
    if member.role == Role.AUDITOR:
        return rows
    return rows.exclude(kind=VERIFY) if member.role in SEES_ALL else rows.filter(actor_id=member.pk)


def _is_overtaken(job: Job) -> bool:
    """Whether the same work has been asked for again since."""
    later = Job.objects.filter(pk__gt=job.pk, kind=job.kind, subject_kind=job.subject_kind, subject_id=job.subject_id)
    return later.filter(parameters=job.parameters).exists()


def check_can_repeat_job(actor: Membership, job: Job) -> None:
    """Whoever asked for it, or a clerk for the bureau's work; only what failed, is safe to do again and was not already."""
    is_clerks = actor.role == Role.CLERK and job.kind != VERIFY
    if job.actor_id != actor.pk and not is_clerks:
        raise PermissionRefused("ROLE_NOT_ALLOWED", "该任务不是您提交的，不能重新执行", "请由提交人或经办办理")
    if job.kind not in SAFE_AGAIN:
        raise RuleViolation(
            "JOB_NOT_REPEATABLE", "该任务须从它所属的页面重新办理", "请打开该批次或政策，按当日情况重新测算"
        )
    if job.status != Job.Status.FAILED:
        raise TransitionRefused(
            "STATE_NOT_ALLOWED", f"该任务为“{job.status_label()}”，不能重新执行", "请刷新页面查看进度"
        )
    if _is_overtaken(job):
        raise TransitionRefused("JOB_REPEATED", "该任务已重新执行过", "请刷新页面查看进度")


can_repeat_job = answers(check_can_repeat_job)


@transaction.atomic
def repeat_job(*, actor: Membership, job: Job) -> Job:
    """Ask again for what failed; the failed job stays as it is, the new one has its subject and parameters.

    Raises PermissionRefused, TransitionRefused, RuleViolation JOB_NOT_REPEATABLE.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    check_can_repeat_job(actor, job)
    subject = Upload.objects.get(pk=job.subject_id) if job.kind in (CHECK, APPLY) else None
    again = enqueue(actor=actor, kind=job.kind, subject=subject, parameters=job.parameters)
    if subject is not None:
        Upload.objects.filter(pk=subject.pk).update(**{"check_job" if job.kind == CHECK else "apply_job": again})
    record_event(actor=actor, code="job.repeated", subject=again, note=job.reason[:300],
                 changes={"kind": job.kind, "from": job.pk})  # fmt: skip
    return again
