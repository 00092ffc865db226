"""Durable background work.

A Job row is written in the business transaction and announced to the broker on commit.  The broker is a hint, the row is
the truth: a worker takes a job by compare-and-set, keeps a heartbeat, and loads its result in one transaction guarded by
its attempt number, so a worker that was thought dead cannot write twice.  The sweeper takes up jobs whose worker died and
announces again those whose message was lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from park_workers.foundation.actors import Actor
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import StatefulModel, Transition, compare_and_set
from park_workers.foundation.written_words import LongWordsField

log = logging.getLogger(__name__)
JobBody = Callable[["JobRun"], Any]
_kinds: dict[str, JobBody] = {}
#: kinds that only workers of a queue of their own do
_queues: dict[str, str] = {}
_ticks: dict[str, Callable[[], Any]] = {}


class Job(StatefulModel):
    """One piece of background work; done exactly once or failed with a reason."""

    class Status(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    TRANSITIONS: ClassVar[dict[str, Transition]] = {
        "take": Transition(("queued",), "running", ("system",), "开始"),
        "finish": Transition(("running",), "done", ("system",), "完成"),
        "fail": Transition(("queued", "running"), "failed", ("system",), "失败"),
        "requeue": Transition(("running",), "queued", ("system",), "重新排队"),
    }

    #: states of what still goes on
    LIVE = (Status.QUEUED, Status.RUNNING)

    kind = models.CharField("种类", max_length=60)
    subject_kind = models.CharField("对象类别", max_length=80, blank=True, default="")
    subject_id = models.BigIntegerField("对象编号", null=True)
    actor_id = models.BigIntegerField("身份编号", null=True)
    parameters = models.JSONField("参数", default=dict)
    attempt = models.PositiveIntegerField("第几次", default=0)
    heartbeat_at = models.DateTimeField("心跳", null=True)
    done = models.PositiveBigIntegerField("已处理", default=0)
    total = models.PositiveBigIntegerField("总数", default=0)
    result = models.JSONField("结果", default=dict)
    reason = LongWordsField("失败原因", blank=True, default="")
    recorded_at = models.DateTimeField("提交时间", auto_now_add=True)
    announced_at = models.DateTimeField("最近投递", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        indexes = [models.Index(fields=["status", "heartbeat_at"], name="job_stale")]
        constraints = [
            models.CheckConstraint(
                name="job_finished_has_time",
                condition=models.Q(status__in=("done", "failed"), finished_at__isnull=False)
                | models.Q(status__in=("queued", "running"), finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_failed_has_reason", condition=~models.Q(status="failed") | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}#{self.pk}"

    @property
    def is_live(self) -> bool:
        """Whether it still goes on."""
        return self.status in self.LIVE

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class LostJob(Exception):
    """Another worker has taken this job over; what this one did is rolled back."""


class JobRun:
    """One attempt at a job, given to its body."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.attempt = job.attempt
        self.is_loaded = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What the job was told."""
        return dict(self.job.parameters)

    def _touch(self, **fields: Any) -> bool:
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.attempt, status=Job.Status.RUNNING)
        return mine.update(heartbeat_at=timezone.now(), **fields) == 1

    def progress(self, done: int, total: int) -> None:
        """Show how far we are; raises LostJob when the job is no longer ours."""
        if not self._touch(done=done, total=total):
            raise LostJob(str(self.job))

    @contextmanager
    def load(self, result: dict[str, Any]) -> Iterator[None]:
        """The one transaction that writes: ours only if the attempt is still ours; ends the job with `result`.

        `result` may be filled inside the block.
        """
        with transaction.atomic():
            if not self._touch():
                raise LostJob(str(self.job))
            yield
            self._finish(result)
        self.is_loaded = True

    def _finish(self, result: dict[str, Any]) -> None:
        now = timezone.now()
        won = compare_and_set(
            self.job, "finish", where={"attempt": self.attempt},
            with_fields={"result": result, "finished_at": now, "heartbeat_at": now},
        )  # fmt: skip
        if not won:
            raise LostJob(str(self.job))

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Keep the heartbeat alive from a thread of its own while the body reads and computes."""
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(settings.JOB_HEARTBEAT_SECONDS):
                try:
                    if not self._touch():
                        return
                except DatabaseError as error:  # SQLite's one writer may be busy; the next beat tries again
                    log.info("heartbeat of %s waits: %s", self.job, error)
            connection.close()

        thread = threading.Thread(target=beat, name=f"heartbeat-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def job_kind(name: str, *, queue: str = "") -> Callable[[JobBody], JobBody]:
    """Register the body of a kind of job; with `queue` only workers of that queue get it."""

    def register(body: JobBody) -> JobBody:
        _kinds[name] = body
        if queue:
            _queues[name] = queue
        return body

    return register


def tick(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register periodic work (sweeping, sealing, the clock of notices) that is safe to run twice or not at all."""

    def register(body: Callable[[], Any]) -> Callable[[], Any]:
        _ticks[name] = body
        return body

    return register


def run_tick(name: str) -> Any:
    """Run periodic work once."""
    return _ticks[name]()


def enqueue(
    *, actor: Actor, kind: str, subject: models.Model | None = None, parameters: dict[str, Any] | None = None
) -> Job:
    """Write a job in the current transaction and announce it when that commits."""
    if kind not in _kinds:
        raise KeyError(kind)
    job = Job.objects.create(
        status=Job.Status.QUEUED,
        kind=kind,
        subject_kind=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        actor_id=actor.actor_id,
        parameters=parameters or {},
    )
    transaction.on_commit(lambda: announce(job.pk))
    return job


def announce(job_id: int) -> None:
    """Tell a worker; a broker that does not answer is no error, the sweeper will tell again."""
    if settings.JOBS_INLINE:
        perform(job_id)
        return
    from park_workers.foundation.tasks import run_job

    kind = Job.objects.values_list("kind", flat=True).get(pk=job_id)
    try:
        run_job.apply_async(args=[job_id], retry=False, queue=_queues.get(kind))
    except Exception as error:
        log.warning("job %s waits for the sweeper: %s", job_id, error)


def perform(job_id: int) -> str:
    """Take and do one job; returns the state it is left in.  Safe to call twice for the same job."""
    job = Job.objects.get(pk=job_id)
    now = timezone.now()
    taken = compare_and_set(
        job, "take", where={"attempt": job.attempt}, with_fields={"attempt": job.attempt + 1, "heartbeat_at": now}
    )
    if not taken:
        return str(job.status)
    job.refresh_from_db()
    run = JobRun(job)
    try:
        if settings.JOBS_INLINE:
            result = _kinds[job.kind](run)
        else:
            with run.heartbeat():
                result = _kinds[job.kind](run)
        if not run.is_loaded:
            with run.load(dict(result or {})):
                pass
    except LostJob:
        log.warning("job %s was taken over by another worker", job)
    except RuleViolation as refusal:
        _fail(run, str(refusal))
    except Exception as error:
        log.exception("job %s failed", job)
        _fail(run, f"系统错误（{type(error).__name__}），已记录，请联系系统管理员")
        if settings.JOBS_INLINE:
            raise
    job.refresh_from_db()
    return str(job.status)


def _fail(run: JobRun, reason: str) -> None:
    compare_and_set(
        run.job, "fail", where={"attempt": run.attempt}, with_fields={"reason": reason, "finished_at": timezone.now()}
    )


@transaction.atomic
def _take_from_the_dead(job: Job, stale: datetime) -> str:
    """`requeued`, `failed` after too many attempts, or nothing when it lives after all."""
    # A locked row is just being loaded.  To wait for it would stop the sweeper, and with it every other job.
    if not list(Job.objects.select_for_update(skip_locked=True).filter(pk=job.pk).values_list("pk", flat=True)):
        return ""
    now = timezone.now()
    same_attempt = {"attempt": job.attempt, "heartbeat_at__lt": stale}
    if job.attempt >= settings.JOB_MAX_ATTEMPTS:
        reason = f"处理进程连续 {job.attempt} 次中断，已停止重试；请联系系统管理员后重新提交"
        fields = {"reason": reason, "finished_at": now}
        return "failed" if compare_and_set(job, "fail", where=same_attempt, with_fields=fields) else ""
    return "requeued" if compare_and_set(job, "requeue", where=same_attempt, with_fields={"announced_at": now}) else ""


@tick("foundation.sweep_jobs")
def sweep_jobs() -> dict[str, int]:
    """Take up what a dead worker left, announce again what a broker lost, give up after too many attempts."""
    now = timezone.now()
    stale = now - timedelta(seconds=settings.JOB_STALE_SECONDS)
    found = {"requeued": 0, "failed": 0, "announced": 0}
    for job in Job.objects.filter(status=Job.Status.RUNNING, heartbeat_at__lt=stale):
        outcome = _take_from_the_dead(job, stale)
        if outcome:
            found[outcome] += 1
        if outcome == "requeued":
            announce(job.pk)
    lost = Job.objects.filter(status=Job.Status.QUEUED, announced_at__lt=stale)
    for job_id in lost.values_list("pk", flat=True):
        Job.objects.filter(pk=job_id).update(announced_at=now)
        announce(job_id)
        found["announced"] += 1
    return found
