"""Real worker and beat processes on the test's own database, to be killed, frozen and revived."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from kombu import Connection

from park_workers.foundation.jobs import Job
from park_workers.foundation.management.commands.serve import Command
from tests.services import die_with_parent

log = logging.getLogger(__name__)
#: A worker counts as dead after this long; the sweeper looks every half second.
STALE_SECONDS, SWEEP_SECONDS, HEARTBEAT_SECONDS = "2", "0.5", "0.3"
PATIENCE_SECONDS = 60.0


def database_url() -> str:
    """Where this test's rows are."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@dataclass
class Started:
    """A worker or a beat with all its children: one group, one signal."""

    process: subprocess.Popen[bytes]
    log: Path

    def send(self, number: signal.Signals) -> None:
        """To the whole group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def freeze(self, job: Job) -> None:
        """Stop everything, but not with a lock in hand: a beat of the heart holds one for a moment."""
        wait_for(lambda: self._frozen_without_lock(job), "a worker frozen without a lock", every=0.01)

    def _frozen_without_lock(self, job: Job) -> bool:
        self.send(signal.SIGSTOP)
        if is_free(job):
            return True
        self.send(signal.SIGCONT)
        return False

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        self.process.wait(10)

    def says(self, words: str) -> bool:
        """Whether the log contains the words."""
        return words in self.log.read_text(errors="replace")


@dataclass
class Site:
    """One installation: folders, broker, processes."""

    broker_url: str
    state: Path
    processes: list[Started] = field(default_factory=list)
    #: settings of this installation alone
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What an administrator would set."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url(), "YXT_BROKER_URL": self.broker_url,
            "YXT_STATE_DIR": str(self.state), "YXT_KEYS_FILE": str(self.state / "keys.json"), "YXT_HTTPS": "0",
            "YXT_JOB_STALE_SECONDS": STALE_SECONDS, "YXT_JOB_SWEEP_SECONDS": SWEEP_SECONDS,
            "YXT_JOB_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS, **self.more,
        }  # fmt: skip

    def start(self, name: str) -> Started:
        """`worker` or `beat`, by the very command that `manage.py serve` uses."""
        options = {"host": "127.0.0.1", "port": 0, "web_processes": 1, "worker_processes": 1}
        log = self.state / f"{name}-{len(self.processes)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                Command()._commands(options)[name], cwd=settings.BASE_DIR, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        started = Started(process, log)
        self.processes.append(started)
        return started

    def end(self) -> None:
        """Nothing of it stays."""
        for one in self.processes:
            one.send(signal.SIGCONT)
            one.kill()

    def logs(self) -> str:
        """What the processes said, for a failure's message."""
        return "\n".join(f"--- {p.log.name}\n{p.log.read_text(errors='replace')[-3000:]}" for p in self.processes)


def broker_options(site: Site) -> dict[str, Any]:
    """Transport options as the settings make them."""
    if not site.broker_url.startswith("filesystem"):
        return {}
    queue = site.state / "broker"
    messages = str(queue / "messages")
    return {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(queue / "control")}


def announce_on(site: Site) -> Callable[[int], None]:
    """The announcement of a job, to the broker of this site."""
    options = broker_options(site)

    def announce(job_id: int) -> None:
        with Connection(site.broker_url, transport_options=options) as broker, Celery(set_as_current=False) as sender:
            sender.send_task("foundation.run_job", args=[job_id], connection=broker, retry=False)

    return announce


@contextlib.contextmanager
def site_on(broker_url: str) -> Iterator[Site]:
    """An installation that is gone afterwards."""
    site = Site(broker_url, Path(settings.STATE_DIR))
    for schedule in site.state.glob("beat-schedule*"):
        schedule.unlink()
    shutil.rmtree(site.state / "broker", ignore_errors=True)
    for name in ("messages", "control"):
        (site.state / "broker" / name).mkdir(parents=True)
    try:
        yield site
    finally:
        site.end()
        log.warning("%s", site.logs())  # shown when the test has failed


def is_free(job: Job) -> bool:
    """Whether nobody holds the job's row (on SQLite: the one right to write)."""
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0.2)) as direct:
            try:
                direct.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            direct.rollback()
            return True
    with transaction.atomic():
        return bool(Job.objects.select_for_update(skip_locked=True).filter(pk=job.pk).values_list("pk", flat=True))


def job_now(job: Job) -> Job:
    """The job as it stands."""
    return Job.objects.get(pk=job.pk)


def wait_for(condition: Callable[[], bool], what: str, *, every: float = 0.05) -> None:
    """Until it is so; fails with the words when it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(every)
    raise AssertionError(f"never happened: {what}")


def wait_until_in_the_middle(job: Job, *, rows: int = 1) -> None:
    """Until the job runs and has told of so many rows."""

    def is_there() -> bool:
        now = job_now(job)
        assert now.status not in ("done", "failed"), f"too late: {now.status} {now.reason}"
        return now.status == "running" and now.done >= rows

    wait_for(is_there, f"{job} in the middle", every=0.002)


def wait_until_ended(job: Job) -> Job:
    """Until the job is done or failed."""
    wait_for(lambda: job_now(job).status in ("done", "failed"), f"{job} ended")
    return job_now(job)
