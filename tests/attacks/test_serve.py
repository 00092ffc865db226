"""`manage.py serve` as a real process on the test's database and broker: it gets ready, works, and ends when told (F1)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from redis import Redis

from api.client_keys import issue_client_key
from park_workers.foundation.jobs import Job
from park_workers.models import Upload
from tests.attacks.workers import Site, Started, site_on
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.services import die_with_parent, free_port

STOP_SECONDS = 20
START_SECONDS = 90
HIRED_ON = date(2023, 2, 1)
MANY = 4_000


def broker_url() -> str:
    """Redis where there is one, in a database of this test process alone; else the folder."""
    if "REDIS_URL" not in os.environ:
        return "filesystem://"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{8 + int(worker) % 8}"
    with Redis.from_url(url) as redis:
        redis.flushdb()
    return url


def wait_for(condition: Callable[[], bool], what: str, *, every: float = 0.1) -> None:
    """Until it is so, on a busy machine too."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(every)


@dataclass
class Service:
    """The service: where it answers, what it consists of."""

    site: Site
    key: str
    port: int = 0
    process: Started | None = None

    def start(self) -> psutil.Process:
        """As an administrator does; returns when it says that it is ready."""
        self.port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--web-processes", "1"]
        log = self.site.state / f"serve-{len(self.site.processes)}.log"
        with log.open("wb") as out:
            started = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=self.site.environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        self.process = Started(started, log)
        self.site.processes.append(self.process)
        wait_for(lambda: self.ask("/health/ready")[0] == 200, "it is ready", every=0.5)
        return psutil.Process(started.pid)

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer; 0 while nobody listens."""
        headers = {"Authorization": f"Api-Key {self.key}", "Idempotency-Key": str(uuid.uuid4())}
        kind = {"Content-Type": MULTIPART_CONTENT} if body else {}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers | kind)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")
        except OSError as error:
            return 0, str(error)

    def upload(self, count: int) -> int:
        """Give a roster of so many people to the web; the upload's number."""
        rows = [staff("某工", id_number(n % 900 + 1, born=date(1985, 1, 1 + n // 900)), HIRED_ON) for n in range(count)]
        file = SimpleUploadedFile("花名册.xlsx", workbook(ROSTER_HEADER, rows))
        status, answer = self.ask(
            "/api/v1/uploads/", encode_multipart(BOUNDARY, {"sheet_kind": "roster", "file": file})
        )
        assert status == 201, answer
        return int(answer["id"])


@pytest.fixture
def service(committed_cast: Cast) -> Iterator[Service]:
    """An installation that does not run yet, and a client key of an enterprise."""
    _, key = issue_client_key(actor=committed_cast.hr, name="测试", day=HIRED_ON)
    with site_on(broker_url()) as site:
        service = Service(site, key)
        try:
            yield service
        finally:
            end_whatever_runs(service)


def end_whatever_runs(service: Service) -> None:
    """A failed test leaves no child of `serve` behind."""
    for one in service.site.processes:
        if one.process.poll() is None:
            for child in psutil.Process(one.process.pid).children(recursive=True):
                child.kill()


def is_beat(child: psutil.Process) -> bool:
    """Whether it is a beat that lives; one just killed is a zombie until `serve` looks."""
    try:
        return "beat" in child.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False


def stop(service: Service, parent: psutil.Process) -> float:
    """TERM to the parent alone; seconds until nothing of it is left."""
    family = [parent, *parent.children(recursive=True)]
    assert len(family) >= 6, "serve, web and its child, worker and its child, beat"
    began = time.monotonic()
    assert service.process is not None
    service.process.process.send_signal(signal.SIGTERM)
    assert service.process.process.wait(STOP_SECONDS + 10) == 0
    took = time.monotonic() - began
    _, alive = psutil.wait_procs(family[1:], timeout=1)
    assert alive == []
    return took


@pytest.mark.django_db(transaction=True)
def test_what_the_web_enqueues_the_worker_does_and_all_ends_within_twenty_seconds(service: Service) -> None:
    parent = service.start()
    upload = service.upload(3)
    wait_for(lambda: Upload.objects.get(pk=upload).status == "checked", "the roster is checked")
    assert Upload.objects.get(pk=upload).accepted == 3
    assert stop(service, parent) < STOP_SECONDS
    assert service.ask("/health/live")[0] == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_when_all_is_stopped_is_done_then_or_after_the_next_start(service: Service) -> None:
    parent = service.start()
    upload = Upload.objects.get(pk=service.upload(MANY))
    wait_for(lambda: Job.objects.get(pk=upload.check_job_id).status != "queued", "the job is taken", every=0.005)
    assert stop(service, parent) < STOP_SECONDS
    if Job.objects.get(pk=upload.check_job_id).status != "done":
        service.start()
        wait_for(lambda: Job.objects.get(pk=upload.check_job_id).status == "done", "the job is taken up again")
    upload.refresh_from_db()
    assert (upload.status, upload.accepted) == ("checked", MANY)


@pytest.mark.django_db(transaction=True)
def test_a_child_that_is_killed_is_started_again(service: Service) -> None:
    parent = service.start()
    beat = next(child for child in parent.children() if is_beat(child))
    os.kill(beat.pid, signal.SIGKILL)
    wait_for(lambda: any(is_beat(child) and child.pid != beat.pid for child in parent.children()), "a new beat")
    assert stop(service, parent) < STOP_SECONDS


def test_the_log_of_the_web_server_is_scrubbed_too_though_no_settings_are_named(tmp_path: Path) -> None:
    """As the page of operations starts it: gunicorn makes its log before it loads the service."""
    code = (
        "from gunicorn.config import Config; from park_workers.foundation.web_log import WebServerLog;"
        "WebServerLog(Config()).error('Error handling request /workers/?phone=13812345678')"
    )
    environment = os.environ | {"YXT_LOG_FORMAT": "json"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert json.loads(done.stderr)["message"] == "Error handling request /workers/?phone=[已脱敏]"


def test_a_worker_knows_every_clock_of_the_schedule() -> None:
    code = (
        "import django; django.setup();"
        "from django.conf import settings; from park_workers.foundation import jobs;"
        "print({e['kwargs']['tick'] for e in settings.CELERY_BEAT_SCHEDULE.values()} - set(jobs._ticks))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()", done.stderr
