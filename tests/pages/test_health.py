"""What probes and monitors see, and who may see it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.audit_chain import seal_events
from park_workers.foundation.jobs import Job
from park_workers.foundation.pulse import Pulse, record_pulse
from park_workers.foundation.tasks import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings: LazySettings, tmp_path: Path) -> None:
    """A broker's folder, and a worker that has just run something."""
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    settings.AUDIT_HEADS_FILE = tmp_path / "audit-heads.log"
    run_job(tick="foundation.sweep_jobs")


def test_a_living_process_says_so_without_log_in_or_database(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": "ok"}


def test_a_service_with_all_it_stands_on_is_ready(client: Client, well: None) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json())) == (200, {"database", "migrations", "broker", "workers"})
    assert "no-store" in answer["Cache-Control"]


def test_silent_workers_are_told(client: Client, well: None, settings: LazySettings) -> None:
    Pulse.objects.update(beaten_at=timezone.now() - timedelta(seconds=settings.WORKER_STALE_SECONDS + 5))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert re.fullmatch(r"silent for \d+ s", answer.json()["workers"])


def test_workers_that_never_ran_are_told(client: Client, well: None) -> None:
    Pulse.objects.all().delete()
    assert client.get("/health/ready").json()["workers"] == "never seen"


def test_a_broker_that_does_not_answer_is_told(client: Client, well: None, settings: LazySettings) -> None:
    settings.CELERY_BROKER_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("failed (")
    assert "secret" not in answer.text


def test_migrations_that_wait_are_told(client: Client, well: None) -> None:
    recorder = MigrationRecorder(connection)
    for name in ("0001_initial", "0002_remove_content_type_name"):
        recorder.record_unapplied("contenttypes", name)
    assert client.get("/health/ready").json()["migrations"] == "2 not applied"


def test_the_numbers_are_those_of_the_tables(client: Client, well: None) -> None:
    for kind in ("x", "y"):
        Job.objects.create(status=Job.Status.QUEUED, kind=kind)
    Job.objects.update(recorded_at=timezone.now() - timedelta(seconds=90))
    record_event(actor=SystemActor("测试"), code="test.one", subject=None)
    seal_events()
    record_event(actor=SystemActor("测试"), code="test.two", subject=None)
    text = client.get("/metrics").text
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert found['yxt_jobs{state="queued"}'] == "2"
    assert 90 <= float(found["yxt_jobs_oldest_queued_seconds"]) < 150
    assert (found['yxt_audit_events{sealed="yes"}'], found['yxt_audit_events{sealed="no"}']) == ("1", "1")
    assert 0 <= float(found["yxt_worker_silent_seconds"]) < 60


@pytest.mark.parametrize(
    "seen", [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}, {"HTTP_X_FORWARDED_PROTO": "https"}]
)
def test_to_the_outside_the_numbers_do_not_exist(client: Client, seen: dict[str, str]) -> None:
    assert client.get("/metrics", **seen).status_code == 404  # type: ignore[arg-type]


def test_the_bearer_of_the_token_sees_them_from_anywhere(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    outside = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}, **outside).status_code == 200  # type: ignore[arg-type]
    for wrong in ("Bearer ", "Bearer another", "Bearer 密"):
        assert client.get("/metrics", headers={"Authorization": wrong}, **outside).status_code == 404  # type: ignore[arg-type]


def test_a_pulse_is_one_row_however_often_it_beats() -> None:
    record_pulse("x")
    record_pulse("x")
    assert Pulse.objects.count() == 1
