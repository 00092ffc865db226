"""Background work ends exactly once, done or failed with a reason (I12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from park_workers.foundation import jobs
from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import Job, JobRun, enqueue, job_kind, perform, sweep_jobs

ACTOR = SystemActor("测试")
pytestmark = pytest.mark.django_db


@job_kind("test.write")
def write_event(run: JobRun) -> None:
    """Writes one event inside the load."""
    result: dict[str, int] = {}
    with run.load(result):
        record_event(actor=ACTOR, code="test.written", subject=None)
        result["written"] = 1


@job_kind("test.refuse")
def refuse(run: JobRun) -> None:
    """A business rule says no."""
    raise RuleViolation("NO", "此文件没有可导入的行", "请改后重传")


@job_kind("test.crash")
def crash(run: JobRun) -> None:
    """A bug."""
    raise ZeroDivisionError


def waiting(kind: str) -> Job:
    """A queued job that nobody has announced."""
    return Job.objects.create(status=Job.Status.QUEUED, kind=kind)


def test_a_job_is_done_in_the_call_and_keeps_its_result() -> None:
    job = enqueue(actor=ACTOR, kind="test.write")
    job.refresh_from_db()
    assert (job.status, job.result, job.attempt, job.percent) == ("done", {"written": 1}, 1, 100)


def test_a_second_announcement_does_nothing() -> None:
    job = enqueue(actor=ACTOR, kind="test.write")
    assert perform(job.pk) == "done"
    assert AuditEvent.objects.filter(code="test.written").count() == 1


def test_a_refusal_is_the_reason_of_the_failure() -> None:
    job = enqueue(actor=ACTOR, kind="test.refuse")
    job.refresh_from_db()
    assert job.status == "failed"
    assert "请改后重传" in job.reason


def test_a_bug_fails_the_job_without_a_stack_trace_for_the_user(settings: object) -> None:
    job = waiting("test.crash")
    with pytest.raises(ZeroDivisionError):
        perform(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "Traceback" not in job.reason
    assert "系统错误" in job.reason


def test_a_zombie_whose_job_was_taken_over_writes_nothing() -> None:
    job = waiting("test.write")
    Job.objects.filter(pk=job.pk).update(attempt=1, version=2)
    connection.cursor().execute("UPDATE foundation_job SET status = 'running' WHERE id = %s", [job.pk])
    job.refresh_from_db()
    zombie = JobRun(job)
    Job.objects.filter(pk=job.pk).update(attempt=2)
    with pytest.raises(jobs.LostJob):
        write_event(zombie)
    assert not AuditEvent.objects.filter(code="test.written").exists()


def test_the_sweeper_takes_up_a_job_whose_worker_died() -> None:
    job = waiting("test.write")
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(attempt=1, heartbeat_at=long_ago)
    connection.cursor().execute("UPDATE foundation_job SET status = 'running' WHERE id = %s", [job.pk])
    assert sweep_jobs()["requeued"] == 1
    job.refresh_from_db()
    assert (job.status, job.attempt) == ("done", 2)


def test_the_sweeper_gives_up_with_a_reason_after_the_last_attempt(settings: pytest.FixtureRequest) -> None:
    job = waiting("test.write")
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(attempt=3, heartbeat_at=long_ago)
    connection.cursor().execute("UPDATE foundation_job SET status = 'running' WHERE id = %s", [job.pk])
    assert sweep_jobs()["failed"] == 1
    job.refresh_from_db()
    assert job.status == "failed"
    assert "3 次中断" in job.reason


def test_the_sweeper_announces_again_what_the_broker_lost() -> None:
    job = waiting("test.write")
    Job.objects.filter(pk=job.pk).update(announced_at=timezone.now() - timedelta(hours=1))
    assert sweep_jobs()["announced"] == 1
    job.refresh_from_db()
    assert job.status == "done"


def test_a_fresh_job_is_left_to_its_worker() -> None:
    waiting("test.write")
    assert sweep_jobs() == {"requeued": 0, "failed": 0, "announced": 0}


def test_a_done_job_cannot_be_set_running_again_even_by_sql() -> None:
    job = enqueue(actor=ACTOR, kind="test.write")
    with pytest.raises(IntegrityError, match="job_moves"):
        connection.cursor().execute("UPDATE foundation_job SET status = 'running' WHERE id = %s", [job.pk])
