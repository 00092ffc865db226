"""kill -9 of a real worker: the job ends exactly once, by itself, on either broker; a revived one writes nothing (I12)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from redis import Redis

from park_workers.foundation import jobs
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import Job, JobRun, sweep_jobs
from park_workers.foundation.search_hash import person_key
from park_workers.models import ContractSpan, Employment, PostSpan, Upload, Worker
from park_workers.services.people import PersonLine, ensure_people
from park_workers.services.uploads import confirm_upload, receive_upload
from subsidies.models import Batch, Calculation, Claim, LineItem
from subsidies.services.batches import compute_batch, open_batch
from tests.attacks.threads import at_once, sql
from tests.attacks.workers import (
    Site,
    announce_on,
    job_now,
    site_on,
    wait_for,
    wait_until_ended,
    wait_until_in_the_middle,
)
from tests.conftest import Cast
from tests.engines import SHARED
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import CUTOFF, Day, publish_hire

#: a reader tells of its progress every 2,000 rows
ROSTER_PEOPLE, BATCH_PEOPLE = 3_500, 9_000
HIRED_ON = date(2023, 2, 1)
BROKERS = ["filesystem://", *(["redis"] if "REDIS_URL" in os.environ else [])]
#: when both engines take their turn, each has the broker that belongs to it
IN_TURN = BROKERS[-1:] if os.environ.get(SHARED) == "1" else BROKERS


def redis_url() -> str:
    """A database of Redis for this test process alone, emptied."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{1 + int(worker)}"
    with Redis.from_url(url) as redis:
        redis.flushdb()
    return url


@pytest.fixture(params=IN_TURN)
def site(request: pytest.FixtureRequest, committed_cast: Cast) -> Iterator[Site]:
    """An installation on each broker there is; no process runs yet."""
    with site_on(redis_url() if request.param == "redis" else request.param) as site:
        yield site


def many_numbers(count: int) -> list[str]:
    """So many document numbers."""
    first = date(1985, 1, 1)
    return [id_number(n % 900 + 1, born=first + timedelta(days=n // 900)) for n in range(count)]


@pytest.fixture
def import_job(site: Site, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A roster of thousands, checked and confirmed, announced to the broker."""
    rows = [staff("某工", number, HIRED_ON) for number in many_numbers(ROSTER_PEOPLE)]
    hr = committed_cast.hr
    upload = receive_upload(
        actor=hr, sheet_kind="roster", content=workbook(ROSTER_HEADER, rows), name="花名册.xlsx", day=Day.APPLIED
    )
    upload.refresh_from_db()
    assert (upload.status, upload.accepted) == ("checked", ROSTER_PEOPLE)
    monkeypatch.setattr(jobs, "announce", announce_on(site))
    confirmed = confirm_upload(actor=hr, upload=upload, day=Day.APPLIED)
    assert confirmed.apply_job is not None
    return confirmed.apply_job


@pytest.fixture
def compute_job(site: Site, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A batch over thousands of people, its computation announced to the broker."""
    cast = committed_cast
    with transaction.atomic():
        employ(cast, many_numbers(BATCH_PEOPLE))
    batch = open_batch(
        actor=cast.clerk, policy=publish_hire(cast), name="全部", cutoff_on=CUTOFF, day=Day.APPLIED,
        candidates=Batch.Candidates.ALL,
    )  # fmt: skip
    monkeypatch.setattr(jobs, "announce", announce_on(site))
    return compute_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED)


def employ(cast: Cast, numbers: list[str]) -> None:
    """All of them at one firm, in three tables."""
    workers, _ = ensure_people(
        people=[PersonLine(number, person_key(number), "某工") for number in numbers], recorded_by=cast.clerk
    )
    hires = Employment.objects.bulk_create(
        Employment(worker_id=pk, enterprise=cast.alpha, hired_on=HIRED_ON, source="roster") for pk in workers.values()
    )
    ContractSpan.objects.bulk_create(ContractSpan(employment=hire, starts_on=HIRED_ON) for hire in hires)
    PostSpan.objects.bulk_create(
        PostSpan(employment=hire, starts_on=HIRED_ON, trade="平车", is_front_line=True) for hire in hires
    )


def check_imported_once(job: Job) -> None:
    """Every row once, every fact once, one event, one state."""
    upload = Upload.objects.get(apply_job=job)
    assert (upload.status, upload.result["new"]) == ("applied", ROSTER_PEOPLE)
    tables = (Worker, Employment, ContractSpan, PostSpan)
    assert [table.objects.count() for table in tables] == [ROSTER_PEOPLE] * len(tables)
    assert AuditEvent.objects.filter(code="upload.apply", subject_id=upload.pk).count() == 1


def check_computed_once(job: Job) -> None:
    """One computation, one claim, every line once."""
    batch = Batch.objects.get(compute_job=job)
    assert (batch.status, batch.current) == ("computed", Calculation.objects.get())
    assert (Claim.objects.count(), LineItem.objects.count()) == (1, BATCH_PEOPLE)
    assert LineItem.objects.filter(calculation=batch.current).values("employment").distinct().count() == BATCH_PEOPLE
    assert AuditEvent.objects.filter(code="batch.compute", subject_id=batch.pk).count() == 1


def check_done_at_the_second_attempt(job: Job) -> None:
    """Done, by itself, with its result."""
    ended = wait_until_ended(job)
    assert (ended.status, ended.attempt, ended.percent, ended.reason) == ("done", 2, 100, "")
    assert ended.result


def test_a_batch_whose_worker_is_killed_in_its_load_is_computed_once(site: Site, compute_job: Job) -> None:
    first = site.start("worker")
    site.start("beat")
    wait_until_in_the_middle(compute_job)
    first.kill()
    assert (job_now(compute_job).status, LineItem.objects.count(), Calculation.objects.count()) == ("running", 0, 0)
    site.start("worker")
    check_done_at_the_second_attempt(compute_job)
    check_computed_once(compute_job)


def test_an_import_whose_worker_is_killed_is_applied_once(site: Site, import_job: Job) -> None:
    first = site.start("worker")
    site.start("beat")
    wait_until_in_the_middle(import_job, rows=2_000)
    first.kill()
    assert (job_now(import_job).status, Employment.objects.count(), Worker.objects.count()) == ("running", 0, 0)
    site.start("worker")
    check_done_at_the_second_attempt(import_job)
    check_imported_once(import_job)


def test_a_frozen_worker_that_wakes_after_another_took_over_writes_nothing(site: Site, import_job: Job) -> None:
    zombie = site.start("worker")
    wait_until_in_the_middle(import_job, rows=2_000)
    zombie.freeze(import_job)
    site.start("worker")
    beat = site.start("beat")
    check_done_at_the_second_attempt(import_job)
    beat.kill()
    zombie.send(signal.SIGCONT)
    wait_for(lambda: zombie.says("was taken over by another worker"), "the zombie noticed")
    check_imported_once(import_job)
    assert job_now(import_job).attempt == 2


def test_a_job_whose_message_the_broker_lost_is_done_without_a_person(
    site: Site, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, lost = committed_cast, []
    batch = open_batch(actor=cast.clerk, policy=publish_hire(cast), name="空", cutoff_on=CUTOFF, day=Day.APPLIED)
    monkeypatch.setattr(jobs, "announce", lost.append)
    job = compute_batch(actor=cast.clerk, batch=batch, day=Day.APPLIED)
    assert (lost, job_now(job).status) == ([job.pk], "queued")
    site.start("worker")
    site.start("beat")
    ended = wait_until_ended(job)
    assert (ended.status, ended.attempt) == ("done", 1)


def test_the_sweeper_neither_waits_for_a_load_nor_takes_it_over(
    committed_cast: Cast, is_postgresql: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_postgresql:
        pytest.skip("SQLite has one writer: while a load writes, the sweeper's turn has not come")
    announced: list[int] = []
    monkeypatch.setattr(jobs, "announce", announced.append)
    loading, abandoned = (Job.objects.create(status="queued", kind="uploads.check", attempt=1) for _ in range(2))
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1), announced_at=timezone.now())
    sql("UPDATE foundation_job SET status = 'running'")
    loading.refresh_from_db()
    with JobRun(loading).load({}):
        # Its heart last beat long ago: what this transaction writes nobody sees yet.
        swept = at_once([sweep_jobs]).done
    assert swept == [{"requeued": 1, "failed": 0, "announced": 0}]
    assert (job_now(loading).status, job_now(loading).attempt) == ("done", 1)
    assert (announced, job_now(abandoned).status) == ([abandoned.pk], "queued")
