"""The one Celery task: do a job by its number, or run one tick of periodic work."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from park_workers.foundation import jobs
from park_workers.foundation.pulse import record_pulse


@shared_task(name="foundation.run_job")
def run_job(job_id: int | None = None, *, tick: str = "") -> Any:
    """Do the job with this number; with `tick`, run that periodic work instead."""
    if tick:
        done = jobs.run_tick(tick)
        record_pulse(tick)
        return done
    if job_id is None:
        raise ValueError("run_job needs a job or a tick")
    return jobs.perform(job_id)
