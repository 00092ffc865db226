"""Is everything there that the service stands on, and how much is waiting: for /health/ready and /metrics."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.utils import timezone
from kombu.connection import Connection

from park_workers.foundation.audit import AuditEvent, AuditSeal
from park_workers.foundation.jobs import Job
from park_workers.foundation.pulse import last_pulse

BROKER_SECONDS = 2


def check_database() -> str:
    """It answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def check_migrations() -> str:
    """Every migration of this version is applied."""
    waiting = _migrations_of_this_version() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(waiting)} not applied" if waiting else "ok"


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    """(app, name) of every migration file; they do not change while the process lives, so probes read them once."""
    return frozenset(MigrationLoader(None).graph.nodes)


def check_broker() -> str:
    """Redis takes a connection; the folder can be written."""
    url = str(settings.CELERY_BROKER_URL)
    if url.startswith("filesystem"):
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"])
        return "ok" if os.access(folder, os.W_OK) else "folder missing"
    options = {"socket_timeout": BROKER_SECONDS}
    with Connection(url, connect_timeout=BROKER_SECONDS, transport_options=options) as broker:  # type: ignore[no-untyped-call]
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    return "ok"


def check_workers() -> str:
    """Some worker ran periodic work a moment ago."""
    last = last_pulse()
    if last is None:
        return "never seen"
    age = (timezone.now() - last).total_seconds()
    return "ok" if age <= settings.WORKER_STALE_SECONDS else f"silent for {age:.0f} s"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "workers": check_workers,
}


def _metrics() -> Iterator[tuple[str, str, list[tuple[str, float]]]]:
    """(name, help, [(labels, value)])."""
    now = timezone.now()
    counted = dict(Job.objects.values_list("status").annotate(Count("pk")).order_by())
    states = [(f'{{state="{state}"}}', float(counted.get(state, 0))) for state in Job.Status.values]
    yield "yxt_jobs", "Background jobs by state.", states
    oldest = Job.objects.filter(status=Job.Status.QUEUED).aggregate(oldest=Min("recorded_at"))["oldest"]
    waited = (now - oldest).total_seconds() if oldest else 0.0
    yield "yxt_jobs_oldest_queued_seconds", "Age of the oldest queued job; 0 when none waits.", [("", waited)]
    events, sealed = AuditEvent.objects.count(), AuditSeal.objects.count()
    seals = [('{sealed="yes"}', float(sealed)), ('{sealed="no"}', float(max(0, events - sealed)))]
    yield "yxt_audit_events", "Audit events, chained and not yet chained.", seals
    last = last_pulse()
    silent = (now - last).total_seconds() if last else -1.0
    yield "yxt_worker_silent_seconds", "Since a worker last ran periodic work; -1 when never.", [("", silent)]


def metrics_text() -> str:
    """Prometheus text format 0.0.4."""
    lines: list[str] = []
    for name, words, samples in _metrics():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"
